"""Tables as text: one page a row; separator and quotes are found by trying them on the head.

A row that breaks the rules is refused alone: reading goes on at the line after the one it began
on, so that a quote which is never closed swallows nothing.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.errors import RejectError
from pipeline.readers.content import Content, too_large
from pipeline.readers.decode import decode, invalid_utf8
from pipeline.readers.dialects import find_dialect
from pipeline.readers.fields import Fields, malformed
from pipeline.readers.files import to_reject
from pipeline.readers.lines import Line, lines_of, with_line_ends
from pipeline.readers.pages import record_page
from pipeline.readers.utf8 import stream_encoding, utf8_chunks
from pipeline.records import Page, Reject
from pipeline.settings import Settings

SAMPLE_BYTES = 1 << 15
MAX_LINES = 20_000
"""Lines of one row; more are a quote that is not closed."""
_SEPARATOR_LINE = re.compile(r"sep=.\r?\n", re.IGNORECASE)
"""Excel's first line; the separator is found out anyway."""


def read_delimited(content: Content, settings: Settings) -> Iterator[Page | Reject]:
    """A page or reject for each row below the header; `#n` is the line that a row begins on.

    Raises RejectError for what concerns the file as a whole, after the rows that were kept.
    """
    encoding, flags = _encoding(content.head)
    chunks = with_line_ends(utf8_chunks(content, encoding), content.head)
    rows = _Rows(chunks, settings)
    if rows.header is None:
        raise RejectError("read", "empty", "empty: no row in it")
    for row in rows:
        source = f"{content.source}#{row.number}"
        try:
            page = _page(row, rows.header, source, settings)
        except RejectError as fault:
            yield to_reject(source, row.sha256, fault)
        else:
            yield replace(page, encoding=encoding, text_flags=(*flags, *page.text_flags))
    content.check_unchanged()
    if not rows.count:
        raise RejectError("read", "empty", "empty: no row below the header")


class _Row:
    """One row, or why there is none; `number` is the line it begins on."""

    __slots__ = ("cells", "fault", "number", "sha256")

    def __init__(
        self, lines: Sequence[Line], cells: list[str] | None, fault: RejectError | None
    ) -> None:
        self.number, self.cells, self.fault = lines[0].number, cells, fault
        if len(lines) == 1:
            self.sha256 = lines[0].sha256
        else:
            self.sha256 = hashlib.sha256(b"\n".join(line.raw for line in lines)).hexdigest()


class _Rows:
    """The rows of a table, each from one or several lines."""

    def __init__(self, chunks: Iterator[bytes], settings: Settings) -> None:
        """Read the header. Raises RejectError where it names no text."""
        self._limit = settings.max_record_bytes
        self._lines = lines_of(chunks, self._limit)
        self._again: deque[Line] = deque()
        self._taken: list[Line] = []
        self._bad: RejectError | None = None
        self.count = 0
        sample = self._sample()
        self.header: list[str] | None = None
        csv.field_size_limit(self._limit)
        if match := _SEPARATOR_LINE.match(sample):
            self._again.popleft()
            sample = sample[match.end() :]
        if sample:
            self._dialect = find_dialect(sample, settings.fields)
            first = self._next()
            if first:
                self.header = [cell.strip() for cell in first.cells or ()]
                _check(self.header, settings)

    def __iter__(self) -> Iterator[_Row]:
        while row := self._next():
            self.count += 1
            yield row

    def _next(self) -> _Row | None:
        """The next row that is not blank."""
        while True:
            self._taken, self._bad = [], None
            try:
                cells = next(self._dialect.read(self._texts()), None)
            except csv.Error as error:
                return self._refused(error)
            except RejectError as fault:
                return self._failed(fault)
            if cells is None:
                return None
            if any(map(str.strip, cells)):
                return _Row(self._taken, cells, self._bad)

    def _texts(self) -> Iterator[str]:
        """Lines as the csv module wants them, noted as taken."""
        size = 0
        while (line := self._line()) is not None:
            self._taken.append(line)
            size += line.size
            if size > self._limit or len(self._taken) > MAX_LINES:
                raise _field_limit(size, len(self._taken), self._limit)
            try:
                text = line.raw.decode("utf-8")
            except UnicodeDecodeError as error:  # the row has to be read to its end
                self._bad = invalid_utf8(error)
                text = line.raw.decode("utf-8", "surrogateescape")
            yield text + "\n"

    def _line(self) -> Line | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _refused(self, error: csv.Error) -> _Row:
        said = str(error)
        what = "csv_quote: a quote that is not closed" if "end of data" in said else f"csv: {said}"
        return self._failed(malformed(what))

    def _failed(self, fault: RejectError) -> _Row:
        """A row that is refused: its first line is, and reading goes on at the second."""
        first, *others = self._taken
        self._again.extendleft(reversed(others))
        return _Row([first], None, fault)

    def _sample(self) -> str:
        """The first lines, to be read again."""
        size = 0
        for line in self._lines:
            self._again.append(line)
            size += line.size
            if size >= SAMPLE_BYTES:
                break
        return "\n".join(line.raw.decode("utf-8", "replace") for line in self._again)


def _page(row: _Row, header: list[str], source: str, settings: Settings) -> Page:
    """The page of a row. Raises RejectError."""
    if row.fault:
        raise row.fault
    cells = row.cells or []
    while len(cells) > len(header) and not cells[-1].strip():  # separators at the end of rows
        cells.pop()
    if len(cells) != len(header):
        raise malformed(f"csv_ragged: {len(cells)} cells where the header has {len(header)}")
    record = dict(zip(header, cells, strict=True))
    return record_page(Fields(record, settings.fields), source, "csv", row.sha256)


def _check(header: list[str], settings: Settings) -> None:
    names = settings.fields.text
    if not any(name in header for name in names):
        shown = repr(header[:8])[:120]
        detail = f"schema: none of {', '.join(names)} in the header {shown}; name it with --fields"
        raise RejectError("read", "malformed_record", f"{detail} text=…")
    twice = [name for name in header if name and header.count(name) > 1]
    if twice:
        raise malformed(f"schema: the column {twice[0][:40]!r} twice in the header")


def _encoding(head: bytes) -> tuple[str, tuple[str, ...]]:
    """By mark, UTF-8, or a guess that reads as a known language."""
    marked = stream_encoding(head)
    if marked != "utf-8":
        return marked, ()
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    try:
        whole_lines.decode("utf-8")
    except UnicodeDecodeError:
        try:
            guess = decode(whole_lines)
        except RejectError:  # some rows are damaged, perhaps not all
            return "utf-8", ()
        return guess.encoding, tuple(flag for flag in guess.flags if flag == "encoding_guessed")
    return "utf-8", ()


def _field_limit(size: int, lines: int, limit: int) -> RejectError:
    """The reject of a row that is too long, perhaps for a quote that is not closed."""
    if size > limit:
        detail = too_large("a row", size, limit).detail
    else:
        detail = f"a row of more than {lines - 1:,} lines; close its quotes"
    return RejectError("read", "too_large", f"csv_field_limit: {detail}")
