"""The files of a dump: which there are, in which order, and opening them without being fooled.

Everything here distrusts the folder: links may leave it, a FIFO may never answer, a file may
vanish or change while it is read.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.errors import RejectError, UnusableError
from pipeline.records import Reject

if TYPE_CHECKING:
    from typing_extensions import Buffer

CHUNK_BYTES = 1 << 16
_NOT_FILES = frozenset({errno.ELOOP, errno.ENXIO})
"""A loop of links; a socket, or a device without a driver."""


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file of a dump by its path and the name it bears in `source`."""

    path: Path
    source: str
    root: Path
    """No link may lead out of here."""


def walk(root: Path) -> Iterator[DumpFile | Reject]:
    """Every file under `root` (or `root` itself) in the order of its path's parts.

    `README*` and dot-files are left out (`skipped` lists them). Raises UnusableError where there
    is nothing at `root`.
    """
    if not os.path.lexists(root):
        raise UnusableError(f"{root}: no such file or folder; give the path of a dump")
    if root.is_dir():
        yield from _walk(root.resolve(), root.resolve())
    else:
        yield DumpFile(root, shown(root.name), root.resolve().parent)


def skipped(root: Path) -> list[str]:
    """Paths under `root`, relative to it, that `walk` leaves out: `README*` and dot-files."""
    if not root.is_dir():
        return []
    return list(_skipped(root, root))


def shown(path: str | Path) -> str:
    """A path as a printable string; bytes that are not UTF-8 and controls are escaped."""
    text = path.as_posix() if isinstance(path, Path) else path
    if text.isprintable() and "\\" not in text:
        return text
    text = os.fsencode(text.replace("\\", "\\\\")).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_skipped(path: str) -> bool:
    """A member of an archive that a folder would not be asked for: dot-files, `README*`."""
    return any(_is_skipped(part) for part in path.split("/") if part.strip("."))


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name.upper().startswith("README")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _walk(folder: Path, root: Path) -> Iterator[DumpFile | Reject]:
    try:
        entries = _entries(folder)
    except OSError as error:
        yield to_reject(shown(folder.relative_to(root)), None, os_reject(error))
        return
    for entry in entries:
        path = folder / entry.name
        source = shown(path.relative_to(root))
        if _is_skipped(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, root)
        elif entry.is_symlink() and path.is_dir():
            yield to_reject(source, None, not_a_file("a link to a folder is not followed"))
        else:
            yield DumpFile(path, source, root)


def _skipped(folder: Path, root: Path) -> Iterator[str]:
    try:
        entries = _entries(folder)
    except OSError:  # `walk` reports it
        return
    for entry in entries:
        path = folder / entry.name
        if _is_skipped(entry.name):
            yield shown(path.relative_to(root))
        elif entry.is_dir(follow_symlinks=False):
            yield from _skipped(path, root)


class Opened:
    """A regular file open for reading.

    Use as a context manager. Every method raises RejectError only.
    """

    def __init__(self, file: DumpFile) -> None:
        self.source, self.name = file.source, file.path.name
        self.fd = _open(file)
        self._before = os.fstat(self.fd)

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self.fd)

    @property
    def size(self) -> int:
        """Bytes, when it was opened."""
        return self._before.st_size

    def chunks(self) -> Iterator[bytes]:
        """The bytes from where reading stands to the end, in pieces of at most CHUNK_BYTES."""
        while piece := self._read():
            yield piece

    def random(self) -> io.BufferedReader:
        """The bytes at random; reading raises RejectError, and does not move `chunks`."""
        return random_access(self.fd, self.size)

    def sha256(self) -> str | None:
        """Hex digest of all bytes, read for it; None where they cannot be. Ends `chunks`."""
        digest = hashlib.sha256()
        try:
            os.lseek(self.fd, 0, os.SEEK_SET)
            for piece in self.chunks():
                digest.update(piece)
            self.check_unchanged()
        except (OSError, RejectError):
            return None
        return digest.hexdigest()

    def check_unchanged(self) -> None:
        """Raise RejectError `changed_during_read` if the file is not what it was when opened."""
        now = os.fstat(self.fd)
        if (now.st_size, now.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns):
            raise RejectError(
                "read",
                "changed_during_read",
                "changed_during_read: something still writes to it; run again when it is done",
            )

    def _read(self) -> bytes:
        try:
            return os.read(self.fd, CHUNK_BYTES)
        except OSError as error:
            raise os_reject(error, "read") from None


def random_access(fd: int, size: int) -> io.BufferedReader:
    """The `size` bytes of a descriptor, to be read at random; it stays the caller's to close."""
    return io.BufferedReader(_Random(fd, size))


class _Random(io.RawIOBase):
    """A descriptor read by position: one who reads another way is not disturbed."""

    def __init__(self, fd: int, size: int) -> None:
        self._fd, self._size, self._at = fd, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, "a place before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        try:
            got = os.pread(self._fd, len(view), self._at)
        except OSError as error:  # a library would take it for a fault of the format
            raise os_reject(error, "read") from None
        view[: len(got)] = got
        self._at += len(got)
        return len(got)


def _open(file: DumpFile) -> int:
    """A descriptor of a regular file inside the dump's root; never blocks."""
    try:
        path = file.path.resolve(strict=True)
        if not path.is_relative_to(file.root):
            raise not_a_file("a link that leads out of the dump; put the file itself there")
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise os_reject(error) from None
    except RuntimeError:  # what Path.resolve makes of a loop of links
        raise not_a_file("a loop of links") from None
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise not_a_file("a FIFO, socket, device or folder; only regular files are read")
    return fd


def not_a_file(why: str) -> RejectError:
    """The reject of what stands in the folder and is no file to read."""
    return RejectError("open", "not_a_file", f"not_a_file: {why}")


def os_reject(error: OSError, stage: str = "open") -> RejectError:
    """The reject that says what the operating system said."""
    if isinstance(error, PermissionError):
        return RejectError(stage, "permission", "permission: not readable; chmod it, then rerun")
    if isinstance(error, FileNotFoundError):
        return RejectError(
            stage, "changed_during_read", "changed_during_read: it vanished, or a link to nothing"
        )
    word = "not_a_file" if stage == "open" and error.errno in _NOT_FILES else "io_error"
    return RejectError(stage, word, f"{word}: {error.strerror or error}; check it, then rerun")


def to_reject(source: str, raw_sha256: str | None, fault: RejectError) -> Reject:
    """The `rejects` row of a fault."""
    return Reject(source, raw_sha256, fault.stage, fault.reason, fault.detail)
