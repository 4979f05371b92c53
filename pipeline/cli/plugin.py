"""The PowerSchool plug-in: build, lint."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import Format, FormatOption, out, print_json

if TYPE_CHECKING:
    from pipeline.powerschool.findings import PluginFinding

plugin_app = typer.Typer(name="plugin", help="Build or check the PowerSchool plug-in.", no_args_is_help=True)

NOT_ACCEPTED = 4
"""What `lint` ends with where a plug-in has an error, as `validate` does for files."""


class EmailSource(StrEnum):
    """Where a server keeps the e-mail addresses of students."""

    person = "person"
    gradebook = "gradebook"


@plugin_app.command()
def build(
    file: Annotated[Path, typer.Option("--out", help="The ZIP to write.")] = Path("rollcall-powerschool.zip"),
    legal_guardian_from: Annotated[
        str,
        typer.Option(
            help="Where the server keeps the legal-guardian flag: detail, detail-dcid, association, association-dcid, "
            "none, or a file with the SQL."
        ),
    ] = "detail",
    student_email_from: Annotated[
        EmailSource,
        typer.Option(
            help="Where the server keeps the e-mail addresses of students: with the student's person, or, on older "
            "servers, in the gradebook."
        ),
    ] = EmailSource.person,
    revision: Annotated[
        int | None,
        typer.Option(
            min=1, help="Last part of the version number, for another build for the same server.", show_default=False
        ),
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Build the plug-in's ZIP with four queries for Data Export Manager. The ZIP is checked first."""
    from pipeline.powerschool.build import build_plugin  # noqa: PLC0415 - sqlglot takes a while to load

    built = build_plugin(
        file, legal_guardian_from=legal_guardian_from, student_email_from=student_email_from.value, revision=revision
    )
    if output is Format.json:
        print_json(
            {
                "file": str(built.path),
                "name": built.name,
                "version": built.version,
                "sha256": built.sha256,
                "files": list(built.files),
            }
        )
        return
    out.print(f"{built.path}: plug-in {built.name}, version {built.version}, {len(built.files)} files.")
    out.print(f"SHA-256 {built.sha256}")
    out.print("docs/powerschool.md explains how to install it and set up the four exports.")


@plugin_app.command()
def lint(
    file: Annotated[Path, typer.Argument(help="The ZIP of any PowerSchool plug-in.", show_default=False)],
    output: FormatOption = Format.text,
) -> None:
    """Check a plug-in's ZIP against the rules of PowerSchool and Oracle: what is wrong, where, and what to do."""
    from pipeline.powerschool.lint import lint_file  # noqa: PLC0415 - sqlglot takes a while to load

    findings = lint_file(file)
    accepted = all(found.severity != "error" for found in findings)
    if output is Format.json:
        print_json({"accepted": accepted, "findings": [_as_data(found) for found in findings]})
    else:
        for found in findings:
            style = "red" if found.severity == "error" else "yellow"
            out.print(found.severity, style=style, end=" ")
            out.print(f"{found.place + ': ' if found.place else ''}{found.message} {found.cure} [{found.code}]")
        errors = sum(found.severity == "error" for found in findings)
        out.print(f"{file}: {_counted(errors, 'error')}, {_counted(len(findings) - errors, 'warning')}.")
    raise typer.Exit(0 if accepted else NOT_ACCEPTED)


def _counted(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def _as_data(found: PluginFinding) -> dict[str, str | int | None]:
    return {
        "file": found.file,
        "line": found.line,
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "cure": found.cure,
    }
