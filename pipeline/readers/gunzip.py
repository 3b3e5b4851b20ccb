"""Streaming gzip: all members, everything before a cut, and no bombs."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from pipeline.errors import RejectError

MAGIC = b"\x1f\x8b"
MAX_RATIO = 200
"""Bytes out for one byte in; text rarely reaches 20."""
FREE_BYTES = 64 << 20
"""Bytes out before the ratio counts."""
FEED_BYTES = 1 << 14
"""Bytes in at once: deflate makes at most 1032 of each, so 17 MB out."""


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes inside a gzip stream of any number of members.

    What stands before a fault is yielded first. Raises RejectError (`truncated`, `corrupt`,
    `archive_bomb`), and whatever `chunks` raises.
    """
    state = _new()
    taken = made = 0
    fresh = True  # between members
    for piece in _pieces(chunks):
        taken += len(piece)
        while piece:
            if fresh and not (piece := piece.lstrip(b"\0")):  # padding of tapes and disks
                break
            fresh = False
            out, fault = _inflate(state, piece)
            made += len(out)
            yield out
            if fault:
                raise fault
            _refuse_bomb(taken, made)
            piece = b""
            if state.eof:
                piece, state, fresh = state.unused_data, _new(), True
    if not fresh:
        raise RejectError(
            "read", "truncated", "gzip_truncated: the file ends in mid-stream; copy it again"
        )


def _new() -> zlib._Decompress:
    return zlib.decompressobj(wbits=31)


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for at in range(0, len(chunk), FEED_BYTES):
            yield chunk[at : at + FEED_BYTES]


def _inflate(state: zlib._Decompress, piece: bytes) -> tuple[bytes, RejectError | None]:
    """What `piece` gives; where it is faulty, what stands before the fault, and the fault.

    zlib drops the output of a call that fails, so the call is repeated byte by byte on a copy.
    """
    spare = state.copy()
    try:
        return state.decompress(piece), None
    except zlib.error as error:
        detail = f"gzip_corrupt: {error}; the records before it were kept, copy the file again"
        return _salvage(spare, piece), RejectError("read", "corrupt", detail)


def _salvage(state: zlib._Decompress, piece: bytes) -> bytes:
    kept = bytearray()
    try:
        for at in range(len(piece)):
            kept += state.decompress(piece[at : at + 1])
    except zlib.error:
        pass
    return bytes(kept)


def _refuse_bomb(taken: int, made: int) -> None:
    if made > FREE_BYTES and made > MAX_RATIO * taken:
        detail = f"bomb: {made:,} bytes out of {taken:,} in, over {MAX_RATIO} to 1"
        raise RejectError("read", "archive_bomb", f"{detail}; unpack it yourself if it is right")
