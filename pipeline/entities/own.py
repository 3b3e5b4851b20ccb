"""`--gazetteer FILE`: bodies, places and people of the user's own, checked as they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from pipeline.errors import LexiconError

Key = Annotated[
    str, StringConstraints(pattern=r"^(Q[1-9]\d*|(per|org|loc):[a-z0-9]+(-[a-z0-9]+)*)$")
]
Iso = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Day = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d\d-\d\d)?$")]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    fr: Name
    en: Name
    also: tuple[Name, ...] = ()
    """Further names, of both languages."""
    country: Iso | None = None


class OwnPerson(_Row):
    """A person: `alone` are names that need no full name beside them."""

    alone: tuple[Name, ...] = ()
    gender: Literal["Masc", "Fem"] | None = None
    posts: tuple[tuple[Name, Name, Day, Day], ...] = ()
    """Post (as in data/words.*.toml), state (ISO) or body (id), first day, last day or empty."""


class Own(BaseModel):
    """One file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body: dict[Key, _Row] = Field(default_factory=dict)
    region: dict[Key, _Row] = Field(default_factory=dict)
    person: dict[Key, OwnPerson] = Field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str, str, _Row]]:
        """Key, label and row of every entry."""
        for label, table in (("ORG", self.body), ("LOC", self.region), ("PER", self.person)):
            for key, row in table.items():
                yield key, label, row


def read_own(path: Path) -> Own:
    """Read and check a file. Raises LexiconError with every fault in it."""
    try:
        return Own.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise LexiconError(f"{path}: " + "; ".join(faults)) from error
    except (OSError, ValueError) as error:
        raise LexiconError(f"{path}: {error}") from error
