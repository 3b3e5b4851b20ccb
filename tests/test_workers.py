"""Worker processes that die, hang, raise or lie: one reject for the one page, its mates pass."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import workers
from pipeline.errors import ModelError, UnusableError
from pipeline.records import Page
from pipeline.settings import Settings
from tests import fakes
from tests.inline import extract as inline

BAD = {
    "kill.txt": "ceci va !kill ici",
    "raise.txt": "ceci va !raise ici",
    "memory.txt": "ceci va !memory ici",
    "wrong.txt": "ceci va !wrong ici",
}
REASONS = {
    "kill.txt": ("crashed", "worker_killed: by signal SIGKILL"),
    "raise.txt": ("pipeline_error", "ValueError: no good: <object object at 0x…> second line"),
    "memory.txt": ("memory", "memory: more than 4096 MiB"),
    "wrong.txt": ("pipeline_error", "0 results for 1 pages"),
}


def rejects(out: Path) -> dict[str, tuple[str, str]]:
    rows = pq.read_table(out / "current" / "rejects").to_pylist()
    return {row["source"]: (row["reason"], row["detail"]) for row in rows}


def test_each_bad_page_is_one_reject_and_its_mates_pass(tmp_path: Path) -> None:
    raw = fakes.dump(tmp_path / "raw", fakes.articles(4) | BAD)
    started = time.monotonic()
    outcome = fakes.extract(raw, tmp_path / "out", workers=2)
    assert time.monotonic() - started < 60
    found = rejects(tmp_path / "out")
    assert found.keys() == REASONS.keys()
    for source, (reason, detail) in REASONS.items():
        assert found[source][0] == reason
        assert detail in found[source][1]
    assert outcome.rows["articles"] == 4
    second = fakes.extract(raw, tmp_path / "out", workers=2)
    assert second.done == 0, "a bad page is not tried again"


def test_one_and_two_workers_give_the_same_bytes(tmp_path: Path) -> None:
    raw = fakes.dump(tmp_path / "raw", fakes.articles(20))
    inline(raw, tmp_path / "control")
    for count in (1, 2):
        fakes.extract(raw, tmp_path / f"out{count}", workers=count)
        assert fakes.published(tmp_path / f"out{count}") == fakes.published(tmp_path / "control")


@pytest.mark.parametrize(
    ("factory", "texts", "kind", "message"),
    [
        ("load_fails", {}, ModelError, "run make train"),
        ("load_dies", {}, UnusableError, "exit status 5 while it loaded"),
        ("load", {"model.txt": "ceci va !model ici"}, ModelError, "run make train"),
    ],
)
def test_without_models_the_run_ends(
    tmp_path: Path, factory: str, texts: dict[str, str], kind: type[Exception], message: str
) -> None:
    raw = fakes.dump(tmp_path / "raw", fakes.articles(1) | texts)
    rooms = replace(fakes.ROOMS, factory=f"tests.fakes:{factory}")
    with pytest.raises(kind, match=message):
        fakes.extract(raw, tmp_path / "out", rooms)
    assert not (tmp_path / "out" / "current").exists()


def test_a_worker_killed_from_outside_costs_no_page(tmp_path: Path) -> None:
    """Even a batch of one page is given a second chance."""
    os.environ["FAKE_DELAY"] = "0.4"
    try:
        job = workers.Job("tests.fakes:load", Settings(), "f")
        page = Page("a.txt", "txt", "0" * 64, "Rutte rencontre Trump", "utf-8")
        with workers.Pool(job, 1) as pool:
            results = pool.run(_killing(pool, page))
            assert [finished.rejects for finished in results] == [(), ()]
    finally:
        del os.environ["FAKE_DELAY"]


def _killing(pool: workers.Pool, page: Page) -> Iterator[workers.Batch]:
    yield (page,)
    pool._workers[0].process.kill()
    yield (page,)


def test_batches_are_bounded() -> None:
    texts = ["x" * 10] * 5 + ["x" * 1000] + ["x" * 10] * 2
    pages = [Page(f"{n}", "txt", "0" * 64, text, "utf-8") for n, text in enumerate(texts)]
    sizes = [len(batch) for batch in workers.batches(iter(pages), size=3, chars=100)]
    assert sizes == [3, 2, 1, 2]
    assert [workers.batch_size(n, 2, 64) for n in (0, 1, 12, 250, 10**6)] == [4, 4, 4, 32, 64]
