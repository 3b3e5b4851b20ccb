"""Every fault of sections A to F is injected by some test; the README counts them."""

from __future__ import annotations

from tests.faults.registry import SECTIONS, TESTS
from tests.readme import README, faults, section


def test_every_fault_is_injected() -> None:
    table = faults()
    assert [number for number, tests in TESTS.items() if not tests] == []
    assert sum(len(numbers) for _, numbers in SECTIONS.values()) == 70
    assert section("faults", README.read_text(encoding="utf-8")) == table
