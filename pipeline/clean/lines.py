"""A page's text as units: a unit is a paragraph, or a line where lines stand for themselves.

Lines that were broken to fit a width are joined again; everything else stays a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_WIDTH = 132
"""Characters; longer lines were not broken to fit."""
MIN_FULL = 40
"""Characters; a shorter line is not a line of running text."""
_LINE = re.compile("[^\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile("[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ENDS = tuple('.!?…:;»”"。')
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of the page without white space at its edges."""

    start: int
    end: int
    text: str
    gap: bool
    """A blank line, or the page's beginning, stands before it."""


def units_of(text: str) -> list[Unit]:
    """The units of a page in order; they cover everything but white space."""
    lines = list(_lines(text))
    width = _wrap_width(lines)
    units: list[Unit] = []
    begin = 0
    for at in range(1, len(lines) + 1):
        if at < len(lines) and _joins(lines[at - 1], lines[at], width):
            continue
        first, last = lines[begin], lines[at - 1]
        units.append(Unit(first.start, last.end, text[first.start : last.end], first.gap))
        begin = at
    return units


def _lines(text: str) -> Iterator[Unit]:
    before = 0
    first = True
    for match in _LINE.finditer(text):
        line = match.group()
        stripped = line.strip()
        if not stripped:
            continue
        start = match.start() + len(line) - len(line.lstrip())
        end = start + len(stripped)
        gap = first or len(_BREAK.findall(text, before, start)) > 1
        yield Unit(start, end, stripped, gap)
        before, first = end, False


def _continues(line: Unit, after: Unit) -> bool:
    """`after` goes on in the middle of a sentence."""
    return (
        not after.gap
        and len(line.text) >= MIN_FULL
        and after.text[0].islower()
        and not line.text.endswith(_ENDS)
    )


def _wrap_width(lines: Sequence[Unit]) -> int | None:
    """The width the page was broken to, at least; None where its lines are not broken."""
    pairs = [
        (line, after)
        for line, after in pairwise(lines)
        if not after.gap and len(line.text) >= MIN_FULL
    ]
    continued = [len(line.text) for line, after in pairs if _continues(line, after)]
    if not continued or 3 * len(continued) < len(pairs) or max(continued) > MAX_WIDTH:
        return None
    return max(continued)


def _joins(line: Unit, after: Unit, width: int | None) -> bool:
    """`after` belongs to the same paragraph: the sentence goes on, or the line was full."""
    if after.gap:
        return False
    if _continues(line, after):
        return True
    if width is None or not 0.6 * width <= len(line.text) <= MAX_WIDTH:
        return False
    word = _WORD.match(after.text)
    return word is not None and len(line.text) + 1 + len(word.group()) > width
