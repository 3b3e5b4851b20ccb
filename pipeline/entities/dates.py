"""Dates: a small grammar whose words and patterns are data, read to ISO 8601.

A value is a day (`2024-11-05`) or an interval of days (`2024-11-01/2024-11-30`). What is told
from the day of publication has no value where that day is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from pipeline.entities.dategrammar import Grammar, date_grammar
from pipeline.entities.datereading import READERS, Anchor, edge_of
from pipeline.entities.stretches import DAY, Span, moved

BEFORE, AFTER = 45, 45
"""Characters read on both sides of a word that may tell a date."""
LEAD = 20
"""Characters before a date in which `depuis` or `avant` may stand."""
SLASHED = re.compile(r"\d\d/\d\d/\d{4}")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date expression found in a text."""

    start: int
    end: int
    value: str | None


@dataclass(frozen=True, slots=True)
class _Read:
    """A date expression and its days."""

    start: int
    end: int
    span: Span | None
    kind: str
    year: bool
    """Does it tell its year?"""


# ---- finding ----


def find_dates(
    text: str,
    tokens: Iterable[tuple[int, str]],
    language: str,
    today: date | None,
    tense: Callable[[int], int] = lambda offset: 0,
) -> Iterator[Dated]:
    """Dates in a text; `tokens` are those that may tell one, in order: offset, folded.

    `tense` tells of the clause at an offset whether it is past (-1) or future (1): it settles
    what a bare `lundi` or `en mars` means.
    """
    grammar = date_grammar(language)
    pending: _Read | None = None
    for read in _reads(grammar, text, tokens, today, tense):
        if pending is not None:
            joined = _joined(grammar, text, pending, read)
            if joined is not None:
                yield joined
                pending = None
                continue
            yield _dated(pending)
        pending = read
    if pending is not None:
        yield _dated(pending)


def _reads(
    grammar: Grammar,
    text: str,
    tokens: Iterable[tuple[int, str]],
    today: date | None,
    tense: Callable[[int], int],
) -> Iterator[_Read]:
    done = 0
    for offset, folded in tokens:
        if offset < done:
            continue
        group = _group_of(grammar, folded) or "year"
        found = _longest(grammar, group, text, offset, done)
        if found is None:
            continue
        kind, match = found
        done = match.end()
        span = _span(grammar, kind, match, text, Anchor(today, partial(tense, offset)))
        told = bool(match.groupdict().get("year") or match.groupdict().get("iso"))
        yield _Read(match.start(), match.end(), span, kind, told)


def may_date(folded: str, language: str) -> bool:
    """May a date be found about this token?"""
    return _group_of(date_grammar(language), folded) is not None or _is_year(folded)


def _group_of(grammar: Grammar, folded: str) -> str | None:
    """The group of a word, or of the last part of `mi-mai`."""
    return grammar.triggers.get(folded) or grammar.triggers.get(folded.rpartition("-")[2])


def _is_year(folded: str) -> bool:
    if SLASHED.fullmatch(folded):
        return True
    return (
        folded[:4].isdigit() and folded[:2] in ("18", "19", "20") and len(folded) in (4, 5, 9, 10)
    )


def _longest(
    grammar: Grammar, group: str, text: str, offset: int, done: int
) -> tuple[str, re.Match[str]] | None:
    best: tuple[str, re.Match[str]] | None = None
    low, high = max(done, offset - BEFORE), offset + AFTER
    for kind, pattern in grammar.patterns[group]:
        for match in pattern.finditer(text, low, high):
            if match.start() > offset:
                break
            if offset < match.end() and _is_better(grammar, match, best):
                best = (kind, match)
    return best


def _is_better(
    grammar: Grammar, match: re.Match[str], best: tuple[str, re.Match[str]] | None
) -> bool:
    month = match.groupdict().get("month")
    if month and grammar.capitals and month[0].islower():
        return False
    return best is None or len(match.group()) > len(best[1].group())


# ---- reading ----


def _span(
    grammar: Grammar, kind: str, match: re.Match[str], text: str, anchor: Anchor
) -> Span | None:
    before = text[max(0, match.start() - LEAD) : match.start()]
    until = grammar.until.search(before)
    if until and anchor.tense == 0:
        anchor = Anchor(anchor.today, lambda: 1)
    try:
        span = READERS[kind](grammar, match, anchor)
    except (ValueError, OverflowError):
        return None
    if span is None or anchor.today is None:
        return span
    return _opened(grammar, match, span, before, anchor.today)


def _opened(
    grammar: Grammar, match: re.Match[str], span: Span, before: str, today: date
) -> Span | None:
    """`depuis 2022` to today, `d'ici 2035` and `avant l'été` from today."""
    start, end = span
    if start < today and grammar.since.search(before):
        return start, today
    if start < end and grammar.before.search(before) and edge_of(grammar, match) != 1:
        end = start - DAY
        return (min(today, end), end) if end >= today else None
    if end > today and grammar.until.search(before):
        return min(today, end), end
    return start, end


def _dated(read: _Read) -> Dated:
    return Dated(read.start, read.end, _value(read.span))


def _value(span: Span | None) -> str | None:
    if span is None:
        return None
    start, end = span
    return start.isoformat() if start == end else f"{start.isoformat()}/{end.isoformat()}"


def _joined(grammar: Grammar, text: str, first: _Read, last: _Read) -> Dated | None:
    """`du 30 juin au 2 juillet`, `entre 2014 et 2018`: two dates of a kind are one stretch."""
    if first.kind != last.kind or first.span is None or last.span is None:
        return None
    around = text[max(0, first.start - LEAD) : first.start], text[first.end : last.start]
    if not any(
        opening.search(around[0]) and joint.fullmatch(around[1]) for opening, joint in grammar.joins
    ):
        return None
    start, end = first.span[0], last.span[1]
    if first.kind == "weekday":
        start = start - 7 * DAY if start > end else start
    elif not first.year:
        start = moved(start, "year", end.year - start.year)
        start = moved(start, "year", -1) if start > end else start
    return Dated(first.start, last.end, _value((start, end))) if start <= end else None
