"""The store's own promises: whole files, exact round trips, damage that is named."""

from __future__ import annotations

import errno
import re
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from pipeline.errors import DamagedError, UnusableError
from pipeline.records import Extraction, Reject
from pipeline.settings import Settings
from pipeline.store import fs, ledger, manifest, parts, work
from pipeline.store.layout import Store, writing
from pipeline.store.work import Unit
from tests import fakes
from tests.fakes import page
from tests.inline import extract


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
