"""What a token looks like that may be a party and that no mention covers."""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.trees import dep, feature, lemma


def is_institution(token: Node) -> bool:
    """`La Région`, `the Council`: a noun in capitals behind a small article."""
    capital = token.pos_ == "NOUN" and token.text[0].isupper() and token.text[1:].islower()
    behind = token.i > 0 and dep(token.nbor(-1)) == "det" and token.nbor(-1).head is token
    small = behind and (token.nbor(-1).text.islower() or token.i - 1 == token.sent.start)
    return capital and small


def is_clause(token: Node) -> bool:
    """An infinitive or clause in the place of a party."""
    return token.pos_ in {"VERB", "AUX"} and dep(token) in {"xcomp", "ccomp", "acl", "advcl", "obl"}


def is_prefix(token: Node) -> bool:
    """What stands before the verb of a clause and belongs to its content."""
    return dep(token) in {"advmod", "expl", "obj", "iobj", "aux", "cop"}


def is_pronoun(token: Node) -> bool:
    """Personal, reflexive, relative and indefinite subjects: no party by themselves."""
    if token.pos_ in {"DET", "SCONJ", "CCONJ", "ADP", "PUNCT"}:
        return True
    if token.pos_ == "PRON" and lemma(token) in {"ce", "cela", "ca", "ceci", "that", "this", "it"}:
        return True
    kinds = {"Prs", "Rel", "Int"}
    return token.pos_ == "PRON" and (feature(token, "PronType") in kinds or token.i == token.head.i)


def is_of_them(token: Node) -> bool:
    """`Quatre d'entre eux`, `two of them`: so many persons."""
    return token.pos_ == "NUM" and any(
        dep(c) in {"nmod", "obl"} and c.pos_ == "PRON" and feature(c, "Number") == "Plur"
        for c in token.children
    )
