"""A run as a whole: the tables are a function of the input, whatever happened on the way."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import readers
from pipeline.errors import UsageError
from pipeline.records import Page, Reject
from pipeline.run import Request, run
from pipeline.settings import Settings
from pipeline.store import manifest
from pipeline.store.layout import Store
from tests import fakes
from tests.inline import extract

MIXED = fakes.articles(30) | {
    "short.txt": "deux mots",
    "empty.txt": "",
    "table.xyz": "1;2",
    "copy.txt": fakes.articles(1)["a0000.txt"] + "\n ",
    "README.md": "skipped",
    "lines.jsonl": "".join(
        json.dumps({"id": n, "text": f"Macron reçoit Merz le {n} mai"}) + "\n" for n in range(12)
    )
    + "{broken\n",
}


@pytest.fixture(autouse=True)
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests kill is the process, not the machine."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return fakes.dump(tmp_path / "raw", MIXED)


@pytest.fixture
def control(raw: Path, tmp_path: Path) -> dict[str, bytes]:
    extract(raw, tmp_path / "control")
    return fakes.published(tmp_path / "control")


def column(out: Path, table: str, name: str) -> list[object]:
    values: list[object] = pq.read_table(out / "current" / table)[name].to_pylist()
    return values


# --- the same bytes -----------------------------------------------------------------------------


def test_conservation_and_reasons(raw: Path, tmp_path: Path) -> None:
    outcome = extract(raw, tmp_path / "out")
    current = manifest.current(Store(tmp_path / "out"))
    assert current is not None
    assert current.inputs.units == current.inputs.articles + current.inputs.rejects == 47
    assert current.skipped == ["README.md"]
    reasons = sorted(map(str, column(tmp_path / "out", "rejects", "reason")))
    expected = ["duplicate", "empty", "malformed_record", "too_short", "unsupported_format"]
    assert reasons == expected
    assert outcome.rejected.total() == 4, "a duplicate is no fault of the input"
    assert outcome.done == outcome.inputs == 47


@pytest.mark.parametrize("pages", [1, 2, 7, 64])
def test_batches_do_not_matter(
    raw: Path, tmp_path: Path, control: dict[str, bytes], pages: int
) -> None:
    extract(raw, tmp_path / "out", batch_pages=pages)
    assert fakes.published(tmp_path / "out") == control


def test_order_does_not_matter(raw: Path, tmp_path: Path, control: dict[str, bytes]) -> None:
    def shuffled(root: Path, settings: Settings) -> Iterator[Page | Reject]:
        items = list(readers.read_dump(root, settings))
        random.Random(3).shuffle(items)
        yield from items

    extract(raw, tmp_path / "out", replace(fakes.ROOMS, read=shuffled))
    assert fakes.published(tmp_path / "out") == control


def test_increments_do_not_matter(tmp_path: Path, control: dict[str, bytes]) -> None:
    names = sorted(MIXED)
    random.Random(5).shuffle(names)
    for end in (11, 20, len(names)):
        fakes.dump(tmp_path / "part", {name: MIXED[name] for name in names[:end]})
        extract(tmp_path / "part", tmp_path / "out")
    assert fakes.published(tmp_path / "out") == control


def test_one_dump_after_another_is_their_union(tmp_path: Path, control: dict[str, bytes]) -> None:
    names = sorted(MIXED)
    for number, part in enumerate((names[:15], names[15:])):
        dump = fakes.dump(tmp_path / f"dump{number}", {name: MIXED[name] for name in part})
        extract(dump, tmp_path / "out")
    assert fakes.published(tmp_path / "out") == control


def test_limit_then_all(raw: Path, tmp_path: Path, control: dict[str, bytes]) -> None:
    assert extract(raw, tmp_path / "out", limit=5).inputs == 5
    assert extract(raw, tmp_path / "out").done == 42
    assert fakes.published(tmp_path / "out") == control


# --- what is known is not done again ------------------------------------------------------------


def test_second_run_does_and_publishes_nothing(raw: Path, tmp_path: Path) -> None:
    first = extract(raw, tmp_path / "out")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*") if p.is_file()}
    second = extract(raw, tmp_path / "out")
    assert (second.done, second.published, second.snapshot) == (0, False, first.snapshot)
    assert second.rejected == first.rejected
    after = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert {p for p in before if before[p] != after.get(p)} <= {tmp_path / "out" / ".lock"}


def test_dry_run_writes_nothing(raw: Path, tmp_path: Path) -> None:
    outcome = extract(raw, tmp_path / "out", dry_run=True)
    assert (outcome.inputs, outcome.done, outcome.rejected.total()) == (47, 44, 3)
    assert not (tmp_path / "out").exists()


def test_a_new_fingerprint_does_what_is_there_and_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    old = fakes.dump(tmp_path / "old", fakes.articles(4))
    new = fakes.dump(tmp_path / "new", fakes.articles(6, start=2))
    extract(old, out)
    monkeypatch.setenv("FAKE_MARK", "1")
    assert extract(new, out).done == 6
    current = manifest.current(Store(out))
    assert current is not None
    assert current.stale == ["a0000.txt", "a0001.txt"]
    assert current.inputs.units == 8
    assert extract(old, out).done == 2, "stale units are done when their dump is back"
    current = manifest.current(Store(out))
    assert current is not None
    assert current.stale == []
    extract(fakes.dump(tmp_path / "both", fakes.articles(8)), tmp_path / "control")
    assert fakes.published(out) == fakes.published(tmp_path / "control")


def test_settings_are_part_of_the_fingerprint(raw: Path, tmp_path: Path) -> None:
    extract(raw, tmp_path / "out")
    assert extract(raw, tmp_path / "out", settings=Settings(lang="fr")).done == 47


# --- identity -----------------------------------------------------------------------------------


def test_rows_stay_until_pruned(tmp_path: Path) -> None:
    out = tmp_path / "out"
    raw = fakes.dump(tmp_path / "raw", fakes.articles(6))
    extract(raw, out)
    (raw / "a0001.txt").unlink()
    (raw / "a0002.txt").write_text("Merz reçoit Rutte une autre fois")
    extract(raw, out)
    assert len(column(out, "articles", "source")) == 7, "gone, and changed: both old rows stay"
    extract(raw, out, prune=True)
    assert column(out, "articles", "source").count("a0002.txt") == 1
    assert len(column(out, "articles", "source")) == 5
    extract(raw, tmp_path / "control")
    assert fakes.published(out) == fakes.published(tmp_path / "control")
    extract(raw, out)
    assert fakes.published(out) == fakes.published(tmp_path / "control"), "pruned for good"


def test_when_the_winner_is_pruned_the_duplicate_takes_its_place(tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = "Rutte rencontre Trump"
    raw = fakes.dump(tmp_path / "raw", {"a.txt": text, "b.txt": text + " ", "c.txt": text + "\n\n"})
    extract(raw, out)
    [winner] = column(out, "articles", "source")
    details = set(column(out, "rejects", "detail"))
    assert details == {f"duplicate: the text of {winner}"}
    assert set(column(out, "rejects", "article_id")) == set(column(out, "articles", "article_id"))
    (raw / str(winner)).unlink()
    outcome = extract(raw, out, prune=True)
    assert outcome.done == 0
    assert column(out, "articles", "source") != [winner]
    assert len(column(out, "rejects", "source")) == 1


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    raw, out = fakes.dump(tmp_path / "raw", fakes.articles(3)), tmp_path / "out"

    def refused(root: Path, settings: Settings) -> Iterator[Page | Reject]:
        for item in readers.read_dump(root, settings):
            if item.source == "a0001.txt":
                yield Reject(item.source, None, "open", "permission", "permission: chmod it")
            else:
                yield item

    extract(raw, out, replace(fakes.ROOMS, read=refused))
    assert column(out, "rejects", "reason") == ["permission"]
    again = extract(raw, out, replace(fakes.ROOMS, read=refused))
    assert (again.done, again.published) == (1, False), "tried, and nothing new"
    other = fakes.dump(tmp_path / "other", fakes.articles(1, start=9))
    extract(other, out)
    assert column(out, "rejects", "reason") == ["permission"], "another dump says nothing of it"
    extract(raw, out)
    assert column(out, "rejects", "reason") == []
    assert len(column(out, "articles", "source")) == 4


def test_an_empty_dump_publishes_nothing(tmp_path: Path) -> None:
    raw, out = fakes.dump(tmp_path / "raw", fakes.articles(3)), tmp_path / "out"
    extract(raw, out)
    before = fakes.published(out)
    (tmp_path / "none").mkdir()
    log = fakes.Log()
    outcome = run(Request(tmp_path / "none", out, Settings(), prune=True), log, fakes.ROOMS)
    assert (outcome.inputs, outcome.published) == (0, False)
    assert "nothing to read" in log.warnings[0]
    assert fakes.published(out) == before


def test_wrong_requests(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="inside the dump"):
        extract(raw, raw / "out")
    with pytest.raises(UsageError, match="--limit"):
        extract(raw, tmp_path / "out", limit=1, prune=True)
    assert not (tmp_path / "out").exists()
