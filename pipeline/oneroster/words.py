"""What single values mean: grades, languages, dates and telephone numbers, looked up once for each distinct value.

Belongs here: the maps, and the use of `phonenumbers` and `langcodes` (both well kept, with the world's data in them).
Plain North American numbers never come here: SQL reads them by `PLAIN_PHONE`, which is made of the library's own data,
so that two million contacts stay a matter of seconds; a test holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Literal

import langcodes
import phonenumbers

from pipeline.oneroster.files import GRADES

State = Literal["mapped", "same", "unknown", "refused"]
"""`same` needs no entry; `unknown` is kept as sent; `refused` is left out."""

PLACEHOLDERS = ("--", "-", "not set", "n/a", "na", "null", "none", "*****", "(none)", "unknown", "\\n", "nan")
"""What student information systems and databases write for nothing, in small letters. Some are names of people as well:
what stands for nothing in a name is in sql/macros/name_of.sql."""

PLACEHOLDER_PATTERN = "(?i)\x01 *(?:" + "|".join(re.escape(word) for word in PLACEHOLDERS) + ") *\x01"
"""Finds a placeholder among values that stand between characters 1."""

BRACKETS = " \"'{}[]()"
"""What stands around a list, or an id in it, in exports that write lists as a programming language does."""

_GRADE_WORDS = {
    **{str(n): f"{n:02d}" for n in range(1, 14)},
    "k": "KG",
    "kg": "KG",
    "kinder": "KG",
    "kindergarten": "KG",
    "0": "KG",
    "00": "KG",
    "pk": "PK",
    "p": "PK",
    "prek": "PK",
    "pre-k": "PK",
    "prekindergarten": "PK",
    "pre-kindergarten": "PK",
    "-1": "PK",
    "-2": "PK",
    "tk": "TK",
    "transitional kindergarten": "TK",
    "it": "IT",
    "infant": "IT",
    "pr": "PR",
    "preschool": "PR",
    "ps": "PS",
    "postsecondary": "PS",
    "ug": "UG",
    "ungraded": "UG",
    "other": "Other",
}
_ORDINAL = re.compile(r"(?:grade\s*)?(\d{1,2})(?:st|nd|rd|th)?(?:\s*grade)?")

_DATE_FORMS = ("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y%m%d")

_PARTED_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)")

_MONTH_FIRST = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM", "CA", "PH", "FM", "MH", "PW"})
"""Countries in which 8/12/2026 is August 12 as a rule, or in exports of student information systems."""

_SAME_DIGITS = re.compile(r"(\d)\1{6}$")

_WORDS_OF_NUMBERS = frozenset(
    {"c", "cell", "e", "ext", "extension", "extn", "h", "home", "m", "mob", "mobile", "p", "phone", "t", "tel"}
    | {"telephone", "w", "work", "x"}
)
"""Words that may stand beside a telephone number."""

_OTHER_LANGUAGES = {"asl": "ase"}
"""What schools write for another language than the code's own: American Sign Language, and never Asilulu."""

_LONGEST_EMAIL = 320
"""Characters of an address: 64 before the @, 255 behind it (RFC 3696, erratum 1690)."""

_EMAIL = re.compile(
    r"""[^@\s,;:<>"()\[\]']  [^@\s,;:<>"()\[\]]*  @  [^@\s,;:<>"'()\[\]]+\.[^@\s,;:.<>"'()\[\]]+""", re.VERBOSE
)
"""The form of an address, as in sql/macros/is_email.sql."""

_BRACKETED_EMAIL = re.compile(r"[^@<>]*<([^<>]*)>\s*")

_AROUND_EMAIL = " \t\"'()[].;,"

_LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def days_come_first(dates: Iterable[str], country: str) -> bool | None:
    """Return whether the day stands before the month in dates such as 8/12/2026; None where they contradict each other.

    One date that can be read in only one way, such as 25/8/2026, speaks for all others of the file; without one, what
    is usual in the country does.
    """
    found = [match for date in dates if (match := _PARTED_DATE.match(date.strip()))]
    days = any(int(match[1]) > 12 >= int(match[2]) for match in found)  # noqa: PLR2004 - months of a year
    months = any(int(match[2]) > 12 >= int(match[1]) for match in found)  # noqa: PLR2004 - the same
    if days and months:
        return None
    return days or not (months or country in _MONTH_FIRST)


def meaning(kind: str, sent: str, *, country: str, day_first: bool | None = False) -> tuple[str | None, State]:
    """Return what a value means, and whether that is another text than was sent."""
    if sent.casefold() in PLACEHOLDERS:
        return None, "refused"
    found: tuple[str | None, State]
    if kind == "grades":
        found = _grades(sent)
    elif kind == "language":
        found = _language(sent)
    elif kind == "date":
        found = _date(sent, day_first=day_first)
    elif kind == "email":
        found = _email(sent)
    else:
        found = _phone(sent, country)
    return found


