"""Events: are relations that tell of one deed put together, over articles and languages?

B-cubed over the marked relations that the program finds; how many it finds is given beside.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.events import event_rows
from pipeline.extract import Extractor
from pipeline.readers import page_from_text
from pipeline.records import Event, Extraction, Relation
from pipeline.relations.inventory import symmetric_relations

HERE = Path(__file__).parent
MARK = re.compile(r"\[(\w+) (\w+): ([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Told:
    """A relation marked in an article."""

    article: int
    event: str
    relation: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Copy:
    """An article without its marks."""

    language: str
    published: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program makes of the whole."""

    told: list[Told]
    rows: dict[Told, Relation]
    """Those that it finds."""
    events: list[Event]


def read() -> tuple[list[Copy], list[Told]]:
    """The articles, and what is marked in them."""
    copies: list[Copy] = []
    told: list[Told] = []
    for block in (HERE / "events.txt").read_text(encoding="utf-8").split("\n== ")[1:]:
        head, _, marked = block.partition("\n")
        language, published = head.split()
        text, done = "", 0
        for match in MARK.finditer(marked):
            text += marked[done : match.start()]
            start, done = len(text), match.end()
            text += match[3]
            told.append(Told(len(copies), match[1], match[2], start, len(text)))
        copies.append(Copy(language, published, (text + marked[done:]).strip()))
    return copies, told


def answer(extractor: Extractor) -> Answer:
    """All articles read, and their relations made events."""
    copies, told = read()
    pages = [page_from_text(copy.text, published=copy.published) for copy in copies]
    found = [e for e in extractor.extract(pages) if isinstance(e, Extraction)]
    assert len(found) == len(copies)
    rows = [row for one in found for row in one.relations]
    published: dict[str, date | None] = {
        e.article.article_id: e.article.published_on for e in found
    }
    matched: dict[Told, Relation] = {}
    for mark in told:
        for row in found[mark.article].relations:
            touches = row.trigger_start < mark.end and mark.start < row.trigger_end
            if row.relation == mark.relation and touches:
                matched.setdefault(mark, row)
    return Answer(told, matched, event_rows(rows, published, symmetric_relations()))


def figures(result: Answer) -> dict[str, float]:
    """B-cubed precision, recall and F1, and the share of the relations that are found."""
    of = {row: event.event_id for event in result.events for row in event.relation_ids}
    given: defaultdict[str, set[Told]] = defaultdict(set)
    gold: defaultdict[str, set[Told]] = defaultdict(set)
    for mark, row in result.rows.items():
        given[of[row.relation_id]].add(mark)
        gold[mark.event].add(mark)
    both = [
        (len(given[of[row.relation_id]] & gold[mark.event]), given[of[row.relation_id]], mark)
        for mark, row in result.rows.items()
    ]
    precision = sum(n / len(cluster) for n, cluster, _ in both) / len(both)
    recall = sum(n / len(gold[mark.event]) for n, _, mark in both) / len(both)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "found": len(both) / len(result.told),
    }
