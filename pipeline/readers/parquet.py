"""Parquet files: one page a row, read aside, for the library trusts what a file says of itself."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import RejectError
from pipeline.readers import aside
from pipeline.readers.content import Content, too_large
from pipeline.readers.decode import invalid_utf8
from pipeline.readers.fields import Fields
from pipeline.readers.files import random_access, to_reject
from pipeline.readers.pages import record_page
from pipeline.records import Page, Reject
from pipeline.settings import FieldNames, Settings

BATCH_ROWS = 128
MAX_FOOTER_BYTES = 64 << 20
_FUNCTION = "pipeline.readers.parquet"


def read_parquet(content: Content, settings: Settings) -> Iterator[Page | Reject]:
    """A page or reject for each row; `#n` is its number, from 1.

    Raises RejectError (`corrupt`, `encrypted`, `malformed_record`, `timeout`, `crashed`,
    `empty`), after the rows that were kept.
    """
    if content.layers:
        raw = content.whole(settings.max_held_bytes, "max_held_bytes")
        items = aside.run(
            aside.Task(f"{_FUNCTION}:pages_of_bytes", (raw, settings)), settings.read_seconds
        )
    else:
        task = aside.Task(f"{_FUNCTION}:pages_of_file", (content.opened.size, settings), True)
        items = aside.run(task, settings.read_seconds, content.opened.fd)
    count = 0
    for batch in items:
        assert isinstance(batch, list)
        for item in batch:
            count += 1
            yield replace(item, source=f"{content.source}#{count}")
    content.check_unchanged()
    if not count:
        raise RejectError("read", "empty", "empty: no row in it")


def pages_of_bytes(raw: bytes, settings: Settings) -> Iterator[list[Page | Reject]]:
    """As `pages_of_file`, of a file that is held."""
    return _batches(io.BytesIO(raw), len(raw), settings)


def pages_of_file(fd: int, size: int, settings: Settings) -> Iterator[list[Page | Reject]]:
    """The pages and rejects of a file, batch by batch, without their source.

    Runs in a child process. Raises RejectError.
    """
    return _batches(random_access(fd, size), size, settings)


def _batches(file: BinaryIO, size: int, settings: Settings) -> Iterator[list[Page | Reject]]:
    _check_footer(file, size)
    try:
        with pq.ParquetFile(
            file, page_checksum_verification=True, arrow_extensions_enabled=False
        ) as parquet:
            columns = _columns(parquet.schema_arrow, settings.fields)
            for batch in parquet.iter_batches(BATCH_ROWS, columns=columns, use_threads=False):
                yield [_item(record, settings) for record in batch.to_pylist()]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _refusal(error) from None


def _check_footer(file: BinaryIO, size: int) -> None:
    """Look at the last eight bytes before the library does. Raises RejectError."""
    file.seek(max(0, size - 8))
    tail = file.read(8)
    file.seek(0)
    if tail[4:] == b"PARE":
        raise RejectError("open", "encrypted", "encrypted: decrypt it first, then rerun")
    if size < 12 or tail[4:] != b"PAR1":
        detail = "parquet_corrupt: cut off, its end is missing; copy the file again"
        raise RejectError("read", "truncated", detail)
    length = int.from_bytes(tail[:4], "little")
    if length > min(size - 12, MAX_FOOTER_BYTES):
        detail = f"parquet_corrupt: a footer of {length:,} bytes; copy the file again"
        raise RejectError("read", "corrupt", detail)


def _columns(schema: pa.Schema, names: FieldNames) -> list[str]:
    """The columns that any field may come from. Raises RejectError where none holds a text."""
    there = set(schema.names)
    if not there.intersection(names.text):
        shown = repr(sorted(there)[:8])[:120]
        detail = f"schema: none of {', '.join(names.text)} among its columns {shown}"
        raise RejectError("read", "malformed_record", f"{detail}; name it with --fields text=…")
    wanted = {name for field in FieldNames.model_fields for name in getattr(names, field)}
    return [name for name in schema.names if name in wanted]


def _item(record: dict[str, Any], settings: Settings) -> Page | Reject:
    written = json.dumps(record, default=str).encode()
    digest = hashlib.sha256(written).hexdigest()
    try:
        plain = {name: _plain(value) for name, value in record.items()}
        if len(written) > settings.max_record_bytes:
            raise too_large("a record", len(written), settings.max_record_bytes)
        return record_page(Fields(plain, settings.fields), "", "parquet", digest)
    except RejectError as fault:
        return to_reject("", digest, fault)


def _plain(value: object) -> object:
    """Bytes as the UTF-8 they should be, what JSON does not know as Python writes it.

    No number is what pandas writes for nothing. Raises RejectError `bad_encoding`.
    """
    if isinstance(value, float) and math.isnan(value):
        return None
    if not isinstance(value, bytes):
        known = value is None or isinstance(value, str | int | float | date | list | dict)
        return value if known else str(value)
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid_utf8(error) from None


def _refusal(error: Exception) -> RejectError:
    said = " ".join(str(error).split())[:120]
    if "encrypt" in said.lower():
        return RejectError("open", "encrypted", "encrypted: decrypt it first, then rerun")
    if isinstance(error, pa.ArrowNotImplementedError):
        return RejectError("read", "unsupported_format", f"unsupported: {said}; write it again")
    return RejectError("read", "corrupt", f"parquet_corrupt: {said}; copy the file again")
