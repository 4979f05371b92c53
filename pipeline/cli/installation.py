"""The installation: demo, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.console import Format, FormatOption, out, print_json, registry
from pipeline.districts.folders import Home


def demo(
    students: Annotated[int, typer.Option(min=50, max=20_000, help="Students in the largest district.")] = 600,
    seed: Annotated[int, typer.Option(help="Use another seed for different synthetic data.")] = 7,
    serve: Annotated[bool, typer.Option("--serve", help="Only run the demo's SFTP server. Ctrl-C stops it.")] = False,
) -> None:
    """Run the demo: three synthetic districts and an SFTP server. Needs nothing else."""
    from pipeline.demo.story import serve_demo, tell_story  # noqa: PLC0415

    if serve:
        serve_demo(out)
    else:
        tell_story(out, students=students, seed=seed)


def dev(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The port of Dagster's pages.")] = 3000,
) -> None:
    """Show the nights in Dagster, on this machine only. Ctrl-C stops it."""
    from pipeline.dev import serve_dev  # noqa: PLC0415

    code = serve_dev(Home.from_environment(), port, out.print)
    if code:
        raise typer.Exit(1)


def doctor(output: FormatOption = Format.text) -> None:
    """Check this installation: versions, folders, mail, and the settings of every district."""
    from pipeline.doctor import examine  # noqa: PLC0415

    findings = examine(Home.from_environment(), registry())
    if output is Format.json:
        print_json([{"what": f.what, "sound": f.sound, "detail": f.detail} for f in findings])
    else:
        for finding in findings:
            out.print("ok   " if finding.sound else "wrong", style="green" if finding.sound else "red", end=" ")
            out.print(f"{finding.what}: {finding.detail}")
    if not all(finding.sound for finding in findings):
        raise typer.Exit(1)
