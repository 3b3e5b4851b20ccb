"""The Arrow schemas of the eight tables: the contract with notebooks and other stages.

A table is declared once here; `schema`, `to_arrow` and `dictionary_markdown` derive from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

import pyarrow as pa

from pipeline.records import Row

SCHEMA_VERSION = "1"

TEXT = pa.string()
CATEGORY = pa.dictionary(pa.int32(), pa.string())
COUNT = pa.int32()
DAY = pa.date32()
SCORE = pa.float32()
FLAG = pa.bool_()
TEXTS = pa.list_(pa.field("element", pa.string(), nullable=False))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, Arrow type, one-line description and whether it may be null."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, its columns, and the columns that order its rows."""

    name: str
    description: str
    columns: tuple[Column, ...]
    sort_by: tuple[str, ...]
    per_article: bool
    """Facts about one article; otherwise facts about the whole snapshot."""


def _c(name: str, kind: pa.DataType, description: str, *, null: bool = False) -> Column:
    return Column(name, kind, description, null)


ARTICLES = Table(
    "articles",
    "one row per accepted article",
    (
        _c("article_id", TEXT, "20 hex digits of SHA-256 over the canonical text"),
        _c("source", TEXT, "path inside the dump, member and line included: `a.zip!b.jsonl#12`"),
        _c("source_id", TEXT, "the dump's own id, as text", null=True),
        _c("source_format", CATEGORY, "format it was read as: txt, jsonl …"),
        _c("encoding", CATEGORY, "encoding it was decoded from"),
        _c("text_flags", TEXTS, "encoding_guessed, nul_replaced, mojibake_suspect …"),
        _c("url", TEXT, "address of the page", null=True),
        _c("title", TEXT, "headline", null=True),
        _c("published_on", DAY, "date of publication; first day of a month or year", null=True),
        _c("published_precision", CATEGORY, "day, month, year", null=True),
        _c("byline", TEXT, "author line as printed", null=True),
        _c("site", TEXT, "publisher as the dump gives it", null=True),
        _c("tags", TEXTS, "keywords of the page"),
        _c("language", CATEGORY, "`fr` or `en`"),
        _c("language_score", SCORE, "langdetect's probability where it was asked", null=True),
        _c("n_passages", COUNT, "rows in `passages`"),
        _c("n_chars", COUNT, "code points of `text`"),
        _c("n_words", COUNT, "white-space separated words of `text`"),
        _c("text", TEXT, "decoded input; all offsets count its code points"),
        _c("raw_sha256", TEXT, "SHA-256 of the input unit's bytes"),
    ),
    ("article_id",),
    True,
)

PASSAGES = Table(
    "passages",
    "one row per block of an article, cruft included",
    (
        _c("article_id", TEXT, "the article"),
        _c("passage_index", COUNT, "place in the article, from 0"),
        _c("kind", CATEGORY, "title, heading, lead, body, quote, list, caption, cruft"),
        _c("start", COUNT, "first code point in `articles.text`"),
        _c("end", COUNT, "one past the last code point"),
        _c("language", CATEGORY, "ISO 639-1, or `und`"),
        _c("language_score", SCORE, "langdetect's probability where it was asked", null=True),
        _c("extracted", FLAG, "the language pipeline ran on it"),
    ),
    ("article_id", "passage_index"),
    True,
)

MENTIONS = Table(
    "mentions",
    "one row per entity mention, date or quantity",
    (
        _c("article_id", TEXT, "the article"),
        _c("mention_index", COUNT, "place in the article, from 0"),
        _c("start", COUNT, "first code point in `articles.text`"),
        _c("end", COUNT, "one past the last code point"),
        _c("text", TEXT, "the surface"),
        _c("label", CATEGORY, "PER ORG LOC EVENT PRODUCT NORP DATE MONEY PERCENT QUANTITY"),
        _c("kind", CATEGORY, "name, description, pronoun"),
        _c("entity_id", TEXT, "joins `entities`; null where not resolved", null=True),
        _c("value", TEXT, "ISO 8601 date or interval, or amount with unit", null=True),
        _c("language", CATEGORY, "language of its passage"),
        _c("score", SCORE, "1 for gazetteer or rule, null for the model", null=True),
    ),
    ("article_id", "mention_index"),
    True,
)

RELATIONS = Table(
    "relations",
    "one row per relation stated in one sentence",
    (
        _c("relation_id", TEXT, "20 hex digits; the same in every run"),
        _c("article_id", TEXT, "the article"),
        _c("language", CATEGORY, "language of its passage"),
        _c("relation", CATEGORY, "meets, withdraws_from … (see the inventory)"),
        _c("subject_id", TEXT, "joins `entities`", null=True),
        _c("subject_text", TEXT, "subject as it stands in the sentence", null=True),
        _c("subject_start", COUNT, "first code point of the subject", null=True),
        _c("subject_end", COUNT, "one past its last code point", null=True),
        _c("subject_label", CATEGORY, "label of the subject's mention", null=True),
        _c("object_id", TEXT, "joins `entities`", null=True),
        _c("object_text", TEXT, "object as it stands in the sentence", null=True),
        _c("object_start", COUNT, "first code point of the object", null=True),
        _c("object_end", COUNT, "one past its last code point", null=True),
        _c("object_label", CATEGORY, "label of the object's mention", null=True),
        _c("trigger", TEXT, "the words that tell the relation"),
        _c("trigger_start", COUNT, "first code point of the trigger"),
        _c("trigger_end", COUNT, "one past its last code point"),
        _c("polarity", CATEGORY, "affirmed or negated"),
        _c("factuality", CATEGORY, "actual, planned, possible, hypothetical"),
        _c("tense", CATEGORY, "past, present, future; null for a bare noun", null=True),
        _c("attribution_id", TEXT, "who says so; joins `entities`", null=True),
        _c("attribution_text", TEXT, "who says so, as printed", null=True),
        _c("date_text", TEXT, "date expression of the deed", null=True),
        _c("date_start", DAY, "first day, resolved against `published_on`", null=True),
        _c("date_end", DAY, "last day", null=True),
        _c("place_id", TEXT, "where; joins `entities`", null=True),
        _c("place_text", TEXT, "where, as printed", null=True),
        _c("sentence", TEXT, "the sentence"),
        _c("sentence_start", COUNT, "first code point of the sentence"),
        _c("sentence_end", COUNT, "one past its last code point"),
        _c("rule", CATEGORY, "lexicon entry and construction that found it"),
        _c("score", SCORE, "how likely a reader finds it right; null: no audit", null=True),
        _c("plover", CATEGORY, "PLOVER event type; only affirmed actual deeds", null=True),
        _c("cameo", CATEGORY, "CAMEO code; only affirmed actual deeds", null=True),
    ),
    ("article_id", "sentence_start", "trigger_start", "relation_id"),
    True,
)

