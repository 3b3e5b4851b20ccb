"""Faults 56-58: the power fails, or the process is killed, at every change and at any moment.

What most of these tests kill is the process, not the machine: nothing is synced there.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.run import Request, run
from pipeline.settings import Settings
from pipeline.store import verify
from tests import fakes
from tests.conftest import ROOT, Quiet
from tests.faults import harness
from tests.faults.harness import PowerLoss, Tables, in_fork, killed_at
from tests.faults.registry import fault
from tests.inline import extract

ALL = bool(os.environ.get("DEPECHE_TORTURE"))
"""Every point at which a run can be stopped (`make torture`), or some of them."""


@pytest.mark.parametrize("lot", [None, 1])
@fault(56)
def test_56_power_fails_at_every_step(
    tmp_path: Path,
    raw: Path,
    control: Tables,
    monkeypatch: pytest.MonkeyPatch,
    lot: int | None,
) -> None:
    """P2, P3 and P8, when all that was not synced is lost, or some of it by lot."""
    first = fakes.dump(tmp_path / "first", fakes.articles(3))
    extract(first, tmp_path / "before")
    old = fakes.published(tmp_path / "before")
    subprocess.run(["cp", "-a", tmp_path / "before", tmp_path / "counted"], check=True)
    counter = PowerLoss(tmp_path / "counted", _made(tmp_path / "kept"), 0)
    monkeypatch.setattr(harness.fs, "hook", counter)
    extract(raw, tmp_path / "counted", batch_pages=4)
    monkeypatch.setattr(harness.fs, "hook", None)
    last = counter.count + 1  # one more: the power fails when the run has ended
    chosen = range(3, last + 1) if ALL else [*range(3, last - 10, 41), *range(last - 10, last + 1)]
    for number, step in enumerate([*chosen, *[last] * (3 if lot else 0)]):
        out, kept = tmp_path / f"out{number}", _made(tmp_path / f"kept{number}")
        subprocess.run(["cp", "-a", tmp_path / "before", out], check=True)
        hook = PowerLoss(out, kept, step, lot and random.Random(lot + number))

        def whole(out: Path = out, hook: PowerLoss = hook) -> None:
            extract(raw, out, batch_pages=4)
            hook("end", out)

        assert in_fork(whole, hook)
        assert fakes.published(out) in (old, control), step
        extract(raw, out, batch_pages=4)
        assert fakes.published(out) == control, step
        assert verify.verify(out)[1] == [], step
        assert extract(raw, out, batch_pages=4).done == 0, step


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@fault(58)
def test_58_a_crash_while_a_crash_is_mended(
    tmp_path: Path, raw: Path, control: Tables, unsynced: None
) -> None:
    lot = random.Random(58)
    for number in range(200 if ALL else 12):
        out = tmp_path / f"out{number}"
        for step in (lot.randrange(2, 90), lot.randrange(2, 90)):
            killed_at(step, lambda out=out: extract(raw, out, batch_pages=4))  # type: ignore[misc]
            assert fakes.published(out) in ({}, control), (number, step)
        extract(raw, out, batch_pages=4)
        assert fakes.published(out) == control, number
        assert not list((out / "tmp").iterdir())


@fault(45, 58)
def test_45_58_what_was_pruned_stays_so_whenever_the_run_was_killed(
    tmp_path: Path, raw: Path, control: Tables, unsynced: None
) -> None:
    """Once the pruned snapshot is out, a run without --prune does not bring the rows back."""
    more = fakes.dump(tmp_path / "more", fakes.articles(10))
    extract(more, tmp_path / "before")
    old = fakes.published(tmp_path / "before")
    published = 0
    for step in range(2 if ALL else 90, 400):
        out = tmp_path / f"out{step}"
        subprocess.run(["cp", "-a", tmp_path / "before", out], check=True)
        killed = killed_at(step, lambda out=out: extract(raw, out, prune=True))  # type: ignore[misc]
        if fakes.published(out) == control:
            extract(raw, out)
            assert fakes.published(out) == control, step
            published += 1
        else:
            assert fakes.published(out) == old, step
        if not killed:
            break
    assert published > 2


@pytest.mark.skipif(not harness.may_trace(), reason="needs strace that may inject faults")
@fault(56)
def test_56_killed_at_every_system_call(tmp_path: Path, raw: Path, control: Tables) -> None:
    """As the kernel sees it: no change escapes the steps of `store.fs`."""
    out, log = tmp_path / "out", tmp_path / "log"
    command = [sys.executable, "-m", "tests.inline", str(raw), str(out), "4"]
    calls = harness.traced(command, out, log)
    assert fakes.published(out) == control
    assert {"rename", "write", "fsync", "link"} <= {call.name for call in calls}
    chosen = calls if ALL else random.Random(56).sample(calls, 3)
    for call in chosen:
        _wipe(out)
        assert harness.injected(command, call, "signal=KILL") == -signal.SIGKILL, call
        if out.exists():
            assert fakes.published(out) in ({}, control), call
        extract(raw, out, batch_pages=4)
        assert fakes.published(out) == control, call
        assert {path.name for path in tmp_path.iterdir()} == {"raw", "out", "control", "log"}, call


def _wipe(out: Path) -> None:
    subprocess.run(["rm", "-rf", out], check=True)


@fault(57)
def test_57_killed_at_random_moments(tmp_path: Path, raw: Path, control: Tables) -> None:
    """The command with its worker processes; 200 times and with the real models: make torture."""
    command = [sys.executable, "-m", "tests.fakes", "extract", str(raw), "--workers", "2", "--out"]
    out = tmp_path / "out"
    seen = harness.torture(
        [*command, str(out)],
        out,
        control,
        40 if ALL else 3,
        seed=57,
        environment={"FAKE_DELAY": "0.02"},
    )
    assert seen["killed"] >= 3


@pytest.mark.skipif(not ALL, reason="half an hour: make torture")
@fault(57)
def test_57_the_real_thing_killed_200_times(tmp_path: Path) -> None:
    run(Request(ROOT / "raw", tmp_path / "control", Settings()), Quiet())
    control = fakes.published(tmp_path / "control")
    command = [sys.executable, "-m", "pipeline", "extract", str(ROOT / "raw"), "--workers", "2"]
    kills = int(os.environ.get("DEPECHE_KILLS", "200"))
    out = tmp_path / "out"
    seen = harness.torture([*command, "--out", str(out)], out, control, kills, seed=200)
    assert seen["killed"] == kills
