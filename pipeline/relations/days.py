"""What a day beside a deed says of it: put off to it, or still to come."""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.cues import Cues, Effect
from pipeline.trees import dep, feature, lemma, prepositions


def new_date(head: Node, noun: Node, cues: Cues) -> bool:
    """`La visite est reportée à jeudi`, `le report de la visite au 3 mai`."""
    dates = (c for t in (head, noun) for c in t.children if prepositions(c) & cues.date_preps)
    return any(
        c.ent_type_ == "DATE" or lemma(c) in cues.calendar or feature(c, "NumType") == "Card"
        for c in dates
    )


def planned_for(day: Node, cues: Cues) -> list[Effect]:
    """`Le sommet de lundi prochain`."""
    words = {lemma(c) for c in day.children if dep(c) == "amod"}
    return [e for w in words if (e := cues.adjectives.get(w)) == "planned"]
