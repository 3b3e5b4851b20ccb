"""Who says so: `selon X`, `X affirme que …`, `…, a annoncé X`."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.nodes import Node
from pipeline.relations.clauses import subjects_of
from pipeline.relations.cues import Cues
from pipeline.relations.inserted import inserted_verb, parted, source_phrase
from pipeline.relations.mood import finds
from pipeline.relations.relatives import antecedent
from pipeline.relations.voice import is_passive
from pipeline.trees import NOMINAL, dep, lemma, prepositions

CLIMB = 12
VERBAL = frozenset({"VERB", "AUX"})


@dataclass(frozen=True, slots=True)
class Source:
    """The head of the one who says so, and whether the verb only announces."""

    token: Node
    announces: bool
    by_words: bool = False
    """Found by the order of words alone: it must be somebody or something that speaks."""


def source_of(head: Node, cues: Cues) -> Source | None:
    """The source of the clause that the deed stands in, or None for the article's own voice."""
    node = head
    for _ in range(CLIMB):
        found = _beside(node, cues) or _above(node, cues)
        if found:
            return found
        if node.dep_ == "acl:relcl":
            return None
        if node.head.i == node.i:
            break
        node = node.head
    said = inserted_verb(head, cues)
    if said:
        return Source(said[1], lemma(said[0]) in cues.announcing, by_words=True)
    phrase = source_phrase(head, cues)
    return Source(phrase, False) if phrase is not None else None


def _beside(node: Node, cues: Cues) -> Source | None:
    """A source phrase or an inserted saying clause that depends on the node."""
    for child in node.children:
        kind = dep(child)
        phrase = kind in {"obl", "nmod", "advmod", "parataxis"}
        if phrase and prepositions(child) & cues.source_preps and not parted(node, child):
            return Source(antecedent(child), False)
        beside = kind in {"parataxis", "ccomp"} or (kind == "conj" and node.pos_ in VERBAL)
        if beside and _says(child, cues) and _inverted(child):
            added = any(dep(c) == "cc" for c in child.children)  # `et rappelle son ambassadeur`
            speaker = _speaker(child, cues, anywhere=not added)
            if speaker is not None:
                return Source(speaker, lemma(child) in cues.announcing)
    return None


def _speaker(verb: Node, cues: Cues, *, anywhere: bool) -> Node | None:
    """Subject of an inserted clause; inverted, it may have been taken for the object."""
    for subject in subjects_of(verb, cues):
        if subject.head.i == verb.i:
            return subject
    for child in verb.children if anywhere else ():
        if dep(child) in {"obj", "expl"} and child.i > verb.i and child.pos_ in NOMINAL:
            return child
    return None


def _above(node: Node, cues: Cues) -> Source | None:
    """A verb of saying whose content the node is."""
    head = node.head
    content = dep(node) in {"ccomp", "xcomp", "parataxis", "obj"} and node.i != head.i
    if not content or not _says(head, cues):
        return None
    if dep(node) == "obj" and lemma(head) in cues.announcing:
        return None
    if is_passive(head, cues) or finds(head):  # `is expected to`: nobody says so
        return None
    subjects = subjects_of(head, cues)
    return Source(subjects[0], lemma(head) in cues.announcing) if subjects else None


def _says(verb: Node, cues: Cues) -> bool:
    return verb.pos_ in VERBAL and lemma(verb) in cues.saying


def _inverted(verb: Node) -> bool:
    """The clause is inserted or follows: it brings no content of its own."""
    return not any(dep(c) in {"ccomp", "mark"} for c in verb.children)
