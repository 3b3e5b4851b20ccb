"""Command line of `make bench`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from pipeline.bench import peers, stages
from pipeline.bench.flows import Flow, flow
from pipeline.bench.sample import sample
from pipeline.bench.show import Figures, show
from pipeline.bench.stages import WARM_UP
from pipeline.extract import load
from pipeline.records import Page
from pipeline.settings import ROOT, Settings
from pipeline.store import fs

SIZES = (250, 1_000, 4_000)
LONG = (*SIZES, 16_000)
STAGES_SHARE, PEERS_SHARE = 0.2, 0.1
"""Of the time, kept for what is measured in this process."""
TWO_WORKERS = 0.7
"""Time of a run with two workers, of that with one, when it is planned."""


def main() -> None:
    """Measure, print, write the figures; exit code 1 where ours parsed not the same words."""
    arguments = _arguments()
    end = time.monotonic() + arguments.minutes * 60
    source, pages = sample(arguments.corpora, arguments.articles)
    if len(pages) <= WARM_UP:
        sys.exit(f"error: {len(pages)} articles at hand; more than {WARM_UP} are needed")
    sizes = [size for size in (LONG if arguments.long else SIZES) if size < len(pages)]
    one, skipped = _grow(pages, [*sizes, len(pages)], end, arguments.minutes * 60)
    two = [flow(pages[:WARM_UP], 2), flow(pages[: one[-1].articles], 2)]
    extractor = load(Settings())
    seconds = arguments.minutes * 60
    measured = stages.measure(extractor, pages, seconds * STAGES_SHARE)
    others = peers.measure(extractor, pages, seconds * PEERS_SHARE)
    if others.textacy is None:
        skipped.append("textacy is not installed; try: .venv/bin/pip install textacy")
    figures = Figures(source, one, two, measured, others, skipped)
    show(figures, Console())
    text = json.dumps(figures.as_json(), indent=1) + "\n"
    fs.write(arguments.out, text.encode(), arguments.out.parent)
    if measured.words != measured.bare_words:
        sys.exit(f"error: {measured.words} words parsed by us, {measured.bare_words} by nlp.pipe")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pipeline.bench", description=__doc__)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "corpora")
    parser.add_argument("--articles", type=int, help="at most so many", default=None)
    parser.add_argument("--minutes", type=float, default=None, help="about so long")
    parser.add_argument("--long", action="store_true", help="16,000 articles, an hour")
    parser.add_argument("--out", type=Path, default=ROOT / "bench.json")
    arguments = parser.parse_args()
    if arguments.articles is not None and arguments.articles <= WARM_UP:
        parser.error(f"--articles: more than {WARM_UP}, which only warm up")
    arguments.articles = arguments.articles or (LONG if arguments.long else SIZES)[-1]
    arguments.minutes = arguments.minutes or (60.0 if arguments.long else 10.0)
    return arguments


def _grow(
    pages: Sequence[Page], sizes: Sequence[int], end: float, seconds: float
) -> tuple[list[Flow], list[str]]:
    """Runs with one worker, larger and larger as long as the time allows, two at least."""
    flows = [flow(pages[:WARM_UP], 1), flow(pages[: sizes[0]], 1)]
    reserved = seconds * (STAGES_SHARE + PEERS_SHARE)
    for size in sizes[1:]:
        expected = flows[-1].seconds * size / flows[-1].articles
        left = end - time.monotonic() - reserved
        if expected * (1 + TWO_WORKERS) > left:
            reason = f"would take about {expected:.0f} s with one worker; see --minutes"
            return flows, [f"{size} articles {reason}"]
        flows.append(flow(pages[:size], 1))
    return flows, []


if __name__ == "__main__":
    main()
