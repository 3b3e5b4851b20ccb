"""Stopping a run wherever it can be stopped: at the steps of `store.fs`, at system calls, by clock.

A step is a call of `fs.hook`; every change to the file system passes it first.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from pipeline import exits
from pipeline.store import fs, verify
from tests import fakes
from tests.inline import extract

Tables = dict[str, bytes]

STRACE = shutil.which("strace")
CHANGES = (
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "close",
    "rename",
    "link",
    "linkat",
    "symlink",
    "mkdir",
    "unlink",
    "unlinkat",
    "rmdir",
    "ftruncate",
)
"""System calls by which a run may change its output folder."""
SECONDS = 120
"""What takes longer hangs, and is a failure rather than a test that never ends."""


def in_fork(action: Callable[[], object], hook: Callable[[str, Path], None] | None) -> int:
    """Do something in a fork whose steps pass `hook`; 0, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        fs.hook = hook
        try:
            action()
        except BaseException as error:
            print(f"in the fork: {error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), status
    return status


def command(
    capsys: pytest.CaptureFixture[str], raw: Path, out: Path, **options: object
) -> tuple[int, str]:
    """The exit code of a run, and what it said on standard error."""
    code = exits.code(lambda: extract(raw, out, **options))
    return code, capsys.readouterr().err


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that another process does; raises AssertionError where it does not."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def killed_at(step: int, action: Callable[[], object]) -> bool:
    """Do something in a fork that is killed before its nth step; whether it came so far."""
    return in_fork(action, at(step, lambda name, path: os.kill(os.getpid(), signal.SIGKILL))) != 0


def at(step: int, action: Callable[[str, Path], None]) -> Callable[[str, Path], None]:
    """A hook that does something before the nth step."""
    count = 0

    def hook(name: str, path: Path) -> None:
        nonlocal count
        count += 1
        if count == step:
            action(name, path)

    return hook


@dataclass
class PowerLoss:
    """A hook that kills the machine before the nth step: what was not synced may be gone.

    Contents that were not synced are cut; names that came or went since their folder was synced
    are as they were, some of them by lot where there is a `lot`: disks do not keep the order.
    """

    root: Path
    kept: Path
    """An empty folder on the same file system, for what may come back."""
    step: int
    lot: random.Random | None = None
    count: int = 0
    _unsynced: set[int] = field(default_factory=set)
    """Inodes whose content is not on the disk."""
    _names: list[tuple[Path, Path | None]] = field(default_factory=list)
    """Names that are not on the disk, and what they named before."""

    def __call__(self, name: str, path: Path) -> None:
        """Take note of a step, or let the power fail."""
        self.count += 1
        if self.count == self.step:
            self._fail()
            os.kill(os.getpid(), signal.SIGKILL)
        match name:
            case "write":
                self._unsynced.add(path.stat().st_ino)
            case "sync":
                self._unsynced.discard(path.stat().st_ino)
            case "sync folder":
                self._names = [entry for entry in self._names if entry[0].parent != path]
            case "rename" | "link" | "create folder" | "remove":
                self._names = [(_moved(old, self._aside(path), path), b) for old, b in self._names]
                self._names.append((path, self._keep(path)))

    def _aside(self, path: Path) -> Path:
        """Where a folder was built that is about to get its name."""
        return self.root / "tmp" / path.name

    def _keep(self, path: Path) -> Path | None:
        if not os.path.lexists(path):
            return None
        copy = self.kept / f"{self.count}"
        subprocess.run(["cp", "-al", path, copy], check=True)
        return copy

    def _fail(self) -> None:
        for path in self.root.rglob("*"):
            if path.is_file() and path.stat().st_ino in self._unsynced:
                os.truncate(path, path.stat().st_size // 2)
        for path, before in reversed(self._names):
            if path.parent.exists() and (self.lot is None or self.lot.random() < 0.5):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
                if before is not None:
                    before.rename(path)


def _moved(path: Path, source: Path, target: Path) -> Path:
    return target / path.relative_to(source) if path.is_relative_to(source) else path


@dataclass(frozen=True)
class Call:
    """The nth system call of a name that a run makes."""

    name: str
    number: int


def traced(command: Sequence[str], out: Path, log: Path) -> list[Call]:
    """Run a command to its end; its calls that change `out`, or close or sync what is there."""
    _strace(["-y", "-o", str(log), "-e", f"trace={_set()}"], command)
    seen: Counter[str] = Counter()
    calls = []
    for line in log.read_text(errors="replace").splitlines():
        if found := re.match(r"(\w+)\(", line):
            seen[found[1]] += 1
            reads = found[1] == "openat" and "O_CREAT" not in line
            if str(out) in line and not reads:
                calls.append(Call(found[1], seen[found[1]]))
    return calls


def injected(command: Sequence[str], call: Call, fault: str, *, ever: bool = False) -> int:
    """Run a command with a fault (`signal=KILL`, `error=EIO`) at one call, or from there on."""
    when = f"{call.number}{'+' if ever else ''}"
    return _strace(["-o", "/dev/null", "-e", f"inject={call.name}:{fault}:when={when}"], command)


def _strace(options: Sequence[str], command: Sequence[str]) -> int:
    """No byte code is written, which would make the numbers of calls those of one run only."""
    assert STRACE
    done = subprocess.run(
        [STRACE, *options, *command],
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode


def _set() -> str:
    return ",".join(f"?{name}" for name in CHANGES)


@cache
def may_trace() -> bool:
    """Whether strace is here and allowed to inject faults."""
    if STRACE is None:
        return False
    return _strace(["-o", "/dev/null", "-e", "inject=fsync:error=EIO"], ["true"]) == 0


def torture(
    command: Sequence[str],
    out: Path,
    control: Tables,
    kills: int,
    seed: int,
    *,
    environment: Mapping[str, str] | None = None,
) -> Counter[str]:
    """Kill a command's process group at random moments; readers must see nothing or all of it.

    A run that ends is checked against `control` and the folder emptied, so that kills fall on all
    of a run. Returns what was seen: runs `killed`, of these `late` ones that had published, and
    runs that `ended`.
    """
    lot = random.Random(seed)
    seen: Counter[str] = Counter()
    whole = _to_the_end(command, out, control, environment)
    while seen["killed"] < kills:
        taken = _run_for(command, lot.uniform(0.02, 1.05) * whole, environment)
        if taken is not None:
            seen["ended"] += 1
            _to_the_end(command, out, control, environment)
            continue
        seen["killed"] += 1
        tables = fakes.published(out)
        assert tables in ({}, control), "a reader would see half a snapshot"
        seen["late"] += bool(tables)
    _to_the_end(command, out, control, environment)
    return seen


def _to_the_end(
    command: Sequence[str], out: Path, control: Tables, environment: Mapping[str, str] | None
) -> float:
    """Seconds of a run that nobody disturbs; its output is checked, then removed."""
    taken = _run_for(command, 3600, environment)
    assert taken is not None
    assert fakes.published(out) == control
    assert verify.verify(out)[1] == []
    shutil.rmtree(out)
    return taken


def _run_for(
    command: Sequence[str], seconds: float, environment: Mapping[str, str] | None
) -> float | None:
    """Seconds that a command took, None where its process group was killed at the limit."""
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None
    assert code == 0
    return time.monotonic() - started
