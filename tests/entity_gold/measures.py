"""Every figure of this gold, and the floors under them."""

from __future__ import annotations

import json
import math
from pathlib import Path

from pipeline.extract import Extractor
from tests.entity_gold import coref, dates, events, links, places, realdates

FIGURES = Path(__file__).parent / "figures.json"
Figures = dict[str, dict[str, float]]
"""Measure -> figure -> value."""


def measure(extractor: Extractor) -> Figures:
    """All that stands on texts of this repository."""
    return {
        "dates, fr": {"accuracy": dates.accuracy("fr", extractor)},
        "dates, en": {"accuracy": dates.accuracy("en", extractor)},
        "coreference": coref.figures(coref.answers(extractor)),
        "places": places.figures(places.answers(extractor)),
        "events": events.figures(events.answer(extractor)),
    }


def measure_links(shared: Path, extractor: Extractor) -> Figures:
    """What stands on the articles in the shared folder."""
    return {
        "dates, real news": {"accuracy": realdates.accuracy(shared, extractor)},
        "links": links.figures(shared, extractor),
    }


def load() -> Figures:
    """The floors."""
    found: Figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found


def drops(floors: Figures, measured: Figures) -> list[str]:
    """One line for each figure under its floor; `floors` may hold more than was measured."""
    return [
        f"{name}: {figure} {measured[name][figure]:.4f} < {floor}"
        for name, figures in floors.items()
        if name in measured
        for figure, floor in figures.items()
        if measured[name][figure] < floor
    ]


def rounded(measured: Figures) -> Figures:
    """Rounded down to three digits."""
    return {
        name: {k: math.floor(v * 1000 + 1e-6) / 1000 for k, v in figures.items()}
        for name, figures in measured.items()
    }


def table() -> str:
    """The figures as Markdown."""
    counts = {
        "dates, fr": f"{len(dates.cases('fr'))} expressions",
        "dates, en": f"{len(dates.cases('en'))} expressions",
        "dates, real news": f"{len(realdates.cases())} drawn from real French news",
        "links": f"{len(links.cases())} names in real French news",
        "coreference": f"{sum(len(lines) for _, lines in coref.blocks())} pronouns, descriptions",
        "places": f"{len(places.cases())} relations",
        "events": f"{len(events.read()[1])} relations in {len(events.read()[0])} articles",
    }
    lines = ["| | measured on | |", "|---|---|---|"]
    found = load()
    for name, what in counts.items():
        told = ", ".join(f"{figure} {_shown(value)}" for figure, value in found[name].items())
        lines.append(f"| {name} | {what} | {told} |")
    return "\n".join(lines)


def _shown(value: float) -> str:
    return "1" if value >= 1 else f".{round(value * 1000):03d}"
