"""The `rollcall` command (Typer, Rich): one module per group of commands, all of them thin."""
