"""A whole name in two parts, and what stays whole."""

from __future__ import annotations

import pytest

from pipeline.formats.names import split_name


@pytest.mark.parametrize(
    ("name", "family_of_student", "parts"),
    [
        ("Maria Lopez", "", ("Maria", "Lopez")),
        ("Lopez, Maria", "", ("Maria", "Lopez")),
        ("Garcia Lopez, Maria Elena", "", ("Maria Elena", "Garcia Lopez")),
        ("Maria Garcia Lopez", "", ("Maria Garcia", "Lopez")),
        ("Maria Garcia Lopez", "Garcia Lopez", ("Maria", "Garcia Lopez")),
        ("Ludwig van der Berg", "", ("Ludwig", "van der Berg")),
        ("Ana de la Cruz", "Cruz", ("Ana", "de la Cruz")),
        ("John Smith Jr.", "", ("John", "Smith Jr.")),
        ("John Smith, Jr.", "", ("John", "Smith, Jr.")),
        ("Dr. Ana Lee", "", ("Ana", "Lee")),
        ("Maria & Jose Lopez", "", ("", "Maria & Jose Lopez")),
        ("Maria and Jose Lopez", "", ("", "Maria and Jose Lopez")),
        ("Madonna", "", ("", "Madonna")),
        ("Van Nguyen", "", ("Van", "Nguyen")),
        ("  Maria   Lopez ", "", ("Maria", "Lopez")),
    ],
)
def test_a_name_is_parted_where_it_says_how(name: str, family_of_student: str, parts: tuple[str, str]) -> None:
    assert split_name(name, family_of_student) == parts
