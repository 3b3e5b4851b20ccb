"""Do the tables of a snapshot agree: schemas, ids that join, offsets that hit, nothing lost.

Each check yields one line per fault, which names the file or table. Article tables are read shard
by shard; of the others only the columns of ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.store.manifest import File, Manifest
from pipeline.tables import schema

Files = Mapping[str, Sequence[File]]

SPANS: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    "passages": (("start", "end", None),),
    "mentions": (("start", "end", "text"),),
    "relations": (
        ("subject_start", "subject_end", "subject_text"),
        ("object_start", "object_end", "object_text"),
        ("trigger_start", "trigger_end", "trigger"),
        ("sentence_start", "sentence_end", "sentence"),
    ),
}
"""Offsets into the article's text, and the column that says what stands there."""
IDS = (
    ("articles", "article_id"),
    ("relations", "relation_id"),
    ("entities", "entity_id"),
    ("events", "event_id"),
)
"""Columns without two equal values."""
JOINS: tuple[tuple[str, str, str, str], ...] = (
    ("mentions", "entity_id", "entities", "entity_id"),
    *(
        ("relations", column, "entities", "entity_id")
        for column in ("subject_id", "object_id", "attribution_id", "place_id")
    ),
    *(
        ("events", column, "entities", "entity_id")
        for column in ("subject_id", "object_id", "place_id")
    ),
    ("events", "relation_ids", "relations", "relation_id"),
    ("relations", "relation_id", "events", "relation_ids"),
    ("rejects", "article_id", "articles", "article_id"),
    ("near_duplicates", "article_id", "articles", "article_id"),
    ("near_duplicates", "near_duplicate_of", "articles", "article_id"),
)
"""Every value of a column, null aside, is found in another."""


def faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What is wrong with the rows of a snapshot whose files are as they were written."""
    wrong = list(_schemas(folder, manifest.tables))
    yield from wrong
    if wrong:
        return
    yield from _shards(folder, manifest.tables)
    for table, column in IDS:
        values = _column(folder, manifest.tables, table, column)
        if pc.count_distinct(values).as_py() != len(values):
            yield f"{folder}: table {table}: some values of {column} occur twice"
    for join in JOINS:
        yield from _join(folder, manifest.tables, *join)
    yield from _conservation(folder, manifest)


def _schemas(folder: Path, tables: Files) -> Iterator[str]:
    for name, files in tables.items():
        for file in files:
            found = pq.ParquetFile(folder / file.path)
            if not found.schema_arrow.equals(schema(name), check_metadata=True):
                yield f"{folder / file.path}: table {name}: its schema is another than declared"
            if found.metadata.num_rows != file.rows:
                rows = found.metadata.num_rows
                yield f"{folder / file.path}: table {name}: {rows} rows, not {file.rows}"


def _shards(folder: Path, tables: Files) -> Iterator[str]:
    """Rows of one article stand in the part of the same number in every table."""
    for name in SPANS:
        if len(tables[name]) != len(tables["articles"]):
            yield f"{folder}: table {name}: {len(tables[name])} parts, articles have others"
            return
    for number, file in enumerate(tables["articles"]):
        articles = _read(folder / file.path, ["article_id", "text", "n_passages", "n_chars"])
        texts = dict(zip(articles["article_id"], articles["text"], strict=True))
        if [len(text) for text in articles["text"]] != articles["n_chars"]:
            yield f"{folder / file.path}: table articles: n_chars is not the length of text"
        for name, spans in SPANS.items():
            yield from _offsets(folder / tables[name][number].path, name, spans, texts)
        expected = dict(zip(articles["article_id"], articles["n_passages"], strict=True))
        passages = _read(folder / tables["passages"][number].path, ["article_id"])["article_id"]
        if Counter(expected) != Counter(passages):
            yield f"{folder / file.path}: table passages: not n_passages rows for every article"


def _offsets(
    path: Path,
    name: str,
    spans: Sequence[tuple[str, str, str | None]],
    texts: Mapping[str, str],
) -> Iterator[str]:
    columns = [column for span in spans for column in span if column]
    rows = _read(path, ["article_id", *columns])
    ids = rows["article_id"]
    if not texts.keys() >= set(ids):
        yield f"{path}: table {name}: rows of articles that are not there"
        return
    for start, end, surface in spans:
        said = rows[surface] if surface else [None] * len(ids)
        places = zip(ids, rows[start], rows[end], said, strict=True)
        missed = [place[0] for place in places if not _hits(texts[place[0]], *place[1:])]
        if missed:
            what = f"{surface or 'a row'} is not at {start}:{end} of the text"
            yield f"{path}: table {name}: {what}, {len(missed)} times, first in {missed[0]}"


def _hits(text: str, start: int | None, end: int | None, surface: str | None) -> bool:
    if start is None or end is None:
        return start is end
    inside = 0 <= start <= end <= len(text)
    return inside and (surface is None or text[start:end] == surface)


def _join(
    folder: Path, tables: Files, table: str, column: str, other: str, key: str
) -> Iterator[str]:
    values = _column(folder, tables, table, column)
    lost = pc.unique(
        values.filter(pc.invert(pc.is_in(values, _column(folder, tables, other, key))))
    )
    if len(lost):
        yield (
            f"{folder}: table {table}: {len(lost)} values of {column} are in no row of {other} "
            f"({lost[0].as_py()} …)"
        )


def _conservation(folder: Path, manifest: Manifest) -> Iterator[str]:
    rows, inputs = manifest.rows(), manifest.inputs
    counted = (rows["articles"], rows["rejects"])
    if counted != (inputs.articles, inputs.rejects) or sum(counted) != inputs.units:
        yield (
            f"{folder}: {inputs.units} input units, but {counted[0]} articles and "
            f"{counted[1]} rejects"
        )
    told = _column(folder, manifest.tables, "events", "relation_ids")
    if len(told) != rows["relations"]:
        yield f"{folder}: table events: {len(told)} relation_ids for {rows['relations']} relations"


def _column(folder: Path, tables: Files, table: str, column: str) -> pa.ChunkedArray:
    """The values of a column without nulls, lists taken apart, categories as strings."""
    paths = [folder / file.path for file in tables[table]]
    chunks = [pq.read_table(path, columns=[column])[column] for path in paths]
    if pa.types.is_list(chunks[0].type):
        chunks = [pc.list_flatten(chunk) for chunk in chunks]
    arrays = [array for chunk in chunks for array in chunk.cast(pa.string()).chunks]
    return pc.drop_null(pa.chunked_array(arrays, pa.string()))


def _read(path: Path, columns: list[str]) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = pq.read_table(path, columns=columns).to_pydict()
    return rows
