"""The inventory of relation types, read from `relations.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

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
def load_inventory() -> dict[str, RelationType]:
    """All relation types by id, in the order of the file."""
    path = Path(__file__).with_name("relations.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: RelationType.model_validate(row) for name, row in rows.items()}


def symmetric_relations() -> frozenset[str]:
    """Ids of the relations in which the order of the parties carries no meaning."""
    return frozenset(name for name, row in load_inventory().items() if row.symmetric)
