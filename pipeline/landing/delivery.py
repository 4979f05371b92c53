"""A delivery: one set of files that a district sent for one sync date.

Belongs here: what delivery.json says.
Does not belong here: where deliveries are kept and how they get there (`archive.py`), what the files hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from pipeline.files.digests import digest_of_file

SourceKind = Literal["sftp", "upload", "folder"]

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

# The canonical name is a file name in the landing folder: one plain name, and never delivery.json itself.
FILE_NAME = r"^[A-Za-z0-9_][A-Za-z0-9 ._()-]{0,99}$"

DELIVERY_JSON = "delivery.json"


class LandedFile(BaseModel):
    """One file of a delivery."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    file: str = Field(pattern=FILE_NAME)
    """The canonical name: users.csv, classes.csv, enrollments.csv, or the name itself for others."""
    name: str
    """The spelling of whoever sent it."""
    size: int = Field(ge=0)
    """In bytes."""
    modified_at: AwareDatetime
    sha256: Sha256
    owner: str | None = None
    """The account that it belonged to in a drop folder of this machine; None elsewhere, and of an older Rollcall."""

    @field_validator("file")
    @classmethod
    def _not_our_own(cls, value: str) -> str:
        if value.casefold() == DELIVERY_JSON:
            raise ValueError(f"{DELIVERY_JSON} is Rollcall's own file")
        return value


class Said(BaseModel):
    """What was said of a file when it was chosen among others, by its code in the catalogue of findings."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    code: str
    file: str
    value: str | None


class Delivery(BaseModel):
    """One set of files, as delivery.json records it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    version: Literal[1] = 1
    district: str
    sync_date: str
    """The district's local date, YYYY-MM-DD."""
    number: int = Field(ge=1)
    """Counts the deliveries of one sync date from 1."""
    source: SourceKind
    origin: str
    """Where it came from, such as sftp://user@host:port/path; never with a secret."""
    overrides_upload: bool = False
    """Fetched although a person had uploaded files by hand, because somebody asked for it."""
    fetched_at: AwareDatetime
    files: tuple[LandedFile, ...] = Field(min_length=1)
    said: tuple[Said, ...] = ()

    @field_validator("sync_date")
    @classmethod
    def _a_date(cls, value: str) -> str:
        return checked_date(value)

    @field_validator("origin")
    @classmethod
    def _no_secret(cls, value: str) -> str:
        if urlsplit(value).password is not None:
            raise ValueError("an origin never holds a password")
        return value

    @property
    def by_hand(self) -> bool:
        """Whether a person chose just these files: uploaded them, or asked for the server's in place of an upload."""
        return self.source == "upload" or self.overrides_upload

    @property
    def sha256(self) -> str:
        """The digest of the set: the same for the same names with the same bytes, in any order."""
        return _digest({file.file: file.sha256 for file in self.files})

    @staticmethod
    def digest_of(paths: Mapping[str, Path]) -> str:
        """Return the digest that a delivery of these files (canonical name -> where it is) would have."""
        return _digest({file: digest_of_file(path) for file, path in paths.items()})

    @property
    def sent_by(self) -> tuple[str, ...]:
        """The accounts that the files came by: their owners on this machine, or the user at the district's server."""
        if self.source == "sftp":
            return (urlsplit(self.origin).netloc.rpartition(":")[0],)
        return tuple(sorted({file.owner for file in self.files if file.owner is not None}))

    def file(self, file: str) -> LandedFile | None:
        """Return the file with this canonical name, None when the delivery has none."""
        return next((landed for landed in self.files if landed.file == file), None)


def _digest(files: Mapping[str, str]) -> str:
    lines = sorted(f"{file}\0{sha256}\n" for file, sha256 in files.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def checked_date(value: str) -> str:
    """Return `value` when it is a date written YYYY-MM-DD; raise ValueError otherwise."""
    if date.fromisoformat(value).isoformat() != value:
        raise ValueError("a sync date is written YYYY-MM-DD")
    return value
