"""What a plug-in's ZIP may hold, and where: names, folders, sizes.

Belongs here: the ZIP itself. Does not belong here: what its files hold.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from pipeline.oneroster.package import ZIP_ERRORS
from pipeline.powerschool.findings import Report

PLUGIN_XML = "plugin.xml"
QUERIES = "queries_root"
PERMISSIONS = "permissions_root"
TABLES = "user_schema_root"

QUERY_SUFFIX = ".named_queries.xml"
PERMISSION_SUFFIX = ".permission_mappings.xml"

FOLDERS = (QUERIES, PERMISSIONS, "web_root", "WEB_ROOT", "MessageKeys", "pagecataloging", TABLES)
"""The folders that PowerSchool recognizes."""

FLAT = (QUERIES, PERMISSIONS)

MOST_BYTES = 20_000_000
"""Of the ZIP and of all that is in it. The largest public plug-ins, with pages and pictures, stay below 5 MB."""

MOST_ENTRIES = 2_000
"""Far more files than any public plug-in has; counted before a single one is unpacked."""


def read_archive(data: bytes, report: Report) -> dict[str, bytes]:
    """Return the files of a plug-in's ZIP by name; what is wrong with their names and places is reported.

    None of it is written anywhere. A ZIP that cannot be read, or is too large, has no files.
    """
    if len(data) > MOST_BYTES:
        report.add("zip_too_large", f"The ZIP has {len(data):,} bytes.")
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_ENTRIES or size > MOST_BYTES:
                report.add("zip_too_large", f"The ZIP holds {len(entries):,} files of {size:,} bytes in all.")
                return {}
            # A size that the ZIP understates makes zipfile stop at it and fail by the checksum.
            files = {entry.filename: archive.read(entry) for entry in entries}
    except ZIP_ERRORS:
        report.add("zip_unreadable", "The file is no ZIP, or a damaged or encrypted one.")
        return {}
    _check_names([entry.filename for entry in entries], report)
    return files


def _check_names(names: list[str], report: Report) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        report.add("entry_twice", f"{name} is in the ZIP more than once.", name)
    top = {PurePosixPath(name).parts[0] for name in names if name.strip("/")}
    if PLUGIN_XML not in names:
        if len(top) == 1 and f"{next(iter(top))}/{PLUGIN_XML}" in names:
            report.add("top_folder", f"Everything lies in the folder {next(iter(top))}.")
            return
        report.add("plugin_xml_missing", "There is no plugin.xml at the root of the ZIP.")
    for name in sorted(set(names)):
        _check_name(name, report)
    if TABLES in top and QUERIES in top:
        report.add("tables_with_queries", f"The plug-in has both {TABLES} and {QUERIES}.")


def _check_name(name: str, report: Report) -> None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or ".." in parts or ":" in name:
        report.add("entry_name_unsafe", f"The name {name} leads out of the plug-in.", name)
    elif name == PLUGIN_XML:
        return
    elif parts[0] not in FOLDERS or any(part.startswith((".", "__MACOSX")) for part in parts) or name.endswith(".md"):
        report.add("file_unrecognized", f"{name} is none of a plug-in's files.", name)
    elif parts[0] in FLAT and len(parts) > 2:  # noqa: PLR2004 - folder and file
        report.add("sub_folder", f"{name} lies in a folder within {parts[0]}.", name)
    elif parts[0] == QUERIES and not _is_named(parts[1], QUERY_SUFFIX):
        report.add("query_file_name", f"{name} has no name of a query file.", name)
    elif parts[0] == PERMISSIONS and not _is_named(parts[1], PERMISSION_SUFFIX):
        report.add("permission_file_name", f"{name} has no name of a permission file.", name)


def _is_named(name: str, suffix: str) -> bool:
    return name.endswith(suffix) and name != suffix
