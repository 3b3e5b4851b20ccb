"""Labels that a parser gives against the plain order of words, put right in a finished Doc."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

COMPLEMENTS = frozenset({"obl:mod", "obl", "dislocated", "nmod"})
SUBJECTS = frozenset({"nsubj", "nsubj:pass", "expl:subj", "csubj", "csubj:pass"})
NOT_THE_SUBJECT = frozenset({"DATE", "EVENT", "PRODUCT"})


def mend_subjects(doc: Doc) -> None:
    """Make a subject, in place, of the bare name before a finite verb that has none.

    `Londres, où elle vit, a refusé …`: the net takes `Londres` for a complement of place, though
    it has no preposition.
    """
    for token in doc:
        if token.dep_ in COMPLEMENTS and _is_bare_name(token) and _lacks_subject(token.head):
            token.dep_ = "nsubj"


def _is_bare_name(token: Token) -> bool:
    """A proper noun before its verb, behind no preposition, adverb or other name."""
    name = token.pos_ == "PROPN" and token.ent_type_ not in NOT_THE_SUBJECT
    opens = token.left_edge.i == token.i or token.left_edge.dep_ == "det"
    return name and opens and token.i < token.head.i


def _lacks_subject(verb: Token) -> bool:
    children = list(verb.children)
    finite = any(
        "Fin" in t.morph.get("VerbForm", [])
        for t in (verb, *(c for c in children if c.dep_.startswith("aux")))
    )
    return verb.pos_ == "VERB" and finite and not any(c.dep_ in SUBJECTS for c in children)
