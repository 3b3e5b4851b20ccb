"""Where things stand under the output folder, and whether the folder can hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UnusableError
from pipeline.store import fs

SNAPSHOT_NAME = re.compile(r"\d{6,}")


@dataclass(frozen=True, slots=True)
class Store:
    """The output folder of `depeche extract`.

    ``current`` -> ``snapshots/NNNNNN`` is all that readers need; ``data`` holds the part files by
    content, ``work`` the finished units, ``tmp`` what is being written.
    """

    root: Path

    @property
    def current(self) -> Path:
        """The symlink to the published snapshot."""
        return self.root / "current"

    @property
    def snapshots(self) -> Path:
        """One folder per snapshot, numbered."""
        return self.root / "snapshots"

    @property
    def data(self) -> Path:
        """Part files, `<table>/<sha256>.parquet`."""
        return self.root / "data"

    @property
    def work(self) -> Path:
        """Files of finished units, `<sha256>.arrow`: together, the ledger."""
        return self.root / "work"

    @property
    def scratch(self) -> Path:
        """Unfinished files; emptied at the start of every run."""
        return self.root / "tmp"

    @property
    def lock(self) -> Path:
        """The file that the one writer locks."""
        return self.root / ".lock"

    def snapshot(self, number: int) -> Path:
        """The folder of one snapshot."""
        return self.snapshots / f"{number:06d}"

    def numbers(self) -> list[int]:
        """Snapshots on disk, oldest first."""
        if not self.snapshots.is_dir():
            return []
        names = (p.name for p in self.snapshots.iterdir() if SNAPSHOT_NAME.fullmatch(p.name))
        return sorted(int(name) for name in names)


@contextmanager
def writing(root: Path) -> Iterator[Store]:
    """The store under `root`, created if need be, for one writer at a time.

    Raises UnusableError, before anything is read or parsed, where the folder cannot be written,
    is in use by another run, or is on a file system without symlinks or locks.
    """
    store = Store(root)
    if root.exists() and not root.is_dir():
        raise UnusableError(f"{root}: is a file; choose an output folder")
    fs.make_dir(root)
    with fs.locked(store.lock):
        fs.remove(store.scratch)
        for folder in (store.scratch, store.work, store.data, store.snapshots):
            fs.make_dir(folder)
        _probe(store.scratch)
        yield store


def _probe(scratch: Path) -> None:
    fs.write(scratch / "probe", b"", scratch)
    fs.link(scratch / "probe", scratch / "linked")
    fs.point(scratch / "pointer", "probe", scratch)
    if (scratch / "pointer").readlink() != Path("probe"):
        raise UnusableError(f"{scratch}: symlinks do not work here; choose another file system")
    for name in ("pointer", "linked", "probe"):
        fs.remove(scratch / name)
