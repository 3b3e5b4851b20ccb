"""How a run shows on a terminal, in a log file, or as JSON lines."""

from __future__ import annotations

import io
import json
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TextIO

from pipeline.run import Outcome, Progress

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

LINE_SECONDS = 10.0
"""Between two lines of progress where there is no terminal."""


class Shown(Progress, Protocol):
    """Progress that is shown while it is entered."""

    def __enter__(self) -> Shown:
        """Start showing."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop showing."""


def stdout() -> Console:
    """A console on standard output, wherever that leads."""
    from rich.console import Console

    stream = sys.stdout or io.StringIO()
    return Console(file=stream, highlight=False, width=None if stream.isatty() else 160)


class JsonLog:
    """One JSON object per event on standard error."""

    def __init__(self) -> None:
        self._stream: TextIO = sys.stderr or io.StringIO()

    def __enter__(self) -> JsonLog:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def tell(self, event: str, **fields: object) -> None:
        """Write one event."""
        with suppress(OSError):  # who listened has left; the run goes on
            print(json.dumps({"event": event, **fields}), file=self._stream, flush=True)

    def surveyed(self, inputs: int, known: int, to_do: int) -> None:
        """See Progress."""
        self.tell("surveyed", inputs=inputs, known=known, to_do=to_do)

    def advanced(self, articles: int, rejects: int) -> None:
        """See Progress."""
        self.tell("advanced", articles=articles, rejects=rejects)

    def publishing(self) -> None:
        """See Progress."""
        self.tell("publishing")

    def warned(self, text: str) -> None:
        """See Progress."""
        self.tell("warning", text=text)


class Lines:
    """A line every ten seconds on standard error: for log files."""

    def __init__(self) -> None:
        self._stream: TextIO = sys.stderr or io.StringIO()
        self._to_do = self._done = self._rejects = 0
        self._started = self._last = time.monotonic()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def _say(self, text: str) -> None:
        with suppress(OSError):  # as above
            print(text, file=self._stream, flush=True)

    def surveyed(self, inputs: int, known: int, to_do: int) -> None:
        """See Progress."""
        self._to_do, self._done = to_do, 0
        self._started = self._last = time.monotonic()
        self._say(f"{inputs} inputs: {known} done before, {to_do} to extract")

    def advanced(self, articles: int, rejects: int) -> None:
        """See Progress."""
        self._done += articles + rejects
        self._rejects += rejects
        now = time.monotonic()
        if self._to_do and now - self._last >= LINE_SECONDS:
            self._last = now
            rate = self._done / (now - self._started)
            left = max(0.0, (self._to_do - self._done) / rate)
            self._say(
                f"{self._done}/{self._to_do} pages, {rate:.1f}/s, {left:.0f} s left, "
                f"{self._rejects} rejects"
            )

    def publishing(self) -> None:
        """See Progress."""
        self._say("publishing the snapshot")

    def warned(self, text: str) -> None:
        """See Progress."""
        self._say(f"warning: {text}")


class Live:
    """A progress bar on a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar

        self._bar: Bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[rejects]} rejects"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("reading", total=None, rejects=0, rate="")
        self._done = self._rejects = 0
        self._started = time.monotonic()

    def __enter__(self) -> Live:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def surveyed(self, inputs: int, known: int, to_do: int) -> None:
        """See Progress."""
        self._started = time.monotonic()
        self._done = 0
        what = "extracting" if to_do else "nothing new"
        self._bar.update(self._task, description=what, total=to_do or None, completed=0)

    def advanced(self, articles: int, rejects: int) -> None:
        """See Progress."""
        self._done += articles + rejects
        self._rejects += rejects
        rate = self._done / max(time.monotonic() - self._started, 0.001)
        self._bar.update(
            self._task, completed=self._done, rejects=self._rejects, rate=f"{rate:.1f}/s"
        )

    def publishing(self) -> None:
        """See Progress."""
        self._bar.update(self._task, description="publishing")

    def warned(self, text: str) -> None:
        """See Progress."""
        from rich.text import Text

        self._bar.console.print(Text(f"warning: {text}", style="yellow"))


def progress(*, json_logs: bool) -> Shown:
    """The way of showing progress that fits where standard error leads."""
    if json_logs:
        return JsonLog()
    return Live() if sys.stderr and sys.stderr.isatty() else Lines()


def summary(outcome: Outcome, seconds: float, out: str, *, dry_run: bool) -> None:
    """The table at the end of a run, on standard output."""
    from pipeline.report.texts import cell, grid

    console = stdout()
    if dry_run:
        console.print(
            f"would extract {outcome.done} of {outcome.inputs} inputs "
            f"({outcome.rejected.total()} new rejects); nothing was written"
        )
        return
    table = grid("", "table", "#rows")
    for name, rows in outcome.rows.items():
        table.add_row(cell(name), cell(rows))
    if outcome.rows:
        console.print(cell(f"{out}/current", "bold"), soft_wrap=True)
        console.print(table, "")
    for reason, count in outcome.rejected.most_common():
        console.print(f"rejected: {count} {reason}")
    number = f"snapshot {outcome.snapshot:06d}" if outcome.snapshot else "no snapshot"
    state = "published" if outcome.published else "unchanged"
    console.print(
        f"{outcome.inputs} inputs, {outcome.done} done now, {number} {state}, {seconds:.1f} s"
    )
