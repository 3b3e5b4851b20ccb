"""Child processes that hold nothing but what they are told, and end when their parent does."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe

MEMORY_BYTES = 4 << 30
"""Data that one child may hold."""
_PR_SET_PDEATHSIG = 1
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def start(entry: str) -> tuple[subprocess.Popen[bytes], Connection]:
    """A Python process that runs `entry` (a statement), and our end of its connection."""
    ours, theirs = Pipe()
    path = [place for place in sys.path if place] or ["."]
    environment = {
        **os.environ,
        **dict.fromkeys(_ONE_THREAD, "1"),
        "PYTHONPATH": os.pathsep.join(map(os.path.abspath, path)),
    }
    command = [sys.executable, "-P", "-c", entry, str(theirs.fileno()), str(os.getpid())]
    with theirs:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment,
            pass_fds=[theirs.fileno()],
        )
    return process, ours


def connected() -> Connection:
    """In a child: its end of the connection; from here on it dies with its parent."""
    descriptor, parent = (int(argument) for argument in sys.argv[1:3])
    _end_with(parent)
    return Connection(descriptor)


def limit_memory(size: int) -> None:
    """Have allocations of this process fail beyond `size` bytes of data."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or size <= hard:
        resource.setrlimit(resource.RLIMIT_DATA, (size, hard))


def _end_with(parent: int) -> None:
    """Ignore the terminal's interrupt, which is the parent's to handle, and die with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
