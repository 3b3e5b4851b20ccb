"""Which test injects which fault; the numbers are those of the sections below."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

SECTIONS: dict[str, tuple[str, tuple[int, ...]]] = {
    "A": ("bytes and encodings", tuple(range(1, 16))),
    "B": ("structure of files and records", tuple(range(16, 29))),
    "C": ("archives and the file system", tuple(range(29, 41))),
    "D": ("identity and increments", (41, 42, 43, 45, 46, 47, 48)),
    "E": ("processes", tuple(range(49, 61))),
    "F": ("storage of outputs", tuple(range(61, 72))),
}
"""Title and faults of each section."""

TESTS: dict[int, set[str]] = {number: set() for _, ns in SECTIONS.values() for number in ns}
"""The tests that inject each fault."""

Test = TypeVar("Test", bound=Callable[..., None])


def fault(*numbers: int) -> Callable[[Test], Test]:
    """Note that a test injects these faults and fails where one is not survived."""

    def note(test: Test) -> Test:
        for number in numbers:
            TESTS[number].add(f"{test.__module__}.{test.__qualname__}")
        return test

    return note
