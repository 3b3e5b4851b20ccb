"""The stages of the flow in one process, and bare `nlp.pipe` on the same passages in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.bench.sample import words
from pipeline.extract import Docs, Draft, Extractor, without_collection
from pipeline.records import Page

BATCH = 64
"""Articles a batch, as in a worker."""
WARM_UP = 8
"""Articles that are parsed before the clock starts: models loaded, caches warm."""
Result = TypeVar("Result")


@dataclass(slots=True)
class Stages:
    """Seconds by stage over the same articles, and what was parsed."""

    articles: int = 0
    passages: int = 0
    text_words: int = 0
    """White-space separated words of the articles."""
    words: int = 0
    """Tokens parsed by us …"""
    bare_words: int = 0
    """… and by bare `nlp.pipe`, which must be as many."""
    clean_and_detect: float = 0.0
    parse: float = 0.0
    entities: float = 0.0
    relations: float = 0.0
    bare_nlp_pipe: float = 0.0

    @property
    def ours(self) -> float:
        """Seconds of the whole flow."""
        return self.clean_and_detect + self.parse + self.entities + self.relations

    @property
    def outside(self) -> float:
        """Share of our time that is not parsing as bare `nlp.pipe` does it."""
        return 1 - self.bare_nlp_pipe / self.ours


def measure(extractor: Extractor, pages: Sequence[Page], seconds: float) -> Stages:
    """Time every stage and bare parsing, batch by batch in turn, until the time is up."""
    _batch(extractor, pages[:WARM_UP], Stages())
    stages, end = Stages(), time.perf_counter() + seconds
    for start in range(0, len(pages), BATCH):
        _batch(extractor, pages[start : start + BATCH], stages)
        if time.perf_counter() > end:
            break
    return stages


def _batch(extractor: Extractor, pages: Sequence[Page], stages: Stages) -> None:
    seconds, drafts = timed(lambda: [extractor.draft(page) for page in pages])
    stages.clean_and_detect += seconds
    items = [d for d in drafts if isinstance(d, Draft)]
    with extractor.annotator.zone(), without_collection():
        seconds, docs = timed(lambda: extractor.parse(items))
        stages.parse += seconds
        seconds, trees = timed(lambda: [extractor.trees(item, docs) for item in items])
        stages.parse += seconds
        seconds, found = timed(
            lambda: [extractor.mentions(*pair) for pair in zip(items, trees, strict=True)]
        )
        stages.entities += seconds
        seconds, _ = timed(
            lambda: [
                extractor.relations(item, read, mentions)
                for item, read, mentions in zip(items, trees, found, strict=True)
            ]
        )
        stages.relations += seconds
        stages.words += sum(map(len, docs.values()))
        texts = texts_of(docs)
    stages.articles += len(items)
    stages.passages += len(docs)
    stages.text_words += words([item.page for item in items])
    _bare(extractor, texts, stages)


def texts_of(docs: Docs) -> dict[str, list[str]]:
    """The passages by language; read before the memory of their Docs is freed."""
    texts: dict[str, list[str]] = {}
    for doc in docs.values():
        texts.setdefault(doc.lang_, []).append(doc.text)
    return texts


def _bare(extractor: Extractor, texts: dict[str, list[str]], stages: Stages) -> None:
    """The same passages in the same order through `nlp.pipe` alone."""
    with extractor.annotator.zone(), without_collection():
        for language, passages in texts.items():
            pipe = extractor.annotator.pipeline(language).pipe
            start = time.perf_counter()
            stages.bare_words += sum(len(doc) for doc in pipe(passages, batch_size=BATCH))
            stages.bare_nlp_pipe += time.perf_counter() - start


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds that something took, and what came of it."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result
