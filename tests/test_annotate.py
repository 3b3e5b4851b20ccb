"""Sentences may start only where one can end before."""

from __future__ import annotations

import pytest
import spacy

from pipeline.annotate import without_false_starts

CASES = [
    ("Bruxelles, en revanche, se range derrière Paris.", []),
    ("Il part. Elle reste.", ["Elle"]),
    ("Il part ! » Elle reste ; tous rient.", ["»", "Elle", "tous"]),
    ("M. Rutte : un départ", []),
]


@pytest.mark.parametrize(("text", "allowed"), CASES)
def test_where_a_sentence_may_start(text: str, allowed: list[str]) -> None:
    doc = without_false_starts(spacy.blank("fr")(text))
    free = [t.text for t in doc[1:] if t.is_sent_start is None]
    assert free == allowed
