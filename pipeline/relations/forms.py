"""Inflected forms of the lexicon's words, so that a trigger does not hang on the lemmatizer.

The forms come from the lookup tables of spacy-lookups-data (MIT); of a table of some 200,000
forms only those of wanted lemmas are kept.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Set
from importlib.resources import files

from spacy.tokens import Token

from pipeline.texts import fold
from pipeline.trees import lemma


def load_forms(language: str, wanted: Set[str]) -> dict[str, frozenset[str]]:
    """Folded form -> those of its lemmas that are wanted (folded); empty without a table."""
    path = files("spacy_lookups_data") / "data" / f"{language}_lemma_lookup.json.gz"
    if not path.is_file():
        return {}
    table: dict[str, str | list[str]] = json.loads(gzip.decompress(path.read_bytes()))
    forms: dict[str, frozenset[str]] = {}
    for form, value in table.items():
        lemmas = {fold(word) for word in ([value] if isinstance(value, str) else value)}
        if kept := lemmas & wanted:
            key = fold(form)
            forms[key] = forms.get(key, frozenset()) | kept
    return forms


class Lexemes:
    """The words that a token may be a form of: the model's lemma and those of the tables."""

    def __init__(self, language: str, wanted: Set[str]) -> None:
        """`wanted` are the folded lemmas that anybody will ask for."""
        self._forms = load_forms(language, wanted)

    def of(self, token: Token) -> frozenset[str]:
        """Folded lemmas of a token."""
        return self._forms.get(fold(token.text), frozenset()) | {lemma(token)}
