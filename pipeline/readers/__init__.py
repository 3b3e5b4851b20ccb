"""Dumps to pages: one module a format, and the table that says which reads which.

A new format is a module with a `Reader`, a row in READERS, and its suffix in `recognise`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.errors import RejectError
from pipeline.readers.content import Content, bomb
from pipeline.readers.delimited import read_delimited
from pipeline.readers.feeds import read_feed
from pipeline.readers.files import DumpFile, Opened, skipped, to_reject, walk
from pipeline.readers.html import read_html
from pipeline.readers.json_values import read_json
from pipeline.readers.jsonl import read_jsonl
from pipeline.readers.mail import read_mail
from pipeline.readers.pages import page_from_text
from pipeline.readers.parquet import read_parquet
from pipeline.readers.recognise import PACKED, SUFFIXES, recognise
from pipeline.readers.repair import repaired
from pipeline.readers.tars import tar_members
from pipeline.readers.txt import read_txt
from pipeline.readers.unpack import unpack
from pipeline.readers.warc import read_warc
from pipeline.readers.zips import zip_members
from pipeline.records import Page, Reject, Skipped
from pipeline.settings import Settings

__all__ = [
    "READERS",
    "SUFFIXES",
    "Reader",
    "page_from_text",
    "read_dump",
    "read_file",
    "skipped",
    "walk",
]

Reader = Callable[[Content, Settings], Iterator[Page | Reject | Skipped]]
"""Pages and rejects of some content; raises RejectError for it as a whole."""

READERS: dict[str, Reader] = {
    "txt": read_txt,
    "jsonl": read_jsonl,
    "json": read_json,
    "csv": read_delimited,
    "html": read_html,
    "feed": read_feed,
    "mail": read_mail,
    "parquet": read_parquet,
    "warc": read_warc,
}
_MEMBERS: dict[str, Callable[[Content, Settings], Iterator[Content | Reject | Skipped]]] = {
    "zip": zip_members,
    "tar": tar_members,
}


def read_dump(root: Path, settings: Settings) -> Iterator[Page | Reject | Skipped]:
    """Every page of a folder or file, and a reject for each input that gives none.

    In the order of paths and records; holds one record at a time. Raises UnusableError where
    there is nothing at `root`.
    """
    for item in walk(root):
        if isinstance(item, Reject):
            yield item
        else:
            yield from read_file(item, settings)


def read_file(file: DumpFile, settings: Settings) -> Iterator[Page | Reject | Skipped]:
    """Every page and reject of one file of `walk`.

    A reject without a digest of its own, as that of a member that cannot be read, comes last and
    has the digest of the file.
    """
    try:
        opened = Opened(file)
    except RejectError as fault:
        yield to_reject(file.source, None, fault)
        return
    waiting: list[Reject] = []
    with opened:
        for item in _read(Content.of(opened), settings):
            if isinstance(item, Reject) and item.raw_sha256 is None:
                waiting.append(item)
            else:
                yield item
        digest = opened.sha256() if waiting else None
    for reject in waiting:
        yield replace(reject, raw_sha256=digest)


def _read(content: Content, settings: Settings) -> Iterator[Page | Reject | Skipped]:
    try:
        found = recognise(content)
        content.lies |= found.lies
        if found.format in READERS:
            for item in READERS[found.format](content, settings):
                yield _finished(item, content, settings) if isinstance(item, Page) else item
            return
        if content.layers >= settings.max_layers:
            raise bomb(f"more than {settings.max_layers} containers in each other", "max_layers")
        if found.format in PACKED:
            inside = unpack(found.format, content.chunks(), settings)
            yield from _read(content.unpacked(found.inner, inside), settings)
        else:
            for member in _MEMBERS[found.format](content, settings):
                if isinstance(member, Reject | Skipped):
                    yield member
                else:
                    yield from _read(member, settings)
    except RejectError as fault:
        yield to_reject(content.source, content.digest, fault)


def _finished(page: Page, content: Content, settings: Settings) -> Page:
    if content.lies:
        page = replace(page, text_flags=(*page.text_flags, "format_sniffed"))
    return repaired(page) if settings.repair_mojibake else page
