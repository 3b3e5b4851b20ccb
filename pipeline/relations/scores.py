"""The `score` of a relation: how likely a reader would find it right.

A logistic model over the features of a row, fitted by `python -m models.scores` to rows that were
audited on real news. `scores.<language>.tsv` has its weights; a language that nobody audited has
none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
BIAS = "bias"


class Scores:
    """Scores of one language."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        """`weights` by feature; none where no row of the language was audited."""
        self._weights = weights

    def of(self, features: Iterable[str]) -> float | None:
        """The probability that a row with these features is right; None where nothing is known."""
        if not self._weights:
            return None
        total = self._weights[BIAS] + sum(self._weights.get(name, 0.0) for name in features)
        return round(1 / (1 + math.exp(-total)), 2)


@cache
def load_scores(language: str, folder: Path = FOLDER) -> Scores:
    """The scores of a language."""
    path = folder / f"scores.{language}.tsv"
    if not path.is_file():
        return Scores({})
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return Scores({name: float(weight) for name, weight in rows})
