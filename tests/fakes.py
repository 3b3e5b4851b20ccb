"""A fake extractor and what a run with it needs; no model, a few milliseconds a page.

A page's text may hold an order: `!kill`, `!exit`, `!segfault`, `!raise`, `!recurse`, `!nomemory`,
`!hang`, `!spin`, `!memory`, `!wrong` (one row less than asked), `!model` (the run cannot go on).
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pipeline import readers
from pipeline import run as runs
from pipeline.errors import ModelError
from pipeline.events import event_rows
from pipeline.records import Article, Entity, Extraction, Mention, Page, Passage, Reject, Row
from pipeline.rooms import Rooms
from pipeline.run import Outcome, Request
from pipeline.settings import Settings
from pipeline.store.manifest import FingerprintParts
from pipeline.store.publish import Facts
from tests import rows


class FakeExtractor:
    def extract(self, pages: Sequence[Page]) -> list[Extraction | Reject]:
        log = os.environ.get("FAKE_LOG")
        if log:
            with Path(log).open("a") as file:
                file.writelines(f"{page.source}\n" for page in pages)
        if os.environ.get("FAKE_WARN"):
            warnings.warn("of a library in a worker", stacklevel=1)
        if delay := os.environ.get("FAKE_DELAY"):
            time.sleep(float(delay) * len(pages))
        results = [self._one(page) for page in pages]
        return [result for result in results if result is not None]

    def _one(self, page: Page) -> Extraction | Reject | None:
        if "!" in page.text:
            _obey(page.text)
        if len(page.text.split()) < 3:
            return Reject(page.source, page.raw_sha256, "clean", "too_short", "too_short: 2 words")
        return None if "!wrong" in page.text else extraction(page)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)


def _recurse() -> None:
    _recurse()


def _raise(error: Exception) -> None:
    raise error


ORDERS: dict[str, Callable[[], object]] = {
    "!kill": _kill,
    "!exit": lambda: os._exit(7),
    "!segfault": lambda: ctypes.string_at(0),
    "!raise": lambda: _raise(ValueError(f"no good: {object()}\nsecond line")),
    "!recurse": _recurse,
    "!nomemory": lambda: _raise(MemoryError()),
    "!hang": _hang,
    "!spin": lambda: sum(range(10**12)),  # in C, with the interpreter's lock held
    "!memory": lambda: bytearray(8 << 30),
    "!model": lambda: _raise(ModelError("models/fr: missing; run make train")),
}


def _obey(text: str) -> None:
    for order, deed in ORDERS.items():
        if order in text:
            deed()


def page(number: int, text: str | None = None) -> Page:
    """A page of its own, told apart by its number."""
    text = text or f"Rutte rencontre Trump la fois {number}"
    return Page(f"p{number:03d}.txt", "txt", f"{number:064x}", text, "utf-8")


def extraction(page: Page) -> Extraction:
    text = page.text
    article_id = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:20]
    article = Article(
        article_id=article_id,
        source=page.source,
        source_id=page.source_id,
        source_format=page.source_format,
        encoding=page.encoding,
        text_flags=page.text_flags,
        url=page.url,
        title=page.title,
        published_on=None,
        published_precision=None,
        byline=None,
        site=None,
        tags=page.tags,
        language="en" if " the " in text else "fr",
        language_score=None,
        n_passages=1,
        n_chars=len(text),
        n_words=len(text.split()),
        text=text,
        raw_sha256=page.raw_sha256,
    )
    words = list(re.finditer(r"\S+", text))
    names = [word for word in words if word[0][:1].isupper()]
    mentions = tuple(
        rows.mention(
            word[0],
            f"per:{word[0].lower()}",
            i,
            article_id=article_id,
            start=word.start(),
            end=word.end(),
        )
        for i, word in enumerate(names)
    )
    subject = names[0] if names else None
    relation_id = hashlib.sha256(f"{article_id} told".encode()).hexdigest()[:20]
    told = rows.relation(
        relation_id,
        article_id=article_id,
        subject_id=mentions[0].entity_id if mentions else None,
        subject_text=subject[0] if subject else None,
        subject_start=subject.start() if subject else None,
        subject_end=subject.end() if subject else None,
        object_id=None,
        object_text=None,
        trigger=words[0][0],
        trigger_start=words[0].start(),
        trigger_end=words[0].end(),
        sentence=text,
        sentence_end=len(text),
        relation=f"does_{len(words) % 3}",
    )
    passage = Passage(article_id, 0, "body", 0, len(text), article.language, None, True)
    return Extraction(article, (passage,), mentions, (told,))


def load(settings: Settings) -> FakeExtractor:
    return FakeExtractor()


def load_fails(settings: Settings) -> FakeExtractor:
    raise ModelError("models/fr: missing; run make train")


def load_dies(settings: Settings) -> FakeExtractor:
    os._exit(5)


def derive(facts: Facts) -> Mapping[str, Iterable[Row]]:
    counts: dict[str, set[str]] = {}
    mentions: list[Mention] = list(facts.mentions())
    for mention in mentions:
        counts.setdefault(str(mention.entity_id), set()).add(mention.article_id)
    return {
        "entities": [
            Entity(name, "PER", name, name, None, None, len(articles), len(articles))
            for name, articles in counts.items()
        ],
        "events": event_rows(facts.relations(), facts.published()),
    }


def fingerprint(settings: Settings) -> FingerprintParts:
    """Of settings alone, and of what a test says it is: the code under test may be edited."""
    mark = os.environ.get("FAKE_MARK", "0")
    whole = hashlib.sha256(f"{mark} {settings.model_dump_json()}".encode()).hexdigest()
    return FingerprintParts(units=whole, snapshot=whole[::-1], parts={"mark": mark})


ROOMS = Rooms(readers.read_dump, readers.skipped, "tests.fakes:load", derive, fingerprint)


class Log:
    """A Progress that remembers."""

    def __init__(self) -> None:
        self.survey: tuple[int, int, int] = (0, 0, 0)
        self.articles = self.rejects = self.published = 0
        self.warnings: list[str] = []

    def surveyed(self, inputs: int, known: int, to_do: int) -> None:
        self.survey = (inputs, known, to_do)

    def advanced(self, articles: int, rejects: int) -> None:
        self.articles += articles
        self.rejects += rejects

    def publishing(self) -> None:
        self.published += 1

    def warned(self, text: str) -> None:
        self.warnings.append(text)


def extract(dump: Path, out: Path, rooms: Rooms = ROOMS, **options: object) -> Outcome:
    values: dict[str, object] = {"settings": Settings()} | options
    return runs.run(Request(dump, out, **values), Log(), rooms)  # type: ignore[arg-type]


def dump(folder: Path, texts: Mapping[str, str | bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        data = text.encode() if isinstance(text, str) else text
        (folder / name).write_bytes(data)
    return folder


def articles(count: int, start: int = 0) -> dict[str, str]:
    names = ("Rutte", "Trump", "Macron", "Merz")
    return {
        f"a{i:04d}.txt": f"{names[i % 4]} rencontre {names[(i + 1) % 4]} pour la fois {i}.\n"
        for i in range(start, start + count)
    }


def published(out: Path) -> dict[str, bytes]:
    """The bytes of every part file of the current snapshot."""
    current = (out / "current").resolve()
    return {str(p.relative_to(current)): p.read_bytes() for p in current.rglob("*.parquet")}


def main() -> None:
    """The command line with the fake extractor: `python -m tests.fakes extract …`."""
    runs.real_rooms = lambda settings: ROOMS  # type: ignore[assignment]
    if at := os.environ.get("FAKE_CRASH_AT"):
        _crash_at(int(at))
    from pipeline.cli import main as command

    command()


def _crash_at(step: int) -> None:
    from pipeline.store import fs

    count = 0

    def hook(name: str, path: Path) -> None:
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    fs.hook = hook


if __name__ == "__main__":
    sys.exit(main())
