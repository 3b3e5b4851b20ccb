"""Supervised worker processes: each loads the extractor once and turns batches into work files.

A batch whose worker died, hung or raised is cut in two until the one bad page is a reject and its
mates pass, so a result never depends on the batch that a page was in or on how many workers there
are. A worker ends when its parent does, however that ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Literal

from pipeline import children, errors
from pipeline.errors import DepecheError, UnusableError
from pipeline.records import Page, Reject
from pipeline.store import work
from pipeline.store.work import Key
from pipeline.worker import Failed, Fatal, Finished, Job, Message, Ready, page_key

LOAD_SECONDS = 600.0
"""A worker that has not loaded its models by then ends the run."""
BATCH_SECONDS = 30.0
CHARS_PER_SECOND = 1_000.0
"""A batch may take 30 s and 1 ms per character before it is cut; a page alone, the setting."""

_ENTRY = "from pipeline.worker import serve; serve()"

Batch = tuple[Page, ...]


@dataclass(slots=True, eq=False)
class _Worker:
    """One process: first loading, then idle (no batch) or busy."""

    process: subprocess.Popen[bytes]
    connection: Connection
    deadline: float
    ready: bool = False
    batch: Batch | None = None

    @property
    def idle(self) -> bool:
        return self.ready and self.batch is None

    def end(self, patience: float = 0.0) -> int:
        """Wait so many seconds for it to end, else kill it; its exit status, negative a signal."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        with suppress(OSError):
            self.process.kill()
        self.connection.close()
        return self.process.wait()


@dataclass(slots=True)
class Pool:
    """Up to `count` workers for one job; use as a context manager."""

    job: Job
    count: int
    _workers: list[_Worker] = field(default_factory=list)
    _queue: deque[Batch] = field(default_factory=deque)
    _crashed: set[Key] = field(default_factory=set)

    def __enter__(self) -> Pool:
        """Nothing is started before there is a batch."""
        return self

    def __exit__(self, *_: object) -> None:
        """Workers hold nothing that is worth waiting for: they are killed."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def run(self, batches: Iterator[Batch]) -> Iterator[Finished]:
        """Work files in the order in which they are done; together they hold every page once.

        Raises UnusableError (ModelError …) where the extractor cannot be loaded.
        """
        while True:
            self._fill(batches)
            self._assign()
            if not self._queue and all(worker.batch is None for worker in self._workers):
                return
            yield from self._next()

    def _fill(self, batches: Iterator[Batch]) -> None:
        """Have a batch at hand for every worker, so that none waits for the reader."""
        while len(self._queue) < self.count:
            batch = next(batches, None)
            if batch is None:
                return
            self._queue.append(batch)

    def _assign(self) -> None:
        for worker in [worker for worker in self._workers if worker.idle]:
            if self._queue:
                self._send(worker, self._queue.popleft())
        loading = sum(not worker.ready for worker in self._workers)
        for _ in range(min(self.count - len(self._workers), len(self._queue) - loading)):
            self._workers.append(self._start())

    def _start(self) -> _Worker:
        process, ours = children.start(_ENTRY)
        worker = _Worker(process, ours, time.monotonic() + LOAD_SECONDS)
        with suppress(BrokenPipeError):  # it died at once: `_next` sees that
            ours.send(self.job)
        return worker

    def _send(self, worker: _Worker, batch: Batch) -> None:
        worker.batch = batch
        worker.deadline = time.monotonic() + self._seconds(batch)
        try:
            worker.connection.send(batch)
        except BrokenPipeError:  # it died while it had nothing to do
            self._drop(worker)
            self._queue.appendleft(batch)

    def _seconds(self, batch: Batch) -> float:
        limit = self.job.settings.article_seconds
        if len(batch) == 1:
            return limit
        chars = sum(len(page.text) for page in batch)
        return min(limit, BATCH_SECONDS + chars / CHARS_PER_SECOND)

    def _next(self) -> Iterator[Finished]:
        """Wait for something to happen, and deal with it."""
        waiting = {w.connection: w for w in self._workers if not w.idle}
        soonest = min(worker.deadline for worker in waiting.values())
        heard = wait(list(waiting), timeout=max(0.0, soonest - time.monotonic()))
        for connection in heard:
            if isinstance(connection, Connection):
                yield from self._hear(waiting[connection])
        now = time.monotonic()
        for worker in waiting.values():
            if worker.connection not in heard and worker.deadline <= now:
                yield from self._expire(worker)

    def _hear(self, worker: _Worker) -> Iterator[Finished]:
        try:
            message: Message = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        batch, worker.batch = worker.batch, None
        match message:
            case Ready():
                worker.ready = True
            case Fatal(name, text):
                raise _fatal(name, text)
            case Finished():
                yield message
            case Failed(reject) if batch is not None:
                if reject.reason == "memory":
                    self._drop(worker)
                yield from self._split(batch, reject)

    def _bury(self, worker: _Worker) -> Iterator[Finished]:
        status = self._drop(worker, patience=5.0)
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        if worker.batch is None:
            raise UnusableError(f"a worker died of {how} while it loaded the models; see above")
        alone = page_key(worker.batch[0]) if len(worker.batch) == 1 else None
        if alone and alone not in self._crashed:  # it may have been somebody else's doing
            self._crashed.add(alone)
            self._queue.appendleft(worker.batch)
        else:
            yield from self._split(worker.batch, _fault("crashed", f"worker_killed: by {how}"))

    def _expire(self, worker: _Worker) -> Iterator[Finished]:
        self._drop(worker)
        if worker.batch is None:
            raise UnusableError(f"a worker did not load the models in {LOAD_SECONDS:.0f} s")
        limit = self.job.settings.article_seconds
        detail = f"timeout: not done in {limit:g} s; split it, or raise --set article_seconds=…"
        yield from self._split(worker.batch, _fault("timeout", detail))

    def _drop(self, worker: _Worker, patience: float = 0.0) -> int:
        self._workers.remove(worker)
        return worker.end(patience)

    def _split(self, batch: Batch, reject: Reject) -> Iterator[Finished]:
        """Queue the halves of a failed batch; a page alone becomes the reject."""
        if len(batch) > 1:
            middle = len(batch) // 2
            self._queue.extendleft((batch[middle:], batch[:middle]))
            return
        key = page_key(batch[0])
        data = work.encode(self.job.fingerprint, [(key, reject)], self.job.after)
        yield Finished(data, 0, (reject.reason,))


def _fault(reason: Literal["crashed", "timeout"], detail: str) -> Reject:
    return Reject("", None, "annotate", reason, detail)


def _fatal(name: str, text: str) -> DepecheError:
    kind = getattr(errors, name, UnusableError)
    error: DepecheError = kind(text)
    return error


def batches(pages: Iterator[Page], size: int, chars: int) -> Iterator[Batch]:
    """Pages in groups of at most `size` pages and, but for a page alone, `chars` characters."""
    group: list[Page] = []
    length = 0
    for page in pages:
        if group and (len(group) >= size or length + len(page.text) > chars):
            yield tuple(group)
            group, length = [], 0
        group.append(page)
        length += len(page.text)
    if group:
        yield tuple(group)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def batch_size(pages: int, count: int, most: int) -> int:
    """Pages per batch that keep `count` workers busy to the end, from 4 to `most`."""
    return max(4, min(most, -(-pages // (count * 4))))


__all__: Sequence[str] = ("Batch", "Finished", "Job", "Pool", "batch_size", "batches", "cores")
