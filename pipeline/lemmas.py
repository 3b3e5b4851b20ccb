"""Lemma tables: a form's lemmas by the book, where the trained lemmatizer invents a word.

The tables are those of spacy-lookups-data (MIT): some 200,000 French forms, 40,000 English ones.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc

INFLECTED = frozenset({"VERB", "AUX", "NOUN", "ADJ"})


@cache
def load_table(language: str) -> dict[str, tuple[str, ...]]:
    """Form in lower case -> its lemmas; empty where the language has no table."""
    path = files("spacy_lookups_data") / "data" / f"{language}_lemma_lookup.json.gz"
    if not path.is_file():
        return {}
    table: dict[str, str | list[str]] = json.loads(gzip.decompress(path.read_bytes()))
    return {
        form.lower(): (lemmas,) if isinstance(lemmas, str) else tuple(lemmas)
        for form, lemmas in table.items()
    }


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(lemma for lemmas in load_table(language).values() for lemma in lemmas)


def correct_lemmas(doc: Doc, language: str) -> None:
    """Replace, in place, every lemma that is no word by the first the table gives the form."""
    table, words = load_table(language), _words(language)
    for token in doc:
        if token.pos_ not in INFLECTED or token.lemma_ in words:
            continue
        lemmas = table.get(token.lower_)
        if lemmas:
            token.lemma_ = lemmas[0]
