"""What a snapshot holds, what it was made from, and when: `_manifest.json`."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import DamagedError
from pipeline.evolve import check_version
from pipeline.store.layout import SNAPSHOT_NAME, Store

NAME = "_manifest.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class File(_Frozen):
    """One part file of a snapshot."""

    path: str
    """Inside the snapshot: `relations/part-00000.parquet`."""
    sha256: str
    rows: int
    bytes: int


class Counts(_Frozen):
    """Where the input units went: units = articles + rejects."""

    units: int
    articles: int
    rejects: int


class FingerprintParts(_Frozen):
    """What the rows depend on, and the digest of each part."""

    units: str
    snapshot: str
    parts: dict[str, str]


class Manifest(_Frozen):
    """The manifest of one snapshot."""

    snapshot: int
    schema_version: str
    code_version: str
    state: str
    """Digest of the units and the fingerprint: equal states have equal tables."""
    fingerprint: FingerprintParts
    inputs: Counts
    skipped: list[str]
    """Files of the dump that are no input: README, dot-files."""
    stale: list[str]
    """Sources whose rows are of an earlier fingerprint, their dump being gone."""
    tables: dict[str, list[File]]
    work: list[str]
    """The work files that hold the units."""
    started: str
    finished: str

    def files(self) -> Iterator[File]:
        """All part files."""
        for files in self.tables.values():
            yield from files

    def rows(self) -> dict[str, int]:
        """Rows by table."""
        return {name: sum(f.rows for f in files) for name, files in self.tables.items()}


def dumps(manifest: Manifest) -> bytes:
    """The manifest as JSON, with a digest of itself."""
    body = manifest.model_dump()
    body["digest"] = _digest(body)
    return (json.dumps(body, indent=1, ensure_ascii=False) + "\n").encode()


def _digest(body: dict[str, object]) -> str:
    plain = json.dumps({k: v for k, v in body.items() if k != "digest"}, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def load(folder: Path) -> Manifest:
    """The manifest of a snapshot folder, its part files being there in full size.

    Raises DamagedError.
    """
    try:
        body = json.loads((folder / NAME).read_bytes())
        if body.get("digest") != _digest(body):
            raise DamagedError(f"{folder / NAME} was altered")
        manifest = Manifest.model_validate(body)
        for file in manifest.files():
            size = (folder / file.path).stat().st_size
            if size != file.bytes:
                raise DamagedError(f"{folder / file.path} has {size} bytes, not {file.bytes}")
    except OSError as error:
        raise DamagedError(f"{error.filename} {error.strerror}") from error
    except (ValueError, AttributeError, ValidationError) as error:
        raise DamagedError(f"{folder / NAME} cannot be read") from error
    return manifest


def current(store: Store) -> Manifest | None:
    """The manifest of the published snapshot, or None where none has been published.

    Raises DamagedError, naming the last good snapshot and the cure, where it is not whole, and
    UnusableError where a newer program wrote it.
    """
    if not os.path.lexists(store.current):
        return None
    name = store.current.readlink().name if store.current.is_symlink() else ""
    try:
        if not SNAPSHOT_NAME.fullmatch(name):
            raise DamagedError("it is not a symlink to a snapshot")
        found = load(store.snapshots / name)
    except DamagedError as error:
        good = _last_good(store, name)
        cure = (
            f"last good: {good}; run `ln -sfn snapshots/{good} {store.current}`"
            if good
            else f"none is good; delete {store.current} and run the same command again: the tables "
            "are made anew from the finished units"
        )
        raise DamagedError(f"{store.current} -> {name}: damaged: {error}; {cure}") from error
    check_version(found.schema_version, str(store.snapshots / name))
    return found


def _last_good(store: Store, bad: str) -> str | None:
    """The latest other snapshot that is whole and whose units are still there to go on from."""
    for number in reversed(store.numbers()):
        folder = store.snapshot(number)
        if folder.name != bad:
            try:
                names = load(folder).work
            except DamagedError:
                continue
            if all((store.work / name).exists() for name in names):
                return folder.name
    return None
