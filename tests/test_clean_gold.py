"""Cleaning, on forty pages in the style of real ones whose blocks were named by hand."""

from __future__ import annotations

import pytest

from tests.clean_gold import pages, score


@pytest.mark.parametrize("language", ["fr", "en"])
def test_cleaning(language: str) -> None:
    found = score(language)
    kinds, titles, dates = found.rates()
    assert found.titles >= 20
    assert kinds >= 0.95, found.missed
    assert titles >= 0.97, found.missed
    assert dates >= 0.95, found.missed


def test_the_pages_are_read_as_they_were_written() -> None:
    for language in ("fr", "en"):
        for page in pages(language):
            assert page.blocks
            assert all(page.text[start - 1 : start] in ("", "\n") for _, start in page.blocks)
