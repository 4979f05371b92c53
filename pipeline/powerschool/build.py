"""Builds the plug-in's ZIP from the sources in plugin/: the same bytes for the same sources and options.

Belongs here: what the build fills in. plugin.xml gets name, version and publisher from the project's metadata; a line
`/* include NAME */` in a query gets plugin/fragments/NAME.sql, so that what several queries need, the legal-guardian
flag above all others, is written once. Comment lines of the SQL stay in the sources.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from pipeline.errors import PermanentError, UsageError
from pipeline.powerschool.archive import PLUGIN_XML, QUERIES
from pipeline.powerschool.findings import PluginFinding
from pipeline.powerschool.lint import lint_plugin

PLUGIN_FOLDER = Path(__file__).resolve().parents[2] / "plugin"

FLAGS = "legal_guardian_flags"
"""The fragment that says where PowerSchool keeps the legal-guardian flag: it differs between versions."""

FLAG_SOURCES = ("detail", "detail-dcid", "association", "association-dcid", "none")
"""The ones that come along, in plugin/fragments/legal_guardian_flags."""

EMAILS = "student_emails"
"""The fragment that says where PowerSchool keeps the e-mail addresses of students: on older servers, elsewhere."""

EMAIL_SOURCES = ("person", "gradebook")
"""The ones that come along, in plugin/fragments/student_emails."""

_INCLUDE = re.compile(r"^[ \t]*/\* include ([a-z_]+) \*/\n", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^[ \t]*--.*\n", re.MULTILINE)
_LONGEST_DESCRIPTION = 256
# The first moment that a ZIP can tell: the bytes do not depend on the day of the build.
_FOR_EVER = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16
_UNIX = 3


class PluginRefusedError(PermanentError):
    """What was built is not fit to be installed; `findings` say why."""

    def __init__(self, findings: list[PluginFinding]) -> None:
        wrong = [found for found in findings if found.severity == "error"]
        first = " ".join(f"{found.place}: {found.message}" for found in wrong[:3])
        super().__init__(
            f"Nothing was written: the plug-in would have {len(wrong)} errors. {first}",
            "Check the fragment that you gave for the legal-guardian flag.",
        )
        self.findings = findings


@dataclass(frozen=True)
class BuiltPlugin:
    """A plug-in that was written: where, its name and version, the SHA-256 of its bytes, and its files in order."""

    path: Path
    name: str
    version: str
    sha256: str
    files: tuple[str, ...]


def build_plugin(
    out: Path,
    *,
    legal_guardian_from: str = "detail",
    student_email_from: str = "person",
    revision: int | None = None,
) -> BuiltPlugin:
    """Build the plug-in, check it and write it to `out` at once, or not at all.

    `legal_guardian_from` is one of FLAG_SOURCES or the path of a fragment of your own, `student_email_from` one of
    EMAIL_SOURCES. `revision` becomes the last part of the version: PowerSchool takes an update only with a higher one.

    Raises:
        UsageError: there is no such fragment, or `out` cannot be written.
        PluginRefusedError: the lint finds an error in what was built.
    """
    files = plugin_files(
        legal_guardian_from=legal_guardian_from, student_email_from=student_email_from, revision=revision
    )
    data = packed(files)
    findings = lint_plugin(data)
    if any(found.severity == "error" for found in findings):
        raise PluginRefusedError(findings)
    _write(out, data)
    filled = _project(revision)
    return BuiltPlugin(out, filled["name"], filled["version"], hashlib.sha256(data).hexdigest(), tuple(files))


def plugin_files(
    *, legal_guardian_from: str = "detail", student_email_from: str = "person", revision: int | None = None
) -> dict[str, str]:
    """Return the text of each file of the plug-in, in the order of the ZIP. UsageError for an unknown source."""
    fragments = _fragments(legal_guardian_from, student_email_from)
    descriptor = Template((PLUGIN_FOLDER / PLUGIN_XML).read_text(encoding="utf-8"))
    # The comment that explains the places to fill is for readers of the source.
    text = re.sub(r"<!--.*?-->\n", "", descriptor.template, flags=re.DOTALL)
    values = {key: escape(value, {'"': "&quot;"}) for key, value in _project(revision).items()}
    files = {PLUGIN_XML: Template(text).substitute(values)}
    for path in sorted((PLUGIN_FOLDER / QUERIES).glob("*.xml")):
        files[f"{QUERIES}/{path.name}"] = _filled(path.read_text(encoding="utf-8"), fragments)
    return files


def packed(files: Mapping[str, str]) -> bytes:
    """Return a ZIP of these files in this order; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _FOR_EVER)
            entry.external_attr, entry.create_system = _REGULAR_FILE, _UNIX
            archive.writestr(entry, text.encode("utf-8"), zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def _project(revision: int | None) -> dict[str, str]:
    """Return what the project's metadata say for plugin.xml."""
    project = metadata("rollcall")
    publisher, _, email = project["Author-email"].rstrip(">").rpartition(" <")
    version = project["Version"] if revision is None else f"{project['Version']}.{revision}"
    return {
        "name": project["Name"],
        "version": version,
        "description": project["Summary"][:_LONGEST_DESCRIPTION],
        "publisher": publisher,
        "email": email,
    }


def _fragments(legal_guardian_from: str, student_email_from: str) -> dict[str, str]:
    folder = PLUGIN_FOLDER / "fragments"
    found = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")}
    if student_email_from not in EMAIL_SOURCES:
        raise UsageError(
            f"There is no source {student_email_from} for the e-mail addresses of students.",
            f"Give {' or '.join(EMAIL_SOURCES)}.",
        )
    found[EMAILS] = (folder / EMAILS / f"{student_email_from}.sql").read_text(encoding="utf-8")
    own = Path(legal_guardian_from)
    path = folder / FLAGS / f"{legal_guardian_from}.sql" if legal_guardian_from in FLAG_SOURCES else own
    try:
        found[FLAGS] = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            f"There is no fragment {legal_guardian_from} for the legal-guardian flag.",
            f"Give {', '.join(FLAG_SOURCES)} or the path of a file like those in plugin/fragments/{FLAGS}.",
        ) from None
    return found


def _filled(text: str, fragments: Mapping[str, str]) -> str:
    """Return a query file with its fragments in place and without the comment lines of its SQL."""
    text = _INCLUDE.sub(lambda include: fragments[include.group(1)], text)
    return _COMMENT_LINE.sub("", text)


def _write(out: Path, data: bytes) -> None:
    """Write the file as a whole or not at all."""
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".zip", dir=out.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(out)
    except OSError as failure:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"{out} cannot be written ({failure.strerror}).", "Name another file with --out.") from None
