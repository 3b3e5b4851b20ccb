"""Faults 45-48 of section D: what a row may depend on, and what not.

The rest of 45 and 46 (what goes with `--prune`, what a changed file or library makes anew) stands
in test_run and test_store.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import run as runs
from pipeline.store import manifest, verify
from pipeline.store.layout import Store
from tests import fakes
from tests.faults import harness
from tests.faults.registry import fault
from tests.inline import extract

DUMP = fakes.articles(12) | {
    "été.txt": "Rutte rencontre Trump à l'Élysée",
    "short.txt": "deux mots",
    "copy.txt": fakes.articles(1)["a0000.txt"],
}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return fakes.dump(tmp_path / "raw", DUMP)


@fault(45)
def test_45_rows_of_a_dump_that_went_stay_and_are_told_stale(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    monkeypatch.setenv("FAKE_MARK", "1")
    (raw / "a0003.txt").unlink()
    extract(raw, out)
    current = manifest.current(Store(out))
    assert current is not None
    assert (current.stale, current.inputs.units) == (["a0003.txt"], 15)
    assert verify.verify(out)[1] == []
    extract(raw, out, prune=True)
    current = manifest.current(Store(out))
    assert current is not None
    assert (current.stale, current.inputs.units) == ([], 14)


@fault(46)
def test_46_what_changed_is_made_anew_and_only_that(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert extract(raw, out).done == 15
    monkeypatch.setenv("FAKE_MARK", "1")
    assert extract(raw, out).done == 15, "another fingerprint"
    monkeypatch.setenv("FAKE_MARK", "0")
    assert extract(raw, out).done == 15, "the rows of the first are gone with their snapshot's work"
    assert extract(raw, out).done == 0


ENVIRONMENTS = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "9", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "TZ": "America/Anchorage"},
]
if os.environ.get("DEPECHE_TORTURE"):
    ENVIRONMENTS += [{"PYTHONHASHSEED": str(seed), "LC_ALL": "fr_FR.UTF-8"} for seed in range(1, 9)]


@fault(47)
def test_47_environment_workers_and_batches_change_no_byte(tmp_path: Path, raw: Path) -> None:
    extract(raw, tmp_path / "control")
    for number, environment in enumerate(ENVIRONMENTS):
        out = tmp_path / f"out{number}"
        line = [sys.executable, "-m", "tests.fakes", "extract", raw, "--out", out, "--workers"]
        subprocess.run(
            [*line, str(number % 2 + 1)],
            env=os.environ | environment,
            check=True,
            capture_output=True,
            timeout=harness.SECONDS,
        )
        assert fakes.published(out) == fakes.published(tmp_path / "control"), environment


@pytest.mark.parametrize("year", ["1970-01-01", "2038-01-20", "2025-10-26"])
@fault(48)
def test_48_no_clock_and_no_file_time_decides(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch, year: str
) -> None:
    """Clocks go back between a run and the next; file times are of any year."""
    extract(raw, tmp_path / "control")
    out = tmp_path / "out"
    extract(fakes.dump(tmp_path / "first", fakes.articles(3)), out)
    seconds = time.mktime(time.strptime(year, "%Y-%m-%d"))
    for path in raw.iterdir():
        os.utime(path, (seconds, seconds))
    monkeypatch.setattr(time, "time", lambda: seconds)
    monkeypatch.setattr(runs, "_now", lambda: f"{year}T00:00:00+00:00")
    assert extract(raw, out).published
    assert fakes.published(out) == fakes.published(tmp_path / "control")
    assert extract(raw, out).done == 0
    current = manifest.current(Store(out))
    assert current is not None
    assert current.finished.startswith(year)
