"""Whom a sentence puts forward: `quant à X, il …`, `X, lui, …`."""

from __future__ import annotations

from pipeline.entities.agreeing import agrees
from pipeline.entities.pronounforms import Pronoun, subject_of
from pipeline.entities.view import Draft, View, dep


def emphatic(view: View, pronoun: Pronoun) -> Draft | None:
    """`X, lui, reste`, `X a, elle, critiqué`: what stands right before it, or the subject."""
    page, i = pronoun.page, pronoun.token.i
    if pronoun.form not in view.vocabulary.pronouns.emphatic or not 1 < i < len(page.doc) - 1:
        return None
    before, after = page.doc[i - 1], page.doc[i + 1]
    if before.text != "," or after.text not in {",", ";", "."}:
        return None
    token = page.doc[i - 2]
    while token.head.i < token.i and token.pos_ not in {"VERB", "AUX"}:
        token = token.head
    verb = token if token.pos_ == "VERB" else token.head
    subject = subject_of(verb) if token.pos_ in {"VERB", "AUX"} else token
    found = view.at(page.index, subject) if subject is not None else None
    several = found is not None and (found.plural or len(found.members) > 1)
    return found if found is not None and several == pronoun.plural else None


def topic(view: View, pronoun: Pronoun) -> Draft | None:
    """`Quant à X, elle …`: whom the sentence says it is about."""
    token, page = pronoun.token, pronoun.page
    start = token.sent.start
    subject = dep(token) in {"nsubj", "expl"} and not pronoun.possessive
    if not subject or page.folded[start] not in view.vocabulary.pronouns.topics:
        return None
    comma = next((t.i for t in token.sent if t.text == ","), start)
    if not start < comma < token.i:
        return None
    found = [d for t in page.doc[start:comma] if (d := view.at(page.index, t)) is not None]
    named = [d for d in found if agrees(view, pronoun, d)]
    return named[-1] if named else None
