"""Records of a stream of bytes, one a line, none of them held when it is too long.

Only `\\n` ends a line: `str.splitlines` would cut records at U+2028 and the like.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end (`\\n` or `\\r\\n`)."""

    number: int
    """From 1."""
    raw: bytes
    """Empty where the line was over the limit."""
    size: int
    """Bytes, also where `raw` was not kept."""
    sha256: str
    terminated: bool
    """False for a last line without `\\n`: perhaps cut off."""


def lines_of(chunks: Iterable[bytes], limit: int) -> Iterator[Line]:
    """The lines of a stream; of one over `limit` bytes only size and digest are kept.

    Raises whatever `chunks` raises, after the lines that were complete by then.
    """
    number = 1
    line = Growing(limit)
    for chunk in chunks:
        first, *rest = chunk.split(b"\n")
        line.add(first)
        for piece in rest:
            yield line.done(number, terminated=True)
            number += 1
            line = Growing(limit)
            line.add(piece)
    if line.size:
        yield line.done(number, terminated=False)


def with_line_ends(chunks: Iterator[bytes], head: bytes) -> Iterator[bytes]:
    """The chunks, with `\\n` for the line ends of old Macs."""
    if b"\r" in head and b"\n" not in head:
        return (chunk.replace(b"\r", b"\n") for chunk in chunks)
    return chunks


class Growing:
    """A line (or another record) of which more may come."""

    def __init__(self, limit: int) -> None:
        self.size = 0
        self._limit = limit
        self._kept: list[bytes] = []
        self._digest = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        """Take the next bytes."""
        self.size += len(piece)
        if self.size <= self._limit + 1:  # the `\r` of its end may still be on it
            self._kept.append(piece)
        else:
            for kept in (*self._kept, piece):
                self._digest.update(kept)
            self._kept.clear()

    def done(self, number: int, *, terminated: bool) -> Line:
        """The line, when all of it is there."""
        raw = b"".join(self._kept).removesuffix(b"\r")
        self._digest.update(raw)
        return Line(number, raw, self.size, self._digest.hexdigest(), terminated)
