"""One article to its tables, without a dump or a store."""

from __future__ import annotations

from functools import lru_cache

from pipeline.errors import UsageError
from pipeline.events import entity_rows, event_rows
from pipeline.extract import Extractor, load
from pipeline.frames import Tables, from_rows
from pipeline.languages import LANGUAGES
from pipeline.readers import page_from_text
from pipeline.records import Extraction, Row
from pipeline.relations.inventory import symmetric_relations
from pipeline.settings import Settings


@lru_cache(maxsize=2)
def _extractor(settings: Settings) -> Extractor:
    return load(settings)


def extract_text(
    text: str, title: str | None = None, published: str | None = None, lang: str | None = None
) -> Tables:
    """The eight tables of one article as DataFrames; a page that is none is a `rejects` row.

    `published` is a date as a dump would give it (`2024-03-12`, `12 mars 2024`); relative dates
    are resolved against it. Models are loaded at the first call and kept.

    Raises UsageError for an unknown language, ModelError or LexiconError where those are faulty.
    """
    if lang is not None and lang not in LANGUAGES:
        raise UsageError(f"lang={lang!r}: one of {', '.join(LANGUAGES)}")
    extractor = _extractor(Settings(lang=lang))
    [found] = extractor.extract([page_from_text(text, title=title, published=published)])
    if not isinstance(found, Extraction):
        return from_rows({"rejects": [found]})
    rows: dict[str, list[Row]] = {
        "articles": [found.article],
        "passages": list(found.passages),
        "mentions": list(found.mentions),
        "relations": list(found.relations),
        "entities": list(entity_rows(found.mentions, extractor.known)),
        "events": list(
            event_rows(
                found.relations,
                {found.article.article_id: found.article.published_on},
                symmetric_relations(),
            )
        ),
    }
    return from_rows(rows)
