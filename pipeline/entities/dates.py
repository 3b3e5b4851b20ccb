"""Dates: a small grammar whose words and patterns are data, read to ISO 8601.

A value is a day (`2024-11-05`) or an interval of days (`2024-11-01/2024-11-30`). What is told
from the day of publication has no value where that day is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from pipeline.entities.dategrammar import Grammar, date_grammar

MONTH = 15
"""Days by which a date may lie on the wrong side of the publication for its tense."""
BEFORE, AFTER = 45, 45
"""Characters read on both sides of a word that may tell a date."""
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Dated:
    """A date expression found in a text."""

    start: int
    end: int
    value: str | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an incomplete date is read from."""

    today: date | None
    tell: Callable[[], int] = lambda: 0

    @property
    def tense(self) -> int:
        """Of the clause: past -1, future 1."""
        return self.tell()


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
    done = 0
    for offset, folded in tokens:
        if offset < done:
            continue
        found = _longest(grammar, grammar.triggers.get(folded, "year"), text, offset, done)
        if found is None:
            continue
        kind, match = found
        done = match.end()
        yield Dated(
            match.start(),
            match.end(),
            _value(grammar, kind, match, text, Anchor(today, partial(tense, offset))),
        )


def may_date(folded: str, language: str) -> bool:
    """May a date be found about this token?"""
    return folded in date_grammar(language).triggers or _is_year(folded)


def _is_year(folded: str) -> bool:
    return folded[:4].isdigit() and folded[:2] in ("18", "19", "20") and len(folded) in (4, 5, 10)


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


def _value(
    grammar: Grammar, kind: str, match: re.Match[str], text: str, anchor: Anchor
) -> str | None:
    today = anchor.today
    try:
        span = READERS[kind](grammar, match, anchor)
    except (ValueError, OverflowError):
        return None
    if span is None:
        return None
    start, end = span
    before = text[max(0, match.start() - 20) : match.start()]
    if today and start < today and grammar.since.search(before):
        end = today
    elif today and end > today and grammar.until.search(before):
        start = min(today, end)
    return start.isoformat() if start == end else f"{start.isoformat()}/{end.isoformat()}"


def _part(match: re.Match[str], name: str) -> str:
    return (match.groupdict().get(name) or "").casefold()


def _year_of(match: re.Match[str], month: int, day: int, anchor: Anchor) -> int | None:
    """The year told; else by the tense, else the one that brings the date nearest."""
    told, today = _part(match, "year"), anchor.today
    if told:
        return int(told)
    if today is None:
        return None
    distance = {
        year: (date(year, month, min(day, 28)) - today).days
        for year in (today.year, today.year - 1, today.year + 1)
    }
    tense = anchor.tense
    fitting = [y for y, days in distance.items() if days * tense >= -MONTH * tense**2]
    return min(fitting or distance, key=lambda y: abs(distance[y]))


