"""A whole name in two parts, for formats that send the name of a contact in one cell.

A name is only parted where it says how: by a comma, by the family name of the student, by the last word. What may be
two people, or one word, stays whole: as a family name, so that nobody is called by half of it.
"""

from __future__ import annotations

import re

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v", "md", "phd", "esq"})
_PARTICLES = frozenset(
    {"al", "ap", "ben", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "la"}
    | {"las", "le", "los", "mac", "mc", "san", "santa", "st", "st.", "ste", "ten", "ter", "van", "vander", "von", "y"}
)
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "rev"})
_TWO_PEOPLE = re.compile(r"\s(?:&|and|or|/|\+)\s|/", re.IGNORECASE)


def split_name(name: str, student_family_name: str = "") -> tuple[str, str]:
    """Return given and family name of a whole name; the given name is blank where nothing tells the two apart."""
    text = " ".join(name.split())
    if _TWO_PEOPLE.search(f" {text} "):
        return "", text
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma and given and _plain(given) not in _SUFFIXES:
        return given, family
    words = [word for word in text.split(" ") if word]
    while len(words) > 1 and _plain(words[0]) in _TITLES:
        words.pop(0)
    ending = 1 if len(words) > 2 and _plain(words[-1]) in _SUFFIXES else 0  # noqa: PLR2004 - given, family, Jr
    start = len(words) - 1 - ending
    if start < 1:
        return "", " ".join(words)
    known = [_plain(word) for word in student_family_name.split()]
    own = [_plain(word) for word in words[: len(words) - ending]]
    if len(known) > 1 and len(own) > len(known) and own[-len(known) :] == known:
        start = len(own) - len(known)
    while start > 1 and _plain(words[start - 1]) in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def _plain(word: str) -> str:
    return word.casefold().strip(".,")