REJECTS = Table(
    "rejects",
    "everything that was not extracted, and why",
    (
        _c("source", TEXT, "path inside the dump, member and line included"),
        _c("raw_sha256", TEXT, "SHA-256 of the bytes, where they could be read", null=True),
        _c("stage", CATEGORY, "open, read, decode, clean, detect, annotate, write"),
        _c("reason", CATEGORY, "one word of the fixed list (unreadable, empty, duplicate …)"),
        _c("detail", TEXT, "one line that a person can act on"),
        _c("article_id", TEXT, "the article, for a duplicate the one kept", null=True),
    ),
    ("source", "raw_sha256", "reason"),
    True,
)

ENTITIES = Table(
    "entities",
    "one row per distinct entity of the snapshot",
    (
        _c("entity_id", TEXT, "Wikidata `Q…`, a slug `org:…`, or `desc:<article>:<mention>`"),
        _c("type", CATEGORY, "PER, ORG, LOC, EVENT, PRODUCT, NORP"),
        _c("name_fr", TEXT, "French name"),
        _c("name_en", TEXT, "English name"),
        _c("country", CATEGORY, "ISO 3166-1 alpha-3", null=True),
        _c("wikidata_id", TEXT, "Wikidata item", null=True),
        _c("n_mentions", COUNT, "mentions in the snapshot"),
        _c("n_articles", COUNT, "articles that mention it"),
    ),
    ("entity_id",),
    False,
)

EVENTS = Table(
    "events",
    "relations told once, however many sentences and articles tell them",
    (
        _c("event_id", TEXT, "`e` and the least relation_id in it"),
        _c("relation", CATEGORY, "meets, withdraws_from …"),
        _c("subject_id", TEXT, "joins `entities`", null=True),
        _c("object_id", TEXT, "joins `entities`", null=True),
        _c("date_start", DAY, "first day of the deed", null=True),
        _c("date_end", DAY, "last day of the deed", null=True),
        _c("place_id", TEXT, "where; joins `entities`", null=True),
        _c("polarity", CATEGORY, "affirmed or negated"),
        _c("factuality", CATEGORY, "the strongest stated"),
        _c("n_relations", COUNT, "relations that tell it"),
        _c("n_articles", COUNT, "articles that tell it"),
        _c("first_published_on", DAY, "earliest publication", null=True),
        _c("last_published_on", DAY, "latest publication", null=True),
        _c("relation_ids", TEXTS, "the relations, sorted"),
    ),
    ("event_id",),
    False,
)

NEAR_DUPLICATES = Table(
    "near_duplicates",
    "reprints of the same copy",
    (
        _c("article_id", TEXT, "the reprint"),
        _c("near_duplicate_of", TEXT, "the earliest published article of its cluster"),
        _c("similarity", SCORE, "Jaccard similarity of their shingles"),
    ),
    ("article_id",),
    False,
)

_PER_ARTICLE = (ARTICLES, PASSAGES, MENTIONS, RELATIONS, REJECTS)
_PER_SNAPSHOT = (ENTITIES, EVENTS, NEAR_DUPLICATES)
TABLES: dict[str, Table] = {table.name: table for table in (*_PER_ARTICLE, *_PER_SNAPSHOT)}


def schema(name: str) -> pa.Schema:
    """The published Arrow schema of a table, descriptions in the field metadata.

    Raises KeyError where there is no such table.
    """
    table = TABLES[name]
    fields = [
        pa.field(c.name, c.type, c.nullable, {"description": c.description}) for c in table.columns
    ]
    metadata = {
        "depeche.table": name,
        "depeche.schema_version": SCHEMA_VERSION,
        "description": table.description,
    }
    return pa.schema(fields, metadata)


def plain_schema(name: str) -> pa.Schema:
    """The same columns with categories as plain strings: rows on their way to a snapshot."""
    return pa.schema(
        [
            field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
            for field in schema(name)
        ],
        schema(name).metadata,
    )


def to_arrow(name: str, rows: Iterable[Row]) -> pa.Table:
    """Records as an Arrow table with the plain schema.

    Raises ValueError where a column that may not be null holds a null.
    """
    target = plain_schema(name)
    columns = zip(*map(attrgetter(*target.names), rows), strict=True)
    filled = list(columns) or [()] * len(target)
    arrays = [pa.array(c, type=f.type) for c, f in zip(filled, target, strict=True)]
    for field, array in zip(target, arrays, strict=True):
        if not field.nullable and array.null_count:
            raise ValueError(f"{name}.{field.name} holds {array.null_count} nulls")
    return pa.Table.from_arrays(arrays, schema=target)
