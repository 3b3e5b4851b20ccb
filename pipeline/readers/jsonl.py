"""JSON lines: one page a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.errors import RejectError
from pipeline.readers.content import Content, too_large
from pipeline.readers.decode import invalid_utf8
from pipeline.readers.fields import Fields
from pipeline.readers.files import to_reject
from pipeline.readers.lines import Line, lines_of, with_line_ends
from pipeline.readers.pages import record_page
from pipeline.readers.records_json import parse_record
from pipeline.readers.utf8 import stream_encoding, utf8_chunks
from pipeline.records import Page, Reject
from pipeline.settings import Settings


def read_jsonl(content: Content, settings: Settings) -> Iterator[Page | Reject]:
    """A page or reject for each line that is not blank.

    Raises RejectError for what concerns the file as a whole, after the records that were kept.
    """
    encoding = stream_encoding(content.head)
    chunks = with_line_ends(utf8_chunks(content, encoding), content.head)
    records = 0
    for line in lines_of(chunks, settings.max_record_bytes):
        if not line.size or (line.raw and line.raw.isspace()):
            continue
        records += 1
        source = f"{content.source}#{line.number}"
        try:
            page = json_page(line, source, "jsonl", settings)
        except RejectError as fault:
            yield to_reject(source, line.sha256, fault)
        else:
            yield page if encoding == "utf-8" else replace(page, encoding=encoding)
    content.check_unchanged()
    if not records:
        raise RejectError("read", "empty", "empty: no record in it")


def json_page(line: Line, source: str, source_format: str, settings: Settings) -> Page:
    """The page of a JSON object. Raises RejectError."""
    if not line.raw:
        raise too_large("a record", line.size, settings.max_record_bytes)
    try:
        fields = Fields(json_record(line), settings.fields)
    except RejectError as fault:
        if line.terminated or fault.reason == "too_deep":
            raise
        detail = "truncated_record: the last one is cut off; copy the file again when it is whole"
        raise RejectError("read", "truncated", detail) from fault
    return record_page(fields, source, source_format, line.sha256)


def json_record(line: Line) -> dict[str, object]:
    """The object in some bytes. Raises RejectError (`bad_encoding`, `malformed_record` …)."""
    try:
        text = line.raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid_utf8(error) from None
    return parse_record(text.rstrip().removesuffix(","))  # as lines of an array have it
