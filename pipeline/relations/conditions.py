"""Clauses under `si`, `if`: which suppose something, and which only set it against the rest."""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.relations.tense import is_conditional, tense_of
from pipeline.trees import dep, feature, fold, lemma


def marks_of(node: Node) -> set[str]:
    """Lemmas and folded forms of the conjunctions and prepositions that mark a clause."""
    return {w for c in node.children if dep(c) == "mark" for w in (lemma(c), fold(c.text))}


def supposes(clause: Node, cues: Cues) -> bool:
    """A clause under `si` that is no contrast: `si A n'a rien dit, B a protesté` tells both."""
    if not marks_of(clause) & cues.if_marks:
        return False
    if any(fold(c.nbor(-1).text) in cues.conceding for c in clause.children if _is_if(c, cues)):
        return False
    fronted = dep(clause) == "advcl" and clause.i < clause.head.i
    return not (fronted and (is_told(clause.head, cues) or is_conditional(clause, cues)))


def _is_if(token: Node, cues: Cues) -> bool:
    words = {fold(token.text), lemma(token)}
    return dep(token) == "mark" and token.i > 0 and not cues.if_marks.isdisjoint(words)


def is_told(verb: Node, cues: Cues) -> bool:
    """A compound past in the indicative: what follows from no condition."""
    auxiliaries = [c for c in verb.children if dep(c) == "aux" and c.dep_ != "aux:pass"]
    present = any(
        feature(a, "Tense") == "Pres" and feature(a, "Mood") == "Ind" for a in auxiliaries
    )
    past = feature(verb, "Tense") == "Past" and feature(verb, "VerbForm") == "Part"
    return present and past and not is_conditional(verb, cues) and tense_of(verb, cues) == "past"
