"""Section F of the faults: disks that fill, fail, forget or lie, and two who write at once.

The numbers are those of the list of faults; 68-70 stand in test_damage, 71 in test_schemas; 72
and the object store's half of 66 are not ours.
"""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import exits
from pipeline.store import fs
from pipeline.store.layout import Store
from tests import fakes
from tests.faults import harness
from tests.faults.harness import Tables, command
from tests.faults.registry import fault
from tests.inline import extract

ALL = bool(os.environ.get("DEPECHE_TORTURE"))

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
needs_strace = pytest.mark.skipif(
    not harness.may_trace(), reason="needs strace that may inject faults"
)


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


# --- 61-64: what a disk may answer --------------------------------------------------------------


@needs_root
@pytest.mark.parametrize("options", ["size=24k", "size=80k", "nr_inodes=12", "nr_inodes=40"])
@fault(61, 63)
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
@fault(61, 62)
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
@fault(62, 63)
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
@fault(63)
def test_63_too_few_descriptors(tmp_path: Path, raw: Path, control: Tables, limit: int) -> None:
    out = tmp_path / "out"
    line = f"{sys.executable} -m tests.fakes extract {raw} --out {out} --workers 4"
    done = subprocess.run(
        ["bash", "-c", f"ulimit -n {limit}; exec {line}"],
        capture_output=True,
        text=True,
        timeout=harness.SECONDS,
        check=False,
    )
    assert done.returncode == 3
    assert "Too many open files; raise the limit of open files (ulimit -n)" in done.stderr
    assert "Traceback" not in done.stderr
    extract(raw, out)
    assert fakes.published(out) == control


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "; free some space, then run the same command again"),
        (
            errno.EMFILE,
            "; raise the limit of open files (ulimit -n), then run the same command again",
        ),
        (errno.ENOENT, ""),
        (errno.EACCES, ""),
    ],
)
@fault(63)
def test_63_only_what_cures_any_file_is_told_of_any(
    capsys: pytest.CaptureFixture[str], code: int, said: str
) -> None:
    """No other output folder is asked for where a dump cannot be read."""

    def fails() -> None:
        raise OSError(code, os.strerror(code), "dump")

    assert exits.code(fails) == 3
    assert capsys.readouterr().err == f"error: dump: {os.strerror(code)}{said}\n"


@fault(64)
def test_64_short_writes(
    tmp_path: Path, raw: Path, control: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: whole(fd, data[:1000]))
    extract(raw, tmp_path / "out")
    monkeypatch.undo()
    assert fakes.published(tmp_path / "out") == control


@needs_strace
@fault(64)
def test_64_interrupted_system_calls(tmp_path: Path, raw: Path, control: Tables) -> None:
    out = tmp_path / "out"
    line = [sys.executable, "-m", "tests.inline", str(raw), str(out), "4"]
    assert harness.injected(line, harness.Call("write,fsync", 5), "error=EINTR") == 0
    assert fakes.published(out) == control


# --- 65-67: a place to write, one writer at a time ----------------------------------------------


@needs_root
@fault(65)
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
@fault(65)
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


@fault(66)
def test_66_two_runs_at_the_same_time(tmp_path: Path, raw: Path, control: Tables) -> None:
    """The second is refused while the first is at work, and changes nothing."""
    out, log = tmp_path / "out", tmp_path / "log"
    line = [sys.executable, "-m", "tests.fakes", "extract", str(raw), "--out", str(out)]
    slowly = os.environ | {"FAKE_DELAY": "60", "FAKE_LOG": str(log)}
    with subprocess.Popen(line, env=slowly, stderr=subprocess.DEVNULL) as first:
        try:
            harness.wait_until(log.exists)
            second = subprocess.run(
                line, capture_output=True, text=True, timeout=harness.SECONDS, check=False
            )
            assert first.poll() is None
        finally:
            first.kill()
    assert second.returncode == 3
    assert f"out: locked by pid {first.pid}; wait for that run to end, or stop it" in second.stderr
    assert not Store(out).numbers()
    extract(raw, out)
    assert Store(out).numbers() == [1]
    assert fakes.published(out) == control


@fault(67)
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
