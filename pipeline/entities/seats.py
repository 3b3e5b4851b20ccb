"""A town or building as actor or as place: `Moscou apporte un soutien`, `à Moscou`."""

from __future__ import annotations

from pipeline.entities.view import Draft, View, dep, feature, lemma
from pipeline.nodes import Node
from pipeline.trees import first_conjunct, preposition


def settle_seats(view: View) -> None:
    """Names of seats that act get the actor they stand for as entity."""
    seats = view.gazetteer.seats
    for draft in view.drafts:
        if draft.entity_id in seats and draft.kind == "name" and acts(draft, view):
            actor = view.gazetteer.known[seats[draft.entity_id]]
            draft.entity_id, draft.label = actor.entity_id, actor.type


def acts(draft: Draft, view: View) -> bool:
    """Is the place spoken of as one who acts, by its syntax? In doubt it is a place."""
    token = first_conjunct(draft.outer or draft.root)
    words = view.vocabulary.actors
    first = preposition(token) or preposition(draft.root)
    if first in words["prepositions"]:
        return True
    if first in words["upon_prepositions"] and lemma(token.head) in words["upon"]:
        return True
    if first in words["place_prepositions"]:
        return False
    if first is None:
        return _acts_bare(token, words["town_verbs"])
    return _acts_after(token, first, view, (draft.entity_id or "").startswith("loc:"))


def _acts_bare(token: Node, town_verbs: frozenset[str]) -> bool:
    kind, head = dep(token), token.head
    if kind in ("nsubj", "obj", "iobj"):
        return not (lemma(head) in town_verbs and (kind == "obj" or "pass" in token.dep_))
    return kind == "root" and _heads_its_verb(token, town_verbs)


def _heads_its_verb(token: Node, town_verbs: frozenset[str]) -> bool:
    """`Moscou, en revanche, refuse …`, with the subject parsed as root of its sentence."""
    if not token.is_sent_start:
        return False
    return any(
        child.pos_ == "VERB"
        and feature(child, "VerbForm") == "Fin"
        and lemma(child) not in town_verbs
        and not any(dep(c) == "nsubj" for c in child.children)
        for child in token.children
    )


def _acts_after(token: Node, first: str, view: View, building: bool) -> bool:
    """After `de` or `à`: the governing word decides."""
    words, head = view.vocabulary.actors, lemma(token.head)
    if dep(token) == "nmod" and first in words["of"] and building:
        return True
    if dep(token) == "nmod" and (head in words["owned"] or head in words["dative"]):
        return True
    if "agent" in token.dep_:
        return True
    if dep(token) in ("obl", "iobj") and head in words["dative"]:
        return True
    return token.dep_ in ("obl:arg", "iobj") and _governs_dative(token, words["dative"])


def _governs_dative(token: Node, dative: frozenset[str]) -> bool:
    """`apporte un soutien à Moscou`: the object of the verb is such a word."""
    return any(dep(c) == "obj" and lemma(c) in dative for c in token.head.children)
