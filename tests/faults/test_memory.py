"""Fault 54: words that were never seen before cost no memory once their article is done.

Here the vocabulary is counted over a hundred articles of nothing but new words; what the process
holds, which others on the machine may blur, is measured over ten times as many (`make torture`).
"""

from __future__ import annotations

import os
import random
import resource
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.entities import forms as names
from pipeline.entities import view
from pipeline.entities.letters import split_words
from pipeline.extract import Extractor
from pipeline.records import Extraction, Page
from pipeline.relations import forms, triggers
from pipeline.texts import fold
from tests.faults.registry import fault

BATCH = 12
BATCHES = 9
MANY = 90
SETTLED = 30
"""Batches until the allocator has what it needs: it takes 9 MB at once after some fifteen."""
REMADE = 3
"""Steps, up and down, that are left out: full caches go on in new tables now and then."""
WARM = 3


def batches(count: int) -> Iterator[list[Page]]:
    """French articles of sentences in which every noun and name is new."""
    lot = random.Random(54)

    def word() -> str:
        return "".join(lot.choices("abcdeilmnoprstuv", k=12))

    for batch in range(count):
        yield [
            Page(
                f"{batch}-{number}.txt",
                "txt",
                f"{batch * BATCH + number:064x}",
                " ".join(
                    f"Le ministre {word().title()} a rencontré vendredi {word().title()} pour une "
                    f"{word()} de la {word()}."
                    for _ in range(6)
                ),
                "utf-8",
            )
            for number in range(BATCH)
        ]


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def fill_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a long run: what is remembered of words is bounded, and has reached its bound."""
    for module in (forms, triggers):
        monkeypatch.setattr(module, "MOST_SEEN", 0)
    monkeypatch.setattr(names, "MOST_FORMS", 1_000)  # when it is passed, all is forgotten
    for cache in (fold, split_words, names.bare_pronoun, view._folded):
        for number in range(cache.cache_info().maxsize or 0):
            cache(f"mot{number}")


@fault(54)
def test_54_new_words_do_not_stay_in_the_vocabulary(extractor: Extractor) -> None:
    vocab = extractor.annotator.pipeline("fr").vocab
    words = []
    for pages in batches(BATCHES):
        results = extractor.extract(pages)
        assert all(isinstance(result, Extraction) for result in results)
        words.append(len(vocab.strings))
    new_words = 4 * 6 * BATCH * (BATCHES - WARM)
    assert words[-1] - words[WARM] < new_words / 100


@pytest.mark.skipif(not os.environ.get("DEPECHE_TORTURE"), reason="minutes: make torture")
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
@fault(54)
def test_54_memory_is_flat_over_articles_of_new_words(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From batch to batch, but for the few steps at which a cache's table is made anew."""
    fill_caches(monkeypatch)
    held = []
    for pages in batches(MANY):
        extractor.extract(pages)
        held.append(resident())
    steps = sorted(after - before for before, after in pairwise(held[SETTLED:]))
    grown = sum(steps[REMADE:-REMADE])
    assert grown < 5_000_000, "bytes in 650 articles: a leak of 8 kB an article is more"
