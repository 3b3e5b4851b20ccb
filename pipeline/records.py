"""The records that pass between stages; the row types mirror the tables of `pipeline.tables`.

Offsets (`start`, `end` and every `*_start`, `*_end`) are half-open and count Unicode code points
of the article's `text`, so that ``text[start:end]`` is always the surface.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["title", "heading", "lead", "body", "quote", "list", "caption", "cruft"]
Precision = Literal["day", "month", "year"]
Polarity = Literal["affirmed", "negated"]
Factuality = Literal["actual", "planned", "possible", "hypothetical"]
Tense = Literal["past", "present", "future"]
MentionKind = Literal["name", "description", "pronoun"]


@dataclass(frozen=True, slots=True)
class Page:
    """One input unit as read and decoded: a whole file or one record of a dump."""

    source: str
    """Path inside the dump, member and line included: `wire.zip!a/b.jsonl#12`."""
    source_format: str
    raw_sha256: str
    text: str
    """Decoded input, `\\n` line ends, NFC; a record's title stands before the body."""
    encoding: str
    text_flags: tuple[str, ...] = ()
    source_id: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    """The date as the dump gives it, unparsed."""
    byline: str | None = None
    site: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a dump that is no input: it gives no row, but is told in the manifest."""

    source: str
    what: str


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of page text with its kind; blocks are in order and do not overlap."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning found on a page; `blocks` cover everything but white space."""

    blocks: tuple[Block, ...]
    title: str | None = None
    published_on: date | None = None
    published_precision: Precision | None = None
    byline: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """A row of `articles`."""

    article_id: str
    source: str
    source_id: str | None
    source_format: str
    encoding: str
    text_flags: tuple[str, ...]
    url: str | None
    title: str | None
    published_on: date | None
    published_precision: Precision | None
    byline: str | None
    site: str | None
    tags: tuple[str, ...]
    language: str
    language_score: float | None
    n_passages: int
    n_chars: int
    n_words: int
    text: str
    raw_sha256: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A row of `passages`."""

    article_id: str
    passage_index: int
    kind: Kind
    start: int
    end: int
    language: str
    language_score: float | None
    extracted: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A row of `mentions`."""

    article_id: str
    mention_index: int
    start: int
    end: int
    text: str
    label: str
    kind: MentionKind
    entity_id: str | None
    value: str | None
    language: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Known:
    """An entity that the gazetteer knows."""

    entity_id: str
    type: str
    name_fr: str
    name_en: str
    country: str | None = None
    wikidata_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A row of `entities`."""

    entity_id: str
    type: str
    name_fr: str
    name_en: str
    country: str | None
    wikidata_id: str | None
    n_mentions: int
    n_articles: int


@dataclass(frozen=True, slots=True)
class Relation:
    """A row of `relations`."""

    relation_id: str
    article_id: str
    language: str
    relation: str
    subject_id: str | None
    subject_text: str | None
    subject_start: int | None
    subject_end: int | None
    subject_label: str | None
    object_id: str | None
    object_text: str | None
    object_start: int | None
    object_end: int | None
    object_label: str | None
    trigger: str
    trigger_start: int
    trigger_end: int
    polarity: Polarity
    factuality: Factuality
    tense: Tense | None
    attribution_id: str | None
    attribution_text: str | None
    date_text: str | None
    date_start: date | None
    date_end: date | None
    place_id: str | None
    place_text: str | None
    sentence: str
    sentence_start: int
    sentence_end: int
    rule: str
    score: float | None
    plover: str | None
    cameo: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """A row of `events`."""

    event_id: str
    relation: str
    subject_id: str | None
    object_id: str | None
    date_start: date | None
    date_end: date | None
    place_id: str | None
    polarity: Polarity
    factuality: Factuality
    n_relations: int
    n_articles: int
    first_published_on: date | None
    last_published_on: date | None
    relation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """A row of `near_duplicates`."""

    article_id: str
    near_duplicate_of: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Reject:
    """A row of `rejects`: an input that was not extracted, and why."""

    source: str
    raw_sha256: str | None
    stage: str
    reason: str
    detail: str
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All rows of one accepted article."""

    article: Article
    passages: tuple[Passage, ...]
    mentions: tuple[Mention, ...]
    relations: tuple[Relation, ...]


Row = Article | Passage | Mention | Entity | Relation | Event | NearDuplicate | Reject
