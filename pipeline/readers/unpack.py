"""Streaming gzip, bzip2, xz and zstandard: all members, everything before a cut, and no bombs."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from pipeline.errors import RejectError
from pipeline.readers.content import bomb
from pipeline.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Buffer

FREE_BYTES = 64 << 20
"""Bytes out before the ratio counts."""
PIECE_BYTES = 1 << 16
"""Bytes out at once."""
LOST_BYTES = 1 << 12
"""The same where the piece with a fault in it is lost: in all but gzip."""
XZ_MEMORY = 256 << 20


class Decompressor(Protocol):
    """What `bz2` and `lzma` give for one stream."""

    @property
    def eof(self) -> bool:
        """The stream is over."""

    @property
    def needs_input(self) -> bool:
        """All that it was given is used."""

    @property
    def unused_data(self) -> bytes:
        """What stands after the end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most so many bytes."""


@dataclass(slots=True)
class Meter:
    """Counts bytes in and out of one container, and refuses a bomb."""

    settings: Settings
    taken: int = 0
    made: int = 0

    def count_in(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same bytes, counted."""
        for chunk in chunks:
            self.taken += len(chunk)
            yield chunk

    def add(self, made: int) -> None:
        """Count bytes that came out. Raises RejectError `archive_bomb`."""
        self.made += made
        ratio, most = self.settings.max_ratio, self.settings.max_member_bytes
        if self.made > most:
            raise bomb(f"more than {most:,} bytes out of one container", "max_member_bytes")
        if self.made > FREE_BYTES and self.made > ratio * self.taken:
            raise bomb(
                f"{self.made:,} bytes out of {self.taken:,} in, over {ratio} to 1", "max_ratio"
            )


def unpack(kind: str, chunks: Iterable[bytes], settings: Settings) -> Iterator[bytes]:
    """The bytes inside a stream of `kind` (gz, bz2, xz, zst) with any number of members.

    What stands before a fault is yielded first. Raises RejectError (`truncated`, `corrupt`,
    `archive_bomb`), and whatever `chunks` raises.
    """
    meter = Meter(settings)
    counted = meter.count_in(chunks)
    for piece in _unzstd(counted) if kind == "zst" else _members(kind, counted):
        yield piece
        meter.add(len(piece))


def _members(kind: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    word, make, size = _STREAMS[kind]
    state = make()
    fresh = True  # between members
    for piece in chunks:
        data = piece
        while data or not state.needs_input:
            if fresh and not (data := data.lstrip(b"\0")):  # padding of tapes and disks
                break
            fresh = False
            try:
                out = state.decompress(data, size)
            except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
                if isinstance(state, _Gunzip):
                    yield state.salvaged(data)
                raise _corrupt(word, error) from None
            data = b""
            yield out
            if state.eof:
                data, state, fresh = state.unused_data, make(), True
    if not fresh:
        raise _truncated(word)


class _Gunzip:
    """zlib with the face of `bz2` and `lzma`."""

    def __init__(self) -> None:
        self._state = zlib.decompressobj(wbits=31)
        self._spare = self._state.copy()
        self._full = False

    @property
    def eof(self) -> bool:
        return self._state.eof

    @property
    def needs_input(self) -> bool:
        return not (self._state.unconsumed_tail or self._full)

    @property
    def unused_data(self) -> bytes:
        return self._state.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        self._spare = self._state.copy()
        made = self._state.decompress(self._state.unconsumed_tail + data, max_length)
        self._full = len(made) == max_length  # there may be more of it inside
        return made

    def salvaged(self, data: bytes) -> bytes:
        """What the call that failed would have given: zlib drops it, so again, byte by byte."""
        kept = bytearray()
        data = self._spare.unconsumed_tail + data
        try:
            for at in range(min(len(data), PIECE_BYTES)):
                kept += self._spare.decompress(data[at : at + 1])
        except zlib.error:
            pass
        return bytes(kept)


def _unxz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)


_STREAMS: dict[str, tuple[str, Callable[[], Decompressor], int]] = {
    "gz": ("gzip", _Gunzip, PIECE_BYTES),
    "bz2": ("bzip2", bz2.BZ2Decompressor, LOST_BYTES),
    "xz": ("xz", _unxz, LOST_BYTES),
}


class Stream(io.RawIOBase):
    """A file to read in order, made of pieces; what they raise, reading raises."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._left = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill a part of the buffer; 0 at the end."""
        view = memoryview(buffer)
        while not self._left:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._left = piece
        taken = self._left[: len(view)]
        view[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def _unzstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    stream = pa.CompressedInputStream(pa.PythonFile(Stream(chunks), mode="r"), "zstd")
    try:
        while piece := stream.read(LOST_BYTES):
            yield piece
    except OSError as error:
        if "Truncated" in str(error):
            raise _truncated("zstd") from None
        raise _corrupt("zstd", error) from None


def _truncated(word: str) -> RejectError:
    detail = f"{word}_truncated: the file ends in mid-stream; copy it again"
    return RejectError("read", "truncated", detail)


def _corrupt(word: str, error: Exception) -> RejectError:
    said = " ".join(str(error).split())[:100]
    detail = f"{word}_corrupt: {said}; what stood before it was kept, copy the file again"
    return RejectError("read", "corrupt", detail)