def _grades(sent: str) -> tuple[str, State]:
    read = [_grade(part.strip()) for part in sent.split(",") if part.strip()]
    meant = ",".join(grade or part.strip() for grade, part in zip(read, sent.split(","), strict=False))
    if None in read:
        return sent, "unknown"
    return (meant, "same") if meant == sent else (meant, "mapped")


def _grade(sent: str) -> str | None:
    if sent in GRADES:
        return sent
    word = sent.casefold()
    if word in _GRADE_WORDS:
        return _GRADE_WORDS[word]
    found = _ORDINAL.fullmatch(word)
    return _GRADE_WORDS.get(str(int(found[1]))) if found else None


def _language(sent: str) -> tuple[str, State]:
    tag = _tag(sent)
    if tag is None:
        return sent, "unknown"
    return (tag, "same") if tag == sent else (tag, "mapped")


def _tag(sent: str) -> str | None:
    """Return the BCP 47 tag that a code or an English name of a language means."""
    if sent.casefold() in _OTHER_LANGUAGES:
        return _OTHER_LANGUAGES[sent.casefold()]
    try:
        if _LANGUAGE_CODE.fullmatch(sent) and langcodes.tag_is_valid(sent):
            # A code of two letters is the standard's own; the library would turn tl (Tagalog) into fil.
            has_two_letters = not sent[2:3].isalpha()
            return langcodes.Language.get(sent, normalize=not has_two_letters).to_tag()
        found = langcodes.find(sent)
    except (LookupError, ValueError):
        return None
    # The library also finds what is merely alike; a name counts only where it is the very one.
    names = {found.display_name().casefold(), found.autonym().casefold()}
    return str(found) if sent.casefold() in names else None


def _date(sent: str, *, day_first: bool | None) -> tuple[str | None, State]:
    parts = _PARTED_DATE.fullmatch(sent.strip())
    if parts and day_first is None and int(parts[1]) <= 12 and int(parts[2]) <= 12:  # noqa: PLR2004 - months of a year
        return None, "refused"
    if parts and "." not in sent and (int(parts[1]) > 12 if day_first is None else day_first):  # noqa: PLR2004
        sent = re.sub(r"^(\d+)[/-](\d+)", r"\2/\1", sent.strip()).replace("-", "/")
    elif parts and "." in sent:
        # with dots the day comes first everywhere
        sent = f"{parts[2]}/{parts[1]}/{parts[3]}"
    elif parts:
        sent = sent.strip().replace("-", "/")
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(sent, form).date().isoformat(), "mapped"  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None, "refused"


def _email(sent: str) -> tuple[str | None, State]:
    """Return the address of a cell that has a name, marks or mailto: around it; refused where it has none, or two."""
    bracketed = _BRACKETED_EMAIL.fullmatch(sent) if len(sent) <= _LONGEST_EMAIL else None
    text = (bracketed[1] if bracketed else sent).strip(_AROUND_EMAIL)
    if text[:7].casefold() == "mailto:":
        text = text[7:].strip(_AROUND_EMAIL)
    if len(text) > _LONGEST_EMAIL or not _EMAIL.fullmatch(text):
        return None, "refused"
    return text.lower(), "mapped"


def _phone(sent: str, country: str) -> tuple[str | None, State]:
    number = e164(sent, country)
    if number is None:
        return None, "refused"
    extension = phonenumbers.parse(sent, country).extension
    return (f"{number};ext={extension}" if extension else number), "mapped"


def e164(sent: str, country: str) -> str | None:
    """Return a telephone number as +12025550143; None for what cannot be called, such as 555-555-5555."""
    if any(word.casefold() not in _WORDS_OF_NUMBERS for word in re.findall(r"[^\W\d_]+", sent)):
        # "Do not call 202-555-0143" is no number to call
        return None
    try:
        number = phonenumbers.parse(sent, country)
    except phonenumbers.NumberParseException:
        return None
    made = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return made if phonenumbers.is_valid_number(number) and not _SAME_DIGITS.search(made) else None


_PLAIN_REGIONS = ("US", "CA", "PR", "VI", "GU", "AS", "MP")
"""The United States with the territories, and Canada."""


@cache
def plain_phone(country: str) -> str:
    """Return the pattern of ten digits (a 1 or +1 in front, no other signs) that are a North American number.

    It is made of the library's own patterns for the regions where most numbers are; the few of other islands with the
    country code 1 are looked up one by one, for each region makes the pattern dearer in every statement. In a country
    with another code, ten digits mean something else: the pattern then fits nothing.
    """
    if phonenumbers.country_code_for_region(country) != 1:
        return "[^\\s\\S]"
    kinds = (
        "fixed_line",
        "mobile",
        "toll_free",
        "premium_rate",
        "shared_cost",
        "personal_number",
        "voip",
        "pager",
        "uan",
    )
    patterns = set()
    for region in _PLAIN_REGIONS:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
        for kind in kinds:
            described = getattr(metadata, kind, None)
            if described is not None and described.national_number_pattern:
                patterns.add(described.national_number_pattern)
    return rf"(\+?1)?({'|'.join(sorted(patterns))})"
