"""From a parsed passage to its relations: triggers, frames, rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pipeline.nodes import Node, Tree
from pipeline.records import Mention, Passage, Relation
from pipeline.relations.arguments import Resolver
from pipeline.relations.attribution import source_of
from pipeline.relations.circumstances import when, where
from pipeline.relations.copulas import located_frame
from pipeline.relations.cues import load_cues
from pipeline.relations.factuality import Modality, judge
from pipeline.relations.features import features
from pipeline.relations.idioms import Beside, silencer
from pipeline.relations.inventory import RelationType, load_inventory
from pipeline.relations.lexicon import LEXICON, NounEntry, Rule, load_rules
from pipeline.relations.model import Argument, Frame, Miss, Tokens
from pipeline.relations.nominals import noun_frame
from pipeline.relations.parties import Pair, pairs
from pipeline.relations.scores import load_scores
from pipeline.relations.spans import trigger_span, trimmed
from pipeline.relations.topics import Topic
from pipeline.relations.triggers import Triggers
from pipeline.relations.verbs import verb_frame
from pipeline.trees import dep, lemma

UNSAID = "the rest of the idiom is missing"
SPEAKERS = frozenset({"actor", "person", "state", "org"})


class Attempt(NamedTuple):
    """One trigger under one rule: the frame it gave, or the condition that failed."""

    rule: Rule
    token: Node
    outcome: Frame | Miss


class Grammar:
    """The rules of one language, indexed by the lemma of their trigger."""

    def __init__(
        self, language: str, more: Path | None = None, folders: Sequence[Path] = (LEXICON,)
    ) -> None:
        """Load and validate the lexicon files of `folders`, of a user's folder, and the cues.

        Raises LexiconError.
        """
        self.language = language
        self.cues = load_cues(language)
        self.kinds = load_inventory(more)
        self.scores = load_scores(language)
        self._triggers = Triggers(language, load_rules(language, folders, more))

    def attempts(self, doc: Tree, resolver: Resolver) -> Iterator[Attempt]:
        """Every trigger of the passage with what became of it, in text order.

        An idiom is tried where the sentence holds the rest of it.
        """
        for token, rules in self._triggers.candidates(doc):
            beside = Beside(token, self.cues, self._triggers.lexemes)
            for rule in rules:
                yield Attempt(rule, token, self._frame(token, rule, beside, resolver))

    def _frame(self, token: Node, rule: Rule, beside: Beside, resolver: Resolver) -> Frame | Miss:
        parts = beside.parts(rule.entry.parts)
        if parts is None:
            return Miss(UNSAID)
        frame = self._read(token, rule, beside, parts, resolver)
        if isinstance(frame, Miss) or not rule.entry.without:
            return frame
        other = silencer(token, rule.entry, resolver, self.cues)
        return frame if other is None else Miss(f"another sense beside {other.text!r}")

    def _read(
        self, token: Node, rule: Rule, beside: Beside, parts: Tokens, resolver: Resolver
    ) -> Frame | Miss:
        """The parties, by the kind of the entry."""
        kind = self.kinds[rule.relation]
        if isinstance(rule.entry, NounEntry):
            return noun_frame(token, parts, rule.entry, kind, resolver, self.cues)
        if rule.entry.copula:
            return located_frame(token, rule.entry, kind, resolver, self.cues)
        return verb_frame(beside.clause, parts, rule.entry, kind, resolver, self.cues)

    def relations(self, article_id: str, doc: Tree, resolver: Resolver) -> list[Relation]:
        """The relations of one passage, in text order, each told once a sentence."""
        told: dict[tuple[object, ...], Relation] = {}
        topic = Topic(doc, resolver)
        for attempt in self.attempts(doc, resolver):
            if isinstance(attempt.outcome, Miss):
                continue
            for row in self._rows(article_id, attempt.rule, attempt.outcome, resolver, topic):
                told.setdefault(_telling(row, self.kinds[row.relation]), row)
        return _without_weaker(list(told.values()))

    def _rows(
        self, article_id: str, rule: Rule, frame: Frame, resolver: Resolver, topic: Topic
    ) -> Iterator[Relation]:
        kind = self.kinds[rule.relation]
        modality = judge(
            frame.head, frame.light, self.cues, rule.entry.factuality, speech=kind.speech
        )
        if rule.entry.negation == "required":
            modality = modality.as_told_by_negation()
        if modality.skip:
            return
        for found in pairs(frame, kind, resolver):
            pair = topic.complete(found, kind, frame.head.i)
            yield self._row(article_id, rule, frame, modality, pair, resolver)

    def _row(
        self,
        article_id: str,
        rule: Rule,
        frame: Frame,
        modality: Modality,
        pair: Pair,
        resolver: Resolver,
    ) -> Relation:
        subject, obj = pair
        kind = self.kinds[rule.relation]
        start, end = trigger_span(frame.trigger)
        nodes = [t for t in (*frame.trigger, frame.light) if t is not None]
        sentence = trimmed(frame.head.sent)
        date = when(nodes, resolver)
        parties = (*frame.subjects, *frame.objects)
        spans = [(a.start, a.end) for a in pair if a]
        place = where(nodes, parties, spans, resolver, self.cues)
        source = self._source(frame, subject, resolver)
        told = modality.polarity == "affirmed" and modality.factuality == "actual"
        shift, text = resolver.shift, resolver.text
        return Relation(
            relation_id=_relation_id(article_id, rule.relation, start + shift, pair, modality),
            article_id=article_id,
            language=self.language,
            relation=rule.relation,
            subject_id=subject.entity_id if subject else None,
            subject_text=subject.text if subject else None,
            subject_start=subject.start if subject else None,
            subject_end=subject.end if subject else None,
            subject_label=subject.label if subject else None,
            object_id=obj.entity_id if obj else None,
            object_text=obj.text if obj else None,
            object_start=obj.start if obj else None,
            object_end=obj.end if obj else None,
            object_label=obj.label if obj else None,
            trigger=text[start:end],
            trigger_start=start + shift,
            trigger_end=end + shift,
            polarity=modality.polarity,
            factuality=modality.factuality,
            tense=modality.tense,
            attribution_id=source.entity_id if source else None,
            attribution_text=source.text if source else None,
            date_text=date.text if date else None,
            date_start=date.start if date else None,
            date_end=date.end if date else None,
            place_id=place.entity_id if place else None,
            place_text=place.text if place else None,
            sentence=text[sentence[0] : sentence[1]],
            sentence_start=sentence[0] + shift,
            sentence_end=sentence[1] + shift,
            rule=f"{rule.name}:{frame.construction}",
            score=self.scores.of(features(rule, frame, modality, pair, resolver)),
            plover=kind.plover if told else None,
            cameo=kind.cameo if told else None,
        )

    def _source(
        self, frame: Frame, subject: Argument | None, resolver: Resolver
    ) -> Argument | None:
        """Who says so, unless it is the doer who announces the own deed."""
        source = source_of(frame.head, self.cues)
        if source is None:
            return None
        argument = next(iter(resolver.arguments(source.token)), None)
        if argument is None or (source.by_words and not self._speaks(argument, source.token)):
            return None
        own = subject is not None and argument.entity_id == subject.entity_id is not None
        return None if own and source.announces else _counted(argument, source.token, resolver)

    def _speaks(self, argument: Argument, token: Node) -> bool:
        return bool(argument.kinds & SPEAKERS) or lemma(token) in self.cues.source_nouns


def _counted(source: Argument, token: Node, resolver: Resolver) -> Argument:
    """`Two officials`, `one diplomat`: how many say so belongs to who says so."""
    starts = [c.idx + resolver.shift for c in token.children if dep(c) == "nummod"]
    start = min((at for at in starts if at < source.start), default=source.start)
    text = resolver.text[start - resolver.shift : source.end - resolver.shift]
    return replace(source, start=start, text=text) if start < source.start else source


def _relation_id(
    article_id: str, relation: str, trigger_start: int, pair: Pair, modality: Modality
) -> str:
    spans = [f"{a.start}:{a.end}:{a.entity_id or ''}" if a else "" for a in pair]
    key = "\x1f".join((article_id, relation, str(trigger_start), *spans, modality.polarity))
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def _telling(row: Relation, kind: RelationType) -> tuple[object, ...]:
    """What makes two rows of one sentence the same thing said twice."""
    parties = [row.subject_id or row.subject_text, row.object_id or row.object_text]
    if kind.symmetric:
        parties.sort(key=str)
    return (row.sentence_start, row.relation, *parties, row.polarity)


def _without_weaker(rows: list[Relation]) -> list[Relation]:
    """Drop rows that say less than another of the sentence: an empty party beside a full one."""
    return [row for row in rows if not any(_says_more(other, row) for other in rows)]


def _says_more(other: Relation, row: Relation) -> bool:
    if other is row or (other.relation, other.sentence_start) != (row.relation, row.sentence_start):
        return False
    if other.polarity != row.polarity:
        return False
    mine = (row.subject_id or row.subject_text, row.object_id or row.object_text)
    theirs = (other.subject_id or other.subject_text, other.object_id or other.object_text)
    return mine != theirs and all(m is None or m == t for m, t in zip(mine, theirs, strict=True))


def find_relations(
    article_id: str,
    passages: Sequence[tuple[Passage, Tree]],
    mentions: Sequence[Mention],
    members: Mapping[int, Sequence[int]],
    cities: Set[str],
    grammars: Mapping[str, Grammar],
) -> tuple[Relation, ...]:
    """All relations of one article, in text order.

    `mentions` are those of the whole article; `members` maps the index of a plural mention to
    those of the names that it stands for; `cities` are entity ids that are places only.
    """
    rows: list[Relation] = []
    for passage, doc in passages:
        grammar = grammars[passage.language]
        resolver = Resolver(passage, doc, mentions, members, cities, grammar.cues)
        rows += grammar.relations(article_id, doc, resolver)
    return tuple(rows)


class Grammars(dict[str, Grammar]):
    """The grammar of each language, loaded when it is first asked for."""

    def __init__(self, more: Path | None = None) -> None:
        """`more` is a folder of lexicon files beside ours."""
        self._more = more

    def __missing__(self, language: str) -> Grammar:
        grammar = self[language] = Grammar(language, self._more)
        return grammar


def load_grammars(languages: Iterable[str], more: Path | None = None) -> Grammars:
    """The grammars, with the lexicon files of the folder `more` beside ours.

    A user's files are read at once: LexiconError is raised before any article is parsed.
    """
    grammars = Grammars(more)
    if more is not None:
        for language in languages:
            grammars[language]
    return grammars
