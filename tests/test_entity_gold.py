"""Who, where and when, measured on gold: figures may rise, never drop (entity_gold/README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.entity_gold import coref, dates, events, links, measures, places

if TYPE_CHECKING:
    from pipeline.extract import Extractor


def test_there_is_enough_to_measure_by() -> None:
    for language in ("fr", "en"):
        assert len(dates.cases(language)) >= 150
    assert len(links.cases()) >= 300
    assert len(list(coref.blocks())) >= 30
    assert sum(len(lines) for _, lines in coref.blocks()) >= 300
    assert len(places.cases()) >= 100
    copies, told = events.read()
    assert len(copies) >= 15
    assert {copy.language for copy in copies} == {"fr", "en"}
    assert len(told) >= 60


def test_figures_are_not_below_their_floors(extractor: Extractor) -> None:
    assert measures.drops(measures.load(), measures.measure(extractor)) == []


def test_links_are_not_below_their_floors(shared: Path, extractor: Extractor) -> None:
    measured = measures.measure_links(shared, extractor)
    assert measures.drops(measures.load(), measured) == []


def test_one_meeting_in_two_languages_is_one_event(extractor: Extractor) -> None:
    result = events.answer(extractor)
    rows = [row.relation_id for mark, row in result.rows.items() if mark.event == "m1"]
    [event] = {e.event_id: e for e in result.events if set(rows) & set(e.relation_ids)}.values()
    assert event.n_articles >= 2
    assert len(rows) >= 4


@pytest.mark.parametrize(
    ("value", "grain"),
    [
        (None, "none"),
        ("2024-11-05", "day"),
        ("2024-11-18/2024-11-24", "week"),
        ("2024-11-23/2024-11-24", "weekend"),
        ("2024-02-01/2024-02-29", "month"),
        ("2024-01-01/2024-12-31", "year"),
        ("1990-01-01/1999-12-31", "decade"),
        ("2024-01-01/2024-03-31", "interval"),
    ],
)
def test_granularity(value: str | None, grain: str) -> None:
    assert dates.granularity(value) == grain
