"""What the grammar passes on: a reading of a clause, a frame round a trigger, an argument."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.nodes import Node

Tokens = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb with its grammatical subject, by whatever construction it was found."""

    verb: Node
    passive: bool
    subjects: Tokens
    agents: Tokens
    how: str
    """active, passive, participle, relative, control, shared, adverbial, noun-clause …"""


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


@dataclass(frozen=True, slots=True)
class Miss:
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
