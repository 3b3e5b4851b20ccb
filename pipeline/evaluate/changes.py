"""Rows gained, lost and changed between two snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.text import Text

from pipeline.frames import load

SHOWN = ("relation", "subject_text", "object_text", "polarity", "factuality", "attribution_text")
MAY_CHANGE = (
    "subject_id",
    "object_id",
    "factuality",
    "tense",
    "attribution_id",
    "attribution_text",
    "date_start",
    "date_end",
    "place_id",
    "rule",
)
"""Columns that may differ between rows of one deed and are worth a line."""
OWN = "desc:"
"""Ids of descriptions number the mentions of an article: they move with any mention."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What the second snapshot has more, less and other than the first: rows of `relations`."""

    gained: pd.DataFrame
    lost: pd.DataFrame
    changed: pd.DataFrame
    """One row per (relation_id, column) that differs, with `old` and `new` as text."""
    articles_gained: int = 0
    articles_lost: int = 0


def compare(old: Path, new: Path, console: Console) -> Changes:
    """Compare the relations of two snapshots, and print the difference.

    Raises UnusableError where one is no snapshot.
    """
    before, after = load(old), load(new)
    ids_before, ids_after = set(before.articles["article_id"]), set(after.articles["article_id"])
    changes = replace(
        difference(before.relations, after.relations),
        articles_gained=len(ids_after - ids_before),
        articles_lost=len(ids_before - ids_after),
    )
    print_changes(changes, console)
    return changes


def difference(before: pd.DataFrame, after: pd.DataFrame) -> Changes:
    """Gained, lost and changed rows of two `relations` tables."""
    old, new = before.set_index(_places(before)), after.set_index(_places(after))
    common = old.index.intersection(new.index)
    return Changes(
        gained=new.loc[new.index.difference(old.index)].reset_index(drop=True),
        lost=old.loc[old.index.difference(new.index)].reset_index(drop=True),
        changed=_changed(old.loc[common], new.loc[common]),
    )


def _places(rows: pd.DataFrame) -> pd.Series:
    """What makes two rows the same deed of the same text: where trigger and parties stand.

    Not relation_id, which depends on the number of the mention before a description.
    """
    columns = ["article_id", "relation", "trigger_start", "subject_start", "object_start"]
    where = rows[[*columns, "polarity"]].astype("string").fillna("").agg("\x1f".join, axis=1)
    return where + "\x1f" + where.groupby(where).cumcount().astype("string")


def _changed(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (key, column, was, became, sentence)
        for column in MAY_CHANGE
        for key, was, became, sentence in zip(
            new["relation_id"],
            _texts(old[column]),
            _texts(new[column]),
            _texts(new["sentence"]),
            strict=True,
        )
        if was != became and not (was.startswith(OWN) and became.startswith(OWN))
    ]
    names = ["relation_id", "column", "old", "new", "sentence"]
    return pd.DataFrame(sorted(rows), columns=names)


def _texts(column: pd.Series) -> list[str]:
    """Values as text, nulls as a dash: nulls compare unequal to one another."""
    return ["–" if pd.isna(value) else str(value) for value in column]


def print_changes(changes: Changes, console: Console) -> None:
    """Print the differences, the counts last."""
    _print_rows("+", "green", changes.gained, console)
    _print_rows("-", "red", changes.lost, console)
    for row in changes.changed.itertuples(index=False):
        line = f"~ {row.column}: {row.old} -> {row.new}: {row.sentence}"
        console.print(Text(line, style="cyan"), soft_wrap=True)
    if changes.articles_gained or changes.articles_lost:
        console.print(f"articles: {changes.articles_gained} new, {changes.articles_lost} gone")
    console.print(
        f"relations: {len(changes.gained)} gained, {len(changes.lost)} lost, "
        f"{changes.changed['relation_id'].nunique()} changed"
    )


def _print_rows(sign: str, style: str, rows: pd.DataFrame, console: Console) -> None:
    columns: Sequence[list[str]] = [_texts(rows[name]) for name in (*SHOWN, "rule", "sentence")]
    for relation, subject, other, *rest in zip(*columns, strict=True):
        polarity, factuality, source, rule, sentence = rest
        said = f"{sign} {relation}({subject}, {other}) {polarity} {factuality}"
        by = "" if source == "–" else f" [{source}]"
        console.print(Text(f"{said}{by} {rule}", style=style), soft_wrap=True)
        console.print(Text(f"    {sentence}", style="dim"), soft_wrap=True)
