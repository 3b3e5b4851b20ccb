"""The gold gate: figures may rise, never drop. `python -m tests.update_floors` raises floors."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.evaluate import gold_digest, load_gold, score_gold
from pipeline.languages import LANGUAGES
from tests import floors

if TYPE_CHECKING:
    from pipeline.extract import Extractor


def test_gold_is_valid_and_there_is_some_in_every_language() -> None:
    articles = load_gold(floors.GOLD)
    assert {article.language for article in articles} == set(LANGUAGES)
    for article in articles:
        assert article.name.startswith(f"{article.language}/")


def test_every_article_has_a_gold_file() -> None:
    texts = {path.with_suffix("") for path in floors.GOLD.rglob("*.txt")}
    assert texts == {path.with_suffix("") for path in floors.GOLD.rglob("*.jsonl")}


def test_the_seeds_stay_outside() -> None:
    assert not list(floors.GOLD.rglob(floors.SEEDS))


@pytest.mark.parametrize("section", ["gold", "held_out", "seeds"])
def test_floors_are_measured(section: str) -> None:
    assert "placeholder" not in floors.load()[section], "run python -m tests.update_floors"


def test_gold_figures_are_not_below_their_floors(extractor: Extractor) -> None:
    _gate("gold", floors.GOLD, "*", extractor)


def test_held_out_figures_are_not_below_their_floors(extractor: Extractor) -> None:
    _gate("held_out", floors.HELD_OUT, "*", extractor)


def test_seed_figures_are_not_below_their_floors(shared: Path, extractor: Extractor) -> None:
    _gate("seeds", shared / "gold-dev", floors.SEEDS, extractor)


def _gate(section: str, folder: Path, pattern: str, extractor: Extractor) -> None:
    content = floors.load()
    pinned = content[section]
    changed = "gold or its articles changed: review them, then run python -m tests.update_floors"
    assert gold_digest(folder, pattern) == pinned["digest"], changed
    measured = floors.measure(score_gold(load_gold(folder, pattern), extractor), content["groups"])
    assert floors.drops(pinned["floors"], measured) == []


# --- the gate itself


def test_a_drop_is_seen_also_where_nothing_is_left_to_measure() -> None:
    pinned = {"fr": {"all": {"f1": 0.5, "recall": 0.4, "precision": 0.6, "attribution": None}}}
    now = {"fr": {"all": {"f1": 0.5, "recall": 0.3999, "precision": None, "attribution": 0.1}}}
    assert floors.drops(pinned, now) == [
        "fr, all: recall 0.3999 < floor 0.4",
        "fr, all: precision none < floor 0.6",
    ]
    assert len(floors.drops(pinned, {})) == 3
    assert floors.drops(pinned, pinned) == []


def test_raising_never_lowers() -> None:
    pinned = {"fr": {"all": {"f1": 0.5, "recall": 0.4}}, "en": {"all": {"f1": 0.2}}}
    now = {"fr": {"all": {"f1": 0.7, "recall": 0.3, "attribution": 0.9}}}
    assert floors.raised(pinned, now) == {
        "fr": {"all": {"f1": 0.7, "recall": 0.4, "attribution": 0.9}},
        "en": {"all": {"f1": 0.2}},
    }


@pytest.mark.parametrize("value", [k / n for n in (3, 7, 174) for k in range(n + 1)])
def test_a_measured_figure_is_never_below_itself(value: float) -> None:
    rounded = floors._down(value)
    assert rounded is not None
    assert rounded <= value + 1e-9
    assert math.isclose(rounded, value, abs_tol=1e-4)
