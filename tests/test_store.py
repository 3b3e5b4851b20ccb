"""The store's own promises: whole files, exact round trips, damage that is named."""

from __future__ import annotations

import errno
import random
import re
import time
from contextlib import nullcontext
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.errors import DamagedError, UnusableError
from pipeline.records import Extraction, Page, Reject
from pipeline.settings import Settings
from pipeline.store import fingerprint as marks
from pipeline.store import fs, ledger, manifest, parts, publish, work
from pipeline.store.layout import Store, writing
from pipeline.store.work import Unit
from pipeline.tables import TABLES, plain_schema, to_arrow
from tests import fakes
from tests.inline import extract


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with writing(tmp_path / "out") as store:
        yield store


def page(number: int, text: str | None = None) -> Page:
    text = text or f"Rutte rencontre Trump la fois {number}"
    return Page(f"p{number:03d}.txt", "txt", f"{number:064x}", text, "utf-8")


def results(count: int, start: int = 0) -> list[tuple[work.Key, Extraction | Reject]]:
    pages = [page(n) for n in range(start, start + count)]
    return [((p.source, p.raw_sha256), fakes.extraction(p)) for p in pages]


# --- fs -----------------------------------------------------------------------------------------


def test_write_is_whole_or_absent_at_every_fault(store: Store) -> None:
    target = store.data / "x"
    fs.write(target, b"old", store.scratch)
    for step in range(1, 8):
        with failing_at(step, errno.ENOSPC) as count:
            expected = pytest.raises(UnusableError, match="free some space")
            with expected if step < 7 else nullcontext():
                fs.write(target, b"new", store.scratch)
        assert target.read_bytes() in (b"old", b"new")
        assert list(store.scratch.iterdir()) == []
    assert count[0] == 6, "create, write, sync, close, rename, sync folder"


class failing_at:  # noqa: N801
    """Within, the nth step of fs fails (every one from there, where `ever`)."""

    def __init__(self, step: int, code: int, *, ever: bool = False) -> None:
        self.step, self.code, self.ever, self.count = step, code, ever, [0]

    def __enter__(self) -> list[int]:
        def hook(name: str, path: Path) -> None:
            self.count[0] += 1
            if self.count[0] == self.step or (self.ever and self.count[0] > self.step):
                raise OSError(self.code, "injected")

        fs.hook = hook
        return self.count

    def __exit__(self, *_: object) -> None:
        fs.hook = None


