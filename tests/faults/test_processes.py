"""Section E of the faults: processes that die, hang, raise, leak or are told to stop.

The numbers are those of the list of faults. What a test kills is the process, not the machine, so
nothing is synced here but where the loss of power is played.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import exits
from pipeline.extract import Extractor
from pipeline.records import Page
from pipeline.run import Request, run
from pipeline.settings import Settings
from pipeline.store import verify
from pipeline.worker import Failed, Finished, Job, _answer
from tests import fakes
from tests.conftest import ROOT, Quiet
from tests.faults import harness
from tests.faults.harness import PowerLoss, Tables, in_fork, killed_at
from tests.inline import extract

ALL = bool(os.environ.get("DEPECHE_TORTURE"))
"""Every point at which a run can be stopped (`make torture`), or some of them."""
GOOD = fakes.articles(6)

Found = dict[str, tuple[str, str]]


def rejects(out: Path) -> Found:
    rows = pq.read_table(out / "current" / "rejects").to_pylist()
    return {row["source"]: (row["reason"], row["detail"]) for row in rows}


def bad_and_good(tmp_path: Path, orders: list[str], settings: Settings) -> Found:
    """Rejects of a dump in which one page a fault stands among good ones, all of which pass."""
    bad = {f"{order}.txt": f"ceci va !{order} ici" for order in orders}
    raw = fakes.dump(tmp_path / "raw", GOOD | bad)
    started = time.monotonic()
    outcome = fakes.extract(raw, tmp_path / "out", workers=2, settings=settings)
    assert time.monotonic() - started < 60, "no hang"
    assert outcome.rows["articles"] == len(GOOD), "their mates pass"
    found = rejects(tmp_path / "out")
    assert found.keys() == bad.keys()
    return found


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return fakes.dump(tmp_path / "raw", GOOD | {"short.txt": "deux mots"})


@pytest.fixture
def control(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tables:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda fd: None)
        extract(raw, tmp_path / "control")
    return fakes.published(tmp_path / "control")


def test_49_50_52_pages_that_kill_their_worker_cost_nobody_else(tmp_path: Path) -> None:
    orders = ["kill", "exit", "segfault", "recurse", "memory", "nomemory"]
    found = bad_and_good(tmp_path, orders, Settings())
    assert found == {
        "kill.txt": ("crashed", "worker_killed: by signal SIGKILL"),
        "exit.txt": ("crashed", "worker_killed: by exit status 7"),
        "segfault.txt": ("crashed", "worker_killed: by signal SIGSEGV"),
        "recurse.txt": ("pipeline_error", found["recurse.txt"][1]),
        "memory.txt": ("memory", "memory: more than 4096 MiB; split it, or leave it out"),
        "nomemory.txt": ("memory", "memory: more than 4096 MiB; split it, or leave it out"),
    }
    assert found["recurse.txt"][1].startswith("pipeline_error: RecursionError")


def test_51_a_worker_that_hangs_is_killed_at_the_limit(tmp_path: Path) -> None:
    """One ignores SIGTERM; one is in C and holds the interpreter's lock."""
    found = bad_and_good(tmp_path, ["hang", "spin"], Settings(article_seconds=1.5))
    detail = "timeout: not done in 1.5 s; split the text, or leave it out"
    assert set(found.values()) == {("timeout", detail)}


