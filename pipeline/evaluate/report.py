"""The gold report: figures, then what was missed and what was invented, with the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import extract
from pipeline.errors import UsageError
from pipeline.evaluate.gold import Gold, load_gold
from pipeline.evaluate.matching import Judged, Pair, Prediction
from pipeline.evaluate.scores import (
    Figures,
    Scores,
    attribution_right,
    implemented_relations,
    score_gold,
)
from pipeline.relations.inventory import load_inventory
from pipeline.settings import Settings


def gold_report(
    directory: Path,
    settings: Settings,
    console: Console,
    relations: Sequence[str] | None = None,
    implemented_only: bool = False,
) -> Scores:
    """Score the extractor on a gold folder and print all about it.

    `relations`, or those that have lexicons where `implemented_only`, restrict what is listed;
    the figure over all relations is always printed beside theirs. Raises UsageError for an unknown
    relation, UnusableError for faulty gold.
    """
    kept = _kept(relations, implemented_only)
    scores = score_gold(load_gold(directory), extract.load(settings))
    print_scores(scores, console, kept)
    return scores


def _kept(relations: Sequence[str] | None, implemented_only: bool) -> frozenset[str] | None:
    unknown = sorted(set(relations or ()) - set(load_inventory()))
    if unknown:
        raise UsageError(f"no such relation: {', '.join(unknown)}")
    if relations:
        return frozenset(relations)
    return implemented_relations() if implemented_only else None


def print_scores(scores: Scores, console: Console, kept: frozenset[str] | None = None) -> None:
    """Print figures and lists of a scored gold folder, restricted to the relations kept."""
    console.print(_summary(scores, kept))
    console.print(_by_relation(scores, kept))
    for article in scores.judged:
        _print_article(article, console, kept)


def _summary(scores: Scores, kept: frozenset[str] | None) -> Table:
    table = _table("language", "relations")
    ready = scores.implemented()
    parts: list[tuple[str, Iterable[str] | None]] = [("all", None)]
    if kept is not None and kept != ready:
        parts.append((f"the {len(kept)} chosen", kept))
    if ready:
        parts.append((f"the {len(ready)} with lexicons", ready))
    languages: list[str | None] = list(scores.languages)
    for language in [*languages, *([None] if len(languages) > 1 else [])]:
        for label, part in parts:
            _add(table, [language or "all", label], scores.figures(language, part))
    return table


def _by_relation(scores: Scores, kept: frozenset[str] | None) -> Table:
    table = _table("relation")
    for relation in scores.relations:
        if kept is None or relation in kept:
            _add(table, [relation], scores.figures(relations=[relation]))
    return table


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name)
    for name in ("gold", "found", "right", "P", "R", "F1", "fact.", "attr."):
        table.add_column(name, justify="right")
    return table


def _add(table: Table, labels: Sequence[str], figures: Figures) -> None:
    counts = (figures.gold, figures.predicted, figures.matched)
    shares = (figures.precision, figures.recall, figures.f1, figures.factuality)
    table.add_row(*labels, *map(str, counts), *map(_share, shares), _share(figures.attribution))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _print_article(article: Judged, console: Console, kept: frozenset[str] | None) -> None:
    lines = [
        *(_missed(row) for row in article.missed if kept is None or row.relation in kept),
        *(
            _invented(row)
            for row in article.invented
            if kept is None or row.relation.relation in kept
        ),
        *(
            line
            for pair in article.pairs
            if kept is None or pair.gold.relation in kept
            for line in _unequal(pair)
        ),
    ]
    if lines:
        console.print(Text(f"\n{article.name}", style="bold"))
    for line in lines:
        console.print(line, soft_wrap=True)


def _missed(row: Gold) -> Text:
    said = _said(row.relation, row.subject[:1], row.object[:1], row.polarity, row.factuality)
    return _line("missed", "red", said, f"[{row.trigger}] {row.evidence}")


def _invented(row: Prediction) -> Text:
    relation = row.relation
    said = _said(relation.relation, row.subject, row.object, relation.polarity, relation.factuality)
    return _line("invented", "yellow", said, f"[{relation.rule}] {relation.sentence}")


def _unequal(pair: Pair) -> Iterable[Text]:
    gold, found = pair.gold, pair.predicted.relation
    said = _said(gold.relation, gold.subject[:1], gold.object[:1], gold.polarity, gold.factuality)
    if gold.factuality != found.factuality:
        yield _line("factuality", "cyan", said, f"found {found.factuality}: {found.sentence}")
    if not attribution_right(pair):
        source = f"gold {gold.attribution or '–'}, found {found.attribution_text or '–'}"
        yield _line("attribution", "cyan", said, f"{source}: {found.sentence}")


def _said(
    relation: str, subject: Sequence[str], other: Sequence[str], polarity: str, factuality: str
) -> str:
    parties = ", ".join(" = ".join(dict.fromkeys(names)) or "–" for names in (subject, other))
    return f"{relation}({parties}) {polarity} {factuality}"


def _line(kind: str, style: str, said: str, why: str) -> Text:
    return Text.assemble((f"  {kind:<12}", style), said, "\n", (f"{'':14}{why}", "dim"))
