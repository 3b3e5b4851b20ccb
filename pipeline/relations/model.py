"""What the grammar passes on: a reading of a clause, a frame round a trigger, an argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.nodes import Node

Tokens = tuple[Node, ...]


class Roles(NamedTuple):
    """Who is a verb's grammatical subject and agent, and by which construction."""

    subjects: Tokens = ()
    agents: Tokens = ()
    how: str = "active"
    """active, passive, participle, relative, control, shared, adverbial, noun-clause …"""


class Clause:
    """A verb with its parties, which are looked for when first asked for: most rules never ask."""

    __slots__ = ("_find", "_found", "passive", "verb")

    def __init__(
        self, verb: Node, passive: bool = False, find: Callable[[], Roles] = Roles
    ) -> None:
        """Nothing is looked for yet."""
        self.verb, self.passive = verb, passive
        self._find = find
        self._found: Roles | None = None

    @property
    def _roles(self) -> Roles:
        if self._found is None:
            self._found = self._find()
        return self._found

    @property
    def subjects(self) -> Tokens:
        """Heads of the grammatical subject."""
        return self._roles.subjects

    @property
    def agents(self) -> Tokens:
        """Of a passive: who does it."""
        return self._roles.agents

    @property
    def how(self) -> str:
        """The construction."""
        return self._roles.how


@dataclass(frozen=True, slots=True)
class Frame:
    """A trigger and the heads of its parties, before they are resolved."""

    construction: str
    trigger: Tokens
    head: Node
    """Where the search for negation, modality and attribution starts."""
    subjects: Tokens
    objects: Tokens
    together: bool = False
    """The subjects alone are all parties of a symmetric relation (`A et B se sont vus`)."""
    light: Node | None = None
    """The light verb that carries a noun's tense."""
    agentless: bool = False
    """A passive that names no agent."""


class Miss(NamedTuple):
    """Why a trigger did not lead to a frame."""

    reason: str


@dataclass(frozen=True, slots=True)
class Argument:
    """A party as it stands in the sentence and as it is resolved."""

    start: int
    end: int
    text: str
    label: str | None
    entity_id: str | None
    kinds: frozenset[str]
    """Any of actor, person, state, org, place, event, thing."""

    @property
    def key(self) -> str:
        """What tells it from another party."""
        return self.entity_id or f"{self.start}:{self.end}"
