"""The score of a relation: how likely a reader would find the row right."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipeline.relations.scores import BIAS, Scores, load_scores
from tests.test_grammar import CASES, find

AUDITS = Path(__file__).parent.parent / "models" / "audits.fr.tsv.gz"


def test_a_score_is_the_logistic_of_its_weights() -> None:
    scores = Scores({BIAS: 0.0, "entry=a": 2.0, "entry=b": -2.0})
    good, bad, unknown = scores.of(["entry=a"]), scores.of(["entry=b"]), scores.of(["entry=c"])
    assert (good, bad, unknown) == (0.88, 0.12, 0.5)


def test_a_language_that_nobody_audited_has_no_scores(tmp_path: Path) -> None:
    (tmp_path / "scores.fr.tsv").write_text("bias\t1.0\n", encoding="utf-8")
    assert load_scores("en", tmp_path).of(["entry=a"]) is None
    assert load_scores("fr", tmp_path).of([]) == 0.73


def test_a_party_that_is_missing_is_a_feature() -> None:
    [row] = find("fr", CASES["an agent of the next participle"][1])
    [full] = find("fr", CASES["active"][1])
    assert row.score is not None
    assert full.score is not None
    assert 0 < row.score < 1
    assert row.score != full.score


def test_shipped_weights_tell_right_rows_from_wrong_ones() -> None:
    """Of the rows that they were fitted to; `models/README.md` has rows never seen."""
    lines = gzip.decompress(AUDITS.read_bytes()).decode("utf-8").splitlines()
    rows = [(right == "1", load_scores("fr").of(names)) for _, right, *names in map(_cells, lines)]
    scored = sorted(((score, right) for right, score in rows if score is not None), reverse=True)
    half = [right for _, right in scored[: len(scored) // 2]]
    assert len(scored) > 3000
    assert sum(half) / len(half) > 0.85
    mean = sum(score for score, _ in scored) / len(scored)
    assert mean == pytest.approx(sum(right for _, right in scored) / len(scored), abs=0.02)


def _cells(line: str) -> list[str]:
    return line.split("\t")
