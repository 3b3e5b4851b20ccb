"""Floors under the gold figures: measured, compared, and never lowered by accident.

`floors.json` holds one section per gold folder: the digest of its files and, per language and
group of relations, the least value of each figure (null where nothing measures it).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.evaluate import Figures, Scores

HERE = Path(__file__).resolve().parent
GOLD = HERE / "gold"
HELD_OUT = HERE / "held-out"
"""What of it has been read stands in its README."""
FLOORS = HERE / "floors.json"
SEEDS = "seed-*"
"""Gold that stays in the shared folder."""
NAMES = ("precision", "recall", "f1", "factuality", "attribution")

Floors = dict[str, dict[str, dict[str, float | None]]]
"""Language, group of relations, figure."""


def load() -> dict[str, Any]:
    """The file as it stands."""
    content: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return content


def save(content: dict[str, Any]) -> None:
    FLOORS.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def measure(scores: Scores, groups: dict[str, list[str] | None]) -> Floors:
    """Every figure of every language and group, rounded down to four digits."""
    return {
        language: {
            group: _figures(scores.figures(language, relations))
            for group, relations in groups.items()
        }
        for language in scores.languages
    }


def _figures(figures: Figures) -> dict[str, float | None]:
    return {name: _down(getattr(figures, name)) for name in NAMES}


def _down(value: float | None) -> float | None:
    return None if value is None else math.floor(value * 10_000 + 1e-6) / 10_000


def drops(floors: Floors, measured: Floors) -> list[str]:
    """One line for each figure that is under its floor, or cannot be measured any more."""
    return [
        f"{language}, {group}: {name} {value if value is not None else 'none'} < floor {floor}"
        for language, group, name, floor in _flat(floors)
        if floor is not None
        and ((value := _at(measured, language, group, name)) is None or value < floor)
    ]


def raised(floors: Floors, measured: Floors) -> Floors:
    """The measured figures, or the floors where these are higher."""
    result: Floors = json.loads(json.dumps(measured))
    for language, group, name, floor in _flat(floors):
        value = _at(measured, language, group, name)
        if floor is not None and (value is None or value < floor):
            result.setdefault(language, {}).setdefault(group, {})[name] = floor
    return result


def _flat(floors: Floors) -> Iterator[tuple[str, str, str, float | None]]:
    for language, groups in floors.items():
        for group, figures in groups.items():
            for name, floor in figures.items():
                yield language, group, name, floor


def _at(floors: Floors, language: str, group: str, name: str) -> float | None:
    return floors.get(language, {}).get(group, {}).get(name)
