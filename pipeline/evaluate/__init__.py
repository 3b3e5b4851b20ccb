"""How good the rows are: gold x predicted -> scores; rows gained and lost between two runs.

`names` says when two names are the same, `matching` which predicted row is which gold one,
`scores` makes figures of it, `report` prints them, `changes` compares two snapshots.
"""

from __future__ import annotations

from pipeline.evaluate.changes import Changes, compare
from pipeline.evaluate.gold import Gold, GoldArticle, gold_digest, load_gold
from pipeline.evaluate.report import gold_report
from pipeline.evaluate.scores import Figures, Scores, score_gold

__all__ = [
    "Changes",
    "Figures",
    "Gold",
    "GoldArticle",
    "Scores",
    "compare",
    "gold_digest",
    "gold_report",
    "load_gold",
    "score_gold",
]
