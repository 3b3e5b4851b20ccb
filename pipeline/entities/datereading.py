"""How each kind of date expression is read: the parts of its match to a first and a last day."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.entities.dategrammar import Grammar
from pipeline.entities.stretches import DAY, Span, around, month_of, moved, third

SLACK = 15
"""Days by which a date may lie on the wrong side of the publication for its tense."""
THIS_CENTURY = 30
"""`les années 20` may be of this century or the last; from here on they are of the last."""
ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an incomplete date is read from."""

    today: date | None
    tell: Callable[[], int] = lambda: 0

    @property
    def tense(self) -> int:
        """Of the clause: past -1, future 1."""
        return self.tell()


def part(match: re.Match[str], name: str) -> str:
    """A part of the expression, its white space made one."""
    return re.sub(r"\s+", " ", match.groupdict().get(name) or "").casefold()


def edge_of(grammar: Grammar, match: re.Match[str]) -> int | None:
    """Beginning -1, middle 0, end 1."""
    return grammar.edges.get(part(match, "edge"))


def _year_of(match: re.Match[str], month: int, day: int, anchor: Anchor) -> int | None:
    """The year told; else by the tense, else the one that brings the date nearest."""
    told, today = part(match, "year"), anchor.today
    if told:
        return int(told)
    if today is None:
        return None
    distance = {
        year: (date(year, month, min(day, 28)) - today).days
        for year in (today.year, today.year - 1, today.year + 1)
    }
    tense = anchor.tense
    fitting = [y for y, days in distance.items() if days * tense >= -SLACK * tense**2]
    return min(fitting or distance, key=lambda y: abs(distance[y]))


def _nearest(spans: list[Span], today: date, which: int) -> Span | None:
    """The first of these spans after today, or the last before it."""
    fitting = [s for s in spans if (s[0] > today if which > 0 else s[1] < today)]
    return (min if which > 0 else max)(fitting, default=None)


def _which(
    grammar: Grammar, match: re.Match[str], anchor: Anchor, of: Callable[[int], Span]
) -> Span | None:
    """`en mars dernier`, `l'été prochain`; None where no such word stands there."""
    which, today = grammar.which.get(part(match, "which")), anchor.today
    if not which or today is None:
        return None
    return _nearest([of(today.year + k) for k in (-2, -1, 0, 1)], today, which)


# ---- kinds ----


