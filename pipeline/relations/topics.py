"""`Niger : la France retire ses troupes`: the topic before a colon is the place of the deed."""

from __future__ import annotations

from pipeline.nodes import Tree
from pipeline.relations.arguments import Resolver, fits
from pipeline.relations.inventory import RelationType
from pipeline.relations.model import Argument
from pipeline.relations.parties import Pair

LONGEST_TOPIC = 6
"""Tokens before the colon."""


class Topic:
    """What stands before the colon of a headline, if it names one party."""

    def __init__(self, doc: Tree, resolver: Resolver) -> None:
        """Read the first words of the passage."""
        self._argument: Argument | None = None
        self._end = 0
        colon = next((t.i for t in doc[:LONGEST_TOPIC] if t.text == ":"), 0)
        named = [m for t in doc[:colon] if (m := resolver.mention(t)) and m.kind == "name"]
        if named and len({m.start for m in named}) == 1:
            self._argument = next(iter(resolver.arguments(doc[0])), None)
            self._end = next((t.i for t in doc[colon:] if t.text in {".", ";"}), len(doc))

    def complete(self, pair: Pair, kind: RelationType, at: int) -> Pair:
        """The pair with the topic as its object, where none is stated and a place is wanted."""
        subject, obj = pair
        topic = self._argument
        if topic is None or obj is not None or at > self._end or "place" not in kind.object:
            return pair
        own = subject is not None and subject.key == topic.key
        return pair if own or not fits(topic, ("place",)) else (subject, topic)
