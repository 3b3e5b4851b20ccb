"""May a pronoun mean somebody? By gender, number, and the other parties of its clause."""

from __future__ import annotations

from pipeline.entities.pronounforms import Pronoun
from pipeline.entities.view import Draft, View, dep, feature


def agrees(view: View, pronoun: Pronoun, draft: Draft) -> bool:
    """May the pronoun mean it, by gender, number and what its form means?"""
    words = view.vocabulary.pronouns
    is_person = draft.label == "PER"
    if (pronoun.form in words.people and not is_person) or (
        pronoun.form in words.things and is_person
    ):
        return False
    if bool(draft.plural or len(draft.members) > 1) != pronoun.plural:
        return False
    gender = draft.gender or gender_of(draft)
    if pronoun.gender is None or gender is None:
        return gender is not None or is_person or pronoun.gender is None
    return gender == pronoun.gender


def gender_of(draft: Draft) -> str | None:
    """Of a state or body: its determiner's, else its own."""
    for child in draft.root.children:
        if dep(child) == "det" and feature(child, "Gender"):
            return feature(child, "Gender")
    return feature(draft.root, "Gender") if draft.label != "PER" else None


def is_barred(view: View, pronoun: Pronoun, draft: Draft) -> bool:
    """`A l'a reçu`: the object is not A; `il a reçu A`: nor is the subject."""
    others = (
        [c for c in pronoun.token.head.children if dep(c) == "obj"]
        if dep(pronoun.token) == "nsubj"
        else [pronoun.subject]
    )
    parties = [view.at(pronoun.page.index, t) for t in others if t is not None]
    return any(
        own is draft or own.entity_id == draft.entity_id is not None
        for own in parties
        if own is not None
    )
