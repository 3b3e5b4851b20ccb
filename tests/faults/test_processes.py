"""Section E of the faults: processes that die, hang, raise, leak or are told to stop.

The numbers are those of the list of faults; 56-58 stand in test_crashes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import exits
from pipeline.extract import Extractor
from pipeline.records import Page
from pipeline.settings import Settings
from pipeline.worker import Failed, Finished, Job, _answer
from tests import fakes
from tests.faults import harness
from tests.faults.harness import Tables
from tests.faults.registry import fault
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


@fault(49, 50, 52)
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


@fault(51)
def test_51_a_worker_that_hangs_is_killed_at_the_limit(tmp_path: Path) -> None:
    """One ignores SIGTERM; one is in C and holds the interpreter's lock."""
    found = bad_and_good(tmp_path, ["hang", "spin"], Settings(article_seconds=1.5))
    detail = "timeout: not done in 1.5 s; split it, or raise --set article_seconds=…"
    assert set(found.values()) == {("timeout", detail)}


@pytest.mark.parametrize("where", ["component", "tokenizer"])
@fault(53)
def test_53_a_component_that_raises_is_named(
    extractor: Extractor, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch fails as a whole; cut in two, the good page passes and the bad one is told of.

    This holds for components that are functions and for the tokenizer: what spaCy 3.8 raises in its
    parser or ner cannot be named.
    """
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
@fault(55)
def test_55_signals_twice_while_workers_are_busy(
    tmp_path: Path, raw: Path, control: Tables, number: signal.Signals
) -> None:
    out = tmp_path / "out"
    with _busy(raw, out, tmp_path / "log") as (process, children):
        for _ in range(2):
            process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert errors.splitlines()[-1].startswith("stopped; what is done is kept")
    assert not any(map(_alive, children))
    assert not (out / "current").exists(), "no new snapshot"
    extract(raw, out)
    assert fakes.published(out) == control


@fault(55)
def test_55_a_hangup_that_was_to_be_ignored_is_ignored(
    tmp_path: Path, raw: Path, control: Tables
) -> None:
    """`nohup depeche extract`, then the terminal is closed."""
    out = tmp_path / "out"
    command = ["nohup", sys.executable, "-m", "tests.fakes", "extract", str(raw), "--out", str(out)]
    environment = os.environ | {"FAKE_DELAY": "0.05", "FAKE_LOG": str(tmp_path / "log")}
    process = subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with _ended(process):
        harness.wait_until((tmp_path / "log").exists)
        os.killpg(process.pid, signal.SIGHUP)
        assert process.wait(60) == 0
    assert fakes.published(out) == control


@fault(55)
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
            signal.alarm(harness.SECONDS)
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


@contextmanager
def _ended(process: subprocess.Popen[Any]) -> Iterator[None]:
    """Whatever a test finds, its process does not outlive it."""
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _defaults() -> None:
    """Signals as in a terminal: whoever started the tests may have had them ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def _busy(raw: Path, out: Path, log: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A run whose workers are inside the extractor and stay there, and their process ids."""
    environment = os.environ | {"FAKE_DELAY": "30", "FAKE_LOG": str(log)}
    command = [sys.executable, "-m", "tests.fakes", "extract", raw, "--out", out, "--workers", "2"]
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, preexec_fn=_defaults
    )
    with process, _ended(process):
        harness.wait_until(log.exists)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert children
        yield process, [int(child) for child in children]


def _alive(child: int) -> bool:
    return Path(f"/proc/{child}").exists()


# --- 59, 60 ---------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG and /proc")
@fault(59)
def test_59_no_worker_survives_its_parent_or_writes_without_it(tmp_path: Path, raw: Path) -> None:
    out = tmp_path / "out"
    with _busy(raw, out, tmp_path / "log") as (parent, children):
        parent.kill()
    harness.wait_until(lambda: not any(map(_alive, children)))
    assert not list((out / "work").iterdir())
    assert not (out / "current").exists()


@pytest.mark.parametrize("streams", [">&- 2>&- <&-", "2>&1 | true", "--json-logs 2>&1 | true"])
@fault(60)
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
