"""Where a mail says that a page is: a link where the pages have an address, else a path below the home.

Belongs here: the address, named by the environment, and what becomes of a page's path. Does not belong here: serving
the pages; whoever serves or shares the home decides who may see them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from pipeline.districts.folders import Home
from pipeline.errors import UsageError

PAGES = "ROLLCALL_PAGES"

_SCHEMES = ("https", "http", "file")


def pages_address(environment: Mapping[str, str] = os.environ) -> str:
    """Return the address below which the home is served or shared; empty where the environment names none.

    Raises:
        UsageError: it is not an address, or contains a login.
    """
    address = environment.get(PAGES, "").strip()
    if not address:
        return ""
    parts = urlsplit(address)
    is_whole = parts.scheme in _SCHEMES and (parts.netloc or parts.scheme == "file") and address.isascii()
    if not is_whole or parts.username or parts.query or parts.fragment or any(map(str.isspace, address)):
        raise UsageError(
            f"{PAGES} is not a valid address.",
            "Use the address at which ROLLCALL_HOME is served or shared, such as https://rollcall.example.org/var.",
        )
    return address.rstrip("/")


def place_of(page: Path, home: Home, address: str) -> str:
    """Return where a page of the home is, for a reader of a mail."""
    below = page.relative_to(home.root).as_posix()
    return f"{address}/{quote(below)}" if address else f"{below} in Rollcall's home folder"
