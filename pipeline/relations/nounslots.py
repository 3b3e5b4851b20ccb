"""What stands in the slot of a deed noun, also where the parser hung it on a neighbour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.nodes import Node
from pipeline.relations.arguments import Resolver
from pipeline.relations.complements import clauses_under, fillers, strays
from pipeline.relations.cues import Cues
from pipeline.relations.lexicon import Slot
from pipeline.relations.model import Tokens
from pipeline.relations.objects import owners_in
from pipeline.relations.slots import allowed
from pipeline.trees import dep

HYPHENS = frozenset("-–‑")


@dataclass
class Parties:
    """Parties as they are found, with the constructions that gave them."""

    subjects: list[Node] = field(default_factory=list)
    objects: list[Node] = field(default_factory=list)
    together: bool = False
    how: list[str] = field(default_factory=list)

    def add(self, party: str, tokens: Iterable[Node], how: str) -> None:
        """Add tokens not yet taken to a party."""
        taken = {t.i for t in (*self.subjects, *self.objects)}
        new = [t for t in tokens if t.i not in taken]
        if new:
            (self.subjects if party == "subject" else self.objects).extend(new)
            self.how.append(how)


def parties_in(
    node: Node, slot: Slot, resolver: Resolver, cues: Cues, *, further: bool
) -> Iterator[Node]:
    """Fillers of the slot under a node, or whose they are: `l'expulsion de dix diplomates russes`.

    `further`: also behind names that hang on the node.
    """
    for token in _standing_in(node, slot, resolver, cues, further=further):
        if not slot.owner:
            yield token
        elif allowed(token, slot, cues):
            yield from owners_in(token, cues)


def _standing_in(
    node: Node, slot: Slot, resolver: Resolver, cues: Cues, *, further: bool
) -> Iterator[Node]:
    if slot.clause:  # `la promesse de A de partir`, also where A took the infinitive
        for holder in (node, *(c for c in node.children if dep(c) == "nmod")):
            yield from clauses_under(holder, slot)
        return
    yield from fillers(node, slot, None, cues)
    yield from strays(node, slot, cues)
    if further:
        yield from _behind_names(node, slot, resolver, cues)


def _behind_names(node: Node, slot: Slot, resolver: Resolver, cues: Cues) -> Iterator[Node]:
    """`Le retrait des États-Unis de l'Unesco`, the second hung on the first."""
    for child in node.children:
        name = resolver.mention(child) if dep(child) in {"nmod", "obl"} else None
        if name is None or name.kind != "name":
            continue
        for token in fillers(child, slot, None, cues):
            if not resolver.inside(token, name):
                yield token


def before_hyphen(name: Node) -> Tokens:
    """`The A-B summit` in several tokens: A, hung on B."""
    return tuple(
        c
        for c in name.children
        if dep(c) == "compound" and c.i < name.i and name.doc[c.i + 1].text in HYPHENS
    )
