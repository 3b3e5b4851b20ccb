"""Which predicted relation is which gold one: a matching that the order of rows cannot change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.evaluate.gold import Gold, GoldArticle
from pipeline.evaluate.names import accepts
from pipeline.records import Entity, Relation

_NO_MATCH = 1_000_000
"""Dearer than any number of unequal factualities, so that no match is given up for them."""
_FAR = 1 << 60


@dataclass(frozen=True, slots=True)
class Prediction:
    """A predicted relation with all names of its parties: the mention's and the entity's."""

    relation: Relation
    subject: tuple[str, ...]
    object: tuple[str, ...]
    attribution: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold relation and the predicted one that matches it."""

    gold: Gold
    predicted: Prediction


@dataclass(frozen=True, slots=True)
class Judged:
    """One article: what was found, missed and invented."""

    name: str
    language: str
    pairs: tuple[Pair, ...]
    missed: tuple[Gold, ...]
    invented: tuple[Prediction, ...]


def prediction(row: Relation, entities: Mapping[str, Entity]) -> Prediction:
    """A row with the names of its parties; `entities` by entity_id."""

    def names(text: str | None, entity_id: str | None) -> tuple[str, ...]:
        entity = entities.get(entity_id or "")
        given = (text, entity and entity.name_fr, entity and entity.name_en)
        return tuple(name for name in given if name)

    return Prediction(
        row,
        names(row.subject_text, row.subject_id),
        names(row.object_text, row.object_id),
        names(row.attribution_text, row.attribution_id),
    )


def judge(
    article: GoldArticle,
    predicted: Sequence[Prediction],
    symmetric: frozenset[str],
    language: str,
) -> Judged:
    """Match as many relations as can be; among such matchings, most factualities equal."""
    # Sorted, so that equally good matchings do not depend on the order of rows.
    predicted = sorted(predicted, key=lambda p: (p.relation.sentence_start, p.relation.relation_id))
    costs = [[_cost(article, gold, p, symmetric) for p in predicted] for gold in article.gold]
    chosen = assign(costs)
    pairs = tuple(
        Pair(gold, predicted[chosen[i]]) for i, gold in enumerate(article.gold) if i in chosen
    )
    taken = set(chosen.values())
    return Judged(
        name=article.name,
        language=language,
        pairs=pairs,
        missed=tuple(gold for i, gold in enumerate(article.gold) if i not in chosen),
        invented=tuple(p for i, p in enumerate(predicted) if i not in taken),
    )


def is_match(
    article: GoldArticle, gold: Gold, predicted: Prediction, symmetric: frozenset[str]
) -> bool:
    """Whether a predicted relation states a gold one (factuality and attribution apart)."""
    row = predicted.relation
    if (row.relation, row.polarity) != (gold.relation, gold.polarity):
        return False
    start, end = article.place(gold)
    if row.sentence_end <= start or end <= row.sentence_start:
        return False
    if accepts(gold.subject, predicted.subject) and accepts(gold.object, predicted.object):
        return True
    crossed = accepts(gold.subject, predicted.object) and accepts(gold.object, predicted.subject)
    return gold.relation in symmetric and crossed


def _cost(
    article: GoldArticle, gold: Gold, predicted: Prediction, symmetric: frozenset[str]
) -> int:
    if not is_match(article, gold, predicted, symmetric):
        return _NO_MATCH
    return int(predicted.relation.factuality != gold.factuality)


def assign(costs: Sequence[Sequence[int]]) -> dict[int, int]:
    """Rows to columns, as many as may be joined, at the least total cost.

    Pairs of cost `_NO_MATCH` are never joined. Rows are inserted one by one, each along the
    cheapest path that makes room for it (Hungarian algorithm, O(rows² x columns)).
    """
    width = max(len(costs), *(len(row) for row in costs), 0) if costs else 0
    square = [[*row, *[_NO_MATCH] * (width - len(row))] for row in costs]
    owner: list[int | None] = [None] * width
    row_price, column_price = [0] * len(square), [0] * width
    for row in range(len(square)):
        _insert(row, square, owner, row_price, column_price)
    return {
        row: column
        for column, row in enumerate(owner)
        if row is not None and square[row][column] < _NO_MATCH
    }


def _insert(
    row: int,
    costs: Sequence[Sequence[int]],
    owner: list[int | None],
    row_price: list[int],
    column_price: list[int],
) -> None:
    """Give `row` a column, moving others along the cheapest augmenting path."""
    width = len(owner)
    least = [_FAR] * width
    came_from: list[int | None] = [None] * width
    visited: set[int] = set()
    column: int | None = None
    current: int | None = row
    while current is not None:
        for j in _unvisited(width, visited):
            price = costs[current][j] - row_price[current] - column_price[j]
            if price < least[j]:
                least[j], came_from[j] = price, column
        nearest = min(_unvisited(width, visited), key=least.__getitem__)
        step = least[nearest]
        row_price[row] += step
        for j in visited:
            column_price[j] -= step
            holder = owner[j]
            assert holder is not None  # visited columns are owned
            row_price[holder] += step
        for j in _unvisited(width, visited):
            least[j] -= step
        visited.add(nearest)
        column, current = nearest, owner[nearest]
    while column is not None:
        previous = came_from[column]
        owner[column] = row if previous is None else owner[previous]
        column = previous


def _unvisited(width: int, visited: set[int]) -> Iterable[int]:
    return [j for j in range(width) if j not in visited]
