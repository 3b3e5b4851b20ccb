"""Inflected forms of the lexicon's words, so that a trigger does not hang on the lemmatizer."""

from __future__ import annotations

from collections.abc import Set

from pipeline.lemmas import load_table, participles
from pipeline.nodes import Node
from pipeline.texts import fold
from pipeline.trees import lemma

MOST_SEEN = 100_000
"""Pairs of form and lemma remembered: memory stays flat over any dump."""


def load_forms(language: str, wanted: Set[str]) -> dict[str, frozenset[str]]:
    """Folded form -> those of its lemmas that are wanted (folded)."""
    forms: dict[str, frozenset[str]] = {}
    for form, lemmas in load_table(language).items():
        kept = frozenset(map(fold, lemmas)) & wanted
        if kept:
            key = fold(form)
            forms[key] = forms[key] | kept if key in forms else kept
    for word in wanted:
        for form in (word, *map(fold, participles(word, language))):
            forms[form] = forms.get(form, frozenset()) | {word}
    return forms


class Lexemes:
    """The words that a token may be a form of: the model's lemma and those of the tables."""

    def __init__(self, language: str, wanted: Set[str]) -> None:
        """`wanted` are the folded lemmas that anybody will ask for."""
        self._forms = load_forms(language, wanted)
        self._seen: dict[tuple[str, str], frozenset[str]] = {}

    def of(self, token: Node) -> frozenset[str]:
        """Folded lemmas of a token."""
        key = (token.lower_, token.lemma_)
        known = self._seen.get(key)
        if known is None:
            known = self._forms.get(fold(token.text), frozenset()) | {lemma(token)}
            if len(self._seen) < MOST_SEEN:
                self._seen[key] = known
        return known
