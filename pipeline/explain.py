"""`depeche explain`: the parse of a phrase, its triggers, and what became of each."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.entities import find_mentions
from pipeline.extract import Draft, Extractor, draft
from pipeline.nodes import Node, Tree
from pipeline.readers import page_from_text
from pipeline.records import Mention, Passage, Relation
from pipeline.relations.arguments import Resolver
from pipeline.relations.find import UNSAID, Attempt
from pipeline.relations.model import Miss
from pipeline.relations.spans import trigger_span
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Word:
    """One token of the parse."""

    i: int
    text: str
    lemma: str
    pos: str
    dep: str
    head: str
    morph: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """One rule tried at one token."""

    rule: str
    trigger: str
    construction: str | None
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    failed: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that one text gave, and why."""

    language: str
    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    triggers: tuple[Trigger, ...]
    relations: tuple[Relation, ...]


def explain_text(text: str, settings: Settings, extractor: Extractor | None = None) -> Explanation:
    """Parse a text and try every trigger in it.

    Raises RejectError where the text cannot be an article.
    """
    extractor = extractor or Extractor(settings)
    item = draft(page_from_text(text), settings)
    pairs = _parse(item, extractor)
    found = find_mentions(
        item.article_id, text, item.detection.language, pairs, extractor.gazetteer, None
    )
    words: list[Word] = []
    triggers: list[Trigger] = []
    relations: list[Relation] = []
    for passage, tree in pairs:
        grammar = extractor.grammars[passage.language]
        resolver = Resolver(
            passage, tree, found.mentions, found.members, extractor.gazetteer.cities, grammar.cues
        )
        words += [_word(token) for token in tree if not token.text.isspace()]
        triggers += [_trigger(a) for a in grammar.attempts(tree, resolver)]
        relations += grammar.relations(item.article_id, tree, resolver)
    return Explanation(
        item.detection.language, tuple(words), found.mentions, tuple(triggers), tuple(relations)
    )


def _parse(item: Draft, extractor: Extractor) -> list[tuple[Passage, Tree]]:
    return [
        (p, Tree(extractor.annotator.docs(p.language, [item.page.text[p.start : p.end]])[0]))
        for p in item.passages
        if p.extracted
    ]


def _word(token: Node) -> Word:
    head = "" if token.head.i == token.i else token.head.text
    return Word(token.i, token.text, token.lemma_, token.pos_, token.dep_, head, _features(token))


def _features(token: Node) -> str:
    return "|".join(f"{name}={','.join(values)}" for name, values in token.morph.items())


def _trigger(attempt: Attempt) -> Trigger:
    outcome, token = attempt.outcome, attempt.token
    if isinstance(outcome, Miss):
        return Trigger(attempt.rule.name, token.text, None, (), (), outcome.reason)
    start, end = trigger_span(outcome.trigger)
    return Trigger(
        attempt.rule.name,
        token.doc.text[start:end],
        outcome.construction,
        tuple(t.text for t in outcome.subjects),
        tuple(t.text for t in outcome.objects),
        None,
    )


def explain_json(text: str, settings: Settings) -> dict[str, Any]:
    """The explanation as plain values."""
    return asdict(explain_text(text, settings))


def explain_phrase(text: str, settings: Settings, width: int = 110) -> str:
    """The explanation as text for a terminal."""
    told = explain_text(text, settings)
    console = Console(file=io.StringIO(), width=width, highlight=False)
    for table in (_parse_table(told), _mention_table(told), _trigger_table(told)):
        console.print(table)
    console.print(_relation_table(told) if told.relations else "no relation")
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _parse_table(told: Explanation) -> Table:
    table = _table(f"Parse ({told.language})", "word", "lemma", "pos", "relation", "head")
    for w in told.words:
        table.add_row(*(escape(v) for v in (w.text, w.lemma, w.pos, w.dep, w.head)))
    return table


def _mention_table(told: Explanation) -> Table:
    table = _table("\nMentions", "text", "label", "kind", "entity", "value")
    for m in told.mentions:
        cells = (m.text, m.label, m.kind, m.entity_id or "–", m.value or "")
        table.add_row(*(escape(v) for v in cells))
    return table


def _trigger_table(told: Explanation) -> Table:
    table = _table("\nTriggers", "trigger", "rule", "construction", "subject", "object", "failed")
    for t in told.triggers:
        if t.failed == UNSAID:  # true of hundreds of idioms: in the JSON only
            continue
        cells = (
            t.trigger,
            t.rule,
            t.construction or "–",
            ", ".join(t.subjects),
            ", ".join(t.objects),
            t.failed or "",
        )
        table.add_row(*(escape(v) for v in cells))
    return table


def _relation_table(told: Explanation) -> Table:
    table = _table("\nRelations", "subject", "relation", "object", "polarity", "factuality", "says")
    for r in told.relations:
        cells = (
            r.subject_text or "–",
            r.relation,
            r.object_text or "–",
            r.polarity,
            r.factuality,
            r.attribution_text or "",
        )
        table.add_row(*(escape(v) for v in cells))
    return table
