"""Dates: does an expression give the interval that a reader gives it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline.extract import Extractor
from pipeline.readers import page_from_text
from pipeline.records import Extraction, Mention

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """One expression in its sentence."""

    published: str
    sentence: str
    start: int
    end: int
    value: str | None
    grain: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program says of it."""

    case: Case
    value: str | None

    @property
    def right(self) -> bool:
        return self.value == self.case.value and granularity(self.value) == self.case.grain


def cases(language: str) -> list[Case]:
    """The expressions of a language."""
    lines = (HERE / f"dates.{language}.tsv").read_text(encoding="utf-8").splitlines()
    return [_case(line) for line in lines if not line.startswith("#")]


def _case(line: str) -> Case:
    published, marked, value, grain = line.split("\t")
    start, end = marked.index("["), marked.index("]") - 1
    sentence = marked.replace("[", "").replace("]", "")
    return Case(published, sentence, start, end, None if value == "-" else value, grain)


def answers(language: str, extractor: Extractor) -> list[Answer]:
    """Every expression read, each in an article of its own."""
    gold = cases(language)
    pages = [page_from_text(c.sentence, published=c.published) for c in gold]
    found = extractor.extract(pages)
    return [Answer(c, _value(c, e)) for c, e in zip(gold, found, strict=True)]


def _value(case: Case, found: object) -> str | None:
    """Of the one date that overlaps the expression; two that do are none."""
    if not isinstance(found, Extraction):
        return "rejected"
    dates = [m for m in found.mentions if m.label == "DATE" and _overlaps(m, case)]
    if len(dates) > 1:
        return " + ".join(m.value or "?" for m in dates)
    return dates[0].value if dates else None


def _overlaps(mention: Mention, case: Case) -> bool:
    return mention.start < case.end and case.start < mention.end


def granularity(value: str | None) -> str:
    """What kind of calendar interval a value is."""
    if value is None:
        return "none"
    try:
        first, last = (date.fromisoformat(d) for d in (value.split("/") * 2)[:2])
    except ValueError:
        return "several"
    days, after = (last - first).days + 1, last + timedelta(1)
    if days == 1:
        return "day"
    if days == 7 and first.weekday() == 0:
        return "week"
    if days == 2 and first.weekday() == 5:
        return "weekend"
    if first.day != 1 or after.day != 1:
        return "interval"
    if (first.year, first.month) == (last.year, last.month):
        return "month"
    years = after.year - first.year if (first.month, after.month) == (1, 1) else 0
    return {1: "year", 10: "decade"}.get(years, "interval")


def accuracy(language: str, extractor: Extractor) -> float:
    """Share of the expressions that are read as the gold says."""
    found = answers(language, extractor)
    return sum(answer.right for answer in found) / len(found)
