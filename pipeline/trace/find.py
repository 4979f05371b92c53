"""Finding people of a roster by what one knows of them: a name, a number, an e-mail address, a phone."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from pipeline.districts.folders import DistrictFolder
from pipeline.errors import UsageError
from pipeline.roster.history import open_history
from pipeline.trace.ids import number_of
from pipeline.warehouse.sessions import session


class FoundPerson(BaseModel):
    """One person of the roster, or one who was."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    roster_id: int
    sourced_id: str
    """The id that the person has, or had last."""
    record_type: str
    role: str
    state: str
    """active or archived."""
    given_name: str | None
    family_name: str | None
    identifier: str | None
    grades: str | None
    school_ids: list[str]


def find_people(folder: DistrictFolder, district: str, text: str) -> list[FoundPerson]:
    """Return who is meant by `text`: an id, a number, an e-mail address, a phone, or words of a name; the active first.

    Raises:
        UsageError: it is blank.
    """
    if not any(letter.isalnum() for letter in text):
        raise UsageError("Whom to find?", "Give a name, an id, a number, an email address or a phone.")
    open_history(folder, district)
    asked = number_of(folder, text.strip()) or text
    with session(folder.root, book=folder.roster) as db:
        return [FoundPerson(**row) for row in db.rows("trace/people", text=asked)]