@pytest.mark.parametrize("where", ["component", "tokenizer"])
def test_53_a_component_that_raises_is_named(
    extractor: Extractor, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch fails as a whole; cut in two, the good page passes and the bad one is told of."""
    nlp = extractor.annotator.pipeline("fr")

    def doomed(doc: object) -> object:
        if "boum" in str(doc):
            raise KeyError(f"boum {object()}")
        return doc

    if where == "component":
        monkeypatch.setattr(nlp, "_components", [*nlp._components, ("doomed", doomed)])
    else:
        tokenizer = nlp.tokenizer
        monkeypatch.setattr(nlp, "tokenizer", lambda text: tokenizer(str(doomed(text))))
    texts = ["Le ministre a rencontré son homologue.", "Le ministre a entendu un grand boum."]
    pages = [Page(f"{n}.txt", "txt", "0" * 64, text, "utf-8") for n, text in enumerate(texts)]
    job = Job("", Settings(lang="fr"), "f")
    failed = _answer(extractor, job, pages)
    assert isinstance(failed, Failed)
    assert (failed.reject.stage, failed.reject.reason) == ("annotate", "pipeline_error")
    named = {"component": "doomed", "tokenizer": "tokenizer"}[where]
    assert (
        failed.reject.detail == f"pipeline_error: {named}: KeyError: 'boum <object object at 0x…>'"
    )
    assert _answer(extractor, job, pages[1:]) == failed
    passed = _answer(extractor, job, pages[:1])
    assert isinstance(passed, Finished)
    assert passed.articles == 1


# --- 55: signals --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_55_signals_twice_while_workers_are_busy(
    tmp_path: Path, raw: Path, control: Tables, number: signal.Signals
) -> None:
    out = tmp_path / "out"
    process, children = _busy(raw, out, tmp_path / "log")
    for _ in range(2):
        process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert errors.splitlines()[-1].startswith("stopped; what is done is kept")
    assert not any(map(_alive, children))
    assert not (out / "current").exists(), "no new snapshot"
    extract(raw, out)
    assert fakes.published(out) == control


def test_55_a_hangup_that_was_to_be_ignored_is_ignored(
    tmp_path: Path, raw: Path, control: Tables
) -> None:
    """`nohup depeche extract`, then the terminal is closed."""
    out = tmp_path / "out"
    command = ["nohup", sys.executable, "-m", "tests.fakes", "extract", str(raw), "--out", str(out)]
    environment = os.environ | {"FAKE_DELAY": "0.05", "FAKE_LOG": str(tmp_path / "log")}
    process = subprocess.Popen(
        command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    )
    _wait_until((tmp_path / "log").exists)
    os.killpg(process.pid, signal.SIGHUP)
    assert process.wait(30) == 0
    assert fakes.published(out) == control


def test_55_a_signal_at_any_step(
    tmp_path: Path, raw: Path, control: Tables, unsynced: None
) -> None:
    """The command ends with its code and leaves the old tables or the new ones."""

    def told(out: Path) -> int:
        signal.signal(signal.SIGTERM, exits._stop)
        code = exits.code(lambda: extract(raw, out))
        assert code in (0, 128 + signal.SIGTERM)
        os._exit(9 if code else 0)

    def action(name: str, path: Path) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    stopped = 0
    for step in range(2, 400, 1 if ALL else 11):
        out = tmp_path / f"out{step}"
        child = os.fork()
        if child == 0:
            os.close(2)
            harness.fs.hook = harness.at(step, action)
            told(out)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, 9), step
        assert fakes.published(out) in ({}, control), step
        extract(raw, out)
        assert fakes.published(out) == control, step
        stopped += status == 9
        if not status:
            break
    assert stopped > 5


def _busy(raw: Path, out: Path, log: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A run whose workers are inside the extractor and stay there, and their process ids."""
    environment = os.environ | {"FAKE_DELAY": "30", "FAKE_LOG": str(log)}
    command = [sys.executable, "-m", "tests.fakes", "extract", raw, "--out", out, "--workers", "2"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    _wait_until(log.exists)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert children
    return process, [int(child) for child in children]


def _alive(child: int) -> bool:
    return Path(f"/proc/{child}").exists()


def _wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# --- 56, 58: a crash at every change ------------------------------------------------------------


@pytest.mark.parametrize("lot", [None, 1])
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


# --- 57, 59, 60 ---------------------------------------------------------------------------------


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
def test_57_the_real_thing_killed_200_times(tmp_path: Path) -> None:
    run(Request(ROOT / "raw", tmp_path / "control", Settings()), Quiet())
    control = fakes.published(tmp_path / "control")
    command = [sys.executable, "-m", "pipeline", "extract", str(ROOT / "raw"), "--workers", "2"]
    kills = int(os.environ.get("DEPECHE_KILLS", "200"))
    out = tmp_path / "out"
    seen = harness.torture([*command, "--out", str(out)], out, control, kills, seed=200)
    assert seen["killed"] == kills


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG and /proc")
def test_59_no_worker_survives_its_parent_or_writes_without_it(tmp_path: Path, raw: Path) -> None:
    out = tmp_path / "out"
    parent, children = _busy(raw, out, tmp_path / "log")
    parent.kill()
    parent.wait()
    _wait_until(lambda: not any(map(_alive, children)), 10)
    assert not list((out / "work").iterdir())
    assert not (out / "current").exists()


@pytest.mark.parametrize("streams", [">&- 2>&- <&-", "2>&1 | true", "--json-logs 2>&1 | true"])
def test_60_streams_that_are_closed_or_left_do_no_harm(
    tmp_path: Path, raw: Path, control: Tables, streams: str
) -> None:
    out = tmp_path / "out"
    line = f"{sys.executable} -m tests.fakes extract {raw} --out {out} {streams}"
    done = subprocess.run(
        ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
        env=os.environ | {"FAKE_WARN": "1"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert fakes.published(out) == control
