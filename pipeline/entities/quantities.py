"""Amounts of money, percentages and quantities with a simple normalised value.

`1,5 milliard d'euros` -> `1500000000 EUR`, `5 % du PIB` -> `5 %`, `20 000 hommes` ->
`20000 people`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pipeline.entities.datafiles import either, made_from
from pipeline.texts import fold

AFTER = 60
BEFORE = 4


@dataclass(frozen=True, slots=True)
class Measures:
    """One language's words and patterns of amounts."""

    pattern: re.Pattern[str]
    decimal: str
    groups: tuple[str, ...]
    numbers: dict[str, int]
    multipliers: dict[str, int]
    currencies: dict[str, str]
    units: dict[str, str]
    words: frozenset[str]
    """Folded number words by which an amount is looked for."""
    after: frozenset[str]
    """Folded first words of what may follow `un`."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount found in a text."""

    start: int
    end: int
    label: str
    value: str


@lru_cache(maxsize=8)
def measures(language: str) -> Measures:
    """Read and compile `data/quantities.<lang>.toml`."""
    return made_from(f"quantities.{language}", _measures)


def _measures(table: dict[str, Any]) -> Measures:
    currencies = dict(table["currencies"]) | dict(table["prefixed"])
    gap = "".join(map(re.escape, table["groups"]))
    number = rf"\d{{1,3}}(?:[{gap}]\d{{3}})+(?!\d)(?:{re.escape(table['decimal'])}\d+)?"
    number += rf"|\d+(?:{re.escape(table['decimal'])}\d+)?|{either(table['numbers'])}"
    front = "|".join(re.escape(sign) for sign, _ in table["prefixed"]) or "(?!)"
    space = r"[\s\u00a0\u202f]*"
    pattern = (
        rf"(?:(?P<front>{front}){space})?(?<![\w])(?P<number>{number})(?!\d)"
        rf"(?:{space}(?P<times>{either(table['multipliers'])})(?!\w))?"
        rf"(?:{space}(?:(?P<percent>{either(table['percent'])})"
        rf"|{table['of']}(?P<currency>{either(table['currencies'])})(?!\w)"
        rf"|{table['of']}(?P<unit>{either(table['units'])})(?!\w)))?"
    )
    return Measures(
        pattern=re.compile(pattern, re.IGNORECASE),
        decimal=table["decimal"],
        groups=tuple(table["groups"]),
        numbers=table["numbers"],
        multipliers={k.casefold(): v for k, v in table["multipliers"].items()},
        currencies={k.casefold(): v for k, v in currencies.items()},
        units={k.casefold(): v for k, v in table["units"].items()},
        words=frozenset(map(fold, table["numbers"])),
        after=frozenset(
            word
            for key in ("multipliers", "percent", "currencies", "units")
            for phrase in table[key]
            for word in (fold(phrase), *fold(phrase).split()[:1])
        )
        | {"de", "d'", "of"},
    )


def may_count(folded: str, language: str) -> bool:
    """May an amount begin with this token?"""
    return folded[:1].isdigit() or folded in measures(language).words


def may_be_followed(first: str, second: str, language: str) -> bool:
    """May these two tokens begin an amount? `un` alone is none."""
    table = measures(language)
    return table.numbers.get(first) != 1 or second in table.after or not second.isalpha()


def find_amounts(
    text: str, offsets: Iterable[int], language: str, taken: list[tuple[int, int]]
) -> Iterator[Amount]:
    """Amounts outside the taken spans (dates); `offsets` of the tokens that may begin one."""
    table = measures(language)
    done = 0
    for offset in offsets:
        if offset < done or any(start <= offset < end for start, end in taken):
            continue
        amount = _amount_at(table, text, max(done, offset - BEFORE), offset)
        if amount is not None:
            done = amount.end
            yield amount


def _amount_at(table: Measures, text: str, low: int, offset: int) -> Amount | None:
    for match in table.pattern.finditer(text, low, offset + AFTER):
        if match.start() <= offset < match.end():
            return _amount(table, match)
        if match.start() > offset:
            break
    return None


def _amount(table: Measures, match: re.Match[str]) -> Amount | None:
    number = _number(table, match.group("number"))
    times = match.group("times")
    if number is None:
        return None
    if times:
        number *= table.multipliers[times.casefold()]
    shown = f"{number.normalize():f}"
    start, end = match.span()
    if match.group("percent"):
        return Amount(start, end, "PERCENT", f"{shown} %")
    money = match.group("currency") or match.group("front")
    if money:
        code = table.currencies[re.sub(r"\s+", " ", money.casefold())]
        return Amount(start, end, "MONEY", f"{shown} {code}")
    unit = match.group("unit")
    if unit and (times or match.group("number")[0].isdigit() or number >= 10):  # not `deux hommes`
        name = table.units[re.sub(r"\s+", " ", unit.casefold())]
        return Amount(start, end, "QUANTITY", f"{shown} {name}")
    return None


def _number(table: Measures, text: str) -> Decimal | None:
    if text[0].isdigit():
        for gap in table.groups:
            text = text.replace(gap, "")
        return Decimal(text.replace(table.decimal, "."))
    word = table.numbers.get(text.casefold())
    return Decimal(word) if word is not None else None
