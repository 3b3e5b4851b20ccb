"""What is true of the whole snapshot: distinct entities, and events told more than once.

Both functions read their rows once, keep small tuples instead of the rows, and give the same
result in whatever order the rows come.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, get_args

from pipeline.records import Entity, Event, Factuality, Known, Mention, Polarity, Relation
from pipeline.tellings import NEARBY_DAYS, Telling, clusters
from pipeline.texts import fold

EntityType = Literal["PER", "ORG", "LOC", "EVENT", "PRODUCT", "NORP"]
ENTITY_TYPES: tuple[str, ...] = get_args(EntityType)
STRENGTH: tuple[Factuality, ...] = ("actual", "planned", "possible", "hypothetical")
"""Factuality from the strongest to the weakest."""


# --- entities -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tally:
    """What the mentions of one entity say of it."""

    n_mentions: int = 0
    articles: set[int] = field(default_factory=set)
    labels: Counter[str] = field(default_factory=Counter)
    texts: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """How often each (rank of the kind of mention, language, text) occurs."""


_KIND_RANK = {"name": 1, "description": 2, "pronoun": 3}


def entity_rows(mentions: Iterable[Mention], known: Mapping[str, Known]) -> list[Entity]:
    """The rows of `entities`: one for each entity_id among the mentions, sorted by it.

    Names come from `known`; other entities are named by their mentions, see `_name`.
    """
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    numbers: dict[str, int] = {}
    for mention in mentions:
        if mention.entity_id is None:
            continue
        tally = tallies[mention.entity_id]
        tally.n_mentions += 1
        tally.articles.add(numbers.setdefault(mention.article_id, len(numbers)))
        tally.labels[mention.label] += 1
        tally.texts[_rank(mention), mention.language, mention.text] += 1
    return [_entity(key, tallies[key], known.get(key)) for key in sorted(tallies)]


def _rank(mention: Mention) -> int:
    """0 for the mention that a described entity is named by, otherwise by kind."""
    if mention.entity_id == f"desc:{mention.article_id}:{mention.mention_index}":
        return 0
    return _KIND_RANK[mention.kind]


def _entity(key: str, tally: _Tally, known: Known | None) -> Entity:
    if known is not None:
        return Entity(
            key,
            known.type,
            known.name_fr,
            known.name_en,
            known.country,
            known.wikidata_id,
            tally.n_mentions,
            len(tally.articles),
        )
    return Entity(
        entity_id=key,
        type=_type(key, tally.labels),
        name_fr=_name(key, tally.texts, "fr"),
        name_en=_name(key, tally.texts, "en"),
        country=None,
        wikidata_id=key if key[:1] == "Q" and key[1:].isdigit() else None,
        n_mentions=tally.n_mentions,
        n_articles=len(tally.articles),
    )


def _type(key: str, labels: Counter[str]) -> str:
    """The type in the slug (`per:…`), otherwise the most frequent label."""
    prefix = key.partition(":")[0].upper()
    if prefix in ENTITY_TYPES:
        return prefix
    return min(labels, key=lambda label: (label not in ENTITY_TYPES, -labels[label], label))


def _name(key: str, texts: Counter[tuple[int, str, str]], language: str) -> str:
    """The best text of an entity's mentions in a language.

    A name before a description before a pronoun; the text that the slug is made of
    (`per:mark-rutte`: Mark Rutte, though Rutte be more frequent); one in this language; the most
    frequent; the longest; the first by alphabet.
    """
    slug = key.partition(":")[2]

    def worth(item: tuple[int, str, str]) -> tuple[int, bool, bool, int, int, str]:
        rank, spoken, text = item
        return (rank, _slug(text) != slug, spoken != language, -texts[item], -len(text), text)

    return min(texts, key=worth)[2]


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


# --- events -------------------------------------------------------------------------------------


class _Side(NamedTuple):
    """An argument as a key of grouping: rows whose sides are equal may be one event."""

    missing: bool
    """True for what is no entity, so that entities sort first."""
    name: str
    article: str
    """Set where the name means nothing outside its article."""


class _Key(NamedTuple):
    relation: str
    polarity: Polarity
    subject: _Side
    object: _Side


def event_rows(
    relations: Iterable[Relation],
    published: Mapping[str, date | None],
    symmetric: frozenset[str] = frozenset(),
    nearby_days: int = NEARBY_DAYS,
) -> list[Event]:
    """The rows of `events`, sorted by event_id; every relation is in exactly one.

    Two relations are one event where relation, polarity and both sides are equal and neither date
    nor place speaks against it. `published` gives the article's date by article_id; in `symmetric`
    relations the order of the sides is nothing. A side that is no entity counts as equal to
    another across articles only where its text holds a proper name; an empty one never does. A
    relation without a date joins an event of its own article, or one that is dated (else first
    told) within `nearby_days` days of its publication.
    """
    groups: defaultdict[_Key, list[Telling]] = defaultdict(list)
    numbers: dict[str, int] = {}
    for row in relations:
        article = numbers.setdefault(row.article_id, len(numbers))
        day = published.get(row.article_id)
        groups[_key(row, symmetric)].append(_telling(row, article, day))
    events = [
        _event(key, telling)
        for key, tellings in groups.items()
        for telling in clusters(tellings, nearby_days)
    ]
    return sorted(events, key=lambda event: event.event_id)


def _key(row: Relation, symmetric: frozenset[str]) -> _Key:
    subject = _side(row.subject_id, row.subject_text, row.article_id)
    other = _side(row.object_id, row.object_text, row.article_id)
    if row.relation in symmetric and other < subject:
        subject, other = other, subject
    return _Key(row.relation, row.polarity, subject, other)


def _side(entity_id: str | None, text: str | None, article_id: str) -> _Side:
    if entity_id is not None:
        return _Side(False, entity_id, "")
    if text is None:
        return _Side(True, "", article_id)
    return _Side(True, fold(text), "" if _names_something(text) else article_id)


def _names_something(text: str) -> bool:
    """Whether a word after the first has a capital: `accord de Paris`, not `L'accord`."""
    return any(word[:1].isupper() for word in text.replace("’", " ").replace("'", " ").split()[1:])


def _telling(row: Relation, article: int, day: date | None) -> Telling:
    start, end = row.date_start or row.date_end, row.date_end or row.date_start
    return Telling(
        row.relation_id,
        article,
        start.toordinal() if start else None,
        end.toordinal() if end else 0,
        row.place_id,
        STRENGTH.index(row.factuality),
        day.toordinal() if day else None,
    )


def _event(key: _Key, tellings: list[Telling]) -> Event:
    ids = sorted(telling.relation_id for telling in tellings)
    days = [telling.published for telling in tellings if telling.published is not None]
    dated = [telling for telling in tellings if telling.start is not None]
    return Event(
        event_id="e" + ids[0],
        relation=key.relation,
        subject_id=None if key.subject.missing else key.subject.name,
        object_id=None if key.object.missing else key.object.name,
        date_start=_day(max((t.start for t in dated if t.start is not None), default=None)),
        date_end=_day(min((t.end for t in dated), default=None)),
        place_id=next((t.place for t in tellings if t.place), None),
        polarity=key.polarity,
        factuality=STRENGTH[min(telling.strength for telling in tellings)],
        n_relations=len(ids),
        n_articles=len({telling.article for telling in tellings}),
        first_published_on=_day(min(days, default=None)),
        last_published_on=_day(max(days, default=None)),
        relation_ids=tuple(ids),
    )


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
