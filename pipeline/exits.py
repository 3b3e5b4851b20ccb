"""How a command ends: signals, exit codes, messages on standard error.

Exit codes: 0 done, 1 done with rejects under `--strict`, 2 wrong usage, 3 input or output cannot
be used, 129, 130 and 143 stopped by SIGHUP, SIGINT and SIGTERM.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from pipeline.errors import DepecheError, UsageError


class Stopped(BaseException):
    """A signal asks the command to end; not an Exception, so that nothing swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


_CURED = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE))
"""Errors whose cure is the same wherever they come from; others speak of no output here."""


def run(app: Callable[[], object]) -> NoReturn:
    """Run a command and exit; a signal that was ignored before (`nohup`) stays so."""
    _hold_streams()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    sys.exit(code(app))


def code(app: Callable[[], object]) -> int:
    """The exit code of a command that has run."""
    try:
        app()
    except SystemExit as end:
        broken = isinstance(end.__context__, OSError) and end.__context__.errno == errno.EPIPE
        code = 0 if broken else end.code
        return _flushed(code if isinstance(code, int) else 0)
    except Stopped as stop:
        _complain("stopped; what is done is kept, the same command goes on from here")
        return 128 + stop.number
    except UsageError as error:
        _complain(f"error: {error}")
        return 2
    except DepecheError as error:
        _complain(f"error: {error}")
        return 3
    except OSError as error:
        _complain(f"error: {_described(error)}")
        return 3
    return _flushed(0)


def _described(error: OSError) -> str:
    from pipeline.store.fs import cure

    what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{what or error}; {cure(error)}" if error.errno in _CURED else f"{what or error}"


def _hold_streams() -> None:
    """Point closed standard streams nowhere, lest what is opened next be taken for one of them."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            free = os.open(os.devnull, os.O_RDWR)  # the least number that is free: this one
            os.set_inheritable(free, True)  # for workers, as open streams are


def _stop(number: int, frame: FrameType | None) -> None:
    """Stop once; while that goes on, further signals change nothing."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)


def _complain(text: str) -> None:
    with suppress(OSError, AttributeError):
        print(text, file=sys.stderr, flush=True)


def _flushed(code: int) -> int:
    """The code, once standard output has taken all; a reader that has left is no fault."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
