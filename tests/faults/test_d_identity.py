"""Section D: identity and increments."""

from __future__ import annotations

import gzip
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import readers
from pipeline import run as runs
from pipeline.records import Page, Reject, Skipped
from pipeline.settings import Settings
from pipeline.store import fingerprint as fingerprints
from pipeline.store import manifest, verify
from pipeline.store.layout import Store
from tests import fakes
from tests.faults import harness
from tests.faults.inject import FRENCH, html, jsonl, paragraphs, read, tarred, zipped
from tests.faults.registry import fault
from tests.inline import extract

SHARED = FRENCH.encode()
MIXED: dict[str, str | bytes] = {
    **fakes.articles(6),
    "a.jsonl": jsonl(8),
    "b.zip": zipped({"x.jsonl": jsonl(8, 4), "y.txt": SHARED, "z.txt": b""}),
    "c.tar.gz": gzip.compress(tarred({"y.txt": SHARED + b"\n", "d/x.jsonl": jsonl(3, 20)})),
    "d.csv": "text,id\n" + "".join(f"Merz dit non {n} fois,{n}\n" for n in range(5)) + "a,b,c\n",
    "e.txt": b"\xff\xfe\xfd\x00" * 40,
}
ENVIRONMENTS = [
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
    {"PYTHONHASHSEED": "9", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "TZ": "America/Anchorage"},
]
if os.environ.get("DEPECHE_TORTURE"):
    ENVIRONMENTS += [{"PYTHONHASHSEED": str(seed), "LC_ALL": "fr_FR.UTF-8"} for seed in range(1, 9)]


@pytest.fixture(autouse=True)
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is about the power being cut."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)


def column(out: Path, table: str, name: str) -> list[object]:
    values: list[object] = pq.read_table(out / "current" / table)[name].to_pylist()
    return values


def _current(out: Path) -> manifest.Manifest:
    found = manifest.current(Store(out))
    assert found is not None
    return found


@fault(41)
def test_the_same_dump_again_under_any_name(tmp_path: Path) -> None:
    raw, out = fakes.dump(tmp_path / "raw", {"a.jsonl": jsonl(10)}), tmp_path / "out"
    extract(raw, out)
    articles = set(column(out, "articles", "article_id"))
    assert extract(raw, out).done == 0
    copies: dict[str, str | bytes] = {
        "b.jsonl": jsonl(10),
        "c.jsonl.gz": gzip.compress(jsonl(10)),
        "d.zip": zipped({"a.jsonl": jsonl(10)}),
    }
    extract(fakes.dump(raw, copies), out)
    assert set(column(out, "articles", "article_id")) == articles
    assert column(out, "rejects", "reason") == ["duplicate"] * 30


@fault(42)
def test_duplicates_have_the_same_winner_in_any_order(tmp_path: Path) -> None:
    names = [f"{n}.txt" for n in range(6)]
    texts = {name: f"{FRENCH}{' ' * n}\n" for n, name in enumerate(names)}
    winners = set()
    for seed in range(4):
        order = random.Random(seed).sample(names, len(names))
        out = tmp_path / f"out{seed}"
        for end in (2, 4, 6):
            raw = tmp_path / f"raw{seed}"
            extract(fakes.dump(raw, {name: texts[name] for name in order[:end]}), out)
        winners.update(column(out, "articles", "source"))
        assert column(out, "rejects", "reason") == ["duplicate"] * 5
        [kept] = column(out, "articles", "article_id")
        assert set(column(out, "rejects", "article_id")) == {kept}
    assert len(winners) == 1


