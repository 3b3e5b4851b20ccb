"""The score of a relation: the precision of its rule on audited rows."""

from __future__ import annotations

from pathlib import Path

from pipeline.relations.lexicon import load_rules
from pipeline.relations.scores import Scores, Tally, load_scores
from tests.audits import tallied


def test_an_entry_is_smoothed_towards_its_construction() -> None:
    scores = Scores(
        {("meets.fr/voir", "active"): Tally(0, 4), ("meets.fr/x", "active"): Tally(8, 8)}
    )
    often, never = scores.of("meets.fr/x", "active"), scores.of("meets.fr/voir", "active")
    unseen, elsewhere = scores.of("meets.fr/new", "active"), scores.of("meets.fr/new", "passive")
    assert never is not None
    assert often is not None
    assert unseen is not None
    assert 0 < never < unseen < often < 1
    assert unseen == elsewhere == 0.67, "one construction only: its share is that of all rows"


def test_a_language_that_nobody_audited_has_no_scores(tmp_path: Path) -> None:
    row = {"rule": "meets.fr/voir:active", "right": True}
    path = tmp_path / "audited.tsv"
    path.write_text(tallied([row, {**row, "right": False}]), encoding="utf-8")
    assert load_scores("en", path).of("meets.en/see", "active") is None
    assert load_scores("fr", path).of("meets.fr/voir", "active") == 0.5


def test_audited_rules_score_apart() -> None:
    """The shipped tallies tell good rules from bad ones; most entries in them still exist."""
    scores = load_scores("fr")
    names = [rule.name for rule in load_rules("fr")]
    found = [score for name in names if (score := scores.of(name, "active")) is not None]
    assert min(found) < 0.5 < 0.8 < max(found)
