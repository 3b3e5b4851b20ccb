"""One `make extract`: survey the dump, extract what is new, publish a snapshot.

What is done is kept at once, batch by batch, so a stopped run loses a batch per worker at most
and the same command goes on from there. The tables are published in one step at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Protocol

from pipeline import workers
from pipeline.errors import UnusableError, UsageError
from pipeline.records import Page, Reject, Skipped
from pipeline.rooms import Rooms, real_rooms
from pipeline.settings import Settings
from pipeline.store import ledger, manifest, publish, work
from pipeline.store.layout import Store, writing
from pipeline.store.ledger import Ledger
from pipeline.store.manifest import FingerprintParts, Manifest
from pipeline.store.work import Key, Unit

BATCH_PAGES = 64
BATCH_CHARS = 200_000


@dataclass(frozen=True, slots=True)
class Request:
    """What one run is asked to do; nothing here but `settings` may change a row."""

    dump: Path
    out: Path
    settings: Settings
    workers: int = 1
    limit: int | None = None
    """Read the first so many inputs only."""
    prune: bool = False
    """Forget the rows of inputs that are not in the dump."""
    dry_run: bool = False
    batch_pages: int = BATCH_PAGES


class Progress(Protocol):
    """Who is told how a run goes on."""

    def surveyed(self, inputs: int, known: int, to_do: int) -> None:
        """The dump has been read once: how many inputs, already done, to do."""

    def advanced(self, articles: int, rejects: int) -> None:
        """So many more pages are done, of which some rejected."""

    def publishing(self) -> None:
        """Extraction is over, the snapshot is being made."""

    def warned(self, text: str) -> None:
        """Something the user should know."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, for the summary."""

    inputs: int
    """Units in the dump."""
    done: int
    """Of these, done in this run."""
    rejected: Counter[str]
    """Units of the dump that gave no article, by reason; duplicates are not among them."""
    snapshot: int | None
    published: bool
    """A new snapshot was published; otherwise the one before still says all."""
    rows: dict[str, int]
    """Rows of the snapshot by table."""


def run(request: Request, progress: Progress, parts: Rooms | None = None) -> Outcome:
    """Extract what is new in the dump and publish a snapshot of all that is known.

    Raises UsageError or UnusableError (DamagedError, ModelError …); what had been published
    before is then still what `current` points to.
    """
    parts = parts or real_rooms(request.settings)
    _check_places(request)
    marks = parts.fingerprint(request.settings)
    if request.dry_run:
        store = Store(request.out)
        known = ledger.peek(store, marks.units)
        return _Run(request, progress, parts, store, marks, known).rehearse()
    with writing(request.out) as store:
        before = manifest.current(store)
        known = ledger.read(store, marks.units, before)
        return _Run(request, progress, parts, store, marks, known, before).go()


def _check_places(request: Request) -> None:
    out, dump = request.out.resolve(), request.dump.resolve()
    if out == dump or dump in out.parents:
        raise UsageError(
            f"{request.out}: lies inside the dump {request.dump}; choose another --out"
        )
    if request.prune and request.limit is not None:
        raise UsageError("--prune needs the whole dump: leave --limit out")