@fault(43)
def test_an_article_that_was_updated(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for text in ("Merz dit non.", "Merz dit non, puis oui."):
        line = f'{{"url": "https://exemple.fr/a", "text": "{text}"}}\n'
        extract(fakes.dump(tmp_path / "raw", {"a.jsonl": line}), out)
    assert column(out, "articles", "url") == ["https://exemple.fr/a"] * 2
    assert column(out, "rejects", "reason") == []


@fault(45)
def test_what_is_gone_from_the_dump_stays_and_is_told_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, out = fakes.dump(tmp_path / "raw", MIXED | {"b.txt": FRENCH}), tmp_path / "out"
    inputs = extract(raw, out).inputs
    before = fakes.published(out)
    (raw / "b.zip").unlink()
    gone = inputs - extract(raw, out).inputs
    assert fakes.published(out) == before
    monkeypatch.setenv("FAKE_MARK", "1")
    extract(raw, out)
    current = _current(out)
    assert (len(current.stale), current.inputs.units) == (gone, inputs)
    assert all(source.startswith("b.zip!") for source in current.stale)
    assert verify.verify(out)[1] == []
    extract(raw, out, prune=True)
    current = _current(out)
    assert (current.stale, current.inputs.units) == ([], inputs - gone)
    sources = {*column(out, "articles", "source"), *column(out, "rejects", "source")}
    assert not any(str(source).startswith("b.zip") for source in sources)


@fault(46)
def test_what_changes_rows_changes_the_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "lexicon"
    rules.mkdir()
    (rules / "lists.fr.toml").write_text("a = ['b']")
    model = tmp_path / "model"
    model.mkdir()
    (model / "weights").write_bytes(b"1")
    settings = Settings(lexicon=str(rules), model_fr=str(model))
    seen = {fingerprints.fingerprint(settings).units}

    def is_new() -> bool:
        found = fingerprints.fingerprint(settings).units
        return found not in seen and not seen.add(found)  # type: ignore[func-returns-value]

    assert not is_new()
    (rules / "lists.fr.toml").write_text("a = ['c']")
    assert is_new()
    (model / "weights").write_bytes(b"2")
    assert is_new()
    version = fingerprints.metadata.version
    for library in ("spacy", "trafilatura", "fastwarc", "ftfy"):
        with monkeypatch.context() as patch:
            patch.setattr(
                fingerprints.metadata,
                "version",
                lambda n, gone=library: "x" if n == gone else version(n),
            )
            assert is_new(), library
    assert Settings(repair_mojibake=True) != Settings()


@fault(46)
def test_a_changed_rule_has_everything_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, out = fakes.dump(tmp_path / "raw", MIXED), tmp_path / "out"
    first = extract(raw, out)
    assert first.done == first.inputs
    for mark in ("1", "0"):  # the work of a fingerprint goes with its snapshot
        assert extract(raw, out).done == 0
        monkeypatch.setenv("FAKE_MARK", mark)
        assert extract(raw, out).done == first.inputs


@fault(47)
def test_neither_order_nor_batches_change_a_byte(tmp_path: Path) -> None:
    raw = fakes.dump(tmp_path / "raw", MIXED)
    extract(raw, tmp_path / "control")
    control = fakes.published(tmp_path / "control")

    def shuffled(root: Path, settings: Settings) -> Iterator[Page | Reject | Skipped]:
        items = list(readers.read_dump(root, settings))
        random.Random(7).shuffle(items)
        yield from items

    extract(raw, tmp_path / "shuffled", replace(fakes.ROOMS, read=shuffled))
    assert fakes.published(tmp_path / "shuffled") == control
    for pages in (1, 2, 7, 64):
        extract(raw, tmp_path / f"out{pages}", batch_pages=pages)
        assert fakes.published(tmp_path / f"out{pages}") == control


@fault(47)
def test_neither_environment_nor_workers_change_a_byte(tmp_path: Path) -> None:
    raw = fakes.dump(tmp_path / "raw", MIXED | {"été.txt": "Rutte rencontre Trump à l'Élysée"})
    extract(raw, tmp_path / "control")
    for number, environment in enumerate(ENVIRONMENTS):
        out = tmp_path / f"out{number}"
        line = [sys.executable, "-m", "tests.fakes", "extract", raw, "--out", out, "--workers"]
        subprocess.run(
            [*line, str(2 - number % 2)],
            env=os.environ | environment,
            check=True,
            capture_output=True,
            timeout=harness.SECONDS,
        )
        assert fakes.published(out) == fakes.published(tmp_path / "control"), environment


@fault(48)
@pytest.mark.parametrize("moment", [0, 2**31 + 10, -1.0e9, 1_774_749_600])
def test_neither_clock_nor_file_times_decide_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: float
) -> None:
    """Clocks go back between a run and the next, and within one; file times are of any year."""
    raw, out = fakes.dump(tmp_path / "raw", MIXED), tmp_path / "out"
    extract(raw, tmp_path / "control")
    extract(fakes.dump(tmp_path / "first", fakes.articles(3)), out)
    times = iter(range(10**9, 0, -1))
    monkeypatch.setattr(time, "time", lambda: moment + next(times) - 10**9)
    monkeypatch.setattr(runs, "_now", lambda: f"{moment}")
    for path in raw.iterdir():
        os.utime(path, (max(0.0, moment), max(0.0, moment)))
    assert extract(raw, out).published
    assert fakes.published(out) == fakes.published(tmp_path / "control")
    assert extract(raw, out).done == 0
    assert _current(out).finished == f"{moment}"


@fault(47, 48)
def test_html_depends_neither_on_other_pages_nor_on_the_day(tmp_path: Path) -> None:
    head = (
        '<meta charset="utf-8"><meta property="article:published_time" content="2190-01-02">'
        '<meta property="article:tag" content="Merz"><meta name="keywords" content="Merz, Macron">'
    )
    for number in range(6):
        text = html(f"<p>Fait {number}.</p>{paragraphs()}", head)
        (tmp_path / f"{number}.html").write_text(text, encoding="utf-8")
    items = read(tmp_path)
    for number, item in enumerate(items):
        assert isinstance(item, Page)
        assert item.text.count(FRENCH) == 8
        assert f"Fait {number}." in item.text
        assert (item.published, item.tags) == ("2190-01-02", ("Merz", "Macron"))
    undated = (tmp_path / "0.html").read_text(encoding="utf-8").replace("2190-01-02", "")
    (tmp_path / "0.html").write_text(undated, encoding="utf-8")
    first = read(tmp_path)[0]
    assert isinstance(first, Page)
    assert first.published is None


def test_what_is_skipped_inside_a_file_stands_in_the_manifest(tmp_path: Path) -> None:
    raw, out = fakes.dump(tmp_path / "raw", {"README": "", "a.txt": FRENCH}), tmp_path / "out"

    def read(root: Path, settings: Settings) -> Iterator[Page | Reject | Skipped]:
        yield Skipped("b.warc", "2 records: request")
        yield from readers.read_dump(root, settings)

    assert extract(raw, out, replace(fakes.ROOMS, read=read)).inputs == 1
    assert _current(out).skipped == ["README", "b.warc: 2 records: request"]
