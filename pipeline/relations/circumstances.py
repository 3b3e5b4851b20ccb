"""When and where: the date and the place that a deed's words carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.nodes import Node
from pipeline.records import Mention
from pipeline.relations.arguments import Resolver
from pipeline.relations.cues import Cues
from pipeline.texts import fold
from pipeline.trees import dep, prepositions

LINKS = frozenset({"obl", "nmod", "advmod", "appos", "nummod", "conj"})


@dataclass(frozen=True, slots=True)
class When:
    """A date expression and the days it stands for."""

    text: str
    start: date | None
    end: date | None


def when(nodes: Sequence[Node], resolver: Resolver) -> When | None:
    """The date attached to the deed's words, else the only one of the sentence."""
    dates = resolver.dates()
    for node in nodes:
        below = {t.i for c in node.children if dep(c) in LINKS for t in (c, *c.children)}
        for i, mention in dates:
            if i in below or i == node.i:
                return _when(mention)
    sentence = nodes[0].sent
    inside = [m for i, m in dates if sentence.start <= i < sentence.end]
    return _when(inside[0]) if len(inside) == 1 else None


def _when(mention: Mention) -> When:
    start, end = _days(mention.value)
    return When(mention.text, start, end)


def _days(value: str | None) -> tuple[date | None, date | None]:
    """First and last day of an ISO 8601 day or interval `start/end`, open ends null."""
    if not value:
        return None, None
    first, _, last = value.partition("/")
    return _day(first), _day(last or first)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def where(
    nodes: Sequence[Node],
    parties: Sequence[Node],
    taken: Iterable[tuple[int, int]],
    resolver: Resolver,
    cues: Cues,
) -> Mention | None:
    """The place attached to the deed's words, or to a party, that is no party itself."""
    spans = set(taken)
    for node in (*nodes, *parties):
        for child in node.children:
            for place in _places(child, node in nodes, cues):
                mention = resolver.mention(place)
                if mention and mention.label == "LOC" and (mention.start, mention.end) not in spans:
                    return mention
    return None


def _places(child: Node, of_deed: bool, cues: Cues) -> Iterator[Node]:
    """Where a place may stand: `à Genève`, `près de Genève`, `lors d'un discours à Genève`."""
    kind = dep(child)
    if kind not in {"obl", "nmod", "advmod"}:
        return
    if prepositions(child) & cues.place_preps:
        yield child
    if kind == "advmod":
        near = fold(child.lemma_)
        for place in child.children:
            if any(f"{near} {prep}" in cues.place_preps for prep in prepositions(place)):
                yield place
    elif kind == "obl" and of_deed and prepositions(child) & cues.event_preps:
        for place in child.children:
            if dep(place) == "nmod" and prepositions(place) & cues.place_preps:
                yield place
