"""`make bench`: our flow beside bare `nlp.pipe` on the same passages, in one run.

Figures are ratios of one run on one machine; absolute times mean little elsewhere. The table is
printed and `bench.json` written.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from pipeline.extract import Docs, Draft, Extractor, load
from pipeline.readers import page_from_text, read_dump
from pipeline.records import Page
from pipeline.settings import ROOT, Settings

BATCH = 64
"""Articles a batch, as in a worker."""
ORANGESUM = "fr-raw-orangesum/parsed.tar.gz"
Result = TypeVar("Result")


@dataclass(slots=True)
class Bench:
    """Seconds by stage over the same articles, and what was parsed."""

    source: str
    articles: int = 0
    passages: int = 0
    words: int = 0
    clean_and_detect: float = 0.0
    parse: float = 0.0
    entities: float = 0.0
    relations: float = 0.0
    bare_nlp_pipe: float = 0.0
    bare_words: int = 0

    @property
    def ours(self) -> float:
        """Seconds of the whole flow."""
        return self.clean_and_detect + self.parse + self.entities + self.relations

    @property
    def ratio_to_nlp_pipe(self) -> float:
        """Our throughput over that of bare `nlp.pipe`."""
        return self.bare_nlp_pipe / self.ours


def sample(corpora: Path, count: int) -> tuple[str, list[Page]]:
    """Real articles where the corpora are at hand, else our samples again and again."""
    archive = corpora / ORANGESUM
    if archive.is_file():
        return "orangesum", list(islice(_archived(archive), count))
    samples = [page for page in read_dump(ROOT / "raw", Settings()) if isinstance(page, Page)]
    return "raw, repeated", list(islice(cycle(samples), count))


def _archived(archive: Path) -> Iterator[Page]:
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None and member.name.endswith(".json"):
                row = json.loads(file.read())
                text = "\n\n".join(p for p in (row.get("title"), row.get("article")) if p)
                if text.strip():
                    yield page_from_text(text)


def measure(pages: Sequence[Page], source: str) -> Bench:
    """Time every stage and bare parsing, batch by batch in turn."""
    extractor = load(Settings())
    bench = Bench(source)
    _batch(extractor, pages[:8], Bench(source))  # models loaded, caches warm
    for start in range(0, len(pages), BATCH):
        _batch(extractor, pages[start : start + BATCH], bench)
    return bench


def _batch(extractor: Extractor, pages: Sequence[Page], bench: Bench) -> None:
    seconds, drafts = _timed(lambda: [extractor.draft(page) for page in pages])
    bench.clean_and_detect += seconds
    items = [d for d in drafts if isinstance(d, Draft)]
    with extractor.annotator.zone():
        seconds, docs = _timed(lambda: extractor.parse(items))
        bench.parse += seconds
        seconds, found = _timed(lambda: [extractor.mentions(item, docs) for item in items])
        bench.entities += seconds
        seconds, _ = _timed(
            lambda: [
                extractor.relations(item, docs, mentions)
                for item, mentions in zip(items, found, strict=True)
            ]
        )
        bench.relations += seconds
        bench.words += sum(map(len, docs.values()))
        texts = _texts(docs)
    bench.articles += len(items)
    bench.passages += len(docs)
    _bare(extractor, texts, bench)


def _texts(docs: Docs) -> dict[str, list[str]]:
    """The passages by language; read before the memory of their Docs is freed."""
    texts: dict[str, list[str]] = {}
    for doc in docs.values():
        texts.setdefault(doc.lang_, []).append(doc.text)
    return texts


def _bare(extractor: Extractor, texts: dict[str, list[str]], bench: Bench) -> None:
    """The same passages in the same order through `nlp.pipe` alone."""
    with extractor.annotator.zone():
        for language, passages in texts.items():
            pipe = extractor.annotator.pipeline(language).pipe
            start = time.perf_counter()
            bench.bare_words += sum(len(doc) for doc in pipe(passages, batch_size=BATCH))
            bench.bare_nlp_pipe += time.perf_counter() - start


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def show(bench: Bench, console: Console) -> None:
    """Print the figures as a table."""
    table = Table(title=f"{bench.articles} articles ({bench.source}), {bench.words} words")
    table.add_column("stage")
    table.add_column("share of our time", justify="right")
    for name in ("clean_and_detect", "parse", "entities", "relations"):
        table.add_row(name.replace("_", " "), f"{getattr(bench, name) / bench.ours:.1%}")
    table.add_section()
    table.add_row("throughput, ratio to bare nlp.pipe", f"{bench.ratio_to_nlp_pipe:.3f}")
    table.add_row("words parsed, ours / bare", f"{bench.words} / {bench.bare_words}")
    console.print(table)


def main() -> None:
    """Command line of `make bench`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "corpora")
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--out", type=Path, default=ROOT / "bench.json")
    arguments = parser.parse_args()
    source, pages = sample(arguments.corpora, arguments.articles)
    bench = measure(pages, source)
    show(bench, Console())
    figures = asdict(bench) | {"ours": bench.ours, "ratio_to_nlp_pipe": bench.ratio_to_nlp_pipe}
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
