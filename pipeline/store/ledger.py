"""What is done: the union of all work files, and which of their units make the next snapshot.

There is no ledger file: the work files are the ledger, so it cannot disagree with them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.errors import DamagedError
from pipeline.store import manifest, work
from pipeline.store.layout import Store
from pipeline.store.manifest import Manifest
from pipeline.store.work import Key, Unit

TRANSIENT = frozenset({"permission", "io_error", "changed_during_read"})
"""Reasons that say nothing of the input itself: tried again in every run."""

_LEVEL = re.compile("[#!]")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Finished units by key: those of today's fingerprint, and of earlier ones."""

    fingerprint: str
    current: dict[Key, Unit]
    stale: dict[Key, Unit]

    def knows(self, key: Key) -> bool:
        """Whether the unit need not be done (again)."""
        unit = self.current.get(key)
        return unit is not None and unit.reason not in TRANSIENT


def read(
    store: Store, fingerprint: str, before: Manifest | None = None, fresh: Collection[str] = ()
) -> Ledger:
    """The ledger of a store whose published snapshot is `before`; `fresh` files are of this run.

    A file that the snapshot does not list counts where it was written after it, by a run that was
    stopped, or nothing says when; an older one is what the snapshot did without. Raises
    DamagedError where a listed work file is missing.
    """
    names = work.names(store)
    listed = frozenset(before.work) if before else frozenset()
    missing = sorted(listed.difference(names))
    if missing:
        raise DamagedError(
            f"{store.work}: {len(missing)} work files are missing ({missing[0]} …); put them back, "
            f"or delete the symlink {store.current} to start again from the dumps at hand"
        )
    ledger = Ledger(fingerprint, {}, {})
    for name in names:
        if before and name not in listed and _done_without(store, name, before):
            continue
        for unit in work.read_units(store, name):
            known = ledger.current if unit.fingerprint == fingerprint else ledger.stale
            other = known.get(unit.key)
            if other is None or _rank(unit, fresh) < _rank(other, fresh):
                known[unit.key] = unit
    return ledger


def peek(store: Store, fingerprint: str) -> Ledger:
    """The ledger of a store that a run may be changing: damage counts when found twice alike."""
    said = ""
    while True:
        try:
            return read(store, fingerprint, manifest.current(store))
        except DamagedError as error:
            if str(error) == said:
                raise
            said = str(error)


def _done_without(store: Store, name: str, before: Manifest) -> bool:
    after = work.after(store, name)
    return after is not None and after < before.snapshot


def _rank(unit: Unit, fresh: Collection[str]) -> tuple[bool, bool, str, str]:
    """Of two results for one unit the least counts: a lasting one, then the latest."""
    return (unit.reason in TRANSIENT, unit.file not in fresh, unit.fingerprint, unit.file)


def select(ledger: Ledger, present: Collection[Key], *, prune: bool) -> list[Unit]:
    """The units that make a snapshot, sorted by key.

    `present` are the units of the dump at hand; others are kept unless `prune`. A transient
    reject goes when its file has been read since.
    """
    chosen = {**ledger.stale, **ledger.current}
    if prune:
        chosen = {key: unit for key, unit in chosen.items() if key in present}
    failed = [unit for unit in chosen.values() if unit.reason in TRANSIENT]
    if failed:
        read_now = {place for source, _ in present for place in _places(source)}
        for unit in failed:
            if unit.key not in present and unit.source in read_now:
                del chosen[unit.key]
    return [chosen[key] for key in sorted(chosen)]


def _places(source: str) -> Iterator[str]:
    """The source and the files that hold it: `a.zip!b.jsonl#3`, `a.zip!b.jsonl`, `a.zip`."""
    yield source
    for level in _LEVEL.finditer(source):
        yield source[: level.start()]


def compact(store: Store, units: list[Unit], after: int) -> list[Unit]:
    """The same units in work files that hold no others; new files are written where needed."""
    by_file: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        by_file[unit.file].append(unit)
    moved: dict[Key, Unit] = {}
    for name, live in by_file.items():
        if len(live) < len(work.read_units(store, name)):
            kept = sorted(unit.place for unit in live)
            new_name = work.rewrite(store, name, kept, after)
            for unit in live:
                moved[unit.key] = unit._replace(file=new_name, place=kept.index(unit.place))
    return [moved.get(unit.key, unit) for unit in units]
