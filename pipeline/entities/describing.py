"""Which nouns may describe a party: none inside a name, no `personne` that is nobody."""

from __future__ import annotations

from pipeline.entities.view import Page, View, dep, feature, lemma
from pipeline.nodes import Node


def may_describe(view: View, page: Page, token: Node) -> bool:
    """Not inside a name, nor a word of a post's name (`chef d'Etat`) or of a set phrase."""
    if _is_nobody(view, token) or view.at(page.index, token) is not None:
        return False
    if lemma(token) not in view.vocabulary.polities:
        return True
    return token.text[0].isupper() and not (
        dep(token) == "nmod"
        and (is_bare(token) or view.vocabulary.label_of(lemma(token.head)) == "PER")
    )


def _is_nobody(view: View, token: Node) -> bool:
    """`Personne n'est venu`; `des milliers de personnes` are somebody."""
    alone = is_bare(token) and feature(token, "Number") != "Plur"
    return alone and lemma(token) in view.vocabulary.nobodies


def is_bare(token: Node) -> bool:
    """Without determiner: `coup d'Etat`."""
    return not any(
        dep(c) == "det" or (dep(c) == "case" and " " in c.lemma_) for c in token.children
    )
