"""The store against a dictionary: whatever is done to it, in whatever order, the tables follow.

D 45 (a dump that went), E 56-58 and F 68-70 in sequences that nobody thought of.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from unittest import mock

import hypothesis.strategies as st
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import pipeline
from pipeline.settings import Settings
from pipeline.store import ledger, manifest, verify
from pipeline.store.layout import Store
from pipeline.store.work import Key
from tests import fakes
from tests.faults.harness import killed_at
from tests.inline import extract

NAMES = st.sampled_from(["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"])
TEXTS = st.sampled_from(
    [
        "Rutte rencontre Trump",
        "Rutte rencontre Trump ",
        "Rutte  rencontre\nTrump",
        "Macron reçoit Merz",
        "Merz voit le pape",
        "Trump quitte la salle",
        "deux mots",
    ]
)

Units = dict[Key, str]


def key(name: str, text: str) -> Key:
    return (name, hashlib.sha256(text.encode()).hexdigest())


def expected(units: Units) -> tuple[set[Key], set[tuple[str, str]]]:
    """The keys of the articles, and the sources and reasons of the rejects, of some units."""
    by_text: dict[str, list[Key]] = {}
    rejects = set()
    for unit, text in units.items():
        if len(text.split()) < 3:
            rejects.add((unit[0], "too_short"))
        else:
            by_text.setdefault(" ".join(text.split()), []).append(unit)
    winners = {min(same, key=lambda u: (u[1], u[0])) for same in by_text.values()}
    losers = [unit for same in by_text.values() for unit in same if unit not in winners]
    return winners, rejects | {(source, "duplicate") for source, _ in losers}


class Model(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="depeche-model-"))
        self.raw, self.out = self.folder / "raw", self.folder / "out"
        self.raw.mkdir()
        self.dump: dict[str, str] = {}
        self.known: Units = {}
        """All that was read and not pruned, published or not."""
        self.published: Units = {}
        self.seen: Units = {}
        self.no_sync = mock.patch.object(os, "fsync", return_value=None)
        self.no_sync.start()

    def teardown(self) -> None:
        self.no_sync.stop()
        shutil.rmtree(self.folder)

    @property
    def present(self) -> Units:
        return {key(name, text): text for name, text in self.dump.items()}

    @rule(name=NAMES, text=TEXTS)
    def add_or_update(self, name: str, text: str) -> None:
        self.dump[name] = text
        self.seen[key(name, text)] = text
        (self.raw / name).write_text(text)

    @precondition(lambda self: self.dump)
    @rule(data=st.data())
    def take_away(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.dump)))
        del self.dump[name]
        (self.raw / name).unlink()

    def _after(self, prune: bool) -> Units:
        """What a run that ends makes of it; an empty dump changes nothing."""
        if not self.dump:
            return self.published
        return self.present if prune else self.known | self.present

    @rule(prune=st.booleans())
    def run_to_the_end(self, prune: bool) -> None:
        after = self._after(prune)
        outcome = extract(self.raw, self.out, prune=prune)
        if not self.dump:
            assert not outcome.published
            return
        assert outcome.done == len(self.present.keys() - self.known.keys())
        self.known = self.published = after
        if after == self.present:
            extract(self.raw, self.folder / "control")
            assert fakes.published(self.out) == fakes.published(self.folder / "control")
            shutil.rmtree(self.folder / "control")

    @rule(prune=st.booleans(), step=st.integers(2, 120))
    def run_and_be_killed(self, prune: bool, step: int) -> None:
        if not self.out.exists():
            self.out.mkdir()
        before, after = self._number(), self._after(prune)
        killed_at(step, lambda: extract(self.raw, self.out, prune=prune, batch_pages=2))
        if self._number() != before:
            self.published = self.known = after
        found = self._ledger()
        assert self.known.keys() <= found <= (self.known | self.present).keys()
        self.known = self.known | {u: text for u, text in self.present.items() if u in found}

    @precondition(lambda self: self.published and self.dump)
    @rule(data=st.data(), place=st.floats(0.05, 0.95))
    def rot_and_be_cured(self, data: st.DataObject, place: float) -> None:
        parts = sorted((self.out / "current").resolve().rglob("*.parquet"))
        path = data.draw(st.sampled_from(parts))
        damaged = bytearray(path.read_bytes())
        damaged[int(place * len(damaged))] ^= 1
        path.write_bytes(damaged)
        faults = verify.verify(self.out)[1]
        assert any(str(path) in fault for fault in faults)
        (self.out / "current").unlink()
        for number in Store(self.out).numbers():  # a part may be in several
            if any(str(Store(self.out).snapshot(number)) in fault for fault in faults):
                shutil.rmtree(Store(self.out).snapshot(number))
        found = self._ledger()  # what a crash kept from being forgotten is back: nothing says no
        assert self.known.keys() <= found
        extract(self.raw, self.out)
        self.known = self.published = {u: self.seen[u] for u in found} | self.present

    @precondition(lambda self: self.published)
    @rule()
    def read(self) -> None:
        tables = pipeline.load(self.out)
        articles, rejects = expected(self.published)
        found = zip(tables.articles.source, tables.articles.raw_sha256, strict=True)
        assert set(found) == articles
        assert set(zip(tables.rejects.source, tables.rejects.reason, strict=True)) == rejects
        assert len(tables.articles) + len(tables.rejects) == len(self.published)

    @invariant()
    def nothing_is_damaged(self) -> None:
        if (self.out / "current").exists():
            published, faults = verify.verify(self.out)
            assert faults == []
            assert published.inputs.units == len(self.published)

    def _number(self) -> int:
        found = manifest.current(Store(self.out))
        return found.snapshot if found else 0

    def _ledger(self) -> set[Key]:
        store = Store(self.out)
        mark = fakes.fingerprint(Settings()).units
        return set(ledger.read(store, mark, manifest.current(store)).current)


TestModel = Model.TestCase
TestModel.settings = settings(
    max_examples=200 if os.environ.get("DEPECHE_TORTURE") else 10,
    stateful_step_count=12,
    phases=(Phase.reuse, Phase.generate),  # sequences are short, and shrinking takes minutes
    deadline=None,
)
