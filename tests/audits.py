"""Audited rows to the tallies that scores are made of: `python -m tests.audits JUDGED.json …`.

Each file is a JSON list of rows with `rule` as in the table `relations` and `right`, true where a
reader found relation, parties and polarity right. Texts of the news are not kept, tallies are.
Rows from before an entry was narrowed stay: without them the score told less (rows of audit 3 at .7
and more were right in .73 of the cases instead of .79).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.relations.scores import AUDITED, Tally

HEADER = "entry\tconstruction\tright\trows"


def tallied(rows: Iterable[dict[str, Any]]) -> str:
    """The file of tallies, in the order of entries."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for row in rows:
        entry, _, construction = str(row["rule"]).rpartition(":")
        tallies[entry, construction] += Tally(int(bool(row["right"])), 1)
    lines = ["\t".join((*key, *map(str, tally))) for key, tally in sorted(tallies.items())]
    return "\n".join((HEADER, *lines)) + "\n"


if __name__ == "__main__":
    read = [row for path in sys.argv[1:] for row in json.loads(Path(path).read_text("utf-8"))]
    AUDITED.write_text(tallied(read), encoding="utf-8")
