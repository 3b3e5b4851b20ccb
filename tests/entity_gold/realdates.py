"""Dates in real news, drawn at random; the articles may not stand here (see `links`)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.extract import Extractor
from pipeline.readers import page_from_text
from pipeline.records import Extraction
from tests.entity_gold.links import texts

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """A word of a date in an article, and its days."""

    article: str
    start: int
    end: int
    digest: str
    published: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program says."""

    case: Case
    context: str
    value: str | None

    @property
    def right(self) -> bool:
        return self.value == self.case.value


def cases() -> list[Case]:
    """The dates drawn."""
    lines = (HERE / "dates.real.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [
        Case(a, int(b), int(c), d, day, None if value == "-" else value)
        for a, b, c, d, day, value in rows
    ]


def answers(shared: Path, extractor: Extractor) -> list[Answer]:
    """Every date read in its article."""
    gold = cases()
    articles = texts(shared, {case.article for case in gold})
    found: list[Answer] = []
    for case in gold:
        text = articles[case.article]
        if not hashlib.sha256(text.encode()).hexdigest().startswith(case.digest):
            raise ValueError(f"{case.article} is another text")
        [page] = extractor.extract([page_from_text(text, published=case.published)])
        mentions = page.mentions if isinstance(page, Extraction) else ()
        values = [
            m.value
            for m in mentions
            if m.label == "DATE" and m.start < case.end and case.start < m.end
        ]
        context = text[max(0, case.start - 40) : case.end + 30]
        found.append(Answer(case, context, values[0] if values else None))
    return found


def accuracy(shared: Path, extractor: Extractor) -> float:
    """Share that is read as a reader does."""
    found = answers(shared, extractor)
    return sum(answer.right for answer in found) / len(found)