@dataclass(slots=True)
class _Run:
    request: Request
    progress: Progress
    parts: Rooms
    store: Store
    marks: FingerprintParts
    known: Ledger
    before: Manifest | None = None
    started: str = field(default_factory=lambda: _now())
    present: set[Key] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    skips: set[str] = field(default_factory=set)
    """What inside files is no input."""
    done: int = 0

    @property
    def after(self) -> int:
        """Number of the snapshot that this run builds on, 0 for none."""
        return self.before.snapshot if self.before else 0

    def rehearse(self) -> Outcome:
        """Survey only; nothing is written."""
        rejects: Counter[str] = Counter()
        to_do = sum(1 for _ in self._new_pages(lambda _, reject: rejects.update([reject.reason])))
        self._tell_survey(to_do)
        return Outcome(len(self.present), to_do, rejects, None, False, {})

    def go(self) -> Outcome:
        with _Rejects(self) as rejects:
            to_do = sum(1 for _ in self._new_pages(rejects.add))
            self._tell_survey(to_do)
            if to_do:
                self._extract(to_do, rejects)
        if not self.present:
            self.progress.warned(f"{self.request.dump}: nothing to read; nothing published")
            return self._outcome([], self.before, published=False)
        return self._publish()

    def _new_pages(self, on_reject: Callable[[Key, Reject], None]) -> Iterator[Page]:
        """One pass over the dump: note what is there, yield the pages that are not done."""
        self.present.clear()
        for item in islice(self._inputs(), self.request.limit):
            key = work.key_of(item.source, item.raw_sha256)
            if key in self.present:
                continue
            self.present.add(key)
            if self.known.knows(key):
                continue
            if isinstance(item, Reject):
                on_reject(key, item)
            else:
                yield item

    def _inputs(self) -> Iterator[Page | Reject]:
        for item in self.parts.read(self.request.dump, self.request.settings):
            if isinstance(item, Skipped):
                self.skips.add(f"{item.source}: {item.what}")
            else:
                yield item

    def _tell_survey(self, to_do: int) -> None:
        inputs = len(self.present)
        known = sum(self.known.knows(key) for key in self.present)
        self.progress.surveyed(inputs, known, to_do)

    def _extract(self, to_do: int, rejects: _Rejects) -> None:
        request = self.request
        job = workers.Job(self.parts.factory, request.settings, self.marks.units, self.after)
        size = workers.batch_size(to_do, request.workers, request.batch_pages)
        pages = self._new_pages(rejects.add)
        with workers.Pool(job, request.workers) as pool:
            for finished in pool.run(workers.batches(pages, size, BATCH_CHARS)):
                self.written.add(work.write(self.store, finished.data))
                self.done += finished.articles + len(finished.rejects)
                self.progress.advanced(finished.articles, len(finished.rejects))

    def _publish(self) -> Outcome:
        if self.written:
            self.known = ledger.read(self.store, self.marks.units, self.before, self.written)
        units = ledger.select(self.known, self.present, prune=self.request.prune)
        self._conserve(units)
        result, published = self.before, False
        if result is None or result.state != publish.state(units, self.marks):
            self.progress.publishing()
            units = ledger.compact(self.store, units, self.after)
            made = publish.make_parts(self.store, units, self.parts.derive)
            skipped = [*self.parts.skipped(self.request.dump), *sorted(self.skips)]
            about = publish.About(self.marks, _version(), skipped, self.started)
            result = publish.publish(self.store, units, made, about, _now)
            published = True
        publish.clean(self.store)
        return self._outcome(units, result, published=published)

    def _conserve(self, units: Sequence[Unit]) -> None:
        lost = self.present.difference(unit.key for unit in units)
        if lost:
            raise UnusableError(
                f"{min(lost)[0]} (one of {len(lost)}) gave neither article nor reject: not "
                "published; run the same command again, and report it if that does not help"
            )

    def _outcome(
        self, units: Iterable[Unit], result: Manifest | None, *, published: bool
    ) -> Outcome:
        rejected = Counter(u.reason for u in units if u.reason and u.key in self.present)
        rows = result.rows() if result else {}
        number = result.snapshot if result else None
        return Outcome(len(self.present), self.done, rejected, number, published, rows)


class _Rejects:
    """Rejects of the readers on their way into work files, some thousand at a time."""

    AT_ONCE = 4096

    def __init__(self, owner: _Run) -> None:
        self._owner = owner
        self._waiting: dict[Key, Reject] = {}
        self._seen: set[Key] = set()

    def __enter__(self) -> _Rejects:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._flush()

    def add(self, key: Key, reject: Reject) -> None:
        """Take one; the second pass over the dump brings those of the first again."""
        if key in self._seen:
            return
        self._seen.add(key)
        self._waiting[key] = reject
        self._owner.done += 1
        self._owner.progress.advanced(0, 1)
        if len(self._waiting) >= self.AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            owner = self._owner
            data = work.encode(owner.marks.units, list(self._waiting.items()), owner.after)
            owner.written.add(work.write(owner.store, data))
            self._waiting.clear()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version() -> str:
    try:
        return metadata.version("depeche")
    except metadata.PackageNotFoundError:
        return "source"
