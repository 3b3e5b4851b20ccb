"""Figures from judged articles: precision, recall, F1; factuality and attribution of the matched.

A figure is None where nothing was there to measure it by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.evaluate.gold import GoldArticle
from pipeline.evaluate.matching import Judged, Pair, judge, prediction
from pipeline.evaluate.names import accepts
from pipeline.events import STRENGTH, entity_rows
from pipeline.languages import LANGUAGES
from pipeline.readers import page_from_text
from pipeline.records import Extraction, Known, Page, Reject
from pipeline.relations.inventory import load_inventory, symmetric_relations
from pipeline.relations.lexicon import LEXICON


class Extracts(Protocol):
    """What evaluation needs of `pipeline.extract.Extractor`."""

    @property
    def known(self) -> Mapping[str, Known]:
        """Entities of the gazetteer."""

    def extract(self, pages: Sequence[Page]) -> list[Extraction | Reject]:
        """One result for each page, in order."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of relations, and how well the matched ones are qualified."""

    matched: int
    predicted: int
    gold: int
    factuality: float | None
    """Macro F1 over the values that occur in the matched pairs."""
    attribution: float | None
    """F1 of the source: a wrong one where gold has one is a miss, not false besides."""

    @property
    def precision(self) -> float | None:
        """Share of the predicted that gold has."""
        return self.matched / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """Share of gold that was predicted."""
        return self.matched / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        total = self.predicted + self.gold
        return 2 * self.matched / total if total else None


@dataclass(frozen=True, slots=True)
class Scores:
    """The judged articles, and the figures of any part of them."""

    judged: tuple[Judged, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the articles, sorted."""
        return tuple(sorted({article.language for article in self.judged}))

    @property
    def relations(self) -> tuple[str, ...]:
        """Relations that occur, in gold or predicted, in the order of the inventory."""
        seen = {pair.gold.relation for article in self.judged for pair in article.pairs}
        seen |= {row.relation for article in self.judged for row in article.missed}
        seen |= {row.relation.relation for article in self.judged for row in article.invented}
        return tuple(name for name in load_inventory() if name in seen)

    def figures(
        self, language: str | None = None, relations: Iterable[str] | None = None
    ) -> Figures:
        """Micro-averaged figures, of one language or of some relations where asked."""
        kept = None if relations is None else frozenset(relations)
        articles = [a for a in self.judged if language is None or a.language == language]
        pairs = [p for a in articles for p in a.pairs if kept is None or p.gold.relation in kept]
        missed = [g for a in articles for g in a.missed if kept is None or g.relation in kept]
        invented = [
            p for a in articles for p in a.invented if kept is None or p.relation.relation in kept
        ]
        return Figures(
            matched=len(pairs),
            predicted=len(pairs) + len(invented),
            gold=len(pairs) + len(missed),
            factuality=factuality_f1(pairs),
            attribution=attribution_f1(pairs),
        )

    def implemented(self) -> frozenset[str]:
        """Relations that have a lexicon in every language of these articles."""
        return implemented_relations([code for code in self.languages if code in LANGUAGES])


def implemented_relations(languages: Sequence[str] = tuple(LANGUAGES)) -> frozenset[str]:
    """Relations that have a lexicon file in each of the languages."""
    return frozenset(
        name
        for name in load_inventory()
        if all((LEXICON / f"{name}.{code}.toml").exists() for code in languages)
    )


def score_gold(articles: Sequence[GoldArticle], extractor: Extracts) -> Scores:
    """Extract the articles as any page would be, and judge the rows."""
    pages = [page_from_text(article.text, source=f"{article.name}.txt") for article in articles]
    results = extractor.extract(pages)
    symmetric = symmetric_relations()
    return Scores(
        tuple(
            _judged(article, result, extractor.known, symmetric)
            for article, result in zip(articles, results, strict=True)
        )
    )


def _judged(
    article: GoldArticle,
    result: Extraction | Reject,
    known: Mapping[str, Known],
    symmetric: frozenset[str],
) -> Judged:
    if isinstance(result, Reject):
        return judge(article, [], symmetric, article.language or "und")
    entities = {row.entity_id: row for row in entity_rows(result.mentions, known)}
    predicted = [prediction(row, entities) for row in result.relations]
    return judge(article, predicted, symmetric, article.language or result.article.language)


def factuality_f1(pairs: Sequence[Pair]) -> float | None:
    """Macro F1 over those of the four values that gold or prediction has among the pairs."""
    both = [(pair.gold.factuality, pair.predicted.relation.factuality) for pair in pairs]
    scores = [
        2 * sum(g == value == p for g, p in both) / total
        for value in STRENGTH
        if (total := sum((g == value) + (p == value) for g, p in both))
    ]
    return sum(scores) / len(scores) if scores else None


def attribution_f1(pairs: Sequence[Pair]) -> float | None:
    """F1 of the source over the pairs; None where neither gold nor prediction has one."""
    hit = _count(pairs, lambda pair: bool(pair.gold.attribution) and attribution_right(pair))
    false = _count(pairs, lambda pair: not attribution_right(pair) and not pair.gold.attribution)
    missed = _count(pairs, lambda pair: not attribution_right(pair) and bool(pair.gold.attribution))
    total = 2 * hit + false + missed
    return 2 * hit / total if total else None


def attribution_right(pair: Pair) -> bool:
    """Whether the predicted source is the gold one; none is right where gold has none."""
    if pair.gold.attribution is None:
        return not pair.predicted.attribution
    return accepts([pair.gold.attribution], pair.predicted.attribution)


def _count(pairs: Sequence[Pair], holds: Callable[[Pair], bool]) -> int:
    return sum(1 for pair in pairs if holds(pair))
