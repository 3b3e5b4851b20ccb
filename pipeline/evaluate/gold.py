"""Gold files: `<slug>.txt`, and beside it `<slug>.jsonl` with one relation a line."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import UnusableError
from pipeline.languages import LANGUAGES
from pipeline.records import Factuality, Polarity
from pipeline.relations.inventory import load_inventory


class Gold(BaseModel):
    """One relation that a reader of the article found in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relation: str
    subject: tuple[str, ...]
    """All names by which a right answer may give it, the best first; empty where it has none."""
    object: tuple[str, ...]
    polarity: Polarity
    factuality: Factuality
    attribution: str | None
    evidence: str
    trigger: str


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article with what a reader found in it."""

    name: str
    language: str | None
    """From its folder (`fr/`) or name (`fr-01`); None where neither tells."""
    text: str
    gold: tuple[Gold, ...]

    def place(self, row: Gold) -> tuple[int, int]:
        """Half-open offsets of the evidence; the first place, as repetitions are cruft."""
        start = self.text.index(row.evidence)
        return start, start + len(row.evidence)


def load_gold(directory: Path, pattern: str = "*") -> list[GoldArticle]:
    """All gold articles of a folder and its subfolders whose stem fits the pattern.

    Raises UnusableError that lists every fault of every file, or that there is none.
    """
    faults: list[str] = []
    articles = [_read(path, directory, faults) for path in gold_files(directory, pattern)]
    if faults:
        raise UnusableError("faulty gold\n  " + "\n  ".join(faults))
    if not articles:
        raise UnusableError(f"{directory}: no gold files ({pattern}.jsonl)")
    return articles


def gold_files(directory: Path, pattern: str = "*") -> list[Path]:
    """The `.jsonl` files of a gold folder, in order of path."""
    return sorted(directory.rglob(f"{pattern}.jsonl"))


def gold_digest(directory: Path, pattern: str = "*") -> str:
    """SHA-256 over the names and bytes of the gold files and their articles."""
    digest = hashlib.sha256()
    rows = gold_files(directory, pattern)
    for path in [*rows, *(path.with_suffix(".txt") for path in rows)]:
        name = path.relative_to(directory).as_posix()
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _read(path: Path, directory: Path, faults: list[str]) -> GoldArticle:
    name = path.relative_to(directory).with_suffix("").as_posix()
    try:
        text = _canonical(path.with_suffix(".txt").read_text(encoding="utf-8"))
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{name}: {error}")
        return GoldArticle(name, None, "", ())
    article = GoldArticle(name, _language(path), text, tuple(_rows(name, lines, faults)))
    faults.extend(f"{name}: {fault}" for fault in _faults(article))
    return article


def _canonical(text: str) -> str:
    """What reading does to a text: offsets in gold and in the tables must agree."""
    return unicodedata.normalize("NFC", text)


def _language(path: Path) -> str | None:
    for code in (path.parent.name, path.stem.partition("-")[0]):
        if code in LANGUAGES:
            return code
    return None


def _rows(name: str, lines: Iterable[str], faults: list[str]) -> Iterator[Gold]:
    for number, line in enumerate(lines, 1):
        try:
            yield Gold.model_validate_json(_canonical(line))
        except ValidationError as error:
            for fault in error.errors():
                place = ".".join(str(step) for step in fault["loc"])
                faults.append(f"{name}:{number}: {place}: {fault['msg']}")


def _faults(article: GoldArticle) -> Iterator[str]:
    """What is wrong with the rows of an article beyond their form."""
    inventory = load_inventory()
    if not article.text.strip():
        yield "the article is empty"
    for number, row in enumerate(article.gold, 1):
        where = f"row {number} ({row.relation})"
        if row.relation not in inventory:
            yield f"{where}: no such relation"
        if not row.subject and not row.object:
            yield f"{where}: neither subject nor object"
        if not row.evidence or row.evidence not in article.text:
            yield f"{where}: evidence is not in the article: {row.evidence!r}"
        elif article.text.count(row.evidence) > 1 and not _is_title(row, article):
            yield f"{where}: evidence is not unique in the article: {row.evidence!r}"
        if not row.trigger or row.trigger not in row.evidence:
            yield f"{where}: trigger is not in the evidence: {row.trigger!r}"


def _is_title(row: Gold, article: GoldArticle) -> bool:
    """A page may repeat its title; gold is coded at the first place."""
    return article.text.startswith(row.evidence)
