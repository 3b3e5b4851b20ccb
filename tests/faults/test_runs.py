"""Runs that lose rows, are killed or fail at every change: the same command mends all."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest

from pipeline.errors import DamagedError, UnusableError
from pipeline.store import fs, publish
from tests import fakes
from tests.faults.harness import killed_at
from tests.inline import extract

STRIDE = 1 if os.environ.get("DEPECHE_TORTURE") else 5
"""Of the numbered steps at which a run is stopped; with DEPECHE_TORTURE=1, all of them."""


@pytest.fixture(autouse=True)
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests kill is the process, not the machine."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)


def test_lost_rows_are_never_published(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, control: dict[str, bytes]
) -> None:
    gather = publish._gather

    def lossy(*arguments: object) -> object:
        return {name: rows.slice(1) for name, rows in gather(*arguments).items()}  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_gather", lossy)
        with pytest.raises(DamagedError, match="not published"):
            extract(raw, tmp_path / "out")
    assert not (tmp_path / "out" / "current").exists()
    extract(raw, tmp_path / "out")
    assert fakes.published(tmp_path / "out") == control


def test_a_lost_work_file_is_damage(raw: Path, tmp_path: Path) -> None:
    extract(raw, tmp_path / "out")
    next((tmp_path / "out" / "work").iterdir()).unlink()
    with pytest.raises(DamagedError, match="work files are missing"):
        extract(raw, tmp_path / "out")


@pytest.mark.parametrize("first_run", [True, False])
def test_kill_at_every_change_then_the_same_command(tmp_path: Path, first_run: bool) -> None:
    """The whole of P2 and P3: readers see the old tables or the new ones, a rerun mends all."""
    first = fakes.dump(tmp_path / "first", fakes.articles(5))
    raw = fakes.dump(tmp_path / "raw", fakes.articles(9) | {"copy.txt": "deux"})
    extract(first, tmp_path / "before")
    if not first_run:
        extract(first, tmp_path / "control")
    extract(raw, tmp_path / "control", batch_pages=4)
    old = {} if first_run else fakes.published(tmp_path / "before")
    new = fakes.published(tmp_path / "control")
    for step in range(1 + first_run, 400, STRIDE):
        out = tmp_path / f"out{step}"
        if not first_run:
            subprocess.run(["cp", "-a", tmp_path / "before", out], check=True)
        killed = killed_at(step, lambda out=out: extract(raw, out, batch_pages=4))  # type: ignore[misc]
        assert fakes.published(out) in (old, new), step
        extract(raw, out, batch_pages=4)
        assert fakes.published(out) == new, step
        assert not list((out / "tmp").iterdir()), step
        if not killed:
            break
    assert step > 30


@pytest.mark.parametrize("ever", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failing_disk_stops_the_run_and_a_rerun_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, ever: bool
) -> None:
    raw = fakes.dump(tmp_path / "raw", fakes.articles(5))
    extract(raw, tmp_path / "control")
    new = fakes.published(tmp_path / "control")
    for step in range(1 + 2 * ever, 400, 3 * STRIDE):
        out = tmp_path / f"out{step}"
        count = 0

        def hook(name: str, path: Path, step: int = step) -> None:
            nonlocal count
            count += 1
            if count == step or (ever and count > step):
                raise OSError(code, "injected")

        monkeypatch.setattr(fs, "hook", hook)
        failed = False
        try:
            extract(raw, out)
        except UnusableError:
            failed = True
        monkeypatch.setattr(fs, "hook", None)
        assert fakes.published(out) in ({}, new), step
        extract(raw, out)
        assert fakes.published(out) == new, step
        if not failed:
            break
    assert step > 30


def test_a_reader_keeps_its_snapshot_while_others_follow(tmp_path: Path) -> None:
    out = tmp_path / "out"
    extract(fakes.dump(tmp_path / "raw", fakes.articles(3)), out)
    held = [path.open("rb") for path in (out / "current").resolve().rglob("*.parquet")]
    before = [file.read() for file in held]
    for n in range(2, 7):
        extract(fakes.dump(tmp_path / "raw", fakes.articles(3 * n)), out)
    for file, data in zip(held, before, strict=True):
        file.seek(0)
        assert file.read() == data
        file.close()
