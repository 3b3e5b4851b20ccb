"""The README's example and data dictionary are what the code gives."""

from __future__ import annotations

import pytest

from pipeline.dictionary import dictionary_markdown
from pipeline.extract import Extractor
from pipeline.readers import page_from_text
from pipeline.records import Extraction
from tests.entity_gold import measures
from tests.readme import PUBLISHED, README, SENTENCE, example, scores, section


@pytest.fixture(scope="module")
def text() -> str:
    return README.read_text(encoding="utf-8")


def test_dictionary(text: str) -> None:
    assert section("dictionary", text) == dictionary_markdown()


def test_scores(text: str) -> None:
    assert section("scores", text) == scores()


def test_entity_figures(text: str) -> None:
    assert section("entities", text) == measures.table()


def test_example(text: str, extractor: Extractor) -> None:
    [found] = extractor.extract([page_from_text(SENTENCE, published=PUBLISHED)])
    assert isinstance(found, Extraction)
    assert section("example", text) == example(found)
