"""Runs without worker processes: the same batches and work files, in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from pipeline import exits, workers
from pipeline.rooms import Rooms
from pipeline.run import Outcome
from pipeline.worker import Finished, Job, _answer, load
from pipeline.workers import Batch
from tests import fakes


@dataclass
class InlinePool:
    job: Job
    count: int

    def __enter__(self) -> InlinePool:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def run(self, batches: Iterator[Batch]) -> Iterator[Finished]:
        extractor = load(self.job.factory, self.job.settings)
        for batch in batches:
            answer = _answer(extractor, self.job, batch)
            assert isinstance(answer, Finished), answer
            yield answer


def extract(dump: Path, out: Path, rooms: Rooms = fakes.ROOMS, **options: object) -> Outcome:
    with mock.patch.object(workers, "Pool", InlinePool):
        return fakes.extract(dump, out, rooms, **options)


if __name__ == "__main__":
    raw, out, pages = sys.argv[1:]
    sys.exit(exits.code(lambda: extract(Path(raw), Path(out), batch_pages=int(pages))))
