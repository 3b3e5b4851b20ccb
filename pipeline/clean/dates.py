"""Publication dates: as a dump gives them, on a page's date line, in an agency's dateline.

Numeric dates are read day first, as in French, unless that is no date (`12/25/2024`). A date with
an hour and a time zone is the day as written, not that day in another zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from pipeline.clean.words import vocabulary
from pipeline.records import Precision
from pipeline.texts import fold

MAX_CHARS = 200
"""Of a string in which a date is looked for."""
YEARS = range(1600, 2200)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(
    r"t?\d{1,2}\s?(?:[:h.]\s?\d{2}(?::?\d{2}(?:\.\d+)?)?|h(?![a-z]))\s?(?:[ap]\.?m\.?)?\s?(?:z\b|[+-]\d{2}:?\d{2})?"
    r"|\d{1,2}\s?[ap]\.?m\b\.?"
)
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"\d{4}")
_MONTH_ONLY = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{2})(?:-00(?:[t ].*)?)?|(?P<n>0?[1-9]|1[0-2])/(?P<z>\d{4})"
)
"""`2025-11`, with the zeros of databases for a day that is not known; `11/2025`."""
_COMPACT = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:t?(?:[01]\d|2[0-3]):?[0-5]\d(?::?[0-6]\d)?[+\w:.-]*)?"
)
"""`20251125`, with an hour or without."""
_EPOCHS = re.compile(r"(?:\d{9,13}|-\d{5,13})(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that was found, to the precision it was written in (the first of month or year)."""

    day: date
    precision: Precision
    start: int
    end: int
    """In the folded string."""


def parse_published(text: str) -> tuple[date, Precision] | None:
    """The date of a dump's field: ISO 8601, RFC 2822, epoch seconds or milliseconds, prose.

    A number that may be something else (`45000`, `202511`) is no date. Of several dates the first
    is taken that is not said to be that of an update.
    """
    text = fold(text.strip()[:MAX_CHARS])
    if _YEAR.fullmatch(text):
        return _made(int(text), 1, 1, "year")
    if match := _MONTH_ONLY.fullmatch(text):
        year, month = int(match["y"] or match["z"]), int(match["m"] or match["n"])
        return _made(year, month, 1, "month") if month else _made(year, 1, 1, "year")
    if (match := _COMPACT.fullmatch(text)) and (compact := _read(match.groupdict())):
        return compact
    if _EPOCHS.fullmatch(text):
        return _from_epoch(float(text))
    return _first_published(text)


def _first_published(text: str) -> tuple[date, Precision] | None:
    first: Dated | None = None
    before = 0
    for found in dates_in(text):
        if not is_update(text[before : found.start]):
            return found.day, found.precision
        first, before = first or found, found.end
    return (first.day, first.precision) if first else None


def dates_in(folded: str) -> Iterator[Dated]:
    """Dates with their year in a folded string, in order."""
    for match in _full().finditer(folded):
        groups = {key[:-1]: value for key, value in match.groupdict().items() if value}
        made = _read(groups)
        if made:
            yield Dated(*made, match.start(), match.end())


def is_date_line(folded: str) -> bool:
    """Nothing but a date or hour of publication stands in the folded string."""
    words = vocabulary()
    rest = _full().sub(" ", folded)
    dated = rest != folded
    rest, partial = _yearless().subn(" ", rest)
    rest, timed = _TIME.subn(" ", rest)
    rest = _updates().sub(" ago ", rest)
    left = set(_WORD.findall(rest))
    if not left <= words.date_words | words.markers | words.weekdays:
        return False
    return bool(dated or partial or (timed and not left) or (left & words.markers)) or (
        "il y a" in rest and any(c.isdigit() for c in rest)
    )


def is_update(folded: str) -> bool:
    """The words before a date say that it is that of an update."""
    return _updates().search(folded) is not None


def _made(year: int, month: int, day: int, precision: Precision) -> tuple[date, Precision] | None:
    if year not in YEARS:
        return None
    try:
        return date(year, month, day), precision
    except ValueError:
        return None


def _from_epoch(seconds: float) -> tuple[date, Precision] | None:
    if abs(seconds) >= 1e11:  # milliseconds: as seconds it would be after the year 5000
        seconds /= 1000
    day = (_EPOCH + timedelta(seconds=seconds)).date()
    return (day, "day") if day.year in YEARS else None


def _read(groups: dict[str, str]) -> tuple[date, Precision] | None:
    """A date from the named groups of a match, their form's digit taken off."""
    year = int(groups["y"])
    if len(groups["y"]) == 2:  # as POSIX has it: 69 is 1969
        year += 1900 if year >= 69 else 2000
    if "a" in groups:  # numeric: day first if that is a date
        first, second = int(groups["a"]), int(groups["b"])
        return _made(year, second, first, "day") or _made(year, first, second, "day")
    month = vocabulary().months[groups["mon"]] if "mon" in groups else int(groups["m"])
    if "d" not in groups:
        return _made(year, month, 1, "month")
    return _made(year, month, int(groups["d"]), "day")


_DAY = r"(?<!\d)\d{1,2}"
_ORDINAL = r"(?:\s?er|ᵉʳ|[°º]|st|nd|rd|th)?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"


@cache
def _updates() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, vocabulary().updates))})\b")


@cache
def _month() -> str:
    names = sorted(vocabulary().months, key=lambda name: (-len(name), name))
    return rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, names))})(?![^\W\d_])"


@cache
def _full() -> re.Pattern[str]:
    """All forms with a year; each group's name ends in the digit of its form."""
    month, gap = _month(), r"[\s.,-]{1,3}"
    forms = (
        rf"(?P<d1>{_DAY}){_ORDINAL}{gap}(?:of |de )?(?P<mon1>{month}){gap}(?P<y1>\d{{4}})(?!\d)",
        rf"(?P<mon2>{month}){gap}(?P<d2>\d{{1,2}}){_ORDINAL}{gap}(?P<y2>\d{{4}})(?!\d)",
        r"(?<!\d)(?P<y3>\d{4})(?P<s3>[-/.])(?P<m3>\d{1,2})(?P=s3)(?P<d3>\d{1,2})(?!\d)",
        rf"(?P<a4>{_DAY})(?P<s4>[-/.])(?P<b4>\d{{1,2}})(?P=s4)(?P<y4>\d{{4}}|\d{{2}})(?!\d)",
        rf"(?P<mon5>{month}){gap}(?P<y5>\d{{4}})(?!\d)",
        rf"(?P<d6>{_DAY})-(?P<mon6>{month})-(?P<y6>\d{{2}})(?!\d)",
        rf"(?P<mon7>{month})\s{{1,2}}(?P<d7>\d{{1,2}})\s{_CLOCK}\s(?:[+-]\d{{4}}\s|[a-z]{{3,4}}\s)?"
        r"(?P<y7>\d{4})(?!\d)",  # as C and Unix write it: Tue Nov 25 14:00:00 2025
    )
    return re.compile("|".join(forms))


@cache
def _yearless() -> re.Pattern[str]:
    month = _month()
    return re.compile(rf"{_DAY}{_ORDINAL}\s{month}|{month}\.?\s\d{{1,2}}{_ORDINAL}(?!\d)")
