"""WARC files of crawlers: one page a record that holds one; the rest is counted as skipped."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from pipeline.errors import RejectError
from pipeline.readers.content import Content, too_large
from pipeline.readers.decode import decode, tidy
from pipeline.readers.files import to_reject
from pipeline.readers.html import html_page, require_extra
from pipeline.readers.recognise import HTML_HEAD
from pipeline.readers.served import MAX_HEADER_BYTES, check_digest, served
from pipeline.readers.unpack import PIECE_BYTES, Stream
from pipeline.records import Page, Reject, Skipped
from pipeline.settings import Settings

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

PAGES = frozenset({"response", "resource", "conversion"})
"""Types of records that may hold a page: as it was served, as a file, as text."""
_HTML = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class _Block:
    """The bytes of one record, without its header."""

    raw: bytes
    """Empty where there are more than the limit."""
    size: int
    sha256: str


def read_warc(content: Content, settings: Settings) -> Iterator[Page | Reject | Skipped]:
    """A page or reject for each record with a page of status 200; `#n` is its number, from 1.

    Raises RejectError (`missing_extra`, `corrupt`, `truncated`, `empty`) for what concerns the
    file as a whole, after the records that were kept.
    """
    require_extra("warc", "fastwarc")
    skips: Counter[str] = Counter()
    number, end = 0, None
    try:
        for number, record in enumerate(_records(content), 1):
            yield from _items(record, f"{content.source}#{number}", settings, skips)
        content.check_unchanged()
    except RejectError as fault:
        end = fault
    for what, count in sorted(skips.items()):
        yield Skipped(content.source, f"{count} records: {what}")
    if end:
        raise end
    if not number:
        raise RejectError("read", "empty", "empty: no record in it")


def _items(
    record: WarcRecord, source: str, settings: Settings, skips: Counter[str]
) -> Iterator[Page | Reject]:
    """What a record gives; why it gives nothing is counted. Raises RejectError `truncated`."""
    block = _block(record, settings.max_record_bytes)
    try:
        page = _page(record, block, settings)
    except RejectError as fault:
        yield to_reject(source, block.sha256, fault)
        return
    if isinstance(page, Page):
        yield replace(page, source=source, raw_sha256=block.sha256)
    else:
        skips[page] += 1


def _records(content: Content) -> Iterator[WarcRecord]:
    """The records in order, each to be read before the next. Raises RejectError."""
    from fastwarc.warc import ArchiveIterator

    try:
        yield from ArchiveIterator(
            cast(BinaryIO, _Stream(content.chunks())),
            parse_http=False,
            stream_detect=False,
            max_header_len=MAX_HEADER_BYTES,
        )
    except (RejectError, GeneratorExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        said = " ".join(str(error).split())[:100]
        detail = f"warc_corrupt: {said}; the records before it were kept, fetch the rest again"
        raise RejectError("read", "corrupt", detail) from None


class _Stream:
    """As much of a file as the library wants."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._file = io.BufferedReader(Stream(chunks), PIECE_BYTES)
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        got = self._file.read(size)
        self._at += len(got)
        return got

    def tell(self) -> int:
        return self._at


def _block(record: WarcRecord, limit: int) -> _Block:
    """The bytes of a record, those over the limit counted only. Raises RejectError `truncated`."""
    declared = record.headers.get("Content-Length") or ""
    if not (declared.isascii() and declared.isdigit()):
        detail = f"warc_corrupt: Content-Length is {declared[:20]!r}; what follows is lost"
        raise RejectError("read", "corrupt", f"{detail}, fetch it again")
    digest = hashlib.sha256()
    pieces: list[bytes] = []
    size, left = 0, int(declared)
    while left and (piece := record.reader.read(min(left, PIECE_BYTES))):
        digest.update(piece)
        size, left = size + len(piece), left - len(piece)
        pieces.append(piece)
        if size > limit:
            pieces.clear()
    if left:
        detail = f"warc_truncated: {left:,} bytes of the last record are missing; fetch it again"
        raise RejectError("read", "truncated", detail)
    return _Block(b"".join(pieces), size, digest.hexdigest())


def _page(record: WarcRecord, block: _Block, settings: Settings) -> Page | str:
    """The page of a record, or why it has none. Raises RejectError."""
    headers = dict(record.headers.items())
    kind = (headers.get("WARC-Type") or "unknown").lower()
    if kind not in PAGES:
        return kind
    if block.size > settings.max_record_bytes:
        raise too_large("a record", block.size, settings.max_record_bytes)
    answer = served(headers, block.raw)
    check_digest(headers, answer.record)
    if answer.status not in (None, 200):
        return f"status {answer.status}"
    if answer.media and answer.media not in _HTML and answer.media != "text/plain":
        return f"{kind} of {answer.media}"
    body = answer.body(settings.max_record_bytes)
    is_html = answer.media in _HTML
    if not answer.media:  # its beginning tells
        if not HTML_HEAD.match(body):
            return f"{kind} of unknown type"
        is_html = True
    if is_html:
        page = html_page(body, answer.charset, settings)
    else:
        decoded = decode(body, answer.charset)
        page = Page("", "", "", decoded.text, decoded.encoding, decoded.flags)
    url = tidy(headers.get("WARC-Target-URI") or "")[0].strip("<> \n") or None
    return replace(page, source_format="warc", url=page.url or url)
