"""The articles that are measured: real ones where the corpora are at hand, else ours repeated."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pipeline.readers import page_from_text, read_dump
from pipeline.records import Page
from pipeline.settings import ROOT, Settings
from pipeline.store import fs

ORANGESUM = "fr-raw-orangesum/parsed.tar.gz"


def sample(corpora: Path, count: int) -> tuple[str, list[Page]]:
    """Where the articles are from, and at most so many of them, no two alike."""
    archive = corpora / ORANGESUM
    if archive.is_file():
        return "orangesum", list(islice(_archived(archive), count))
    return "raw, repeated", list(islice(_repeated(), count))


def _archived(archive: Path) -> Iterator[Page]:
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None and member.name.endswith(".json"):
                row = json.loads(file.read())
                text = "\n\n".join(p for p in (row.get("title"), row.get("article")) if p)
                if text.strip():
                    yield page_from_text(text)


def _repeated() -> Iterator[Page]:
    """The sample pages again and again, each time with another last line: no duplicates."""
    pages = [page for page in read_dump(ROOT / "raw", Settings()) if isinstance(page, Page)]
    number = 0
    while True:
        for page in pages:
            yield page_from_text(f"{page.text}\n\n({number})")
        number += 1


def words(pages: Sequence[Page]) -> int:
    """White-space separated words, the measure of how much text there is."""
    return sum(len(page.text.split()) for page in pages)


def write_dump(pages: Sequence[Page], folder: Path) -> Path:
    """The articles as a dump that `depeche extract` reads."""
    fs.make_dir(folder)
    lines = [json.dumps({"text": page.text}, ensure_ascii=False) for page in pages]
    fs.write(folder / "articles.jsonl", ("\n".join(lines) + "\n").encode(), folder.parent)
    return folder
