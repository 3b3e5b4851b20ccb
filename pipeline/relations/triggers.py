"""Which words of a passage may trigger which rules, looked up once a form.

Most rules are idioms of common verbs (`prendre`, `être`): they are tried only where the rest of
the idiom is in the sentence at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.nodes import Node, Phrase, Tree
from pipeline.relations.forms import Lexemes
from pipeline.relations.lexicon import Rule, VerbEntry
from pipeline.trees import dep, feature

MOST_SEEN = 100_000
"""Pairs of form and lemma remembered: memory stays flat over any dump."""
VERBAL_LABELS = frozenset({"aux:tense", "aux:pass", "obl:agent", "expl:pv"})
CLAUSAL_LABELS = frozenset({"nsubj", "mark"})
Reading = Literal["verb", "adjective", "noun"]
Indexed = tuple[int, Reading, Rule]
"""A rule with its place in the lexicon and what its trigger must be read as."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the lexicon has for one form and lemma."""

    words: frozenset[str]
    """The words of idioms that it may be."""
    plain: tuple[Indexed, ...]
    """Rules that need no other word."""
    idioms: dict[str, list[Indexed]]
    """A word of an idiom -> rules."""

    def rules(self, present: frozenset[str]) -> Sequence[Indexed]:
        """Rules whose other words are present, in the order of the lexicon."""
        words = self.idioms.keys() & present if self.idioms else ()
        if not words:
            return self.plain
        found = {row[0]: row for row in self.plain}
        for word in words:
            for row in self.idioms[word]:
                if not any(present.isdisjoint(part.lemmas) for part in row[2].entry.parts):
                    found[row[0]] = row
        return [found[order] for order in sorted(found)]


SILENT = Form(frozenset(), (), {})
"""Of words that the lexicon does not know."""


class Triggers:
    """The rules of one language by the words that trigger them."""

    def __init__(self, language: str, rules: Iterable[Rule]) -> None:
        """Index rules in the order of the lexicon."""
        self._rules: dict[str, list[Indexed]] = defaultdict(list)
        self._parts: set[str] = set()
        for i, rule in enumerate(rules):
            for word in rule.entry.lemmas:
                self._rules[word].append((i, _reading(rule), rule))
            self._parts.update(w for part in rule.entry.parts for w in part.lemmas)
        self._known = frozenset(self._rules.keys() | self._parts)
        self.lexemes = Lexemes(language, self._known)
        self._made: dict[frozenset[str], Form] = {}  # as many as the lexicon has homographs
        self._forms: dict[tuple[str, str], Form] = {}

    def candidates(self, doc: Tree) -> Iterator[tuple[Node, list[Rule]]]:
        """Tokens with the rules that they may trigger, both in order."""
        for sentence in doc.sentences:
            forms = self._forms_in(sentence)
            present = frozenset[str]().union(*[form.words for _, form in forms if form.words])
            for token, form in forms:
                found = form.rules(present) if form.plain or form.idioms else ()
                if found and (readings := read_as(token)):
                    rules = [rule for _, reading, rule in found if reading in readings]
                    if rules:
                        yield token, rules

    def _forms_in(self, sentence: Phrase) -> list[tuple[Node, Form]]:
        """The tokens that the lexicon has anything for."""
        known = self._forms
        found: list[tuple[Node, Form]] = []
        for token in sentence:
            form = known.get((token.lower_, token.lemma_)) or self._form(token)
            if form is not SILENT:
                found.append((token, form))
        return found

    def _form(self, token: Node) -> Form:
        words = self.lexemes.of(token) & self._known
        if words not in self._made:
            self._made[words] = self._look_up(words)
        made = self._made[words]
        if len(self._forms) < MOST_SEEN:
            self._forms[token.lower_, token.lemma_] = made
        return made

    def _look_up(self, words: frozenset[str]) -> Form:
        rows = sorted({row[0]: row for word in words for row in self._rules.get(word, ())}.items())
        plain: list[Indexed] = []
        idioms: dict[str, list[Indexed]] = defaultdict(list)
        for _, row in rows:
            parts = row[2].entry.parts
            if not parts:
                plain.append(row)
            for word in min((part.lemmas for part in parts), key=len, default=()):
                idioms[word].append(row)
        known = words & self._parts
        return Form(known, tuple(plain), dict(idioms)) if rows or known else SILENT


def _reading(rule: Rule) -> Reading:
    if not isinstance(rule.entry, VerbEntry):
        return "noun"
    return "adjective" if rule.entry.adjective else "verb"


def read_as(token: Node) -> set[Reading]:
    """What the lexicon may take a token for, whatever its tag says."""
    pos = token.pos_
    readings: set[Reading] = set()
    if pos == "ADJ" or _is_predicate(token):
        readings.add("adjective")
    if pos in {"VERB", "AUX"} or _is_verbal(token):
        readings.add("verb")
    if pos == "VERB":  # a deed noun mistaken for a verb form keeps its determiner
        if any(dep(c) == "det" for c in token.children):
            readings.add("noun")
    elif pos in {"NOUN", "PROPN"} and not _inside_name(token):
        readings.add("noun")
    return readings


def _is_predicate(token: Node) -> bool:
    """`Est partisan de`; a bare noun before its clause: `Partisan de B, A a dit …`."""
    labels = {dep(c) for c in token.children}
    bare = dep(token) == "advcl" and token.i < token.head.i and not labels & {"det", "case"}
    return token.pos_ in {"NOUN", "VERB"} and ("cop" in labels or (bare and token.pos_ == "NOUN"))


def _is_verbal(token: Node) -> bool:
    """A verb form tagged as something else: a participle, or one with a verb's dependents."""
    if token.pos_ in {"ADJ", "NOUN"} and feature(token, "VerbForm") == "Part":
        return True
    labels = {c.dep_ for c in token.children}
    return bool(labels & VERBAL_LABELS) or ("obj" in labels and bool(labels & CLAUSAL_LABELS))


def _inside_name(token: Node) -> bool:
    return dep(token) == "flat" or (token.pos_ == "PROPN" and token.ent_type_ in {"PER", "LOC"})
