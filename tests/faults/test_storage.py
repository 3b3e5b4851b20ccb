"""Section F of the faults: disks that fill, fail, forget or lie, and two who write at once.

The numbers are those of the list of faults; 72 and the object store's half of 66 are not ours.
"""

from __future__ import annotations

import errno
import os
import random
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc
import pytest

import pipeline
from pipeline import evolve, exits
from pipeline.errors import DepecheError, UnusableError
from pipeline.run import Outcome
from pipeline.store import fs, manifest, verify, work
from pipeline.store.layout import Store
from pipeline.tables import SCHEMA_VERSION, plain_schema, schema
from tests import fakes
from tests.faults import harness
from tests.faults.harness import Tables
from tests.inline import extract

ALL = bool(os.environ.get("DEPECHE_TORTURE"))
PAGES = fakes.articles(8) | {"short.txt": "deux mots"}

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
needs_strace = pytest.mark.skipif(
    not harness.may_trace(), reason="needs strace that may inject faults"
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return fakes.dump(tmp_path / "raw", PAGES)


@pytest.fixture
def control(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tables:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda fd: None)
        extract(raw, tmp_path / "control")
    return fakes.published(tmp_path / "control")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A file system of our own under a folder, where we may mount one."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, folder], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mount is not allowed here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def command(
    capsys: pytest.CaptureFixture[str], raw: Path, out: Path, **options: object
) -> tuple[int, str]:
    """The exit code of a run, and what it said on standard error."""
    code = exits.code(lambda: extract(raw, out, **options))
    return code, capsys.readouterr().err


# --- 61-64: what a disk may answer --------------------------------------------------------------


@needs_root
@pytest.mark.parametrize("options", ["size=24k", "size=80k", "nr_inodes=12", "nr_inodes=40"])
def test_61_63_a_full_disk_stops_the_run_and_a_rerun_goes_on(
    tmp_path: Path, raw: Path, control: Tables, capsys: pytest.CaptureFixture[str], options: str
) -> None:
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", options, "tmpfs") as disk:
        out = disk / "out"
        code, errors = command(capsys, raw, out, batch_pages=4)
        assert (code, errors.count("\n")) == (3, 1)
        assert str(out) in errors
        assert "free some space, then run the same command again" in errors
        assert not (out / "current").exists()
        assert not list((out / "tmp").glob("*.*")), "what was begun is removed"
        more = "remount,size=8m,nr_inodes=0"
        subprocess.run(["mount", "-o", more, disk], check=True)
        extract(raw, out, batch_pages=4)
        assert fakes.published(out) == control


@needs_strace
@pytest.mark.parametrize("ever", [False, True])
def test_61_62_any_system_call_may_fail(
    tmp_path: Path, raw: Path, control: Tables, ever: bool
) -> None:
    """Once and then never, or from there on: SQLite's double loop."""
    out = tmp_path / "out"
    line = [sys.executable, "-m", "tests.inline", str(raw), str(out), "4"]
    calls = [
        c for c in harness.traced(line, out, tmp_path / "log") if c.name != "close" or not ever
    ]
    for call in calls if ALL else random.Random(61 + ever).sample(calls, 2):
        subprocess.run(["rm", "-rf", out], check=True)
        error = "ENOSPC" if call.name in ("write", "openat", "mkdir") else "EIO"
        code = harness.injected(line, call, f"error={error}", ever=ever)
        assert code in (0, 3), call
        if out.exists():
            assert fakes.published(out) in ({}, control), call
        extract(raw, out, batch_pages=4)
        assert fakes.published(out) == control, call