def _read_day(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    if part(match, "iso"):
        found = date.fromisoformat(part(match, "iso"))
        return found, found
    month = int(part(match, "number") or grammar.months[part(match, "month")])
    day = int(part(match, "day"))
    last = int(part(match, "lastday") or day)

    def of(year: int) -> Span:
        return date(year, month, min(day, 28)), date(year, month, min(day, 28))

    told = _which(grammar, match, anchor, of)
    year = told[0].year if told else _year_of(match, month, day, anchor)
    return None if year is None else (date(year, month, day), date(year, month, last))


def _read_week(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    span = _read_day(grammar, match, anchor)
    return span and around(span[0], "week")


def _read_month(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    month = grammar.months[part(match, "month")]
    span = _which(grammar, match, anchor, lambda year: month_of(year, month))
    if span is None:
        year = _year_of(match, month, 15, anchor)
        if year is None:
            return None
        span = month_of(year, month)
    return third(span, "month", edge_of(grammar, match))


def _read_year(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    year = int(part(match, "year") or part(match, "decade"))
    last = int(part(match, "lastyear") or year)
    if last < year:
        return None
    first = third(around(date(year, 1, 1), "year"), "year", edge_of(grammar, match))
    return first if last == year else (first[0], date(last, 12, 31))


def _read_decade(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    year = int(part(match, "decade"))
    if year < 100:
        if year < THIS_CENTURY:
            return None
        year += 1900
    return date(year, 1, 1), date(year + 9, 12, 31)


def _read_century(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    told = part(match, "century").upper()
    number = int(told) if told.isdigit() else _roman(told)
    return date(100 * number - 99, 1, 1), date(100 * number, 12, 31)


def _roman(told: str) -> int:
    values = [ROMAN[c] for c in told]
    return sum(
        -v if v < following else v for v, following in zip(values, [*values[1:], 0], strict=True)
    )


def _read_season(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    first, last = grammar.seasons[part(match, "season")]

    def of(year: int) -> Span:
        return date(year, first, 1), month_of(year + (last < first), last)[1]

    span = _which(grammar, match, anchor, of)
    if span is None:
        year = _year_of(match, first, 15, anchor)
        span = None if year is None else of(year)
    return span


def _read_share(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    """`premier trimestre`, `second half of 2024`."""
    months = grammar.shares[part(match, "share")]
    first = (grammar.ordinals[part(match, "nth")] - 1) * months + 1
    if first > 12:
        return None
    year = _year_of(match, first + months // 2, 15, anchor)
    return None if year is None else (date(year, first, 1), month_of(year, first + months - 1)[1])


def _read_weekday(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    """A bare weekday is the last one up to the day of publication."""
    today = anchor.today
    if today is None:
        return None
    which = grammar.which.get(part(match, "which"), 0)
    back = (today.weekday() - grammar.weekdays[part(match, "weekday")]) % 7
    if which < 0 and back == 0:
        back = 7
    ahead = which > 0 or (which == 0 and anchor.tense > 0 and back > 0)
    found = today + (7 - back if ahead else -back) * DAY
    return found, found


def _read_relative(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    today = anchor.today
    if today is None:
        return None
    found = today + grammar.days[part(match, "relative")] * DAY
    return found, found


def _read_unit(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    today, unit = anchor.today, grammar.units[part(match, "unit")]
    if today is None or unit == "day":  # `the next day` is told from another day
        return None
    which = grammar.which.get(part(match, "which"), 0)
    return third(around(moved(today, unit, which), unit), unit, edge_of(grammar, match))


def _number(grammar: Grammar, match: re.Match[str]) -> int:
    told = part(match, "n")
    return int(told) if told.isdigit() else sum(grammar.numbers.get(w, 0) for w in told.split("-"))


def _read_ago(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    return _count(grammar, match, anchor.today, -1)


def _read_ahead(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    return _count(grammar, match, anchor.today, 1)


def _read_due(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    """`in two weeks`: a date where the clause is a future, else how long it took."""
    return _read_ahead(grammar, match, anchor) if anchor.tense > 0 else None


def _count(grammar: Grammar, match: re.Match[str], today: date | None, sign: int) -> Span | None:
    if today is None:
        return None
    unit = grammar.units[part(match, "unit")]
    return around(moved(today, unit, sign * _number(grammar, match)), unit)


def _read_back(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    """`depuis trois mois`: from that day to today."""
    return _stretch(grammar, match, anchor.today, -1)


def _read_forth(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    """`d'ici deux ans`: from today to that day."""
    return _stretch(grammar, match, anchor.today, 1)


def _read_stretch(grammar: Grammar, match: re.Match[str], anchor: Anchor) -> Span | None:
    """`ces trois dernières années`, `the next two weeks`."""
    return _stretch(grammar, match, anchor.today, grammar.which[part(match, "which")])


def _stretch(grammar: Grammar, match: re.Match[str], today: date | None, sign: int) -> Span | None:
    if today is None:
        return None
    there = moved(today, grammar.units[part(match, "unit")], sign * _number(grammar, match))
    return min(today, there), max(today, there)


Reader = Callable[[Grammar, re.Match[str], Anchor], Span | None]
READERS: dict[str, Reader] = {
    "day": _read_day,
    "days": _read_day,
    "week": _read_week,
    "month": _read_month,
    "year": _read_year,
    "decade": _read_decade,
    "century": _read_century,
    "season": _read_season,
    "share": _read_share,
    "weekday": _read_weekday,
    "relative": _read_relative,
    "unit": _read_unit,
    "ago": _read_ago,
    "ahead": _read_ahead,
    "due": _read_due,
    "back": _read_back,
    "forth": _read_forth,
    "stretch": _read_stretch,
}
