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

PLACEHOLDERS = (
    *("--", "-", "not set", "n/a", "na", "null", "none", "*****", "(none)", "unknown", "\\n", "nan"),
    *("(null)", "<null>", "[null]", "(blank)", "undefined"),
)
"""What student information systems and databases write for nothing, in small letters. Some are names of people as well:
what stands for nothing in a name is in sql/macros/name_of.sql."""

PLACEHOLDER_PATTERN = "(?i)\x01 *(?:" + "|".join(re.escape(word) for word in PLACEHOLDERS) + ") *\x01"
"""Finds a placeholder among values that stand between characters 1."""

BRACKETS = " \"'{}[]()<>\\"
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
_BETWEEN_GRADES = re.compile(r"[,;|/\\&+\u3001\uff0c]")
_GRADE_OF_A_LIST = re.compile(r"[\w.]+")

_DATE_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d-%b-%Y", "%d-%b-%y")
"""The last two are what Oracle writes of itself: 25-AUG-26."""

_PARTED_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)", re.ASCII)

_TIME_OF_DAY = re.compile(
    r"(?:T|\s+)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?\s*(?:[AP]M)?\s*(?:Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
"""The time behind a date, as databases and spreadsheets write it: nothing is known of where it was meant."""

FIRST_YEAR = 1981
"""No enrollment of today began or ended before it; 0001-01-01, 1900-01-01, 1970-01-01 and 1980-01-01 are what programs
write for no date."""

_MONTH_FIRST = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM", "CA", "PH", "FM", "MH", "PW"})
"""Countries in which 8/12/2026 is August 12 as a rule, or in exports of student information systems."""

_SAME_DIGITS = re.compile(r"(\d)\1{6}$")

_WORDS_OF_NUMBERS = frozenset(
    {"c", "cell", "e", "ext", "extension", "extn", "h", "home", "m", "mob", "mobile", "p", "phone", "t", "tel"}
    | {"telephone", "w", "work", "x"}
)
"""Words that may stand beside a telephone number."""

_WORDS_OF_EXTENSIONS = frozenset({"ext", "extension", "extn", "x"})
"""Those that may only stand behind it."""

_FEWEST_DIGITS = 7
"""Digits of a telephone number."""

_WORD = re.compile(r"[^\W\d_]+")

_OTHER_SIGN = re.compile(r"[^\w\s+()\[\]./,:;#*~=\"'\u2010-\u2015\u2212\u30fc\uff08\uff09\uff0b\uff0d-]")
"""A sign that stands in no telephone number, and may say of it that it must not be called."""

_OTHER_LANGUAGES = {"asl": "ase"}
"""What schools write for another language than the code's own: American Sign Language, and never Asilulu."""

_LONGEST_EMAIL = 320
"""Characters of an address: 64 before the @, 255 behind it (RFC 3696, erratum 1690)."""

_EMAIL = re.compile(
    r"""(?!') [\w!#$%&'*+/=?^`{|}~-]+ (?:\.[\w!#$%&'*+/=?^`{|}~-]+)*
    @ (?:[^\W_](?:[^\W_]|-)*(?<!-)\.)+ (?:[^\W\d_]{2,}|xn--[a-z0-9-]+)""",
    re.VERBOSE | re.IGNORECASE,
)
"""The form of an address, as in sql/macros/is_email.sql: letters of all alphabets, and dots only between others."""

_BRACKETED_EMAIL = re.compile(r"[^@<>]*<([^<>]*)>\s*")

_AROUND_EMAIL = " \t\"'()[].;,\u2018\u2019\u201c\u201d\xab\xbb\u2026"

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
    whole = _grade(sent)
    bare = sent.strip(BRACKETS)
    ways = ([whole], *(_listed(parts) for parts in (_BETWEEN_GRADES.split(bare), _GRADE_OF_A_LIST.findall(bare))))
    # a sign that is part of neither way of writing a list, as in 9-12, is none that may be lost
    known = ways if not re.search(r"[^\w.,;|/\\&+\s\"'\[\]{}()<>\u3001\uff0c]", bare) else ways[:2]
    for read in known:
        if read and None not in read:
            meant = ",".join(grade or "" for grade in read)
            return (meant, "same") if meant == sent else (meant, "mapped")
    return sent, "unknown"


def _listed(parts: list[str]) -> list[str | None]:
    return [_grade(part.strip(BRACKETS)) for part in parts if part.strip(BRACKETS)]


def _grade(sent: str) -> str | None:
    if sent in GRADES:
        return sent
    word = sent.casefold().removeprefix("grade ")
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
    if len(sent) == 1:
        # a code of a system's own: E is no Chinese language of that name
        return None
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
    time = _TIME_OF_DAY.search(sent)
    text = (sent[: time.start()] if time and time.end() == len(sent.rstrip()) else sent).strip()
    parts = _PARTED_DATE.fullmatch(text)
    if parts and day_first is None and int(parts[1]) <= 12 and int(parts[2]) <= 12:  # noqa: PLR2004 - months of a year
        return None, "refused"
    if parts and "." not in text and (int(parts[1]) > 12 if day_first is None else day_first):  # noqa: PLR2004
        text = f"{parts[2]}/{parts[1]}/{parts[3]}"
    elif parts and "." in text:
        # with dots the day comes first everywhere
        text = f"{parts[2]}/{parts[1]}/{parts[3]}"
    elif parts:
        text = text.replace("-", "/")
    for form in _DATE_FORMS if text.isascii() else ():
        try:
            read = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
        if read.year < FIRST_YEAR:
            break
        return read.isoformat(), "same" if read.isoformat() == sent else "mapped"
    return None, "refused"


def _email(sent: str) -> tuple[str | None, State]:
    """Return the address of a cell that has a name, marks or mailto: around it; refused where it has none, or two."""
    bracketed = _BRACKETED_EMAIL.fullmatch(sent) if len(sent) <= _LONGEST_EMAIL else None
    text = (bracketed[1] if bracketed else sent).strip(_AROUND_EMAIL.replace(".", "")).rstrip(_AROUND_EMAIL)
    if text[:7].casefold() == "mailto:":
        text = text[7:].partition("?")[0].strip(f"{_AROUND_EMAIL}/")
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
    if _OTHER_SIGN.search(sent) or not all(_may_stand(word[0], sent[: word.start()]) for word in _WORD.finditer(sent)):
        # "Do not call 202-555-0143" is no number to call
        return None
    try:
        number = phonenumbers.parse(sent, country)
    except phonenumbers.NumberParseException:
        return None
    made = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return made if phonenumbers.is_valid_number(number) and not _SAME_DIGITS.search(made) else None


def _may_stand(word: str, before: str) -> bool:
    """Say whether a word may stand in a telephone number, behind what is before it."""
    if word.casefold() in _WORDS_OF_EXTENSIONS:
        return sum(sign.isdigit() for sign in before) >= _FEWEST_DIGITS
    return word.casefold() in _WORDS_OF_NUMBERS


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