@pytest.mark.parametrize(
    ("step", "code", "cure"),
    [
        ("sync", errno.EIO, "see to the disk"),
        ("sync folder", errno.EIO, "see to the disk"),
        ("close", errno.EIO, "see to the disk"),
        ("rename", errno.EXDEV, "see to the disk"),
        ("rename", errno.EACCES, "choose an output folder that you may write"),
        ("write", errno.EDQUOT, "free some of the quota"),
        ("create file", errno.EMFILE, "raise the limit of open files"),
        ("link", errno.EIO, "see to the disk"),
        ("symlink", errno.EIO, "see to the disk"),
    ],
)
def test_62_63_a_step_that_fails(
    tmp_path: Path,
    raw: Path,
    control: Tables,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    step: str,
    code: int,
    cure: str,
) -> None:
    """The pointer stays, a descriptor whose fsync failed is not asked again."""
    out = tmp_path / "out"
    extract(fakes.dump(tmp_path / "first", fakes.articles(2)), out)
    old = fakes.published(out)
    steps: list[str] = []

    def hook(name: str, path: Path) -> None:
        steps.append(name)
        if name == step and steps.count(step) > 1:
            raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fs, "hook", hook)
    ended, errors = command(capsys, raw, out, batch_pages=4)
    assert (ended, errors.count("\n")) == (3, 1)
    assert f"{out}/" in errors
    assert f"{step} failed" in errors
    assert cure in errors
    assert steps[-1] == step, "nothing is tried again"
    assert fakes.published(out) == old
    monkeypatch.setattr(fs, "hook", None)
    extract(raw, out, batch_pages=4)
    assert fakes.published(out) == control


