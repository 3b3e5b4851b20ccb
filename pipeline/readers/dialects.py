"""How a table of text is written: which separator and which quotes fit its first rows best."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from pipeline.settings import FieldNames

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'")
ROWS = 60
"""Rows looked at."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of writing a table; a quote inside quotes is doubled."""

    delimiter: str
    quote: str


def find_dialect(sample: str, names: FieldNames) -> Dialect:
    """The dialect in which the header names a text and most rows are as long as the header.

    Of those that fit equally well, the first in the order of DELIMITERS and QUOTES.
    """
    candidates = [Dialect(*pair) for pair in product(DELIMITERS, QUOTES)]
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
    return named, round(alike, 3), lengths[0]


def _rows(sample: str, dialect: Dialect) -> Iterator[list[str]]:
    lines = (line + "\n" for line in sample.split("\n"))
    reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            row = []
        if row is None:
            return
        if row != []:
            yield row
