"""The words and patterns of dates of one language, read from `data/dates.<lang>.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.entities.datafiles import either, made_from
from pipeline.texts import fold


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language's words and patterns of dates."""

    triggers: dict[str, str]
    """Folded tokens by which a date is looked for -> the group of a pattern that holds them."""
    patterns: dict[str, tuple[tuple[str, re.Pattern[str]], ...]]
    """Group -> the patterns that have it, with their kind; `year`: those of a year alone."""
    months: dict[str, int]
    weekdays: dict[str, int]
    days: dict[str, int]
    numbers: dict[str, int]
    units: dict[str, str]
    seasons: dict[str, list[int]]
    which: dict[str, int]
    shares: dict[str, int]
    """Parts of a year -> months."""
    ordinals: dict[str, int]
    edges: dict[str, int]
    since: re.Pattern[str]
    until: re.Pattern[str]
    before: re.Pattern[str]
    """Of a stretch: up to the day before it."""
    joins: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    """What stands before two dates, and between them, that are one stretch."""
    future: frozenset[str]
    """Lemmas that make a future of the verb they stand with."""
    capitals: bool
    """Are the names of months written with a capital (`May`, not `may`)?"""


@lru_cache(maxsize=8)
def date_grammar(language: str) -> Grammar:
    """Read and compile `data/dates.<lang>.toml`."""
    return made_from(f"dates.{language}", _grammar)


def _grammar(table: dict[str, Any]) -> Grammar:
    which = {**dict.fromkeys(table["last"], -1), **dict.fromkeys(table["next"], 1)}
    edges = {
        **dict.fromkeys(table["starts"], -1),
        **dict.fromkeys(table["middles"], 0),
        **dict.fromkeys(table["ends"], 1),
    }
    parts = {
        "month": _group("month", table["months"]),
        "weekday": _group("weekday", table["weekdays"]),
        "relative": _group("relative", table["days"]),
        "unit": _group("unit", table["units"]),
        "season": _group("season", table["seasons"]),
        "share": _group("share", table["shares"]),
        "nth": _group("nth", table["ordinals"]),
        "time": _group("time", table["times"]),
        "which": _group("which", which),
        "this": _group("this", table["this"]),
        "edge": _group("edge", edges),
        "n": _number(table["numbers"]),
        "day": r"(?P<day>\d{1,2})(?:er)?",
        "lastday": r"(?P<lastday>\d{1,2})(?:er)?",
        "year": r"(?P<year>(?:1[89]|20)\d\d)",
        "lastyear": r"(?P<lastyear>(?:1[89]|20)\d\d)",
    }
    patterns = tuple(
        (row["kind"], re.compile(rf"(?<![\w.,])(?:{form.format(**parts)})(?![\w%])", re.IGNORECASE))
        for row in table["pattern"]
        for form in row["forms"]
    )
    groups = {"unit": "units", "season": "seasons", "relative": "days"}
    groups |= {"weekday": "weekdays", "month": "months", "share": "shares"}
    return Grammar(
        triggers={
            fold(word).split()[-1].rstrip("."): group
            for group, key in groups.items()
            for word in table[key]
        }
        | {fold(word): "century" for word in table["centuries"]},
        patterns={group: _having(group, patterns) for group in (*groups, "century", "year")},
        months=_lower(table["months"]),
        weekdays=_lower(table["weekdays"]),
        days=_lower(table["days"]),
        numbers=_lower(table["numbers"]),
        units=_lower(table["units"]),
        seasons=_lower(table["seasons"]),
        which=_lower(which),
        shares=_lower(table["shares"]),
        ordinals=_lower(table["ordinals"]),
        edges=_lower(edges),
        since=_before(table["since"]),
        until=_before(table["until"] + table["before"]),
        before=_before(table["before"]),
        joins=tuple(
            (_before(row["before"]), re.compile(rf"\s+(?:{either(row['between'])})\s+", re.I))
            for row in table["join"]
        ),
        future=frozenset(map(fold, table["future"])),
        capitals=all(m[0].isupper() for m in table["months"]),
    )


def _having(
    group: str, patterns: Iterable[tuple[str, re.Pattern[str]]]
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The patterns in which a trigger of this group may stand."""
    if group == "unit":  # `fin du mois de mars` begins like `fin du mois`
        others = {"month", "decade"}
        return tuple((k, p) for k, p in patterns if group in p.groupindex or k in others)
    if group == "year":
        others = {"month", "season", "weekday", "unit", "relative", "share", "century"}
        return tuple((k, p) for k, p in patterns if not others & set(p.groupindex))
    return tuple((k, p) for k, p in patterns if group in p.groupindex)


def _before(words: Iterable[str]) -> re.Pattern[str]:
    """One of these words at the end of what stands before a date."""
    return re.compile(rf"(?<!\w)(?:{either(words)})(?:\s+|(?<=[’'])\s*)$", re.IGNORECASE)


def _number(words: dict[str, int]) -> str:
    """Digits, or words that are summed up: `trente-cinq`."""
    word = f"(?:{either(words)})"
    return rf"(?P<n>\d{{1,3}}|{word}(?:-{word})*)"


def _group(name: str, words: Iterable[str]) -> str:
    return rf"(?P<{name}>{either(words)})"


def _lower(table: dict[str, Any]) -> dict[str, Any]:
    return {k.casefold(): v for k, v in table.items()}
