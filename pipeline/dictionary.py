"""The data dictionary: what the tables hold, in Markdown and as plain values."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from pipeline.tables import TABLES, schema


def dictionary_markdown(names: Sequence[str] = tuple(TABLES)) -> str:
    """The data dictionary as Markdown, one section per table."""
    parts = []
    for name in names:
        table = TABLES[name]
        lines = [
            f"### {name}: {table.description}",
            "",
            "| column | type | null | what it is |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {c.name} | {_type_name(c.type)} | {'yes' if c.nullable else ''} | {c.description} |"
            for c in table.columns
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def columns(table: str) -> list[dict[str, object]]:
    """The columns of a table, for JSON."""
    return [
        {
            "name": field.name,
            "type": str(field.type),
            "nullable": field.nullable,
            "description": field.metadata[b"description"].decode(),
        }
        for field in schema(table)
    ]


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return "category"
    if pa.types.is_list(kind):
        return "list<string>"
    return str(kind)
