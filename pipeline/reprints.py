"""Reprints of the same copy: articles that share most of their word sequences.

Candidates come from rensa's MinHash index (extra `dedup`; without it nothing is found), and each
pair is then measured exactly. Texts are read twice, so that only those of candidates are held.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from itertools import groupby

from pipeline.records import Article, NearDuplicate, Passage
from pipeline.texts import fold

SHINGLE = 5
"""Words of a sequence."""
LEAST_WORDS = 30
"""Words below which a text is too short to be told from another by its sequences."""
SIMILAR = 0.7
"""Least Jaccard similarity of two prints of one copy."""
PERMUTATIONS, BANDS, SEED = 128, 32, 1
"""Of the index: a pair of similarity .7 is missed once in 6,000 times."""
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Copy:
    """What is compared of an article: the word sequences of its passages without cruft."""

    article_id: str
    published_on: date | None
    shingles: frozenset[str]


def near_duplicates(
    articles: Callable[[], Iterable[Article]], passages: Callable[[], Iterable[Passage]]
) -> list[NearDuplicate]:
    """The rows of `near_duplicates`, sorted. Both give their rows by article_id, each time anew."""
    if find_spec("rensa") is None:
        return []
    pairs = _candidates(_copies(articles(), passages()))
    wanted = {article for pair in pairs for article in pair}
    held = {c.article_id: c for c in _copies(articles(), passages()) if c.article_id in wanted}
    same = [(a, b) for a, b in sorted(pairs) if _similarity(held[a], held[b]) >= SIMILAR]
    rows = []
    for cluster in _clusters(same):
        copies = [held[article] for article in cluster]
        first = min(copies, key=_age)
        rows += [
            NearDuplicate(copy.article_id, first.article_id, _similarity(first, copy))
            for copy in copies
            if copy is not first
        ]
    return sorted(rows, key=lambda row: row.article_id)


def _copies(articles: Iterable[Article], passages: Iterable[Passage]) -> Iterator[_Copy]:
    """The articles that are long enough to be compared."""
    told = groupby((p for p in passages if p.kind != "cruft"), key=lambda p: p.article_id)
    blocks = next(told, None)
    for article in articles:
        while blocks is not None and blocks[0] < article.article_id:
            blocks = next(told, None)
        if blocks is not None and blocks[0] == article.article_id:
            text = "\n".join(article.text[p.start : p.end] for p in blocks[1])
            shingles = _shingles(text)
            if shingles:
                yield _Copy(article.article_id, article.published_on, shingles)


def _age(copy: _Copy) -> tuple[bool, date, str]:
    return copy.published_on is None, copy.published_on or date.max, copy.article_id


def _shingles(text: str) -> frozenset[str]:
    """The word sequences of a text; none of one that is too short."""
    words = [fold(word) for word in WORD.findall(text)]
    if len(words) < LEAST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))


def _similarity(one: _Copy, other: _Copy) -> float:
    """Jaccard similarity of their word sequences."""
    return len(one.shingles & other.shingles) / len(one.shingles | other.shingles)


def _candidates(copies: Iterable[_Copy]) -> set[tuple[str, str]]:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(SIMILAR, PERMUTATIONS, BANDS)
    ids: list[str] = []
    found: set[tuple[str, str]] = set()
    for copy in copies:
        sketch = RMinHash(PERMUTATIONS, SEED)
        sketch.update(sorted(copy.shingles))
        found.update(_ordered(ids[other], copy.article_id) for other in index.query(sketch))
        index.insert(len(ids), sketch)
        ids.append(copy.article_id)
    return found


def _ordered(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


def _clusters(pairs: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """Articles that pairs hold together."""
    near: defaultdict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        near[first].add(second)
        near[second].add(first)
    seen: set[str] = set()
    for article in sorted(near):
        if article in seen:
            continue
        cluster, to_do = {article}, [article]
        while to_do:
            fresh = near[to_do.pop()] - cluster
            cluster |= fresh
            to_do += fresh
        seen |= cluster
        yield sorted(cluster)
