"""What a snapshot says: relations, who with whom, and what was rejected."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console

from pipeline.frames import Tables, load
from pipeline.report.texts import cell, grid

TOP = 15


def snapshot_report(out: Path, console: Console) -> Tables:
    """Print counts per relation, the most frequent pairs, and rejects by reason.

    Raises UnusableError where there is no snapshot.
    """
    tables = load(out)
    _print_relations(tables.relations, console)
    _print_pairs(tables, console)
    _print_rejects(tables.rejects, console)
    counts = ", ".join(f"{len(tables[name])} {name}" for name in Tables.names())
    console.print(counts)
    return tables


def _print_relations(relations: pd.DataFrame, console: Console) -> None:
    table = grid("relations", "relation", "#rows", "#articles", "#actual", "#negated")
    for name, rows in relations.groupby("relation", observed=True):
        actual = int((rows["factuality"] == "actual").sum())
        negated = int((rows["polarity"] == "negated").sum())
        articles = rows["article_id"].nunique()
        table.add_row(cell(name), cell(len(rows)), cell(articles), cell(actual), cell(negated))
    if len(relations):
        console.print(table, "")


def _print_pairs(tables: Tables, console: Console) -> None:
    names = dict(zip(tables.entities["entity_id"], tables.entities["name_fr"], strict=True))
    rows = tables.relations
    pairs = pd.DataFrame(
        {
            "relation": rows["relation"].astype(str),
            "subject": rows["subject_id"].map(names).fillna(rows["subject_text"]),
            "object": rows["object_id"].map(names).fillna(rows["object_text"]),
        }
    ).value_counts(dropna=False)
    table = grid("most frequent", "relation", "subject", "object", "#rows")
    for values, count in zip(pairs.index[:TOP], pairs, strict=False):
        names_shown = [None if pd.isna(value) else str(value) for value in values]
        table.add_row(*map(cell, names_shown), cell(int(count)))
    if len(pairs):
        console.print(table, "")


def _print_rejects(rejects: pd.DataFrame, console: Console) -> None:
    table = grid("rejects", "reason", "#inputs", "the first", "what to do")
    for reason, rows in rejects.groupby("reason", observed=True):
        first = rows.iloc[0]
        table.add_row(cell(reason), cell(len(rows)), cell(first["source"]), cell(first["detail"]))
    if len(rejects):
        console.print(table, "")
