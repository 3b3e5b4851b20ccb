"""Part files: rows in their final order as Parquet bytes that depend on nothing but the rows."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import records
from pipeline.records import Row
from pipeline.store import fs
from pipeline.store.layout import Store
from pipeline.tables import TABLES, plain_schema, schema, to_arrow

ROWS_PER_SHARD = 4096
"""Units (articles or rejects) per part file, on average at most."""
ROWS_PER_PART = 131_072
"""Rows per part file of the tables that are cut by count."""

ROWS_AT_ONCE = 16_384
"""Rows that are held as records at a time."""

RECORDS: dict[str, type] = {
    "articles": records.Article,
    "passages": records.Passage,
    "mentions": records.Mention,
    "relations": records.Relation,
    "rejects": records.Reject,
    "entities": records.Entity,
    "events": records.Event,
    "near_duplicates": records.NearDuplicate,
}
"""The record of each table; its fields are the columns, in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stored part file."""

    table: str
    sha256: str
    rows: int
    bytes: int

    @property
    def path(self) -> str:
        """Where it stands under `data`."""
        return f"{self.table}/{self.sha256}.parquet"


def shard_bits(units: int) -> int:
    """How many leading bits of the hash choose the shard of a row."""
    bits = 0
    while units > ROWS_PER_SHARD << bits:
        bits += 1
    return bits


def shard_of(digest: str, bits: int) -> int:
    """The shard of a hexadecimal digest."""
    return int(digest[:8], 16) >> (32 - bits)


def sort(name: str, table: pa.Table) -> pa.Table:
    """Rows in the table's order."""
    keys = [(column, "ascending") for column in TABLES[name].sort_by]
    return table.sort_by(keys)


def split(table: pa.Table, bits: int, shards: range) -> Iterator[pa.Table]:
    """A table sorted by article_id, cut at the borders of consecutive shards."""
    ids = table["article_id"]
    width = 32 - bits
    borders = [
        bisect_left(range(len(ids)), f"{shard << width:08x}", key=lambda i: ids[i].as_py())
        if shard >> bits == 0
        else len(ids)
        for shard in (*shards, shards.stop)
    ]
    for start, end in pairwise(borders):
        yield table.slice(start, end - start)


def store_part(store: Store, name: str, table: pa.Table) -> Part:
    """Write sorted rows, in the plain schema, as one part file, unless it is there already."""
    data = _parquet(name, table)
    part = Part(name, hashlib.sha256(data).hexdigest(), table.num_rows, len(data))
    path = store.data / part.path
    fs.make_dir(path.parent)
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != part.sha256:
        fs.write(path, data, store.scratch)
    return part


def total(paths: Iterable[Path], column: str) -> int:
    """The sum of a column of whole numbers over some part files."""
    return sum(sum(pq.read_table(path, columns=[column])[column].to_pylist()) for path in paths)


def store_rows(store: Store, name: str, rows: list[Row]) -> list[Part]:
    """Write all rows of a snapshot table, cut by count; at least one part file."""
    table = sort(name, to_arrow(name, rows))
    starts = range(0, max(table.num_rows, 1), ROWS_PER_PART)
    return [store_part(store, name, table.slice(at, ROWS_PER_PART)) for at in starts]


def _parquet(name: str, table: pa.Table) -> bytes:
    target = schema(name)
    arrays = []
    for field in target:
        column = table[field.name].combine_chunks()
        if pa.types.is_dictionary(field.type):
            column = column.dictionary_encode().cast(field.type)
        arrays.append(column)
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_arrays(arrays, schema=target),
        sink,
        version="2.6",
        compression="zstd",
        compression_level=3,
        row_group_size=65_536,
        write_page_checksum=True,
        write_statistics=True,
        use_dictionary=True,
    )
    data: bytes = sink.getvalue().to_pybytes()
    return data


def read_records(store: Store, part: Part) -> Iterator[Row]:
    """The rows of a part file as records."""
    table = pq.read_table(store.data / part.path).cast(plain_schema(part.table))
    yield from to_records(part.table, table)


def to_records(name: str, table: pa.Table) -> Iterator[Row]:
    """Arrow rows as records, some thousand at a time; lists become tuples."""
    lists = {column.name for column in TABLES[name].columns if pa.types.is_list(column.type)}
    names = [column.name for column in TABLES[name].columns]
    for batch in table.select(names).to_batches(max_chunksize=ROWS_AT_ONCE):
        columns = [batch[column].to_pylist() for column in names]
        for place, column in enumerate(names):
            if column in lists:
                columns[place] = [tuple(value) for value in columns[place]]
        yield from map(RECORDS[name], *columns)


def read_dates(store: Store, part: Part) -> dict[str, date | None]:
    """The publication date of each article of a part file of `articles`."""
    table = pq.read_table(store.data / part.path, columns=["article_id", "published_on"])
    ids, dates = (table[name].to_pylist() for name in ("article_id", "published_on"))
    return dict(zip(ids, dates, strict=True))
