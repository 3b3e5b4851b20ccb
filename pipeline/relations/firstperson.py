"""`« Je n'irai pas », a dit X`: who speaks in the first person is the one whose words they are."""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.attribution import source_of
from pipeline.relations.cues import Cues
from pipeline.trees import feature

VERBAL = frozenset({"VERB", "AUX"})


def speaker_of(token: Node, cues: Cues) -> Node | None:
    """The head of the one who says the clause of a first-person pronoun; None for other words."""
    if token.pos_ != "PRON" or feature(token, "Person") != "1":
        return None
    source = source_of(_clause(token), cues)
    if source is None or feature(source.token, "Person") == "1":
        return None
    return source.token


def _clause(token: Node) -> Node:
    """The verb that the pronoun depends on, through nouns and adjectives."""
    node = token
    while node.head.i != node.i:
        node = node.head
        if node.pos_ in VERBAL:
            break
    return node
