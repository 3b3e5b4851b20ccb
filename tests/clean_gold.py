"""Scores of cleaning on pages whose blocks a person has named: `python -m tests.clean_gold`.

A page is `=== slug date` and its blocks as `kind: text`; the page itself is the texts alone. Dates
and bylines are furniture to the program (`cruft`), which reads them all the same; a lead and a
quote are body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.clean import clean_page
from pipeline.readers import page_from_text

FOLDER = Path(__file__).parent / "clean-gold"
_PAGE = re.compile(r"^=== (\S+) (\S+)\n", re.MULTILINE)
_SAME = {"date": "cruft", "byline": "cruft", "lead": "body", "quote": "body"}


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page and what is known of it."""

    slug: str
    published: str | None
    text: str
    blocks: tuple[tuple[str, int], ...]
    """Kind and first character of each block."""
    title: str | None


@dataclass(slots=True)
class Score:
    """Blocks, titles and dates that there are and that were found right."""

    blocks: int = 0
    right: int = 0
    titles: int = 0
    titles_right: int = 0
    dates: int = 0
    dates_right: int = 0
    missed: list[str] = field(default_factory=list)

    def rates(self) -> tuple[float, float, float]:
        """Accuracy of block kinds; share of titles, and of dates (none invented), found."""
        return (
            self.right / self.blocks,
            self.titles_right / self.titles,
            self.dates_right / self.dates,
        )


def pages(language: str) -> Iterator[GoldPage]:
    """The pages of a language."""
    parts = _PAGE.split((FOLDER / f"{language}.txt").read_text(encoding="utf-8"))[1:]
    for slug, published, body in zip(*[iter(parts)] * 3, strict=True):
        text, blocks, title = "", [], None
        for line in body.strip("\n").split("\n"):
            kind, colon, content = line.partition(": ")
            if colon:
                blocks.append((kind, len(text)))
                title = content if kind == "title" else title
            text += (content if colon else "") + "\n"
        known = None if published == "none" else published
        yield GoldPage(slug, known, text, tuple(blocks), title)


def score(language: str) -> Score:
    """How well the pages of a language are cleaned."""
    total = Score()
    for page in pages(language):
        found = clean_page(page_from_text(page.text))
        total.titles += 1
        total.titles_right += found.title == page.title
        total.dates += 1
        day = found.published_on.isoformat() if found.published_on else None
        total.dates_right += day == page.published
        if found.title != page.title:
            total.missed.append(f"{page.slug}: title {found.title!r}")
        if day != page.published:
            total.missed.append(f"{page.slug}: date {day}, not {page.published}")
        for kind, start in page.blocks:
            got = next(b.kind for b in found.blocks if b.start <= start < b.end)
            total.blocks += 1
            if _SAME.get(got, got) == _SAME.get(kind, kind):
                total.right += 1
            else:
                total.missed.append(f"{page.slug}: {kind} as {got}: {page.text[start:][:60]!r}")
    return total


def main() -> None:
    """Print the rates and what was missed."""
    for language in ("fr", "en"):
        found = score(language)
        print(language, *(f"{rate:.3f}" for rate in found.rates()))
        print("".join(f"  {line}\n" for line in found.missed))


if __name__ == "__main__":
    main()
