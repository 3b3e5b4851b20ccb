"""Rows of an earlier schema version under today's: columns may have come or grown wider, no more.

Versions are whole numbers as text; what a newer program wrote is never read as if it were ours.
"""

from __future__ import annotations

import pyarrow as pa

from pipeline.errors import UnusableError
from pipeline.tables import SCHEMA_VERSION


def check_version(version: str, where: str) -> None:
    """Raise UnusableError, naming both versions, where `version` is newer than ours."""
    if not version.isdecimal() or int(version) > int(SCHEMA_VERSION):
        raise UnusableError(
            f"{where}: schema version {version}, this code knows {SCHEMA_VERSION}; "
            "use the newer depeche that wrote it, or another output folder"
        )


def conform(table: pa.Table, target: pa.Schema, version: str, where: str, cure: str) -> pa.Table:
    """The rows under a schema of today; a column added since is null.

    Raises UnusableError, naming both versions and the cure, where the rows do not fit, or have
    columns that are gone or renamed since.
    """
    check_version(version, where)
    if table.schema.equals(target):
        return table
    if gone := [name for name in table.schema.names if name not in target.names]:
        raise UnusableError(
            f"{where}: schema version {version} has {', '.join(gone)}, which version "
            f"{SCHEMA_VERSION} lacks; {cure}"
        )
    return pa.Table.from_arrays(
        [_column(table, field, f"{where}: schema version {version}", cure) for field in target],
        schema=target,
    )


def _column(table: pa.Table, field: pa.Field, where: str, cure: str) -> pa.ChunkedArray:
    if field.name not in table.schema.names:
        if not field.nullable:
            raise UnusableError(
                f"{where} lacks {field.name}, which version {SCHEMA_VERSION} needs; {cure}"
            )
        return pa.chunked_array([pa.nulls(table.num_rows, field.type)])
    found = table.schema.field(field.name).type
    if not _fits(found, field.type):
        raise UnusableError(
            f"{where} has {field.name} as {found}, version {SCHEMA_VERSION} as {field.type}; {cure}"
        )
    return table[field.name].cast(field.type)


def _fits(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether the one is the other, perhaps narrower; a category is as good as its values."""
    found, wanted = (t.value_type if pa.types.is_dictionary(t) else t for t in (found, wanted))
    numbers = (pa.types.is_signed_integer, pa.types.is_floating)
    same_kind = any(kind(found) and kind(wanted) for kind in numbers)
    return bool(found == wanted or (same_kind and found.bit_width <= wanted.bit_width))
