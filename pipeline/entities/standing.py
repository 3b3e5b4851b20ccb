"""How somebody stands in a sentence: joined to others, or named in passing."""

from __future__ import annotations

from pipeline.entities.view import Draft, View, dep
from pipeline.trees import preposition

ONCE_MORE = 2
"""Times that the article names somebody of whom it speaks more than in passing."""


def is_joint(draft: Draft) -> bool:
    """One of several that `et` joins: no pronoun in the singular means it."""
    token = draft.outer or draft.root
    joined = any(dep(c) == "conj" and c.pos_ in {"NOUN", "PROPN"} for c in token.children)
    return dep(token) == "conj" or joined


def is_aside(view: View, draft: Draft) -> bool:
    """`Le frère de X`, `un port de Y`, of whom the article does not speak again."""
    token = draft.outer or draft.root
    if dep(token) != "nmod" or preposition(token) is None or draft.kind != "name":
        return False
    return sum(d.entity_id == draft.entity_id for d in view.drafts if d.kind == "name") < ONCE_MORE
