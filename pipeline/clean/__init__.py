"""Page text to blocks: title, headings, body, lists, captions, and what is only furniture.

Nothing is dropped: every character of a page that is not white space is in one block, and the
patterns are data (`<language>.toml`), so a new phrase or section name needs no code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipeline.clean.dates import Dated, dates_in, parse_published
from pipeline.clean.layout import Layout, lay_out
from pipeline.clean.lines import Unit, units_of
from pipeline.clean.rules import is_latin
from pipeline.records import Block, Cleaned, Page, Precision
from pipeline.texts import fold

__all__ = ["clean_page", "parse_published"]

DATELINE_CHARS = 120
"""Of a paragraph, in which an agency's dateline stands."""
_DATELINE = re.compile(
    r"(?:[A-ZÀ-Þ]{2}[A-ZÀ-Þ’'./ -]*[\s,(]|[A-ZÀ-Þ][\w-]+(?: [\w-]+){0,3}, )"
    r"[^–—]{0,60}?(?:\s[-–—]{1,2}\s|\((?:AFP|AP|Reuters|REUTERS|Xinhua|ATS)\))"
)


def clean_page(page: Page) -> Cleaned:
    """The blocks of a page and what it says of itself.

    Title, date, byline and tags of the dump come before those found in the text. Never raises:
    a page that no rule fits is all body.
    """
    units = units_of(page.text)
    layout = lay_out(units, page.title, is_latin(page.text))
    published = _published(page, units, layout)
    return Cleaned(
        blocks=tuple(
            Block(kind, unit.start, unit.end)
            for kind, unit in zip(layout.kinds, units, strict=True)
        ),
        title=layout.title,
        published_on=published[0] if published else None,
        published_precision=published[1] if published else None,
        byline=page.byline or next((m.byline for m in layout.metas if m.byline), None),
        tags=page.tags or layout.tags,
    )


def _published(page: Page, units: Sequence[Unit], layout: Layout) -> tuple[date, Precision] | None:
    """The dump's date, else the date line's, an agency's dateline's, an update's."""
    if page.published and (given := parse_published(page.published)):
        return given
    found = next((meta.published for meta in layout.metas if meta.published), None)
    found = found or _dateline(units, layout)
    found = found or next((meta.updated for meta in layout.metas if meta.updated), None)
    return (found.day, found.precision) if found else None


def _dateline(units: Sequence[Unit], layout: Layout) -> Dated | None:
    """The date of `BAMAKO, 25 nov. 2025 - …` at the head of the first paragraph."""
    for unit, kind in zip(units, layout.kinds, strict=True):
        if kind in ("body", "lead"):
            match = _DATELINE.match(unit.text[:DATELINE_CHARS])
            return next(dates_in(fold(match.group())), None) if match else None
    return None
