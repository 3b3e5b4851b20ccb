"""Whole runs with worker processes: how time and memory grow with the number of articles."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from pipeline.bench.sample import write_dump
from pipeline.records import Page
from pipeline.run import Request, run
from pipeline.settings import Settings
from pipeline.store import manifest, parts
from pipeline.store.layout import Store

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Flow:
    """One run over the first so many articles."""

    articles: int
    """Those in the dump …"""
    words: int
    """… and the words of those that were accepted."""
    workers: int
    seconds: float
    first_seconds: float
    """Until the first batch was done: processes started, models loaded, the batch parsed."""
    worker_mb: float
    """Memory of the largest worker at its peak; 0 where there is no /proc."""
    parent_mb: float


def rate(small: Flow, large: Flow) -> float:
    """Words a second over what the larger run has more: start-up counts in neither."""
    return (large.words - small.words) / (large.seconds - small.seconds)


class _Clock:
    """A progress that looks at the clock when the first batch is done."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.first = 0.0

    def surveyed(self, inputs: int, known: int, to_do: int) -> None:
        """See Progress."""

    def advanced(self, articles: int, rejects: int) -> None:
        """See Progress."""
        self.first = self.first or time.perf_counter() - self.started

    def publishing(self) -> None:
        """See Progress."""

    def warned(self, text: str) -> None:
        """See Progress."""


def flow(pages: Sequence[Page], workers: int) -> Flow:
    """Extract some articles into a folder of their own, as `depeche extract` does."""
    with TemporaryDirectory(prefix="depeche-bench-") as folder:
        out = Path(folder) / "out"
        with _watched() as peaks:
            dump = write_dump(pages, Path(folder) / "raw")
            clock = _Clock()
            run(Request(dump, out, Settings(), workers), clock)
            seconds = time.perf_counter() - clock.started
        words = _accepted_words(Store(out))
    return Flow(
        len(pages),
        words,
        workers,
        round(seconds, 2),
        round(clock.first, 2),
        round(max(peaks["workers"]) / 1000, 1),
        round(max(peaks["parent"]) / 1000, 1),
    )


def _accepted_words(store: Store) -> int:
    """Words of what became an article: nothing else was parsed."""
    published = manifest.current(store)
    files = published.tables["articles"] if published else []
    return parts.total([store.current / file.path for file in files], "n_words")


@contextmanager
def _watched() -> Iterator[dict[str, list[int]]]:
    """Peaks of memory in kilobytes, looked at twice a second while the block lasts."""
    peaks: dict[str, list[int]] = {"workers": [0], "parent": [0]}
    done = Event()

    def watch() -> None:
        while not done.wait(0.5):
            peaks["parent"].append(_kilobytes(os.getpid(), "VmRSS"))
            peaks["workers"] += [_kilobytes(child, "VmHWM") for child in _children()]

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def _children() -> list[int]:
    try:
        tasks = list((PROC / "self/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _kilobytes(process: int, name: str) -> int:
    try:
        lines = (PROC / str(process) / "status").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
