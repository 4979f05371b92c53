"""What plugin.xml may say: name, version, publisher, requests for access.

Lengths and vocabularies are those of PowerSchool's documentation of plugin.xml.
"""

from __future__ import annotations

import re

from lxml import etree

from pipeline.powerschool.archive import PLUGIN_XML
from pipeline.powerschool.documents import child, elements, line_of, local_name, parse
from pipeline.powerschool.findings import Report
from pipeline.powerschool.known import doubt_about

NAMESPACE = "http://plugin.powerschool.pearson.com"

LONGEST_NAME, LONGEST_VERSION, LONGEST_TEXT = 40, 20, 256
LONGEST_PUBLISHER, LONGEST_EMAIL, LONGEST_PHONE = 100, 40, 20
LONGEST_IDENTIFIER = 30
"""Of a table or a field, as Oracle had it for decades."""

_ELEMENTS = (
    *("oauth", "openid", "saml", "access_request", "links", "registration", "autoinstall", "identityAttribute"),
    "publisher",
)
_ORDER = ("oauth", "access_request", "links", "publisher")
_ACCESS = ("ViewOnly", "FullAccess")
_API_LEVELS = ("NONE", "READ", "FULL")
_VERSION = re.compile(r"\d+(\.\d+)*")


def check_descriptor(data: bytes, report: Report) -> None:
    """Check plugin.xml."""
    root = parse(data, PLUGIN_XML, report)
    if root is None:
        return
    if local_name(root) != "plugin":
        report.add("root_element", f"The file begins with <{local_name(root)}>.", PLUGIN_XML, line_of(root))
        return
    _check_plugin(root, report)
    for element in elements(root):
        if local_name(element) not in _ELEMENTS:
            _add(report, "plugin_element_unknown", f"<{local_name(element)}> is no part of a plug-in.", element)
    order = [local_name(element) for element in elements(root) if local_name(element) in _ORDER]
    if order != sorted(order, key=_ORDER.index):
        _add(report, "plugin_element_order", f"The elements come as {', '.join(order)}.", root)
    _check_publisher(root, report)
    _check_access(root, report)


def _add(report: Report, code: str, message: str, element: etree._Element) -> None:
    report.add(code, message, PLUGIN_XML, line_of(element))


def _check_plugin(root: etree._Element, report: Report) -> None:
    if etree.QName(root).namespace != NAMESPACE:
        _add(report, "plugin_namespace", "<plugin> is not of PowerSchool's namespace.", root)
    name, version = root.get("name", "").strip(), root.get("version", "")
    if not 1 <= len(name) <= LONGEST_NAME:
        _add(report, "plugin_name", f"The name has {len(name)} characters.", root)
    if not _VERSION.fullmatch(version) or len(version) > LONGEST_VERSION:
        _add(report, "plugin_version", f'The version is "{version}".', root)
    for attribute in ("description", "class"):
        length = len(root.get(attribute, ""))
        if length > LONGEST_TEXT:
            _add(report, f"{attribute}_too_long", f"The {attribute} has {length} characters.", root)
    if root.get("deletable", "true") not in {"true", "false", "1", "0"}:
        _add(report, "deletable_unclear", f'deletable is "{root.get("deletable")}".', root)


def _check_publisher(root: etree._Element, report: Report) -> None:
    publisher = child(root, "publisher")
    if publisher is None:
        _add(report, "publisher_missing", "There is no publisher.", root)
        return
    if not 1 <= len(publisher.get("name", "").strip()) <= LONGEST_PUBLISHER:
        length = len(publisher.get("name", "").strip())
        _add(report, "publisher_name", f"The publisher's name has {length} characters.", publisher)
    contact = child(publisher, "contact")
    email = contact.get("email", "").strip() if contact is not None else ""
    if "@" not in email or len(email) > LONGEST_EMAIL:
        _add(report, "contact_email", f"The contact's email has {len(email)} characters.", publisher)
    if contact is not None and len(contact.get("phone", "")) > LONGEST_PHONE:
        _add(report, "contact_phone_too_long", f"The phone has {len(contact.get('phone', ''))} characters.", contact)


def _check_access(root: etree._Element, report: Report) -> None:
    request = child(root, "access_request")
    for field in elements(request) if request is not None else []:
        if local_name(field) != "field":
            continue
        lengths = [len(field.get(name, "")) for name in ("table", "field")]
        if not all(1 <= length <= LONGEST_IDENTIFIER for length in lengths):
            _add(report, "access_field", f"Table and field have {lengths[0]} and {lengths[1]} characters.", field)
        elif (doubt := doubt_about(field.get("table", ""), field.get("field", ""))) is not None:
            _add(report, "field_unknown", doubt, field)
        if field.get("access") not in _ACCESS:
            _add(report, "access_level", f'access is "{field.get("access", "")}".', field)
    oauth = child(root, "oauth")
    if oauth is not None and oauth.get("accessLevelV1Api", "NONE") not in _API_LEVELS:
        _add(report, "api_level", f'accessLevelV1Api is "{oauth.get("accessLevelV1Api")}".', oauth)
