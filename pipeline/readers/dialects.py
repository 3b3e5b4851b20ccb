"""How a table of text is written: which separator and which quotes fit its first rows best."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from pipeline.settings import FieldNames

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'", "")
"""The last is none: a quote is a character like others."""
ROWS = 60
"""Rows looked at."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of writing a table; a quote inside quotes is doubled, or `escaped`."""

    delimiter: str
    quote: str
    spaced: bool = False
    """A space after the delimiter is not the cell's."""
    escaped: bool = False
    """A backslash stands before a quote that is text, as databases write it."""

    def read(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The rows of some lines. Raises csv.Error, after which the next row may be asked for."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=self.spaced,
            doublequote=not self.escaped,
            escapechar="\\" if self.escaped else None,
            strict=True,
        )


def find_dialect(sample: str, names: FieldNames) -> Dialect:
    """The dialect in which the header names a text and most rows are as long as the header.

    Of those that fit equally well, the first in the order of DELIMITERS and QUOTES, and the
    plainer one.
    """
    escapes = (False, True) if '\\"' in sample else (False,)
    candidates = [
        Dialect(delimiter, quote, spaced, escaped)
        for delimiter, quote, escaped in product(DELIMITERS, QUOTES, escapes)
        for spaced in ((False, True) if f'{delimiter} "' in sample else (False,))
    ]
    return max(candidates, key=lambda dialect: _fit(sample, dialect, names))


def _fit(sample: str, dialect: Dialect, names: FieldNames) -> tuple[bool, float, int]:
    """The header names a text, the share of rows as long as it, its length."""
    lengths: list[int] = []
    named = False
    for row in islice(_rows(sample, dialect), ROWS):
        if not lengths:
            named = any(cell.strip() in names.text for cell in row)
        lengths.append(len(row))
    if not lengths:
        return False, 0.0, 0
    alike = sum(length == lengths[0] for length in lengths) / len(lengths)
    if not _is_likely(sample, dialect):
        alike /= 2
    return named, round(alike, 3), lengths[0]


def _is_likely(sample: str, dialect: Dialect) -> bool:
    """Single quotes must be seen to enclose cells; for none at all, double ones not to."""
    if dialect.quote == '"':
        return True
    quote = dialect.quote or '"'
    begun = sample.count(dialect.delimiter + quote) + sample.count("\n" + quote)
    ended = sample.count(quote + dialect.delimiter) + sample.count(quote + "\n")
    return begun <= 2 * ended and begun > 0 if dialect.quote else begun > 2 * ended


def _rows(sample: str, dialect: Dialect) -> Iterator[list[str]]:
    lines = (line + "\n" for line in sample.split("\n"))
    reader = dialect.read(lines)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            yield []
            continue
        if row is None:
            return
        if row:
            yield row
