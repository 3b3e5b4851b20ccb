"""The command as a user meets it: real processes, exit codes, streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import cli, exits, options
from pipeline import run as runs
from pipeline.errors import UsageError
from tests import fakes
from tests.inline import extract

COMMANDS = (
    "extract",
    "explain",
    "check",
    "limits",
    "schema",
    "evaluate",
    "report",
    "verify",
    "snapshots",
)


def depeche(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fakes", *map(str, arguments)]
    values: dict[str, object] = {"capture_output": True, "text": True, "timeout": 60} | options
    return subprocess.run(command, **values)  # type: ignore[call-overload,no-any-return]


def inside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: object
) -> tuple[int, str, str]:
    """The same in this process: exit code, output, errors."""
    monkeypatch.setattr(sys, "argv", ["depeche", *map(str, arguments)])
    monkeypatch.setattr(runs, "real_rooms", lambda settings: fakes.ROOMS)
    code = exits.code(cli.app)
    return (code, *capsys.readouterr())


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return fakes.dump(tmp_path / "raw", fakes.articles(4) | {"empty.txt": ""})


@pytest.fixture
def out(raw: Path, tmp_path: Path) -> Path:
    extract(raw, tmp_path / "out")
    return tmp_path / "out"


def test_extract_and_strict(raw: Path, tmp_path: Path) -> None:
    done = depeche("extract", raw, "--out", tmp_path / "new", "--workers", "1")
    assert done.returncode == 0
    assert "5 inputs: 0 done before, 4 to extract" in done.stderr
    assert "rejected: 1 empty" in done.stdout
    assert "5 inputs, 5 done now, snapshot 000001 published" in done.stdout
    assert depeche("extract", raw, "--out", tmp_path / "new", "--strict").returncode == 1


def test_second_run_imports_nothing_heavy_and_is_quick(raw: Path, out: Path) -> None:
    code = (
        "import sys, tests.fakes\n"
        "try: tests.fakes.main()\n"
        "finally: print(sorted({'spacy', 'pandas', 'rich.progress'} & set(sys.modules)))"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, "extract", raw, "--out", out],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "0 done now, snapshot 000001 unchanged" in done.stdout
    assert done.stdout.endswith("[]\n")
    assert time.monotonic() - started < 6, "two seconds on a machine that does nothing else"


def test_json_logs(raw: Path, tmp_path: Path) -> None:
    done = depeche("extract", raw, "--out", tmp_path / "new", "--json-logs")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"event": "surveyed", "inputs": 5, "known": 0, "to_do": 4} in events
    assert {"event": "publishing"} in events
    assert sum(e.get("articles", 0) for e in events) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--wrong"], 2, "No such option"),
        (["--workers", "0"], 2, "workers"),
        (["--lang", "ko"], 2, "no such language; there are fr, en"),
        (["--fields", "text"], 2, "write FIELD=NAME"),
        (["--prune", "--limit", "2"], 2, "leave --limit out"),
    ],
)
def test_wrong_usage(
    raw: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    given = ("extract", raw, "--out", tmp_path / "new", *arguments)
    found, _, errors = inside(monkeypatch, capsys, *given)
    assert (found, message in errors) == (code, True), errors
    assert not (tmp_path / "new").exists()


def test_unusable_input_and_output(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("FAKE_LOG", str(log))
    (tmp_path / "file").write_text("")
    for arguments, message in (
        ((tmp_path / "nope", "--out", tmp_path / "new"), "no such file or folder"),
        ((raw, "--out", tmp_path / "file"), "is a file; choose an output folder"),
        ((raw, "--out", tmp_path / "a" / "b"), "create its parent folder first"),
        ((raw, "--out", "/proc/new"), "error: /proc/new"),
    ):
        code, _, errors = inside(monkeypatch, capsys, "extract", *arguments)
        assert (code, message in errors, errors.count("\n")) == (3, True, 1), errors
        assert not log.exists(), "before anything is parsed"


def test_a_damaged_store_is_said_in_one_line(raw: Path, out: Path) -> None:
    (out / "snapshots/000001/_manifest.json").write_text("{")
    done = depeche("extract", raw, "--out", out)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "none is good; delete" in done.stderr


def test_a_second_run_at_the_same_time_is_refused(raw: Path, tmp_path: Path) -> None:
    new, log = tmp_path / "new", tmp_path / "log"
    first = _running(raw, new, log)
    second = depeche("extract", raw, "--out", new)
    first.kill()
    first.wait()
    assert second.returncode == 3
    assert f"locked by pid {first.pid}" in second.stderr
    assert depeche("extract", raw, "--out", new).returncode == 0, "the kernel freed the lock"


def _running(raw: Path, out: Path, log: Path, delay: str = "20") -> subprocess.Popen[str]:
    """A run that is inside the extractor, and stays there."""
    environment = os.environ | {"FAKE_DELAY": delay, "FAKE_LOG": str(log)}
    command = [sys.executable, "-m", "tests.fakes", "extract", raw, "--out", out]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not log.exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    return process


def test_readers_that_leave_and_closed_streams_are_harmless(out: Path, raw: Path) -> None:
    python = f"{sys.executable} -m tests.fakes"
    for line in (
        f"set -o pipefail; {python} schema | head -1",
        f"set -o pipefail; {python} report {out} | true",
        f"{python} extract {raw} --out {out} >&-",
        f"{python} extract {raw} --out {out} >&- 2>&- <&-",
    ):
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr.count("Error")) == (0, 0), (line, done.stderr)


def test_check_says_what_is_there(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (raw / "README").write_text("")
    (raw / "a.txt").write_text("[bold]Rutte\x1b[31m voit\u202e Trump[/bold]")
    code, shown, _ = inside(monkeypatch, capsys, "check", raw)
    assert code == 0
    assert "6 files, 6 inputs: 5 pages, 1 rejects; 1 files skipped" in shown
    assert r"[bold]Rutte\x1b[31m voit\u202e Trump[/bold]" in shown
    assert inside(monkeypatch, capsys, "check", tmp_path / "nope")[0] == 3


def test_schema(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shown = inside(monkeypatch, capsys, "schema", "relations")[1]
    assert "| relation_id | string |  | 20 hex digits" in shown
    columns = json.loads(inside(monkeypatch, capsys, "schema", "--json")[1])
    assert columns["articles"][0]["name"] == "article_id"
    assert len(columns) == 8
    assert inside(monkeypatch, capsys, "schema", "relation")[0] == 2


def test_report(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, _ = inside(monkeypatch, capsys, "report", out)
    assert code == 0
    assert "4 articles, 4 passages, 8 mentions, 4 relations, 1 rejects" in shown
    assert inside(monkeypatch, capsys, "report", tmp_path)[0] == 3


def test_evaluate_needs_two_snapshots(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, errors = inside(monkeypatch, capsys, "evaluate", out)
    assert (code, "depeche evaluate OLD NEW" in errors) == (2, True)
    assert inside(monkeypatch, capsys, "evaluate", out, out)[0] == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_shows_an_example(command: str) -> None:
    shown = CliRunner().invoke(cli.app, [command, "--help"]).stdout
    assert "Example" in shown
    assert f"depeche {command}" in shown


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(cli.app, ["--help"]).stdout
    assert all(command in shown for command in COMMANDS)


def test_module_is_the_command() -> None:
    command = [sys.executable, "-m", "pipeline", "schema", "events"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0


def test_field_names() -> None:
    names = options._field_names("text=corps,title=titre,text=chapo")
    assert (names.text, names.title) == (("corps", "chapo"), ("titre",))
    assert options._field_names("").url == ("url", "link", "lien")
    with pytest.raises(UsageError):
        options._field_names("texte=corps")
