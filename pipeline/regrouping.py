"""Words that a parser hung on the wrong head beside others: lists, days of the week."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = frozenset({"nsubj", "nsubj:pass", "expl:subj", "csubj", "csubj:pass"})
OWN_CLAUSE = frozenset({*SUBJECTS, "cop", "obj", "ccomp", "xcomp", "orphan", "obl:mod"})
"""What only the head of a clause of its own has."""


def mend_days(doc: Doc, days: Set[str]) -> None:
    """`Est mardi en visite`, `sera lundi à Rome`: the day is when, the predicate follows it."""
    for day in doc:
        children = list(day.children)
        labels = {c.dep_ for c in children}
        if day.lower_ not in days or "cop" not in labels or labels & {"case", "det"}:
            continue
        told = next((c for c in children if c.i > day.i and _has_case(c)), None)
        if told is None or told.dep_ != "nmod" or told.left_edge.i > day.i + 2:
            continue
        told.dep_, told.head = day.dep_, told if day.head.i == day.i else day.head
        for child in children:
            if child.i != told.i and not day.i < child.i < told.i:
                child.head = told
        day.head, day.dep_ = told, "obl:mod"


def _has_case(noun: Token) -> bool:
    return any(c.dep_ == "case" for c in noun.children)


def mend_listed_subjects(doc: Doc) -> None:
    """`A, the envoy, and B have met`: A, taken for a headline before a clause of B alone.

    The plural of the verb tells that B is not its only subject.
    """
    for verb in doc:
        name = verb.head
        if verb.dep_ != "conj" or not is_root(name) or _heads_clause(name):
            continue
        subject = next((c for c in verb.children if c.dep_.startswith("nsubj")), None)
        link = next((c for c in verb.children if c.dep_ == "cc"), None)
        if subject is None or link is None or not name.i < link.i < subject.i < verb.i:
            continue
        plural = any("Plur" in t.morph.get("Number", []) for t in verbs_of(verb))
        if plural and "Plur" not in subject.morph.get("Number", []) and _begins(subject, link):
            verb.head, verb.dep_ = verb, "ROOT"
            name.head, name.dep_ = verb, subject.dep_
            subject.head, subject.dep_ = name, "conj"
            link.head = subject


def mend_listed_objects(doc: Doc) -> None:
    """`Accuse A et la droite de B`: a noun joined to the verb behind whose object it stands."""
    for noun in doc:
        verb = noun.head
        joined = noun.dep_ == "conj" and noun.pos_ in {"NOUN", "PROPN"} and verb.pos_ == "VERB"
        if not joined or noun.i < verb.i or _heads_clause(noun):
            continue
        link = next((c for c in noun.children if c.dep_ == "cc"), None)
        objects = [c for c in verb.children if c.dep_ == "obj" and verb.i < c.i < noun.i]
        if link is None or not objects or not _begins(noun, link):
            continue
        if objects[-1].right_edge.i == link.i - 1:
            noun.head = objects[-1]


def _heads_clause(noun: Token) -> bool:
    return any(c.dep_ in OWN_CLAUSE for c in noun.children)


def _begins(noun: Token, link: Token) -> bool:
    """Nothing but its own words stands between the conjunction and the noun, no preposition."""
    own = all(noun.is_ancestor(t) for t in noun.doc[link.i + 1 : noun.i])
    return own and not any(c.dep_ == "case" and c.i < noun.i for c in noun.children)


def is_root(token: Token) -> bool:
    """A noun or name that heads its sentence."""
    return token.head.i == token.i and token.pos_ in {"NOUN", "PROPN"}


def verbs_of(verb: Token) -> list[Token]:
    """The verb and its auxiliaries."""
    return [verb, *(c for c in verb.children if c.dep_.startswith("aux"))]
