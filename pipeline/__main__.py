"""`python -m pipeline` is the command `rollcall`."""

from pipeline.cli.main import main

main()
