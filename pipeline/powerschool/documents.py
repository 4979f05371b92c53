"""Reading a plug-in's XML files safely: no DTD, no entities, nothing from the network, the line of each element.

lxml, since the lint needs lines and CDATA, and reads ZIPs that others made.
"""

from __future__ import annotations

from typing import cast

from lxml import etree

from pipeline.powerschool.findings import Report


def parse(data: bytes, file: str, report: Report) -> etree._Element | None:
    """Return the root element of an XML file; None, with a finding, where it cannot be read."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, strip_cdata=False, remove_pis=True
    )
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        line = data[: max(data.find(b"<!DOCTYPE"), data.find(b"<!ENTITY"))].count(b"\n") + 1
        report.add("xml_has_doctype", "The file has a DOCTYPE or declares entities.", file, line)
        return None
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as failure:
        reason = str(failure.msg).partition(", line ")[0]
        report.add("xml_not_well_formed", f"The file is no well-formed XML: {reason}.", file, failure.lineno or 1)
        return None


def elements(parent: etree._Element) -> list[etree._Element]:
    """Return the child elements, comments left out."""
    return [child for child in parent if isinstance(child.tag, str)]


def local_name(element: etree._Element) -> str:
    """Return the element's name without a namespace."""
    return etree.QName(element).localname


def line_of(element: etree._Element) -> int:
    """Return the line that the element begins on."""
    return cast("int | None", element.sourceline) or 1


def text_of(element: etree._Element | None) -> str:
    """Return the text within an element, trimmed; empty without any."""
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""


def child(parent: etree._Element, name: str) -> etree._Element | None:
    """Return the first child of that name, whatever its namespace."""
    return next((element for element in elements(parent) if local_name(element) == name), None)
