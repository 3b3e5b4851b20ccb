"""Tar archives, read in one pass as a stream: nothing is extracted, no link is followed."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterable, Iterator
from typing import IO

from pipeline.errors import RejectError
from pipeline.readers.content import Content, bomb
from pipeline.readers.files import is_skipped, not_a_file, to_reject
from pipeline.readers.unpack import PIECE_BYTES, Meter, Stream
from pipeline.records import Reject, Skipped
from pipeline.settings import Settings

BLOCK = 512
MAX_HEADER_BYTES = 1 << 20
"""Of a member's extended header, which `tarfile` holds as a whole."""


def tar_members(content: Content, settings: Settings) -> Iterator[Content | Reject | Skipped]:
    """The regular members of a tar archive; a reject for each link, device and FIFO.

    Raises RejectError (`corrupt`, `truncated`, `archive_bomb`) where the archive ends badly,
    unless the member it ends in was told so.
    """
    stream = _Forward(content.chunks())
    members = 0
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for number, info in enumerate(_infos(archive)):
                if number >= settings.max_members:
                    raise bomb(f"more than {settings.max_members:,} members", "max_members")
                if not info.isdir():
                    members += 1
                    skip = info.isreg() and is_skipped(info.name)
                    yield (
                        content.skipped(info.name)
                        if skip
                        else _member(archive, info, stream, content, settings)
                    )
                if stream.broken:
                    return
    except (tarfile.TarError, ValueError, OverflowError, UnicodeError) as error:
        raise _damaged(str(error), cut="unexpected end" in str(error)) from None
    if stream.last != bytes(BLOCK):
        raise _damaged("no mark at its end", cut=len(stream.last) < BLOCK)
    content.check_unchanged()
    if not members:
        raise RejectError("read", "empty", "empty: no member in it")


def _infos(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """As iterating over the archive, which would keep them all."""
    while (info := archive.next()) is not None:
        yield info
        archive.members.clear()  # type: ignore[attr-defined]


def _member(
    archive: tarfile.TarFile,
    info: tarfile.TarInfo,
    stream: _Forward,
    content: Content,
    settings: Settings,
) -> Content | Reject:
    file = None if info.issparse() or not info.isreg() else archive.extractfile(info)
    if file is None:
        fault = not_a_file("a link, device, FIFO or sparse member; put the file itself there")
        return to_reject(content.member_source(info.name), None, fault)
    return content.member(info.name, _bytes(file, stream, Meter(settings, taken=info.size)))


def _bytes(file: IO[bytes], stream: _Forward, meter: Meter) -> Iterator[bytes]:
    while True:
        try:
            piece = file.read(PIECE_BYTES)
        except RejectError:
            stream.broken = True
            raise
        except tarfile.TarError as error:
            stream.broken = True
            raise _damaged(str(error), cut=True) from None
        if not piece:
            return
        yield piece
        meter.add(len(piece))


class _Forward(io.RawIOBase):
    """A stream that seeks forward only, and one byte back, as `tarfile` does."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._file = io.BufferedReader(Stream(chunks), PIECE_BYTES)
        self._at = 0
        self._back = False
        """The byte before the place is to be read again."""
        self.last = b""
        """What was read last."""
        self.broken = False
        """It ended in a member."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at - self._back

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence != os.SEEK_SET or offset < self._at - 1:
            raise ValueError("members out of order")
        self._back = offset == self._at - 1
        while self._at < offset and self._skip(offset - self._at):
            pass
        return offset

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_HEADER_BYTES:
            raise ValueError(f"a header of {size:,} bytes")
        again = self.last[-1:] if self._back and size else b""
        self._back = False
        got = self._file.read(size - len(again))
        self._at += len(got)
        self.last = again + got
        return self.last

    def _skip(self, size: int) -> int:
        got = self._file.read(min(size, PIECE_BYTES))
        self._at += len(got)
        if got:
            self.last = got
        return len(got)


def _damaged(said: str, *, cut: bool) -> RejectError:
    word, reason = ("tar_truncated", "truncated") if cut else ("tar_corrupt", "corrupt")
    detail = f"{word}: {' '.join(said.split())[:100]}; what stood before it was kept"
    return RejectError("read", reason, f"{detail}, copy the file again")
