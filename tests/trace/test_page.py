"""A trace as a page: the words of the terminal, nothing from elsewhere, and nobody's name runs as code."""

from __future__ import annotations

import re
import stat
from html import unescape
from typing import TYPE_CHECKING

from pipeline.report.model import ReportedFinding
from pipeline.trace.page import write_trace_page
from pipeline.trace.trace import Trace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.nights import Nights, Terminal


def test_the_page_tells_what_the_terminal_tells(rollcall: Terminal, nights: Nights, tmp_path: Path) -> None:
    (student,) = rollcall.json(
        "sql", nights.district, "select min(sourced_id) as id from book.roster.ids where record_type = 'students'"
    )
    page = tmp_path / "story.html"
    told = rollcall("trace", nights.district, student["id"], "--html", page)
    assert told.code == 0
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text(encoding="utf-8")
    parts = [*re.findall(r"<h1>(.*?)</h1>", text), *re.findall(r"<(?:h2|li)\b[^>]*>(.*?)</(?:h2|li)>", text)]
    words = " ".join(" ".join(unescape(re.sub(r"<[^>]+>", "", part)) for part in parts).split())
    shown = " ".join(told.out.split()).removesuffix(f"Page: {page}").strip()
    assert words == shown
    assert "is a folder" in rollcall.refused("trace", nights.district, student["id"], "--html", tmp_path)


def test_what_a_district_writes_is_text_on_the_page(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>\x1b[2J\u202e" + "x" * 1_000_000
    found = ReportedFinding(
        file="users.csv", line=2, column=None, code="x", severity="error", sourced_id="1", message=hostile
    )
    story = Trace(
        district="cedar", sourced_id=hostile, states={}, events=[], looked_at=None, findings=[found], contacts=[]
    )
    write_trace_page(story, tmp_path / "story.html")
    page = (tmp_path / "story.html").read_text(encoding="utf-8")
    assert page.count("<script") == 1, "our own, by its digest"
    assert "\x1b" not in page
    assert "default-src 'none'" in unescape(page)
    assert "unsafe-inline" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert len(page) < 50_000, "a value of a megabyte is cut"
