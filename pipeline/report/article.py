"""The relations of one article, as a table or as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Console

from pipeline.records import Extraction, Reject
from pipeline.report.texts import cell, grid


def article_report(found: Extraction | Reject, console: Console) -> None:
    """Print the relations of an article, or why there are none."""
    if isinstance(found, Reject):
        console.print(cell(f"not extracted: {found.detail}"))
        return
    table = grid("", "relation", "subject", "object", "polarity", "factuality", "said by", "when")
    for row in found.relations:
        when = row.date_start.isoformat() if row.date_start else row.date_text
        sides = (row.subject_text, row.object_text)
        values = (row.relation, *sides, row.polarity, row.factuality, row.attribution_text, when)
        table.add_row(*map(cell, values))
    if found.relations:
        console.print(table)
    article = found.article
    console.print(
        f"{article.language}, {article.n_words} words, {len(found.mentions)} mentions, "
        f"{len(found.relations)} relations"
    )


def article_json(found: Extraction | Reject) -> Iterator[str]:
    """One JSON object per relation; for a rejected article, the reject."""
    for row in [found] if isinstance(found, Reject) else found.relations:
        yield json.dumps(asdict(row), ensure_ascii=False, default=str)
