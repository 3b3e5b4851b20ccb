"""Bytes on their way to a reader: a file of the dump, or what stands packed inside one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from pipeline.errors import RejectError
from pipeline.readers.files import Opened, shown
from pipeline.records import Skipped

HEAD_BYTES = 1 << 16
"""Bytes at the beginning, by which a format is known."""


@dataclass(slots=True)
class Content:
    """Bytes to be read once, in order, with the name they bear."""

    source: str
    """Path inside the dump, members included: `a.zip!b.jsonl`."""
    name: str
    """File name in lower case, without the suffixes of what it was unpacked from."""
    opened: Opened
    """The file of the dump that holds the bytes."""
    rest: Iterator[bytes]
    layers: int = 0
    """Containers around it."""
    lies: bool = False
    """Its name, or that of a container around it, tells another format."""
    digest: str | None = None
    """SHA-256 of the bytes, once `whole` has read them."""
    _head: bytes | None = field(default=None, repr=False)

    @staticmethod
    def of(opened: Opened) -> Content:
        """The content of a file as it stands."""
        return Content(opened.source, opened.name.lower(), opened, opened.chunks())

    def unpacked(self, name: str, chunks: Iterator[bytes]) -> Content:
        """What this holds as a whole (`a.jsonl` in `a.jsonl.gz`)."""
        return Content(self.source, name, self.opened, chunks, self.layers + 1, self.lies)

    def member(self, path: str, chunks: Iterator[bytes]) -> Content:
        """One of the things that this holds; the path is but a label."""
        name = path.replace("\\", "/").rpartition("/")[2].lower()
        source = self.member_source(path)
        return Content(source, name, self.opened, chunks, self.layers + 1, self.lies)

    def member_source(self, path: str) -> str:
        """The `source` of a member."""
        return f"{self.source}!{shown(path)}"

    def skipped(self, path: str) -> Skipped:
        """A member that is left out, as it would be in a folder."""
        return Skipped(self.member_source(path), "README or dot-file")

    @property
    def head(self) -> bytes:
        """The first bytes, at least HEAD_BYTES where there are so many; a fault comes later."""
        if self._head is None:
            pieces: list[bytes] = []
            size = 0
            try:
                while size < HEAD_BYTES and (piece := next(self.rest, None)) is not None:
                    pieces.append(piece)
                    size += len(piece)
            except RejectError as fault:
                self.rest = map(_raise, (fault,))
            self._head = b"".join(pieces)
        return self._head

    def chunks(self) -> Iterator[bytes]:
        """All bytes, in pieces; to be called once. Raises RejectError where they end badly."""
        if self.head:
            yield self.head
        yield from self.rest

    def whole(self, limit: int, name: str = "max_record_bytes") -> bytes:
        """All bytes at once; `name` is the setting that limits them.

        Raises RejectError (`too_large` before more than `limit` are held, `changed_during_read`).
        """
        if self.layers == 0 and self.opened.size > limit:
            raise too_large("a file", self.opened.size, limit, name)
        raw = bytearray()
        for piece in self.chunks():
            raw += piece
            if len(raw) > limit:
                raise too_large("content", len(raw), limit, name)
        self.check_unchanged()
        whole = bytes(raw)
        self.digest = hashlib.sha256(whole).hexdigest()
        return whole

    def random(self, limit: int) -> BinaryIO:
        """The bytes at random; those of a packed file are held, up to `limit`.

        Raises as `whole` does; reading raises RejectError `io_error`.
        """
        if self.layers:
            return io.BytesIO(self.whole(limit, "max_held_bytes"))
        return self.opened.random()

    def check_unchanged(self) -> None:
        """Raise RejectError `changed_during_read` if the dump's file was written to meanwhile."""
        self.opened.check_unchanged()


def too_large(what: str, size: int, limit: int, name: str = "max_record_bytes") -> RejectError:
    """The reject of what passes a limit in bytes, with how to raise it."""
    return RejectError(
        "read",
        "too_large",
        f"record_too_large: {what} of {size:,} bytes, the limit is {limit:,}; "
        f"raise it with --set {name}=…, or split it",
    )


def bomb(what: str, limit: str) -> RejectError:
    """The reject of a container that gives too much; `limit` is the setting that says so."""
    detail = f"bomb: {what}; unpack it yourself if it is right, or raise --set {limit}=…"
    return RejectError("read", "archive_bomb", detail)


def _raise(fault: RejectError) -> bytes:
    raise fault
