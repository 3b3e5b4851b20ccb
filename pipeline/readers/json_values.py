"""JSON files: an array of articles, one article, or several objects after one another."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator

from pipeline.errors import RejectError
from pipeline.readers.content import Content
from pipeline.readers.fields import Fields, malformed
from pipeline.readers.files import to_reject
from pipeline.readers.jsonl import json_page, json_record
from pipeline.readers.lines import Growing, Line
from pipeline.readers.pages import record_page
from pipeline.readers.utf8 import stream_encoding, utf8_chunks
from pipeline.records import Page, Reject
from pipeline.settings import Settings

WRAPPERS = 3
"""Objects around a list of articles."""
_GAP = re.compile(rb"[\s,\x1e]*")  # RFC 7464 has the last before each object
_MARK = re.compile(rb'["\[\]{}]')
_IN_STRING = re.compile(rb'["\\]')
_SCALAR_END = re.compile(rb"[\s,\[\]{}]")
_JUNK_END = re.compile(rb"[\n{]")
"""Of what stands between objects and is none."""


def read_json(content: Content, settings: Settings) -> Iterator[Page | Reject]:
    """A page or reject for each element of the array, or each object.

    One object without a text but with one list of objects in it (`{"response": {"docs": […]}}`),
    or with one whose objects have texts, is the wrapper of a list of articles; the digest of such
    an article is that of its JSON as Python writes it.
    Raises RejectError for what concerns the file as a whole, after the records that were kept.
    """
    encoding = stream_encoding(content.head)
    number = 0
    for value in values_of(utf8_chunks(content, encoding), settings.max_record_bytes):
        number = value.number
        source = f"{content.source}#{number}"
        try:
            wrapped = _wrapped(value, settings) if number == 1 else None
            if wrapped is None:
                yield json_page(value, source, "json", settings)
        except RejectError as fault:
            yield to_reject(source, value.sha256, fault)
            continue
        for place, record in enumerate(wrapped or (), 1):
            yield _inner_page(record, f"{source}.{place}", settings)
    content.check_unchanged()
    if not number:
        raise RejectError("read", "empty", "empty: no record in it")


def _wrapped(value: Line, settings: Settings) -> list[dict[str, object]] | None:
    """The articles in an object that is none itself."""
    if not (value.raw and value.terminated):
        return None
    record = json_record(value)
    names = settings.fields.text
    if any(name in record for name in names):
        return None
    lists = list(_lists(record, WRAPPERS))
    told = [found for found in lists if any(name in one for one in found for name in names)]
    return next((only[0] for only in (told, lists) if len(only) == 1), None)


def _lists(record: dict[str, object], layers: int) -> Iterator[list[dict[str, object]]]:
    """The lists of objects in an object, and in those that it holds."""
    for value in record.values():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            yield value
        elif isinstance(value, dict) and layers > 1:
            yield from _lists(value, layers - 1)


def _inner_page(record: dict[str, object], source: str, settings: Settings) -> Page | Reject:
    digest = hashlib.sha256(json.dumps(record).encode()).hexdigest()
    try:
        return record_page(Fields(record, settings.fields), source, "json", digest)
    except RejectError as fault:
        return to_reject(source, digest, fault)


def values_of(chunks: Iterable[bytes], limit: int) -> Iterator[Line]:
    """The elements of a top-level array, or the values that follow one another.

    Of one over `limit` bytes only size and digest are kept; one that is cut off is not
    `terminated`. Raises RejectError (`truncated`, `malformed_record`) where the array does not end
    as it should, and what `chunks` raises.
    """
    splitter = _Splitter(limit)
    for chunk in chunks:
        yield from splitter.feed(chunk)
    yield from splitter.finish()


class _Splitter:
    """Finds where values begin and end; whether they are JSON inside is not its concern."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._count = 0
        self._array: bool | None = None
        """The values are elements of an array; None while nothing was seen."""
        self._closed = False
        self._value: Growing | None = None
        self._depth = 0
        self._string = self._escaped = self._scalar = False

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """Take the next bytes; the values that end in them."""
        at = 0
        while at < len(chunk):
            if self._value is None:
                at = self._begin(chunk, at)
            if self._value is None:
                continue
            start, at = at, self._end(chunk, at)
            self._value.add(chunk[start:at])
            if not (self._string or self._escaped or self._scalar or self._depth):
                yield self._done(terminated=True)

    def finish(self) -> Iterator[Line]:
        """What is left at the end. Raises RejectError where an array was not closed."""
        if self._value is not None:
            yield self._done(terminated=self._scalar)
        elif self._array and not self._closed:
            detail = "truncated_record: the array is not closed; copy the file again"
            raise RejectError("read", "truncated", detail)

    def _begin(self, chunk: bytes, at: int) -> int:
        """Skip to a value and note what it is; where the chunk goes on."""
        gap = _GAP.match(chunk, at)
        at = gap.end() if gap else at
        first = chunk[at : at + 1]
        if not first:
            return at
        if self._closed:
            raise malformed("json: something stands after the end of the array")
        if self._array is None:
            self._array = first == b"["
            if self._array:
                return at + 1
            if first != b"{":
                raise malformed("schema: neither an array nor an object")
        if self._array and first == b"]":
            self._closed = True
            return at + 1
        self._value = Growing(self._limit)
        self._string = False
        self._scalar = first not in (b"[", b"{", b'"')
        self._depth = 0
        return at

    def _end(self, chunk: bytes, at: int) -> int:
        """Where the value ends in the chunk, or the chunk itself."""
        if self._scalar:
            fresh = self._value is not None and not self._value.size
            end = (_SCALAR_END if self._array else _JUNK_END).search(chunk, at + fresh)
            self._scalar = end is None
            return end.start() if end else len(chunk)
        while at < len(chunk):
            if self._escaped:
                self._escaped = False
                at += 1
                continue
            mark = (_IN_STRING if self._string else _MARK).search(chunk, at)
            if mark is None:
                return len(chunk)
            at = mark.end()
            self._step(mark.group())
            if not (self._depth or self._string):
                return at
        return at

    def _step(self, mark: bytes) -> None:
        if mark == b"\\":
            self._escaped = True
        elif mark == b'"':
            self._string = not self._string
        else:
            self._depth += 1 if mark in b"[{" else -1

    def _done(self, *, terminated: bool) -> Line:
        assert self._value is not None
        self._count += 1
        line = self._value.done(self._count, terminated=terminated)
        self._value, self._scalar = None, False
        return line
