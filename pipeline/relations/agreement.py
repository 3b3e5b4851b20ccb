"""Which noun a participle agrees with."""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.trees import dep, feature, lemma


def agreeing(noun: Node, participle: Node, cues: Cues) -> Node | None:
    """The noun, or its complement (`des membres de forces … soutenues par A`), that agrees."""
    if lemma(noun) in cues.measures:
        return noun
    nested = [c for c in noun.children if dep(c) == "nmod" and noun.i < c.i < participle.i]
    definite = [c for c in nested if not is_bare(c)]
    return next((t for t in (noun, *definite) if _agrees(t, participle)), None)


def is_bare(noun: Node) -> bool:
    """Without article, also in its preposition (`du`)."""
    before = [c for c in noun.children if dep(c) in {"det", "case"}]
    return not any(dep(c) == "det" or " " in c.lemma_ for c in before)


def _agrees(noun: Node, participle: Node) -> bool:
    """`Après avoir été battue`: not of a noun of another gender."""
    if noun.pos_ != "NOUN":
        return True
    gender = {feature(noun, "Gender"), feature(participle, "Gender")} - {None}
    number = {feature(noun, "Number"), feature(participle, "Number")} - {None}
    nested = dep(noun) == "nmod"
    return len(gender) < 2 and not (nested and len(number) > 1)
