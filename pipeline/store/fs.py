"""Every change the package makes to the file system: nothing else writes, renames or deletes.

A change is durable when its function returns: file contents are synced before they get their
name, and the directory after. Files appear under their final name only whole. Every step passes
`hook`, so that a test can stop the process, or fail the disk, at the nth one.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import UnusableError

hook: Callable[[str, Path], None] | None = None
"""Called before each step with its name and path."""

_CURES = {
    errno.ENOSPC: "free some space, then run the same command again",
    errno.EDQUOT: "free some of the quota, then run the same command again",
    errno.EROFS: "choose an output folder that can be written",
    errno.EACCES: "choose an output folder that you may write",
    errno.EPERM: "choose an output folder that you may write",
    errno.EMFILE: "raise the limit of open files (ulimit -n), then run the same command again",
    errno.ENFILE: "close other programs, then run the same command again",
    errno.ENOENT: "create its parent folder first",
    errno.ENOTDIR: "choose an output folder, not a file",
}


@contextmanager
def _unusable(step: str, path: Path) -> Iterator[None]:
    try:
        if hook is not None:
            hook(step, path)
        yield
    except OSError as error:
        what = f"{step} failed: {error.strerror or error}"
        raise UnusableError(f"{path}: {what}; {cure(error)}") from error


def cure(error: OSError) -> str:
    """What a person can do about what the operating system said."""
    return _CURES.get(error.errno or 0, "see to the disk, then run the same command again")


def sync_dir(path: Path) -> None:
    """Make the names in a folder durable."""
    with _unusable("sync folder", path):
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def make_dir(path: Path) -> None:
    """Create one folder unless it is there; its parent must exist."""
    if path.is_dir():
        return
    with _unusable("create folder", path):
        path.mkdir(exist_ok=True)
    sync_dir(path.parent)


def write(path: Path, data: bytes, scratch: Path) -> None:
    """Write a whole file aside in `scratch`, sync it, and give it its name."""
    aside = scratch / f"{path.name}.{os.getpid()}"
    try:
        _write_synced(aside, data)
        rename(aside, path)
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def _write_synced(path: Path, data: bytes) -> None:
    with _unusable("create file", path):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    with _closing(fd, path):
        with _unusable("write", path):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(fd, rest) :]
        with _unusable("sync", path):
            os.fsync(fd)


@contextmanager
def _closing(fd: int, path: Path) -> Iterator[None]:
    """Close once, whatever happened; some file systems tell only now that a write failed."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            os.close(fd)
        raise
    with _unusable("close", path):
        os.close(fd)


def rename(source: Path, target: Path) -> None:
    """Rename within one file system, replacing a file or an empty folder."""
    with _unusable("rename", target):
        source.rename(target)
    sync_dir(target.parent)


def link(source: Path, target: Path) -> None:
    """A second name for a file; a copy where the file system has no hard links."""
    with _unusable("link", target):
        try:
            target.hardlink_to(source)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.EMLINK):
                raise
            _write_synced(target, source.read_bytes())


def point(name: Path, target: str, scratch: Path) -> None:
    """Make `name` a symlink to `target` in one step, whatever it was before."""
    aside = scratch / f"{name.name}.{os.getpid()}"
    with _unusable("symlink", name):
        aside.unlink(missing_ok=True)
        aside.symlink_to(target)
    rename(aside, name)


def remove(path: Path) -> None:
    """Delete a file or a whole folder, if it is there."""
    with _unusable("remove", path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the one writer's lock; the kernel frees it when the process ends, however it ends.

    Raises UnusableError naming the holder where another process has it.
    """
    with _unusable("lock", path):
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _take(fd, path)
        yield
    finally:
        os.close(fd)


def _take(fd: int, path: Path) -> None:
    with _unusable("lock", path):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise UnusableError(
                f"{path.parent}: locked by pid {holder}; wait for that run to end, or stop it"
            ) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode("ascii"), 0)
