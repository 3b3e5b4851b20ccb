"""Files of finished units: the rows of some input units, and which units they are.

One file is a row of Arrow streams: first the units, then the rows that each gave, table by table,
every row with the index of its unit. Reading the first stream is enough to know what is done.
The name is the SHA-256 of the content; a file is never changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc

from pipeline.errors import DamagedError
from pipeline.evolve import conform
from pipeline.records import Extraction, Reject, Row
from pipeline.store import fs
from pipeline.store.layout import Store
from pipeline.tables import SCHEMA_VERSION, plain_schema, to_arrow

FACTS = ("rejects", "articles", "passages", "mentions", "relations")
"""The tables of a work file, in the order of its streams; rejects first, they are read alone."""

SUFFIX = ".arrow"
_ARTICLE_ID = re.compile(r"[0-9a-f]{20}")
_UNITS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("raw_sha256", pa.string(), nullable=False),
        pa.field("article_id", pa.string()),
        pa.field("reason", pa.string()),
    ]
)
_UNREADABLE = (OSError, pa.ArrowException, KeyError, TypeError, UnicodeDecodeError)
"""What a file that is no work file raises when it is read as one."""
_OPTIONS = ipc.IpcWriteOptions(compression="zstd")

Key = tuple[str, str]
"""An input unit: its source, and the SHA-256 of its bytes (empty where they were not read)."""


def key_of(source: str, raw_sha256: str | None) -> Key:
    """The key under which a unit is kept: what is no Unicode is escaped."""
    return (_utf8(source), raw_sha256 or "")


class Unit(NamedTuple):
    """A finished input unit; `article_id` or `reason` of the reject, as the case may be."""

    source: str
    raw_sha256: str
    article_id: str | None
    reason: str | None
    fingerprint: str
    file: str
    """Name of its work file."""
    place: int
    """Its place in that file."""

    @property
    def key(self) -> Key:
        """What identifies the unit in the input."""
        return (self.source, self.raw_sha256)


def encode(
    fingerprint: str, results: Sequence[tuple[Key, Extraction | Reject]], after: int
) -> bytes:
    """The work file of some finished units, done after snapshot number `after` was published.

    Raises ValueError (pyarrow's errors among them) where a result does not fit the tables.
    """
    units: list[list[str | None]] = [[], [], [], []]
    rows: dict[str, list[tuple[int, Row]]] = {name: [] for name in FACTS}
    for index, (key, result) in enumerate(results):
        for column, value in zip(units, _unit(key, result), strict=True):
            column.append(value)
        for name, records in _rows(key, result).items():
            rows[name] += [(index, record) for record in records]
    table = pa.Table.from_arrays([pa.array(c, pa.string()) for c in units], schema=_UNITS)
    streams = [table] + [_with_unit(name, rows[name]) for name in FACTS]
    return _streams(fingerprint, after, streams)


def _streams(fingerprint: str, after: int, streams: Sequence[pa.Table]) -> bytes:
    sink = pa.BufferOutputStream()
    metadata = {
        "depeche.fingerprint": fingerprint,
        "depeche.after": str(after),
        "depeche.schema_version": SCHEMA_VERSION,
    }
    for table in streams:
        with ipc.new_stream(sink, table.schema.with_metadata(metadata), options=_OPTIONS) as out:
            out.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _unit(key: Key, result: Extraction | Reject) -> tuple[str, str, str | None, str | None]:
    if isinstance(result, Reject):
        return (_utf8(key[0]), key[1], None, result.reason)
    article = result.article
    if not _ARTICLE_ID.fullmatch(article.article_id):
        raise ValueError(f"article_id {article.article_id!r} is not 20 hex digits")
    if (article.source, article.raw_sha256) != key:
        raise ValueError(f"the extraction of {key[0]} says it is of {article.source}")
    return (*key, article.article_id, None)


def _rows(key: Key, result: Extraction | Reject) -> Mapping[str, Iterable[Row]]:
    if isinstance(result, Reject):
        source, detail = _utf8(key[0]), _utf8(result.detail)
        article_id = result.article_id
        row = Reject(source, key[1] or None, result.stage, result.reason, detail, article_id)
        return {"rejects": [row]}
    return {
        "articles": [result.article],
        "passages": result.passages,
        "mentions": result.mentions,
        "relations": result.relations,
    }


def _utf8(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _bare_schema(name: str) -> pa.Schema:
    return pa.schema([field.remove_metadata() for field in plain_schema(name)])


def _with_unit(name: str, rows: Sequence[tuple[int, Row]]) -> pa.Table:
    table = to_arrow(name, [row for _, row in rows]).cast(_bare_schema(name))
    return table.add_column(0, "unit", pa.array([index for index, _ in rows], pa.int32()))


def write(store: Store, data: bytes) -> str:
    """Store one work file and return its name; writing the same again changes nothing."""
    name = hashlib.sha256(data).hexdigest() + SUFFIX
    path = store.work / name
    if not path.exists():
        fs.write(path, data, store.scratch)
    return name


def names(store: Store) -> list[str]:
    """The work files on disk, sorted."""
    if not store.work.is_dir():
        return []
    return sorted(p.name for p in store.work.iterdir() if p.suffix == SUFFIX)


def after(store: Store, name: str) -> int | None:
    """The number of the snapshot that was published when a file was written, 0 for none.

    None for a file that was written before this was noted. Raises DamagedError.
    """
    path = store.work / name
    try:
        with pa.OSFile(str(path)) as file:
            noted = (ipc.open_stream(file).schema.metadata or {}).get(b"depeche.after")
        return None if noted is None else int(noted)
    except (*_UNREADABLE, ValueError) as error:
        raise _damage(path, str(error).partition("\n")[0]) from error


def read_units(store: Store, name: str) -> list[Unit]:
    """The units of one work file, without their rows. Raises DamagedError."""
    path = store.work / name
    try:
        with pa.OSFile(str(path)) as file:
            table = ipc.open_stream(file).read_all()
        fingerprint = table.schema.metadata[b"depeche.fingerprint"].decode()
        columns = [column.to_pylist() for column in table.columns]
    except _UNREADABLE as error:
        raise _damage(path, str(error).partition("\n")[0]) from error
    return [
        Unit(source, raw_sha256, article_id, reason, fingerprint, name, place)
        for place, (source, raw_sha256, article_id, reason) in enumerate(zip(*columns, strict=True))
    ]


def read_rows(store: Store, name: str, wanted: Sequence[int] | None = None) -> dict[str, pa.Table]:
    """The rows of one work file by table, of the units `wanted` or of all; content is verified.

    Raises DamagedError where the file is not what its name says.
    """
    return read_some(store, name, FACTS, wanted)


def read_some(
    store: Store, name: str, tables: Sequence[str], wanted: Sequence[int] | None = None
) -> dict[str, pa.Table]:
    """As `read_rows`, for the first few of FACTS only."""
    file = pa.BufferReader(_verified(store.work / name))
    version = ipc.open_stream(file).read_all().schema.metadata[b"depeche.schema_version"].decode()
    found = {}
    for table_name in tables:
        table = _conform(table_name, ipc.open_stream(file).read_all(), version, name)
        found[table_name] = table if wanted is None else _only(table, wanted)
    return found


def rewrite(store: Store, name: str, kept: Sequence[int], after: int) -> str:
    """A work file with only some of the units of another; returns the new name."""
    units = read_units(store, name)
    place = {old: new for new, old in enumerate(kept)}
    columns: list[list[str | None]] = [
        [units[i].source for i in kept],
        [units[i].raw_sha256 for i in kept],
        [units[i].article_id for i in kept],
        [units[i].reason for i in kept],
    ]
    streams = [pa.Table.from_arrays([pa.array(c, pa.string()) for c in columns], schema=_UNITS)]
    for table in read_rows(store, name, kept).values():
        moved = [place[index] for index in table["unit"].to_pylist()]
        streams.append(table.set_column(0, "unit", pa.array(moved, pa.int32())))
    return write(store, _streams(units[0].fingerprint, after, streams))


def _only(table: pa.Table, wanted: Sequence[int]) -> pa.Table:
    return table.filter(pc.is_in(table["unit"], value_set=pa.array(wanted, pa.int32())))


def _conform(name: str, table: pa.Table, version: str, file: str) -> pa.Table:
    """The rows under today's schema."""
    target = pa.schema([pa.field("unit", pa.int32()), *_bare_schema(name)])
    cure = "put its dump back, or run with --prune"
    return conform(table, target, version, f"work/{file}: {name}", cure)


def _verified(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _damage(path, str(error.strerror or error)) from error
    if hashlib.sha256(data).hexdigest() != path.stem:
        raise _damage(path, "content does not have the digest in its name")
    return data


def _damage(path: Path, what: str) -> DamagedError:
    return DamagedError(
        f"{path}: damaged: {what}; put it back from a copy, or delete it and the symlink "
        f"{path.parent.parent / 'current'} to extract its units again from their dump"
    )
