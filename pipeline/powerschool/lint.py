"""Checks a plug-in by the rules of PowerSchool and Oracle: what they would refuse, and what has bitten others.

Belongs here: the order of the checks. The rules are in the modules beside this one, their words in `findings`.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import UsageError
from pipeline.powerschool.archive import (
    MOST_BYTES,
    PERMISSION_SUFFIX,
    PERMISSIONS,
    PLUGIN_XML,
    QUERIES,
    QUERY_SUFFIX,
    read_archive,
)
from pipeline.powerschool.descriptor import check_descriptor
from pipeline.powerschool.findings import PluginFinding, Report
from pipeline.powerschool.permissions import check_permissions
from pipeline.powerschool.queries import check_names_differ, read_queries


def lint_file(path: Path) -> list[PluginFinding]:
    """Return what is wrong with the plug-in in a ZIP file, by file and line. UsageError where there is no file."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as failure:
        raise UsageError(f"{path} cannot be read ({failure.strerror}).", "Name a plug-in's ZIP file.") from None
    return lint_plugin(data)


def lint_plugin(data: bytes) -> list[PluginFinding]:
    """Return what is wrong with a plug-in's ZIP, by file and line; none where all is well."""
    report = Report()
    files = read_archive(data, report)
    if PLUGIN_XML in files:
        check_descriptor(files[PLUGIN_XML], report)
    queries = [
        query
        for name in sorted(files)
        if name.startswith(f"{QUERIES}/") and name.endswith(QUERY_SUFFIX)
        for query in read_queries(files[name], name, report)
    ]
    check_names_differ(queries, report)
    names = {query.name for query in queries}
    for name in sorted(files):
        if name.startswith(f"{PERMISSIONS}/") and name.endswith(PERMISSION_SUFFIX):
            check_permissions(files[name], name, names, report)
    return report.in_order()
