"""Dumps to pages: one module a format, and the table that says which file is which.

A new format is a module with a `Reader` and a row in READERS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.errors import RejectError
from pipeline.readers.files import DumpFile, Opened, skipped, to_reject, walk
from pipeline.readers.jsonl import read_jsonl
from pipeline.readers.pages import page_from_text
from pipeline.readers.txt import read_txt
from pipeline.records import Page, Reject
from pipeline.settings import Settings

__all__ = ["READERS", "Reader", "page_from_text", "read_dump", "read_file", "skipped", "walk"]

Reader = Callable[[Opened, Settings], Iterator[Page | Reject]]
"""Pages and rejects of one open file; raises RejectError for the file as a whole."""

READERS: dict[str, Reader] = {
    ".txt": read_txt,
    ".jsonl": read_jsonl,
    ".jsonl.gz": read_jsonl,
    ".ndjson": read_jsonl,
    ".ndjson.gz": read_jsonl,
}


def read_dump(root: Path, settings: Settings) -> Iterator[Page | Reject]:
    """Every page of a folder or file, and a reject for each thing that gives none.

    In the order of paths and lines; holds one record at a time. Raises UnusableError where there
    is nothing at `root`.
    """
    for item in walk(root):
        if isinstance(item, Reject):
            yield item
        else:
            yield from read_file(item, settings)


def read_file(file: DumpFile, settings: Settings) -> Iterator[Page | Reject]:
    """Every page and reject of one file of `walk`."""
    try:
        opened = Opened(file)
    except RejectError as fault:
        yield to_reject(file.source, None, fault)
        return
    with opened:
        try:
            yield from _reader(file)(opened, settings)
        except RejectError as fault:
            yield to_reject(file.source, opened.sha256(), fault)


def _reader(file: DumpFile) -> Reader:
    """The reader of the longest known suffix. Raises RejectError `unsupported_format`."""
    name = file.path.name.lower()
    known = [suffix for suffix in READERS if name.endswith(suffix)]
    if known:
        return READERS[max(known, key=len)]
    suffix = file.source.rpartition("/")[2].rpartition(".")[2] if "." in name else "no suffix"
    raise RejectError(
        "open",
        "unsupported_format",
        f"unsupported_format: {suffix}; convert it to {', '.join(READERS)}, or move it away",
    )
