"""Risky parsing done aside: in a child process that may crash, hang or swell alone.

HTML and Parquet are read by C libraries from bytes that anybody may have written. A child is
started when first needed and kept; one that fails is killed, and the next call starts another.
"""

from __future__ import annotations

import atexit
import importlib
import logging
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle

from pipeline import children
from pipeline.errors import RejectError

LOAD_SECONDS = 120.0
"""Until a child answers the first time."""
_ENTRY = "from pipeline.readers.aside import serve; serve()"
_IDLE: list[_Child] = []


@dataclass(frozen=True, slots=True)
class Task:
    """What a child is to do: call `module:name` and send what that yields."""

    function: str
    arguments: tuple[object, ...]
    passes_file: bool = False
    """A descriptor follows, and is the function's first argument."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that the function yielded."""

    value: object


@dataclass(frozen=True, slots=True)
class End:
    """The function is done; or raised a RejectError of these words."""

    fault: tuple[str, str, str] | None = None


@dataclass(slots=True, eq=False)
class _Child:
    process: subprocess.Popen[bytes]
    connection: Connection

    @staticmethod
    def start() -> _Child:
        child = _Child(*children.start(_ENTRY))
        if not child.connection.poll(LOAD_SECONDS):
            child.end()
            raise RejectError("read", "timeout", "timeout: the reader's process did not start")
        with suppress(EOFError, OSError):  # it died at once: the first receiving says so
            child.connection.recv()
        return child

    def end(self) -> int:
        """Kill it, if it still runs; its exit status, negative a signal."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.0 if self.connection.closed else 0.1)
        self.process.kill()
        self.connection.close()
        return self.process.wait()


def run(task: Task, seconds: float, fd: int | None = None) -> Iterator[object]:
    """What the function of `task` yields in a child; each item may take `seconds`.

    Raises RejectError (`timeout`, `crashed`, `memory`), or that which the function raised.
    """
    child = _IDLE.pop() if _IDLE else _Child.start()
    whole = False
    try:
        _send(child, task, fd)
        while isinstance(answer := _receive(child, seconds), Item):
            yield answer.value
        whole = True
        if answer.fault:
            raise RejectError(*answer.fault)
    finally:
        if whole:
            _IDLE.append(child)
        else:
            child.end()


def one(function: str, arguments: tuple[object, ...], seconds: float) -> object:
    """The one thing that a function yields in a child. Raises as `run` does."""
    [value] = run(Task(function, arguments), seconds)
    return value


def _send(child: _Child, task: Task, fd: int | None) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # receiving tells how it died
        child.connection.send(task)
        if task.passes_file and fd is not None:
            send_handle(child.connection, fd, child.process.pid)


def _receive(child: _Child, seconds: float) -> Item | End:
    try:
        if not child.connection.poll(seconds):
            detail = f"timeout: not read in {seconds:g} s; raise --set read_seconds=…, or split it"
            raise RejectError("read", "timeout", detail)
        answer: Item | End = child.connection.recv()
    except (EOFError, OSError):
        status = child.end()
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        detail = f"crashed: its reader died of {how}; leave it out, or report it"
        raise RejectError("read", "crashed", detail) from None
    return answer


def serve() -> None:
    """Run as a child of `run`."""
    with children.connected() as connection, suppress(EOFError, BrokenPipeError):
        children.limit_memory(children.MEMORY_BYTES)
        logging.disable()  # what a library says of a page goes into its reject, or nowhere
        connection.send(End())
        while True:
            task: Task = connection.recv()
            fd = recv_handle(connection) if task.passes_file else None
            try:
                connection.send(_done(task, fd, connection))
            finally:
                if fd is not None:
                    os.close(fd)


def _done(task: Task, fd: int | None, connection: Connection) -> End:
    module, _, name = task.function.partition(":")
    function: Callable[..., Iterator[object]] = getattr(importlib.import_module(module), name)
    arguments = task.arguments if fd is None else (fd, *task.arguments)
    try:
        for value in function(*arguments):
            connection.send(Item(value))
    except RejectError as fault:
        return End((fault.stage, fault.reason, fault.detail))
    except MemoryError:
        megabytes = children.MEMORY_BYTES >> 20
        return End(("read", "memory", f"memory: more than {megabytes} MiB to read it; split it"))
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return End(("read", "pipeline_error", f"pipeline_error: {said}; report it"))
    return End()


def _end_all() -> None:
    while _IDLE:
        _IDLE.pop().end()


atexit.register(_end_all)
