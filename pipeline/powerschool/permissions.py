"""What a permission file may say: who may open which page may run which query."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.powerschool.documents import elements, line_of, local_name, parse, text_of
from pipeline.powerschool.findings import Report

QUERY_PATH = "/ws/schema/query/"

_METHODS = ("get", "post", "put", "delete")


def check_permissions(data: bytes, file: str, queries: Collection[str], report: Report) -> None:
    """Check one *.permission_mappings.xml; `queries` are the names of the plug-in's queries."""
    root = parse(data, file, report)
    if root is None:
        return
    if local_name(root) != "permission_mappings":
        report.add("root_element", f"The file begins with <{local_name(root)}>.", file, line_of(root))
        return
    for permission in elements(root):
        name = permission.get("name", "")
        if local_name(permission) != "permission" or not name.startswith("/"):
            report.add("permission_name", f'The page is called "{name}".', file, line_of(permission))
        implied = [element for element in elements(permission) if local_name(element) == "implies"]
        if not implied:
            report.add("permission_implies", "The page implies nothing.", file, line_of(permission))
        for implies in implied:
            path = text_of(implies)
            if implies.get("allow", "").lower() not in _METHODS or not path.startswith("/"):
                report.add("permission_implies", "The method or the path is not clear.", file, line_of(implies))
            elif path.startswith(QUERY_PATH) and path.removeprefix(QUERY_PATH) not in queries:
                report.add("permission_for_nothing", f"{path} is no query of this plug-in.", file, line_of(implies))
