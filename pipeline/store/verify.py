"""Is the store what its manifests say? Reading only; a run may go on beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.errors import DamagedError, UnusableError
from pipeline.store import agreement, manifest, publish, work
from pipeline.store.layout import Store
from pipeline.store.manifest import Manifest
from pipeline.store.work import Key
from pipeline.tables import SCHEMA_VERSION

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot on disk; damage is None where its manifest and the sizes of its files are good."""

    number: int
    current: bool
    manifest: Manifest | None
    damage: str | None


def snapshots(root: Path) -> list[Kept]:
    """The snapshots of an output folder, oldest first. Raises UnusableError where there is none."""
    store = Store(root)
    numbers = store.numbers()
    if not numbers:
        raise UnusableError(f"{root}: no snapshot here; run `make extract` or `depeche extract`")
    published = store.current.resolve().name
    kept = []
    for number in numbers:
        folder = store.snapshot(number)
        try:
            kept.append(Kept(number, folder.name == published, manifest.load(folder), None))
        except DamagedError as error:
            kept.append(Kept(number, folder.name == published, None, str(error)))
    return kept


def verify(root: Path) -> tuple[Manifest, list[str]]:
    """The manifest of the published snapshot, and every fault found, a line for each.

    Content of all part files of all snapshots and of all work files, then the rows of the
    published snapshot: schemas, ids, offsets, and that each input unit gave one article or reject.
    A run beside may remove what is being read: faults count when two looks in a row agree.
    Raises UnusableError where there is no snapshot or one of an earlier schema version,
    DamagedError where it is not even complete.
    """
    before: object = None
    for _ in range(_TRIES):
        try:
            published = _published(root)
        except DamagedError as error:
            if before == str(error):
                raise
            before = str(error)
            continue
        faults = _pass(Store(root), published)
        if not faults or before == (published, faults):
            return published, faults
        before = (published, faults)
    raise UnusableError(f"{root}: changed at every try; run verify when no run goes on")


def _published(root: Path) -> Manifest:
    published = manifest.current(Store(root))
    if published is None:
        raise UnusableError(f"{root}: no snapshot here; run `make extract`")
    if published.schema_version != SCHEMA_VERSION:
        raise UnusableError(
            f"{root}: schema version {published.schema_version}, this code verifies "
            f"{SCHEMA_VERSION}; run `depeche extract` first, which carries the rows on"
        )
    return published


def _pass(store: Store, published: Manifest) -> list[str]:
    """What one look finds; that a file is gone may be the disk, or a run that has just cleaned."""
    try:
        return list(_faults(store, published))
    except DamagedError as error:
        return [str(error)]
    except OSError as error:
        return [f"{error.filename}: {error.strerror}" if error.filename else str(error)]


def _faults(store: Store, published: Manifest) -> Iterator[str]:
    faults = [*_contents(store, published), *_work(store, published)]
    yield from faults
    if not faults:
        folder = store.snapshot(published.snapshot)
        yield from agreement.faults(folder, published)
        yield from _units(store, folder, published)


def _contents(store: Store, published: Manifest) -> Iterator[str]:
    """Part files whose bytes are not those that were written; links to one file are read once."""
    seen: dict[tuple[int, int], str] = {}
    for kept in snapshots(store.root):
        folder = store.snapshot(kept.number)
        if kept.manifest is None:
            yield f"{folder}: damaged: {kept.damage}"
            continue
        for table, files in kept.manifest.tables.items():
            for file in files:
                path = folder / file.path
                status = path.stat()
                inode = (status.st_dev, status.st_ino)
                if inode not in seen:
                    seen[inode] = _sha256(path)
                if seen[inode] != file.sha256:
                    yield f"{path}: table {table}: its content is not what was written"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _work(store: Store, published: Manifest) -> Iterator[str]:
    for name in published.work:
        path = store.work / name
        if not path.exists():
            yield f"{path}: a work file is missing"
        elif _sha256(path) != path.stem:
            yield f"{path}: a work file's content is not what was written"


def _units(store: Store, folder: Path, published: Manifest) -> Iterator[str]:
    """The work files hold just the units that the tables and the manifest tell of."""
    units = sorted(
        (unit for name in published.work for unit in work.read_units(store, name)),
        key=lambda unit: unit.key,
    )
    if publish.state(units, published.fingerprint) != published.state:
        yield f"{store.work}: its units are not those of {folder}"
    told = sorted(_told(folder, published))
    if told != [unit.key for unit in units]:
        lost = _first_difference([unit.key for unit in units], told)
        yield f"{folder}: tables articles and rejects do not tell of each input once ({lost[0]} …)"


def _told(folder: Path, published: Manifest) -> Iterator[Key]:
    for table in ("articles", "rejects"):
        for file in published.tables[table]:
            rows = pq.read_table(folder / file.path, columns=["source", "raw_sha256"])
            for source, raw_sha256 in zip(*(c.to_pylist() for c in rows.columns), strict=True):
                yield work.key_of(source, raw_sha256)


def _first_difference(units: list[Key], told: list[Key]) -> Key:
    return min(set(units).symmetric_difference(told), default=told[0] if told else ("", ""))
