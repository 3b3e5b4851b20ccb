"""JSON lines, plain or gzipped: one page a line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain

from pipeline.errors import RejectError
from pipeline.readers.decode import invalid_utf8, refuse_binary
from pipeline.readers.files import Opened, to_reject
from pipeline.readers.gunzip import MAGIC, gunzip
from pipeline.readers.lines import Line, lines_of
from pipeline.readers.pages import page_text, title_line
from pipeline.readers.records_json import Fields, parse_record
from pipeline.readers.txt import too_large
from pipeline.records import Page, Reject
from pipeline.settings import Settings


def read_jsonl(opened: Opened, settings: Settings) -> Iterator[Page | Reject]:
    """A page or reject for each line that is not blank.

    Raises RejectError for what concerns the file as a whole, after the records that were kept.
    """
    records = 0
    for line in lines_of(_content(opened), settings.max_record_bytes):
        if not line.size or (line.raw and line.raw.isspace()):
            continue
        records += 1
        source = f"{opened.source}#{line.number}"
        try:
            yield _page(line, source, settings)
        except RejectError as fault:
            yield to_reject(source, line.sha256, fault)
    opened.check_unchanged()
    if not records:
        raise RejectError("read", "empty", "empty: no record in it")


def _page(line: Line, source: str, settings: Settings) -> Page:
    """The page of a line. Raises RejectError."""
    if not line.raw:
        raise too_large("a record", line.size, settings.max_record_bytes)
    try:
        fields = Fields(parse_record(_text(line.raw)), settings.fields)
    except RejectError as fault:
        if line.terminated or fault.reason == "too_deep":
            raise
        detail = "truncated_record: the last line is cut off; copy the file again when it is whole"
        raise RejectError("read", "truncated", detail) from fault
    title = title_line(fields.scalar("title"))
    text, flags = page_text(fields.text(), title)
    return Page(
        source=source,
        source_format="jsonl",
        raw_sha256=line.sha256,
        text=text,
        encoding="utf-8",
        text_flags=flags,
        source_id=fields.scalar("source_id"),
        url=fields.scalar("url"),
        title=title,
        published=fields.scalar("published"),
        byline=", ".join(fields.several("byline")) or None,
        site=fields.scalar("site"),
        tags=fields.several("tags"),
    )


def _text(raw: bytes) -> str:
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid_utf8(error) from None


def _content(opened: Opened) -> Iterator[bytes]:
    """The file's bytes, unpacked if they are gzip whatever the name says."""
    chunks = opened.chunks()
    first = next(chunks, b"")
    together: Iterator[bytes] = chain((first,), chunks)
    if first.startswith(MAGIC):
        together = gunzip(together)
        first = next(together, b"")
        together = chain((first,), together)
    refuse_binary(first)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        detail = "invalid_utf8: JSON lines in UTF-16; save the file as UTF-8"
        raise RejectError("decode", "bad_encoding", detail)
    return together
