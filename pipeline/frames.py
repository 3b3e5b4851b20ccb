"""The tables as DataFrames, all eight of one snapshot; the notebook's side of the package."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import DamagedError, UnusableError
from pipeline.evolve import check_version, conform
from pipeline.records import Row
from pipeline.tables import TABLES, schema, to_arrow

MANIFEST = "_manifest.json"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Tables:
    """The eight tables of one snapshot, as attributes or items: `t.relations`, `t["relations"]`.

    Columns are Arrow-backed (`string[pyarrow]`, `date32[pyarrow]` …), categories are pandas
    categories.
    """

    articles: pd.DataFrame
    passages: pd.DataFrame
    mentions: pd.DataFrame
    relations: pd.DataFrame
    rejects: pd.DataFrame
    entities: pd.DataFrame
    events: pd.DataFrame
    near_duplicates: pd.DataFrame

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by name. Raises KeyError."""
        if name not in self.names():
            raise KeyError(f"{name}: no such table; there are {', '.join(self.names())}")
        frame: pd.DataFrame = getattr(self, name)
        return frame

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(field.name for field in fields(cls))

    def __repr__(self) -> str:
        """Rows by table: the frames themselves would fill pages."""
        rows = ", ".join(f"{name} {len(self[name])}" for name in self.names())
        return f"Tables({rows})"


def load(path: str | os.PathLike[str] = "extracted") -> Tables:
    """The tables of the snapshot that `path/current` points to now, or of a snapshot folder.

    Raises UnusableError where there is none, DamagedError where one lacks something.
    """
    root = Path(path)
    for _ in range(_TRIES):
        folder = _snapshot(root)
        try:
            return _read(folder)
        except OSError as error:
            if _snapshot(root) == folder:
                raise DamagedError(f"{folder}: {error}; extract again, or use another") from error
    raise UnusableError(f"{root}: a new snapshot at every try; load one under {root / 'snapshots'}")


def from_rows(rows: Mapping[str, Iterable[Row]]) -> Tables:
    """Tables of records, as they would be after publishing; those not given are empty."""
    return Tables(**{name: _in_memory(name, rows.get(name, ())) for name in Tables.names()})


def _in_memory(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    table = to_arrow(name, rows)
    ordered = table.sort_by([(column, "ascending") for column in TABLES[name].sort_by])
    return _to_pandas(ordered.cast(schema(name)))


def _snapshot(root: Path) -> Path:
    """The snapshot folder, links resolved: a later run does not change what is read."""
    current = root / "current"
    if not os.path.lexists(current):
        if (root / MANIFEST).is_file():
            return root.resolve()
        raise UnusableError(f"{root}: no snapshot here; run `make extract` or `depeche extract`")
    folder = current.resolve()
    if not (folder / MANIFEST).is_file():
        raise DamagedError(
            f"{current}: damaged: {folder} is not a snapshot; run `depeche extract` for the cure"
        )
    return folder


def _read(folder: Path) -> Tables:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        version = str(manifest["schema_version"])
        files = {
            name: [folder / file["path"] for file in manifest["tables"][name]]
            for name in Tables.names()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{folder / MANIFEST}: damaged: cannot be read") from error
    check_version(version, str(folder))
    try:
        return Tables(**{name: _frame(name, paths, version) for name, paths in files.items()})
    except pa.ArrowException as error:
        raise DamagedError(f"{folder}: damaged: {error}") from error


def _frame(name: str, paths: list[Path], version: str) -> pd.DataFrame:
    parts = [
        conform(
            pq.read_table(path, page_checksum_verification=True),
            schema(name),
            version,
            str(path),
            "extract again",
        )
        for path in paths
    ]
    return _to_pandas(pa.concat_tables(parts).unify_dictionaries())


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=_dtype)
    return frame


def _dtype(kind: pa.DataType) -> pd.ArrowDtype | None:
    return None if pa.types.is_dictionary(kind) else pd.ArrowDtype(kind)