def test_without_hard_links_files_are_copied(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    fs.write(store.data / "x", b"content", store.scratch)
    fs.link(store.data / "x", store.data / "y")
    assert (store.data / "y").read_bytes() == b"content"


def test_second_writer_is_refused_and_the_first_named(store: Store) -> None:
    import os

    with pytest.raises(UnusableError, match=rf"locked by pid {os.getpid()}"), writing(store.root):
        pass


def test_lock_is_free_after_its_holder(tmp_path: Path) -> None:
    for _ in range(2):
        with writing(tmp_path / "out"):
            pass


@pytest.mark.parametrize("make", ["file", "no parent"])
def test_unusable_output(tmp_path: Path, make: str) -> None:
    out = tmp_path / "out"
    if make == "file":
        out.write_text("")
    else:
        out = out / "deeper"
    with pytest.raises(UnusableError), writing(out):
        pass


def test_nothing_else_changes_the_file_system() -> None:
    """All mutations go through fs: the fault tests would not see others."""
    changes = re.compile(
        r"(?<!\bfs)\.(unlink|mkdir|write_text|write_bytes|rename|symlink_to|hardlink_to|touch)\("
        r"|\bshutil\b|\bos\.(rename|remove|replace|unlink|mkdir|link|symlink|truncate)\b"
        r"|\bopen\([^)]*[\"'][wax+]b?[\"']"
    )
    root = Path(fs.__file__).parent.parent
    apart = {"store/fs.py"}
    for path in root.rglob("*.py"):
        name = path.relative_to(root).as_posix()
        if name not in apart and "/generate/" not in name:
            assert changes.findall(path.read_text()) == [], name


# --- work files ---------------------------------------------------------------------------------


def test_work_round_trip(store: Store) -> None:
    reject = Reject("bad\udce9.txt", "", "read", "empty", "empty: \ud800", None)
    given = [*results(3), (("bad\udce9.txt", ""), reject)]
    name = work.write(store, work.encode("f1", given, 0))
    units = work.read_units(store, name)
    assert [u.article_id is None for u in units] == [False, False, False, True]
    assert units[3].source == r"bad\udce9.txt"
    assert {u.fingerprint for u in units} == {"f1"}
    rows = work.read_rows(store, name)
    articles = list(parts.to_records("articles", rows["articles"]))
    assert articles == [r.article for _, r in given[:3] if isinstance(r, Extraction)]
    assert rows["rejects"]["raw_sha256"].to_pylist() == [None]
    only = work.read_rows(store, name, [1])
    assert only["articles"]["source"].to_pylist() == ["p001.txt"]
    assert set(only["mentions"]["unit"].to_pylist()) == {1}


def test_work_rewrite_keeps_the_chosen_units(store: Store) -> None:
    name = work.write(store, work.encode("f1", results(5), 0))
    new = work.rewrite(store, name, [1, 4], 0)
    assert new == work.write(store, work.encode("f1", [results(5)[1], results(5)[4]], 0))


def test_work_refuses_what_does_not_fit() -> None:
    [(key, result)] = results(1)
    with pytest.raises(ValueError, match="says it is of"):
        work.encode("f1", [(("other.txt", key[1]), result)], 0)


@pytest.mark.parametrize("how", ["flip", "cut", "empty"])
def test_damaged_work_file_is_named(store: Store, how: str) -> None:
    name = work.write(store, work.encode("f1", results(5), 0))
    path = store.work / name
    data = bytearray(path.read_bytes())
    if how == "flip":
        data[len(data) // 2] ^= 1
    path.write_bytes({"flip": bytes(data), "cut": bytes(data[:40]), "empty": b""}[how])
    with pytest.raises(DamagedError, match=name[:10]):
        work.read_rows(store, name)
    if how != "flip":
        with pytest.raises(DamagedError, match="delete it"):
            work.read_units(store, name)


def test_a_ledger_of_600_files_is_read_within_a_second(store: Store) -> None:
    for n in range(600):
        (store.work / f"{n:064x}.arrow").write_bytes(work.encode("f1", results(64, n * 64), 0)) if (
            n == 0
        ) else (store.work / f"{n:064x}.arrow").hardlink_to(store.work / f"{0:064x}.arrow")
    started = time.process_time()
    assert len(ledger.read(store, "f1").current) == 64
    assert time.process_time() - started < 1.0


# --- ledger -------------------------------------------------------------------------------------


def unit(source: str, reason: str | None = None, file: str = "f", mark: str = "now") -> Unit:
    return Unit(source, "" if reason else "ab", None if reason else "0" * 20, reason, mark, file, 0)


def chosen(units: list[Unit], present: set[str], *, prune: bool = False) -> list[str]:
    book = ledger.Ledger(
        "now",
        {u.key: u for u in units if u.fingerprint == "now"},
        {u.key: u for u in units if u.fingerprint != "now"},
    )
    keys = {(name, "ab") for name in present}
    return [f"{u.source} {u.fingerprint}" for u in ledger.select(book, keys, prune=prune)]


def test_select_prefers_todays_fingerprint_and_keeps_the_absent() -> None:
    units = [unit("a"), unit("a", mark="then"), unit("b", mark="then")]
    assert chosen(units, {"a"}) == ["a now", "b then"]
    assert chosen(units, {"a"}, prune=True) == ["a now"]


@pytest.mark.parametrize("read_now", ["a.gz", "a.gz#1", "a.gz!b#2"])
def test_a_transient_reject_goes_when_its_file_was_read(read_now: str) -> None:
    failed = unit("a.gz", "permission")
    assert chosen([failed, unit(read_now)], {read_now}) == [f"{read_now} now"]
    assert chosen([failed, unit("b")], {"b"}) == ["a.gz now", "b now"]


def test_transient_units_are_not_known() -> None:
    failed = unit("a", "io_error")
    assert not ledger.Ledger("now", {failed.key: failed}, {}).knows(failed.key)


def test_a_file_that_does_not_say_when_it_was_written_counts(tmp_path: Path) -> None:
    """As files did that were written before it was noted."""
    raw, out = fakes.dump(tmp_path / "raw", fakes.articles(3)), tmp_path / "out"
    extract(raw, out)
    data = work.encode(fakes.fingerprint(Settings()).units, results(2), 0)
    unnoted = data.replace(b"depeche.after", b"depeche.aftre")
    store = Store(out)
    name = work.write(store, unnoted)
    assert work.after(store, name) is None
    before = manifest.current(store)
    mark = fakes.fingerprint(Settings()).units
    assert len(ledger.read(store, mark, before).current) == 5
    work.write(store, data)
    assert extract(raw, out).rows["articles"] == 5


# --- parts and snapshots ------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_records_mirror_the_tables(name: str) -> None:
    record = parts.RECORDS[name]
    assert [f.name for f in fields(record)] == [c.name for c in TABLES[name].columns]


def test_empty_part_has_the_full_schema(store: Store) -> None:
    part = parts.store_part(store, "relations", to_arrow("relations", []))
    table = pq.read_table(store.data / part.path)
    assert table.num_rows == 0
    assert table.schema.field("relation").metadata[b"description"]
    assert table.schema.metadata[b"depeche.table"] == b"relations"


def test_categories_do_not_depend_on_how_rows_came(store: Store) -> None:
    rows = [fakes.extraction(page(n)).relations[0] for n in range(40)]
    digests = set()
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        [part] = parts.store_rows(store, "relations", list(rows))
        digests.add(part.sha256)
    assert len(digests) == 1
    [part_rows] = [list(parts.read_records(store, part))]
    assert sorted(map(str, part_rows)) == sorted(map(str, rows))


def test_a_damaged_part_is_written_again(store: Store) -> None:
    table = to_arrow("articles", [fakes.extraction(page(1)).article])
    part = parts.store_part(store, "articles", table)
    (store.data / part.path).write_bytes(b"damaged")
    parts.store_part(store, "articles", table)
    assert pq.read_table(store.data / part.path).num_rows == 1


def test_shards_hold_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = fakes.dump(tmp_path / "raw", fakes.articles(40) | {f"x{i}.txt": "a" for i in range(9)})
    extract(dump, tmp_path / "whole")
    monkeypatch.setattr(parts, "ROWS_PER_SHARD", 4)
    monkeypatch.setattr(publish, "ARTICLES_AT_ONCE", 12)
    extract(dump, tmp_path / "cut")
    for name, table in TABLES.items():
        order = [(column, "ascending") for column in table.sort_by]
        whole, cut = (
            pq.read_table(tmp_path / out / "current" / name).cast(plain_schema(name))
            for out in ("whole", "cut")
        )
        assert cut.sort_by(order).equals(whole), name
    files = list((tmp_path / "cut/current/articles").iterdir())
    assert len(files) == 16, "40 articles, at most 4 a shard"
    assert len(list((tmp_path / "cut/current/rejects").iterdir())) == 4


def test_duplicates_have_the_same_winner_in_any_order() -> None:
    units = [Unit(s, h, "0" * 20, None, "f", "w", 0) for s, h in ("bx", "ay", "cx", "dz")]
    for seed in range(5):
        random.Random(seed).shuffle(units)
        settled = publish.settle(units)
        assert [u.source for u in settled.articles] == ["b"]
        assert sorted(u.source for u, _ in settled.duplicates) == ["a", "c", "d"]


def test_only_three_snapshots_are_kept_and_nothing_unreferenced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for n in range(1, 6):
        extract(fakes.dump(tmp_path / "raw", fakes.articles(3 * n)), out)
    assert Store(out).numbers() == [3, 4, 5]
    linked = {p.stat().st_ino for p in (out / "snapshots").rglob("*.parquet")}
    assert {p.stat().st_ino for p in (out / "data").rglob("*.parquet")} == linked
    current = manifest.current(Store(out))
    assert current is not None
    assert work.names(Store(out)) == current.work
    assert not list((out / "tmp").iterdir())


@pytest.mark.parametrize("how", ["dangling", "cut manifest", "edited manifest", "lost part"])
def test_a_damaged_snapshot_stops_the_run_and_names_the_last_good(tmp_path: Path, how: str) -> None:
    out = tmp_path / "out"
    for n in (1, 2):
        extract(fakes.dump(tmp_path / "raw", fakes.articles(3 * n)), out)
    folder = out / "snapshots" / "000002"
    if how == "dangling":
        (out / "current").unlink()
        (out / "current").symlink_to("snapshots/000009")
    elif how == "cut manifest":
        text = (folder / manifest.NAME).read_text()
        (folder / manifest.NAME).write_text(text[:-20])
    elif how == "edited manifest":
        text = (folder / manifest.NAME).read_text()
        (folder / manifest.NAME).write_text(text.replace('"rows": 6', '"rows": 7'))
    else:
        (folder / "mentions/part-00000.parquet").unlink()
    before = {p: p.read_bytes() for p in (out / "snapshots").rglob("*") if p.is_file()}
    good = "000002" if how == "dangling" else "000001"
    with pytest.raises(DamagedError, match=f"last good: {good}; run `ln -sfn"):
        extract(tmp_path / "raw", out)
    assert before == {p: p.read_bytes() for p in (out / "snapshots").rglob("*") if p.is_file()}
    (out / "current").unlink()
    (out / "current").symlink_to(f"snapshots/{good}")
    extract(tmp_path / "raw", out)
    extract(tmp_path / "raw", tmp_path / "control")
    assert fakes.published(out) == fakes.published(tmp_path / "control")


# --- fingerprint --------------------------------------------------------------------------------


def test_fingerprint_changes_with_what_rows_depend_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, models = tmp_path / "pipeline", tmp_path / "models"
    files = {"clean.py": "a", "cli.py": "a", "events.py": "a", "relations/lexicon/x.toml": "a"}
    for name in (*files, "../models/fr/model"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("a")
    monkeypatch.setattr(marks, "PACKAGE", package)

    def now(**settings: Any) -> tuple[str, str]:
        found = marks.fingerprint(Settings(**settings), models)
        return found.units, found.snapshot

    before = now()
    assert now() == before
    (package / "cli.py").write_text("b")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "clean.pyc").write_text("b")
    assert now() == before
    (package / "events.py").write_text("b")
    assert now()[0] == before[0], "only the snapshot tables are made again"
    assert now()[1] != before[1]
    seen = {before[0]}
    for path in (package / "clean.py", package / "relations/lexicon/x.toml", models / "fr/model"):
        path.write_text("b")
        seen.add(now()[0])
    seen.add(now(lang="fr")[0])
    seen.add(now(model_fr=str(models / "fr"))[0])
    monkeypatch.setattr(marks, "_version", lambda name: "99" if name == "spacy" else "1")
    seen.add(now()[0])
    assert len(seen) == 6, "a model named by its path is the same model"


def test_code_of_the_snapshot_tables_alone_needs_no_extraction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = fakes.dump(tmp_path / "raw", fakes.articles(3))
    extract(raw, tmp_path / "out")
    later = replace(
        fakes.ROOMS,
        fingerprint=lambda s: fakes.fingerprint(s).model_copy(update={"snapshot": "other"}),
        derive=lambda facts: {},
    )
    outcome = extract(raw, tmp_path / "out", later)
    assert (outcome.done, outcome.published, outcome.rows["entities"]) == (0, True, 0)
