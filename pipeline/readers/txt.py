"""Text files: one page a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pipeline.errors import RejectError
from pipeline.readers.decode import decode
from pipeline.readers.files import Opened
from pipeline.records import Page, Reject
from pipeline.settings import Settings


def read_txt(opened: Opened, settings: Settings) -> Iterator[Page | Reject]:
    """The page of the file. Raises RejectError (`too_large`, `changed_during_read`, decoding's)."""
    raw = _bytes(opened, settings.max_record_bytes)
    opened.check_unchanged()
    decoded = decode(raw)
    yield Page(
        source=opened.source,
        source_format="txt",
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        text=decoded.text,
        encoding=decoded.encoding,
        text_flags=decoded.flags,
    )


def too_large(what: str, size: int, limit: int) -> RejectError:
    """The reject of a file or record over the limit, with how to raise it."""
    return RejectError(
        "read",
        "too_large",
        f"record_too_large: {what} of {size:,} bytes, the limit is {limit:,}; "
        "raise max_record_bytes or split it",
    )


def _bytes(opened: Opened, limit: int) -> bytes:
    """All bytes, or RejectError before more than `limit` of them are held."""
    if opened.size > limit:
        raise too_large("a file", opened.size, limit)
    raw = bytearray()
    for piece in opened.chunks():
        raw += piece
        if len(raw) > limit:
            raise too_large("a growing file", len(raw), limit)
    return bytes(raw)
