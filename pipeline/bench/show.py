"""The figures of a benchmark as tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import pairwise

from rich.console import Console
from rich.table import Table

from pipeline.bench.flows import Flow, rate
from pipeline.bench.peers import Peers
from pipeline.bench.stages import Stages

STAGES = ("clean_and_detect", "parse", "entities", "relations")


@dataclass(slots=True)
class Figures:
    """What one run of the benchmark measured."""

    source: str
    one: list[Flow]
    """Runs with one worker, by size; the first is little more than the start-up."""
    two: list[Flow]
    """The least and the greatest of these with two workers."""
    stages: Stages
    peers: Peers
    skipped: list[str] = field(default_factory=list)
    """What was not measured, and why."""

    @property
    def bare(self) -> float:
        """Words a second of bare `nlp.pipe`."""
        return self.stages.text_words / self.stages.bare_nlp_pipe

    @property
    def ratio_to_nlp_pipe(self) -> float:
        """Throughput of a run with one worker over that of bare `nlp.pipe`."""
        return rate(self.one[0], self.one[-1]) / self.bare

    @property
    def ratio_in_process(self) -> float:
        """The same without processes, store and reading, batch by batch in turn."""
        return self.stages.bare_nlp_pipe / self.stages.ours

    @property
    def two_workers_to_one(self) -> float:
        """Throughput with two workers over that with one."""
        return rate(self.two[0], self.two[-1]) / rate(self.one[0], self.one[-1])

    def growth(self) -> Iterator[tuple[Flow, float]]:
        """Each larger run, and its seconds a word over those of the run before it."""
        rates = [rate(small, large) for small, large in pairwise(self.one)]
        for large, speed in zip(self.one[1:], rates, strict=True):
            yield large, rates[0] / speed

    def as_json(self) -> dict[str, object]:
        """Everything that was measured, ratios first."""
        return {
            "ratio_to_nlp_pipe": round(self.ratio_to_nlp_pipe, 3),
            "ratio_in_process": round(self.ratio_in_process, 3),
            "two_workers_to_one": round(self.two_workers_to_one, 3),
            "outside_nlp_pipe": round(self.stages.outside, 3),
            "source": self.source,
            "shares": {n: round(getattr(self.stages, n) / self.stages.ours, 4) for n in STAGES},
            "growth": [{"articles": f.articles, "time": round(g, 3)} for f, g in self.growth()],
            "runs": [asdict(flow) for flow in (*self.one, *self.two)],
            "stages": asdict(self.stages),
            "peers": asdict(self.peers),
            "skipped": self.skipped,
        }


def show(figures: Figures, console: Console) -> None:
    """Print the figures as tables."""
    stages = figures.stages
    console.print(f"articles: {figures.source}")
    table = _table("throughput, ratio to bare nlp.pipe", "flow", "ratio")
    table.add_row("run with one worker", f"{figures.ratio_to_nlp_pipe:.3f}")
    table.add_row("run with two workers", f"{_two(figures):.3f}")
    table.add_row("in this process, in turn with nlp.pipe", f"{figures.ratio_in_process:.3f}")
    console.print(table, "")
    table = _table(f"shares of our time, {stages.articles} articles in this process", "stage", "%")
    for name in STAGES:
        table.add_row(name.replace("_", " "), f"{getattr(stages, name) / stages.ours:.1%}")
    table.add_row("outside nlp.pipe, together", f"{stages.outside:.1%}")
    table.add_row("words parsed, ours / bare", f"{stages.words} / {stages.bare_words}")
    console.print(table, "")
    console.print(_growth(figures), "")
    console.print(_peers(figures.peers), "")
    for line in figures.skipped:
        console.print(f"not measured: {line}", markup=False)


def _two(figures: Figures) -> float:
    return figures.two_workers_to_one * figures.ratio_to_nlp_pipe


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, min_width=len(title))
    table.add_column(first)
    for name in columns:
        table.add_column(name, justify="right")
    return table


def _growth(figures: Figures) -> Table:
    table = _table(
        "growth",
        "articles",
        "workers",
        "s",
        "first batch s",
        "time a word",
        "worker MB",
        "parent MB",
    )
    growth = {id(flow): f"{factor:.2f}" for flow, factor in figures.growth()}
    for flow in (*figures.one, *figures.two):
        table.add_row(
            str(flow.articles),
            str(flow.workers),
            f"{flow.seconds:.1f}",
            f"{flow.first_seconds:.1f}",
            growth.get(id(flow), ""),
            f"{flow.worker_mb:.0f}",
            f"{flow.parent_mb:.0f}",
        )
    return table


def _peers(peers: Peers) -> Table:
    title = f"beside parsing, {peers.articles} articles (nothing is said of what is right)"
    table = _table(title, "what", "time, parsing = 1", "found")

    def row(name: str, seconds: float | None, found: int | None = None) -> None:
        if seconds is not None:
            number = "" if found is None else str(found)
            table.add_row(name, f"{seconds / peers.parse:.3f}", number)

    row("our entities and relations", peers.entities_and_relations, peers.relations)
    row("DependencyMatcher, the lexicon's words", peers.dependency_matcher, peers.matches)
    row("textacy, subject-verb-object", peers.textacy, peers.triples)
    row("langdetect, once an article", peers.langdetect)
    return table
