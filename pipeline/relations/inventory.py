"""The inventory of relation types, read from `relations.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.errors import LexiconError

FILE = Path(__file__).with_name("relations.toml")
Id = Annotated[str, Field(pattern="^[a-z][a-z_]*$")]
Fits = Literal["actor", "person", "state", "org", "place", "event", "thing", "any"]
Party = Literal["subject", "object"]


class RelationType(BaseModel):
    """One relation: its labels, codes and what its parties may be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fr: str
    en: str
    plover: str | None = None
    cameo: str | None = None
    symmetric: bool = False
    needs: tuple[Party, ...] = ()
    speech: bool = False
    """A deed of words or show: `pour protester contre` is the protest itself, not a plan."""
    subject: tuple[Fits, ...] = ("actor",)
    object: tuple[Fits, ...] = ("any",)


@cache
def load_inventory(more: Path | None = None) -> dict[str, RelationType]:
    """All relation types by id, in the order of the file; `more` is a user's folder.

    A `relations.toml` there adds types. Raises LexiconError where it is faulty or has ours again.
    """
    found = _read(FILE)
    path = more / FILE.name if more else None
    if path is None or not path.is_file():
        return found
    try:
        added = _read(path)
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        lines = "\n  ".join(explain_faults(error))
        raise LexiconError(f"{path.name}:\n  {lines}") from error
    if again := sorted(found.keys() & added.keys()):
        raise LexiconError(f"{path.name}: {', '.join(again)}: in our inventory already")
    return found | added


def _read(path: Path) -> dict[str, RelationType]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return TypeAdapter(dict[Id, RelationType]).validate_python(rows)


def symmetric_relations(more: Path | None = None) -> frozenset[str]:
    """Ids of the relations in which the order of the parties carries no meaning."""
    return frozenset(name for name, row in load_inventory(more).items() if row.symmetric)


def explain_faults(error: Exception) -> list[str]:
    """One line per fault: the place in the file and what is wrong there."""
    if not isinstance(error, ValidationError):
        return [str(error)]
    return [
        f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}"
        for fault in error.errors()
    ]
