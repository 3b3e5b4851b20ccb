"""Rows with defaults, so that a test states only what it is about."""

from __future__ import annotations

from typing import Any

from pipeline.records import Mention, Relation

ARTICLE = "a" * 20


def relation(relation_id: str = "r1", **given: Any) -> Relation:
    values: dict[str, Any] = dict.fromkeys(Relation.__dataclass_fields__)
    values |= {
        "relation_id": relation_id,
        "article_id": ARTICLE,
        "language": "fr",
        "relation": "visits",
        "subject_id": "Q1",
        "subject_text": "Un",
        "object_id": "Q2",
        "object_text": "Deux",
        "trigger": "visite",
        "trigger_start": 0,
        "trigger_end": 6,
        "polarity": "affirmed",
        "factuality": "actual",
        "sentence": "…",
        "sentence_start": 0,
        "sentence_end": 100,
        "rule": "test",
    }
    return Relation(**(values | given))


def mention(text: str, entity_id: str | None, index: int = 0, **given: Any) -> Mention:
    values: dict[str, Any] = {
        "article_id": ARTICLE,
        "mention_index": index,
        "start": 0,
        "end": len(text),
        "text": text,
        "label": "PER",
        "kind": "name",
        "entity_id": entity_id,
        "value": None,
        "language": "fr",
        "score": None,
    }
    return Mention(**(values | given))