@pytest.mark.parametrize("limit", [6, 8])
def test_63_too_few_descriptors(tmp_path: Path, raw: Path, control: Tables, limit: int) -> None:
    out = tmp_path / "out"
    line = f"{sys.executable} -m tests.fakes extract {raw} --out {out} --workers 4"
    done = subprocess.run(
        ["bash", "-c", f"ulimit -n {limit}; exec {line}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "Too many open files; raise the limit of open files (ulimit -n)" in done.stderr
    assert "Traceback" not in done.stderr
    extract(raw, out)
    assert fakes.published(out) == control


def test_64_short_writes(
    tmp_path: Path, raw: Path, control: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: whole(fd, data[:1000]))
    extract(raw, tmp_path / "out")
    monkeypatch.undo()
    assert fakes.published(tmp_path / "out") == control


@needs_strace
def test_64_interrupted_system_calls(tmp_path: Path, raw: Path, control: Tables) -> None:
    out = tmp_path / "out"
    line = [sys.executable, "-m", "tests.inline", str(raw), str(out), "4"]
    assert harness.injected(line, harness.Call("write,fsync", 5), "error=EINTR") == 0
    assert fakes.published(out) == control
    assert fakes.published(out) == control


# --- 65-67: a place to write, one writer at a time ----------------------------------------------


@needs_root
def test_65_a_read_only_output_is_refused_before_anything_is_parsed(
    tmp_path: Path,
    raw: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    (tmp_path / "ro").mkdir()
    with mounted(tmp_path / "ro", "--bind", "-o", "ro", str(tmp_path / "ro")) as readonly:
        code, errors = command(capsys, raw, readonly / "out")
    assert (code, errors.count("\n")) == (3, 1)
    assert "choose an output folder that can be written" in errors
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize(
    ("out", "cure"),
    [("file", "is a file; choose an output folder"), ("a/b", "create its parent folder first")],
)
def test_65_an_output_that_cannot_be(
    tmp_path: Path,
    raw: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    out: str,
    cure: str,
) -> None:
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    (tmp_path / "file").touch()
    code, errors = command(capsys, raw, tmp_path / out)
    assert (code, errors.count("\n"), cure in errors) == (3, 1, True)
    assert not (tmp_path / "log").exists()


def test_66_two_runs_at_the_same_time(tmp_path: Path, raw: Path, control: Tables) -> None:
    """One wins, the other is refused, or comes when all is done."""
    out = tmp_path / "out"
    line = [sys.executable, "-m", "tests.fakes", "extract", str(raw), "--out", str(out)]
    both = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = [(process.communicate()[1], process.returncode) for process in both]
    assert sorted(code for _, code in ends) in ([0, 0], [0, 3])
    for errors, code in ends:
        assert code == 0 or re.search(r"out: locked by pid (\d+|unknown); wait", errors)
    assert Store(out).numbers() == [1]
    assert fakes.published(out) == control


def test_67_a_lock_is_the_kernels_and_not_the_files(
    tmp_path: Path, raw: Path, control: Tables
) -> None:
    """A holder that was killed holds nothing; a pid in the file means nothing."""
    out = tmp_path / "out"
    out.mkdir()
    (out / ".lock").write_text(f"{os.getppid()}\n")
    assert harness.killed_at(20, lambda: extract(raw, out))
    extract(raw, out)
    assert fakes.published(out) == control


# --- 68-70: what was written comes back as it was, or not at all --------------------------------


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_68_a_bit_that_flips_is_never_read_as_data(tmp_path: Path, raw: Path, place: float) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    whole = pipeline.load(out)
    for path in sorted((out / "current").resolve().rglob("*.parquet")):
        sound = path.read_bytes()
        damaged = bytearray(sound)
        damaged[int(len(sound) * place)] ^= 8
        path.write_bytes(damaged)
        faults = verify.verify(out)[1]
        assert [str(path) in fault for fault in faults] == [True]
        assert f"table {path.parent.name}" in faults[0]
        try:
            read = pipeline.load(out)
        except DepecheError:
            pass
        else:
            assert all(read[name].equals(whole[name]) for name in read.names())
        path.write_bytes(sound)


def _lose_part(out: Path) -> None:
    (out / "current" / "mentions" / "part-00000.parquet").unlink()


def _dangle(out: Path) -> None:
    (out / "current").unlink()
    (out / "current").symlink_to("snapshots/000009")


def _cut_manifest(out: Path) -> None:
    path = out / "current" / manifest.NAME
    path.write_bytes(path.read_bytes()[:-20])


def _lose_work(out: Path) -> None:
    next((out / "work").iterdir()).unlink()


@pytest.mark.parametrize("damage", [_lose_part, _dangle, _cut_manifest, _lose_work])
def test_69_damage_is_named_with_a_cure_and_nothing_built_over_it(
    tmp_path: Path,
    raw: Path,
    control: Tables,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
) -> None:
    out = tmp_path / "out"
    extract(fakes.dump(tmp_path / "first", fakes.articles(2)), out)
    extract(raw, out)
    damage(out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != ".lock"}
    code, errors = command(capsys, raw, out)
    assert (code, errors.count("\n")) == (3, 1)
    assert before == {
        p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != ".lock"
    }
    cure = re.search(r"run `(ln [^`]*)`", errors)
    if cure:
        subprocess.run(["bash", "-c", cure[1]], check=True)
    else:
        assert f"delete the symlink {out / 'current'}" in errors
        (out / "current").unlink()
    extract(raw, out)
    assert fakes.published(out) == control
    assert verify.verify(out)[1] == []


def test_70_a_reader_sees_whole_snapshots_while_others_are_made(tmp_path: Path, raw: Path) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    seen: list[int] = []
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                tables = pipeline.load(out)
            except DepecheError as error:
                wrong.append(error)
                return
            seen.append(len(tables.articles))
            if set(tables.relations.article_id) != set(tables.articles.article_id):
                wrong.append(tables)

    reader = threading.Thread(target=read)
    reader.start()
    for count in range(1, 6):
        extract(fakes.dump(tmp_path / "raw", fakes.articles(8 + 3 * count)), out)
    stop.set()
    reader.join()
    assert wrong == []
    assert set(seen) <= {8 + 3 * count for count in range(6)}
    assert len(set(seen)) > 1
    assert Store(out).numbers() == [4, 5, 6]


# --- 71: schemas that change --------------------------------------------------------------------


def older(store: Store, change: Callable[[str, pa.Table], pa.Table], version: str) -> None:
    """Make the work files and the manifest those of another schema version."""
    names = {}
    for name in work.names(store):
        data = pa.BufferReader((store.work / name).read_bytes())
        units = ipc.open_stream(data).read_all()
        streams = [units, *(change(n, ipc.open_stream(data).read_all()) for n in work.FACTS)]
        sink = pa.BufferOutputStream()
        for table in streams:
            metadata = units.schema.metadata | {b"depeche.schema_version": version.encode()}
            with ipc.new_stream(sink, table.schema.with_metadata(metadata)) as stream:
                stream.write_table(table)
        (store.work / name).unlink()
        names[name] = work.write(store, sink.getvalue().to_pybytes())
    folder = store.current.resolve()
    signed = manifest.load(folder).model_copy(
        update={"schema_version": version, "work": sorted(names.values())}
    )
    (folder / manifest.NAME).write_bytes(manifest.dumps(signed))


def _without(column: str) -> Callable[[str, pa.Table], pa.Table]:
    return lambda name, table: table.drop_columns([column]) if name == "articles" else table


def _narrow(name: str, table: pa.Table) -> pa.Table:
    if name != "articles":
        return table
    place = table.schema.get_field_index("n_words")
    return table.set_column(place, "n_words", table["n_words"].cast(pa.int16()))


def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Another dump under another fingerprint: what is there already is carried on."""
    monkeypatch.setenv("FAKE_MARK", "1")
    other = fakes.dump(tmp_path / "other", fakes.articles(1, start=90))
    return extract(other, tmp_path / "out")


@pytest.mark.parametrize("change", [_without("url"), _narrow], ids=["new column", "widened"])
def test_71_rows_of_an_older_schema_are_carried_on(
    tmp_path: Path,
    raw: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[str, pa.Table], pa.Table],
) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    before = pipeline.load(out)
    older(Store(out), change, "0")
    assert pipeline.load(out).articles.equals(before.articles), "its files fit as they are"
    with pytest.raises(UnusableError, match="schema version 0, this code verifies 1"):
        verify.verify(out)
    assert _elsewhere(tmp_path, monkeypatch).rows["articles"] == 9
    after = pipeline.load(out).articles
    assert after[after.article_id.isin(before.articles.article_id)].url.isna().all()
    assert sorted(after.n_words)[1:] == sorted(before.articles.n_words)
    assert verify.verify(out)[1] == []


def test_71_an_older_schema_without_what_is_needed_is_named(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    older(Store(out), _without("n_words"), "0")
    with pytest.raises(
        UnusableError, match=r"schema version 0 lacks n_words, which version 1 needs"
    ):
        _elsewhere(tmp_path, monkeypatch)
    assert (out / "current").resolve().name == "000001"


@pytest.mark.parametrize("act", [extract, lambda raw, out: pipeline.load(out)])
def test_71_what_a_newer_program_wrote_is_refused(
    tmp_path: Path, raw: Path, act: Callable[[Path, Path], object]
) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    older(Store(out), lambda name, table: table, "2")
    with pytest.raises(UnusableError, match=f"schema version 2, this code knows {SCHEMA_VERSION}"):
        act(raw, out)
    with pytest.raises(UnusableError, match="schema version 2"):
        verify.verify(out)


def test_71_columns_conform_or_are_named() -> None:
    target = schema("articles")
    rows = plain_schema("articles").empty_table()
    assert evolve.conform(rows, target, "0", "x", "y").schema.equals(target)
    place = rows.schema.get_field_index("n_words")
    wrong = rows.set_column(place, "n_words", pa.array([], pa.date32()))
    with pytest.raises(UnusableError, match="x: schema version 0 has n_words as date32"):
        evolve.conform(wrong, target, "0", "x", "y")
    more = rows.append_column("genre", pa.array([], pa.string()))
    with pytest.raises(
        UnusableError, match="x: schema version 0 has genre, which version 1 lacks; y"
    ):
        evolve.conform(more, target, "0", "x", "y")


@pytest.mark.parametrize("prune", [False, True])
def test_69_where_no_snapshot_can_be_gone_back_to_the_units_are_enough(
    tmp_path: Path,
    raw: Path,
    control: Tables,
    capsys: pytest.CaptureFixture[str],
    prune: bool,
) -> None:
    """There is but one; or the one before needs units that were pruned since."""
    out = tmp_path / "out"
    if prune:
        extract(fakes.dump(tmp_path / "more", PAGES | fakes.articles(20)), out)
    extract(raw, out, prune=prune)
    _cut_manifest(out)
    code, errors = command(capsys, raw, out)
    assert (code, errors.count("\n")) == (3, 1)
    assert f"none is good; delete {out / 'current'} and run the same command again" in errors
    (out / "current").unlink()
    assert extract(raw, out).done == 0
    assert fakes.published(out) == control
