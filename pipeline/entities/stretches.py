"""Calendar arithmetic: weeks, months and years, the way between two days, parts of a stretch."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

Span = tuple[date, date]
DAY = timedelta(1)


def month_of(year: int, month: int) -> Span:
    """The days of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def moved(day: date, unit: str, by: int) -> date:
    """The day that many days, weeks, months or years away."""
    if unit in ("day", "week", "weekend"):
        return day + by * (DAY if unit == "day" else 7 * DAY)
    months = day.year * 12 + day.month - 1 + by * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def around(day: date, unit: str) -> Span:
    """The calendar week, week-end, month or year that a day is in."""
    if unit in ("week", "weekend"):
        monday = day - day.weekday() * DAY
        return monday + (5 * DAY if unit == "weekend" else 0 * DAY), monday + 6 * DAY
    if unit == "month":
        return month_of(day.year, day.month)
    if unit == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day


def third(span: Span, unit: str, edge: int | None) -> Span:
    """Beginning, middle or end: four months of a year, ten days of a month, 2, 2, 3 of a week."""
    start, end = span
    if edge is None:
        return span
    if unit == "year":
        cuts = [date(start.year, 5, 1), date(start.year, 9, 1)]
    else:
        days = {"month": (10, 20), "week": (2, 4)}.get(unit, (0, 1))
        cuts = [start + n * DAY for n in days]
    return {-1: (start, cuts[0] - DAY), 0: (cuts[0], cuts[1] - DAY), 1: (cuts[1], end)}[edge]
