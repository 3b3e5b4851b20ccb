"""Which noun a participle agrees with."""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.trees import behind_comma, dep, feature, lemma


def agreeing(noun: Node, participle: Node, cues: Cues) -> Node | None:
    """The noun, or its complement (`des membres de forces … soutenues par A`), that agrees."""
    if lemma(noun) in cues.measures:
        return noun
    nested = [c for c in noun.children if dep(c) == "nmod" and noun.i < c.i < participle.i]
    definite = [c for c in nested if not is_bare(c)]
    return next((t for t in (noun, *definite) if _agrees(t, participle)), None)


def described(participle: Node, cues: Cues) -> Node:
    """The noun that a participle describes, of those that the one in the tree belongs to.

    `L'avance de dix millions réclamée par A`: the advance; `la visite de B, deux fois annulée`.
    """
    noun = participle.head
    if dep(noun) in {"obl", "advmod"} and lemma(noun) in cues.calendar:
        noun = _before_comma(noun) or noun
    node = noun
    while not _fits(node, participle) and dep(node) in {"nmod", "amod"} and node.head.i < node.i:
        node = node.head
    return node if _fits(node, participle) else (_subject_over(noun, participle) or noun)


def _subject_over(noun: Node, participle: Node) -> Node | None:
    """`A a dormi derrière les barreaux, incarcéré par B`: A, where the complement cannot agree."""
    if not behind_comma(participle) or dep(noun) not in {"obl", "obj"}:
        return None
    subjects = [c for c in noun.head.children if dep(c) == "nsubj" and c.i < noun.head.i]
    return next((c for c in subjects if c.pos_ != "PRON" and _fits(c, participle)), None)


def _before_comma(noun: Node) -> Node | None:
    at = noun.left_edge.i - 1
    if at <= noun.sent.start or noun.doc[at].text != ",":
        return None
    return noun.doc[at - 1]


def _fits(noun: Node, participle: Node) -> bool:
    """A noun or name of the participle's gender and number."""
    if noun.pos_ != "NOUN":
        return noun.pos_ != "ADJ"
    if any(dep(c) == "conj" for c in noun.children):
        return True
    for name in ("Gender", "Number"):
        if len({feature(noun, name), feature(participle, name)} - {None}) > 1:
            return False
    return True


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
