"""How often rows of a rule were right where people looked at them: the `score` of a relation.

`audited.tsv` has, for each lexicon entry and construction, how many of its rows were audited on
real news and how many of them were right; a language that nobody audited has no rows there.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

AUDITED = Path(__file__).parent / "audited.tsv"
PRIOR = 4.0
"""As many rows as the wider figure weighs beside the narrower one."""


class Tally(NamedTuple):
    """Audited rows."""

    right: int = 0
    rows: int = 0

    def __add__(self, other: object) -> Tally:
        """Both together."""
        assert isinstance(other, Tally)
        return Tally(self.right + other.right, self.rows + other.rows)

    def towards(self, wider: float) -> float:
        """The share that is right, smoothed towards a wider one."""
        return (self.right + PRIOR * wider) / (self.rows + PRIOR)


class Scores:
    """Scores of one language, from the tally of each entry and construction."""

    def __init__(self, tallies: dict[tuple[str, str], Tally]) -> None:
        """`tallies` by lexicon entry (`meets.fr/voir`) and construction."""
        self._entries: dict[str, Tally] = defaultdict(Tally)
        self._constructions: dict[str, Tally] = defaultdict(Tally)
        self._all = Tally()
        for (entry, construction), tally in tallies.items():
            self._entries[entry] += tally
            self._constructions[construction] += tally
            self._all += tally

    def of(self, entry: str, construction: str) -> float | None:
        """Share of audited rows that were right: the entry's, smoothed towards the construction's.

        None where nothing of the language was audited.
        """
        if not self._all.rows:
            return None
        overall = self._all.right / self._all.rows
        wider = self._constructions.get(construction, Tally()).towards(overall)
        return round(self._entries.get(entry, Tally()).towards(wider), 2)


@cache
def load_scores(language: str, path: Path = AUDITED) -> Scores:
    """The scores of a language."""
    tallies: dict[tuple[str, str], Tally] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        entry, construction, right, rows = line.split("\t")
        if entry.partition("/")[0].endswith(f".{language}"):
            tallies[entry, construction] = Tally(int(right), int(rows))
    return Scores(tallies)