def _read_day(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    if _part(match, "iso"):
        found = date.fromisoformat(_part(match, "iso"))
        return found, found
    month = int(_part(match, "number") or grammar.months[_part(match, "month")])
    day = int(_part(match, "day"))
    year = _year_of(match, month, day, anchor)
    if year is None:
        return None
    last = int(_part(match, "lastday") or day)
    return date(year, month, day), date(year, month, last)


def _read_month(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    month = grammar.months[_part(match, "month")]
    today, which = anchor.today, grammar.which.get(_part(match, "which"))
    year = _year_of(match, month, 15, anchor)
    if year is None:
        return None
    if which and today:
        years = range(today.year - 1, today.year + 2)
        fitting = [y for y in years if (which > 0) == (date(y, month, 1) > today)]
        year = fitting[0] if which > 0 else fitting[-1]
    start, end = _month(year, month)
    edge = grammar.edges.get(re.sub(r"\s+", " ", _part(match, "edge")))
    return _third(start, end, edge, (10, 20))


def _third(start: date, end: date, edge: int | None, cuts: tuple[int, int]) -> Span:
    """Beginning, middle or end of a span, cut after that many days."""
    if edge is None:
        return start, end
    first, second = start + timedelta(cuts[0]), start + timedelta(cuts[1])
    day = timedelta(1)
    return {-1: (start, first - day), 0: (first, second - day), 1: (second, end)}[edge]


def _month(year: int, month: int) -> Span:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(1)


def _read_year(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    year = int(_part(match, "year") or _part(match, "decade"))
    edge = grammar.edges.get(re.sub(r"\s+", " ", _part(match, "edge")))
    first, last = {None: (1, 12), -1: (1, 4), 0: (5, 8), 1: (9, 12)}[edge]
    return date(year, first, 1), _month(year, last)[1]


def _read_decade(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    year = int(_part(match, "decade"))
    return date(year, 1, 1), date(year + 9, 12, 31)


def _read_season(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    first, last = grammar.seasons[_part(match, "season")]
    year = _year_of(match, first, 15, anchor)
    if year is None:
        return None
    today, which = anchor.today, grammar.which.get(_part(match, "which"))
    if which and today:
        years = range(today.year - 1, today.year + 2)
        fitting = [y for y in years if (which > 0) == (date(y, first, 1) > today)]
        year = fitting[0] if which > 0 else fitting[-1]
    return date(year, first, 1), _month(year + (last < first), last)[1]


def _read_weekday(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    """A bare weekday is the last one up to the day of publication."""
    today = anchor.today
    if today is None:
        return None
    which = grammar.which.get(_part(match, "which"), 0)
    back = (today.weekday() - grammar.weekdays[_part(match, "weekday")]) % 7
    if which < 0 and back == 0:
        back = 7
    ahead = which > 0 or (which == 0 and anchor.tense > 0 and back > 0)
    found = today - timedelta(back) + timedelta(7 if ahead else 0)
    return found, found


def _read_relative(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    today = anchor.today
    if today is None:
        return None
    word = re.sub(r"\s+", " ", _part(match, "relative"))
    found = today + timedelta(grammar.days[word])
    return found, found


def _read_unit(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    today = anchor.today
    if today is None:
        return None
    which = grammar.which.get(_part(match, "which"), 0)
    span = _shifted(today, grammar.units[_part(match, "unit")], which)
    edge = grammar.edges.get(re.sub(r"\s+", " ", _part(match, "edge")))
    third = ((span[1] - span[0]).days + 1) // 3
    return _third(*span, edge, (third, 2 * third))


def _shifted(today: date, unit: str, by: int) -> Span:
    """The calendar week, week-end, month or year that many after this one."""
    if unit == "day":
        return today + timedelta(by), today + timedelta(by)
    if unit in ("week", "weekend"):
        monday = today - timedelta(today.weekday()) + timedelta(7 * by)
        return monday + timedelta(5 if unit == "weekend" else 0), monday + timedelta(6)
    if unit == "month":
        months = today.year * 12 + today.month - 1 + by
        return _month(months // 12, months % 12 + 1)
    return date(today.year + by, 1, 1), date(today.year + by, 12, 31)


def _read_ago(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    return _count(grammar, match, anchor.today, -1)


def _read_ahead(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    return _count(grammar, match, anchor.today, 1)


def _count(grammar: Grammar, match: re.Match[str], today: date | None, sign: int) -> Span | None:
    if today is None:
        return None
    told = _part(match, "n")
    number = int(told) if told.isdigit() else grammar.numbers[told]
    return _shifted(today, grammar.units[_part(match, "unit")], sign * number)


Reader = Callable[[Grammar, re.Match[str], Anchor], Span | None]
READERS: dict[str, Reader] = {
    "day": _read_day,
    "days": _read_day,
    "month": _read_month,
    "year": _read_year,
    "decade": _read_decade,
    "season": _read_season,
    "weekday": _read_weekday,
    "relative": _read_relative,
    "unit": _read_unit,
    "ago": _read_ago,
    "ahead": _read_ahead,
}
