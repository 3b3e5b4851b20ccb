"""From the head of a party to the party: its text, label, entity and kind."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property

from pipeline.languages import LANGUAGES
from pipeline.lemmas import load_table
from pipeline.nodes import Node, Phrase, Tree
from pipeline.phrases import noun_phrase, uncharged
from pipeline.records import Mention, Passage
from pipeline.relations.cues import Cues
from pipeline.relations.firstperson import speaker_of
from pipeline.relations.model import Argument
from pipeline.relations.shapes import is_clause, is_institution, is_of_them, is_prefix, is_pronoun
from pipeline.relations.spans import numbered_start, quoted_whole
from pipeline.trees import dep, feature, is_bare_name, lemma, prepositions

SPEAKERS = frozenset({"person", "org"})
KINDS: dict[str, frozenset[str]] = {
    "PER": frozenset({"actor", "person"}),
    "NORP": frozenset({"actor", "state"}),
    "ORG": frozenset({"actor", "org"}),
    "LOC": frozenset({"place", "actor", "state"}),
    "EVENT": frozenset({"event"}),
    "PRODUCT": frozenset({"thing"}),
}
PLACE = frozenset({"place"})
UNSEEN = frozenset({"actor", "person", "place", "thing"})
"""A proper noun that no model or list knows."""
INSTITUTION = frozenset({"actor", "org", "thing"})
CROWD = frozenset({"actor", "person", "thing"})
NAMED = frozenset(KINDS)
YEAR = 4
"""Digits."""
LONGEST_CLAUSE = 12
"""Words of an infinitive or clause that are given as its text."""


class Resolver:
    """The mentions of one passage, looked up by token."""

    def __init__(
        self,
        passage: Passage,
        doc: Tree,
        mentions: Sequence[Mention],
        members: Mapping[int, Sequence[int]],
        cities: Set[str],
        cues: Cues,
    ) -> None:
        """Take the article's mentions; only those inside the passage are kept by token."""
        self.shift = passage.start
        self.doc = doc
        self._all = mentions
        self._members = members
        self._cities = cities
        self._cues = cues
        self._passage = passage
        self._mentions: dict[int, Mention | None] = {}
        self._arguments: dict[int, list[Argument]] = {}
        self._language = LANGUAGES[cues.language]

    @cached_property
    def text(self) -> str:
        """The text of the passage, joined once."""
        return self.doc.text

    @cached_property
    def _by_token(self) -> dict[int, list[Mention]]:
        offsets = [token.idx for token in self.doc.nodes]
        found: dict[int, list[Mention]] = {}
        for mention in self._all:
            if mention.start < self._passage.start or mention.end > self._passage.end:
                continue
            # the first token may begin before it: `le sommet Trump-Poutine`, `russo-iranien`
            first = max(0, bisect_right(offsets, mention.start - self.shift) - 1)
            for i in range(first, bisect_left(offsets, mention.end - self.shift)):
                found.setdefault(i, []).append(mention)
        return found

    def mentions_at(self, token: Node) -> list[Mention]:
        """Mentions that cover the token, the shortest first."""
        return sorted(self._by_token.get(token.i, ()), key=lambda m: m.end - m.start)

    def inside(self, token: Node, mention: Mention) -> bool:
        """The token is a part of the mention."""
        return mention.start <= token.idx + self.shift < mention.end

    def mention(self, token: Node) -> Mention | None:
        """The mention that the token heads, or that it is a part of by name."""
        if token.i not in self._mentions:
            self._mentions[token.i] = self._mention(token)
        return self._mentions[token.i]

    def _mention(self, token: Node) -> Mention | None:
        named = [m for m in self.mentions_at(token) if m.label in NAMED]
        for mention in named:
            if self._heads(token, mention):
                untold = mention.kind == "description" and _is_own(mention)
                return (self._beside_title(token) if untold else None) or mention
        if named and named[0].kind == "name":
            return named[0]
        return self._apposed(token) or (None if named else self._beside_title(token))

    def _beside_title(self, token: Node) -> Mention | None:
        """`Les présidents A et B`: A, of a title that stands for several and for nobody alone."""
        at = token.i + (2 if self._opens_list(token) else 1)
        if at >= len(self.doc) or self.doc[at].head.i != token.i:
            return None
        names = [m for m in self.mentions_at(self.doc[at]) if m.kind == "name"]
        return names[0] if names and names[0].label == "PER" else None

    def _opens_list(self, token: Node) -> bool:
        """`Les ministres, A et B`: a plural and two names behind a comma."""
        if token.i + 2 >= len(self.doc) or self.doc[token.i + 1].text != ",":
            return False
        name = self.doc[token.i + 2]
        joined = dep(name) == "appos" and any(dep(c) == "conj" for c in name.children)
        return joined and name.pos_ == "PROPN" and feature(token, "Number") == "Plur"

    def _heads(self, token: Node, mention: Mention) -> bool:
        start, end = mention.start - self.shift, mention.end - self.shift
        return not start <= token.head.idx < end or token.head.i == token.i

    def _apposed(self, token: Node) -> Mention | None:
        """The name beside a title: `le ministre Jean Dupont`, `le suédois Spotify`."""
        if token.pos_ != "PRON" and self._noun_kinds(token) != {"thing"}:
            return None
        partitive = [g for c in token.children if token.pos_ == "PRON" for g in c.children]
        for child in (*token.children, *partitive):
            one = token.pos_ == "PRON" and dep(child) == "appos"  # `l'un des élus, Jean Dupont`
            if one or (dep(child) in {"appos", "flat", "nmod"} and is_bare_name(child)):
                for mention in self.mentions_at(child):
                    beside = child.i == token.i + 1 and mention.kind == "name"
                    if mention.label == "PER" or (mention.label == "ORG" and beside):
                        return mention
        return None

    def dates(self) -> list[tuple[int, Mention]]:
        """Date mentions of the passage with the index of their first token."""
        seen = {m.mention_index: (i, m) for i, ms in reversed(self._by_token.items()) for m in ms}
        return sorted((i, m) for i, m in seen.values() if m.label == "DATE")

    def arguments(self, token: Node) -> list[Argument]:
        """The party, or the parties where the token is a plural that names stand for.

        None where it is a pronoun that nothing resolves: it tells no party.
        """
        if token.i not in self._arguments:  # every rule of a verb asks for its complements
            self._arguments[token.i] = self._parties(token)
        return self._arguments[token.i]

    def _parties(self, token: Node) -> list[Argument]:
        mention = self.mention(token)
        if mention is None:
            nobody = lemma(token) in self._cues.indefinite
            if is_pronoun(token):
                return self._speaking(token)
            return [] if nobody or self.is_when(token) else [self._unnamed(token)]
        beside = self._beside(token)
        if beside:
            return [self._named(m, m) for m in beside]
        members = self._members.get(mention.mention_index)
        if members:
            return [self._named(mention, self._all[i]) for i in members]
        if mention.kind == "pronoun" and mention.entity_id is None:
            return []
        found = self._named(mention, mention)
        untold = mention.kind == "description" and _is_own(mention)
        return [self._with_number(found, token) if untold else found]

    def _with_number(self, argument: Argument, noun: Node) -> Argument:
        """`Vingt otages`: how many they are belongs to those whom no name tells."""
        start = numbered_start(noun, self.text, argument.start - self.shift)
        text = self.text[start : argument.end - self.shift]
        return replace(argument, start=start + self.shift, text=text)

    def _speaking(self, token: Node) -> list[Argument]:
        """The speaker, of a pronoun in the first person whose words are somebody's."""
        speaker = speaker_of(token, self._cues)
        found = self.arguments(speaker)[:1] if speaker is not None else []
        start, end = token.idx + self.shift, token.idx + len(token) + self.shift
        return [
            replace(a, start=start, end=end, text=token.text) for a in found if a.kinds & SPEAKERS
        ]

    def _beside(self, token: Node) -> list[Mention]:
        """The mentions that share one token: both nations of `russo-iranien`."""
        found = self._by_token.get(token.i, ())
        if len(found) < 2 or "-" not in token.text.strip("-"):
            return []
        inside = {m.start: m for m in found if m.end - m.start < len(token) and m.label in NAMED}
        return [inside[k] for k in sorted(inside)] if len(inside) > 1 else []

    def is_when(self, token: Node) -> bool:
        """`Lundi`, `le soir même`, `for months`: when or how long, never who."""
        if any(m.label == "DATE" and self._heads(token, m) for m in self.mentions_at(token)):
            return True
        calendar = self._cues.calendar
        owned = any(dep(c) == "nmod" and lemma(c) not in calendar for c in token.children)
        if token.pos_ == "NUM":  # `le 26 juin`
            return any(lemma(c) in calendar for c in token.children)
        return lemma(token) in calendar and not owned

    def _named(self, surface: Mention, identity: Mention) -> Argument:
        return Argument(
            surface.start,
            surface.end,
            surface.text,
            identity.label,
            identity.entity_id,
            self._kinds(identity),
        )

    def _kinds(self, mention: Mention) -> frozenset[str]:
        if mention.label == "LOC" and mention.entity_id in self._cities:
            return PLACE
        return KINDS[mention.label]

    def _unnamed(self, token: Node) -> Argument:
        phrase = self._clause(token) if is_clause(token) else self._noun_phrase(token)
        phrase = self._undated(phrase, token)
        phrase = quoted_whole(phrase, token)
        start, end = phrase.start_char + self.shift, phrase.end_char + self.shift
        return Argument(start, end, phrase.text, None, None, self._noun_kinds(token))

    def _clause(self, verb: Node) -> Phrase:
        """An infinitive or clause as a party: from the verb's clitics to the next comma."""
        start = end = verb.i
        subject = next((c for c in verb.children if dep(c) == "nsubj" and c.i < verb.i), None)
        if dep(verb) == "ccomp" and subject is not None:  # `jure que le sang ne resterait pas …`
            start = subject.left_edge.i
        while start > 0 and self.doc[start - 1].head.i == verb.i and is_prefix(self.doc[start - 1]):
            start -= 1
        last = min(verb.right_edge.i, verb.i + LONGEST_CLAUSE)
        while end < last and self.doc[end + 1].pos_ != "PUNCT":
            end += 1
        return self.doc[start : end + 1]

    def _is_unseen_name(self, token: Node) -> bool:
        """Capital inside a sentence, or at its start a word that the language does not have."""
        return token.i > token.sent.start or token.lower_ not in load_table(self._cues.language)

    def _undated(self, phrase: Phrase, head: Node) -> Phrase:
        """The phrase up to a date that the parser hung on it, with the date's preposition."""
        for token in phrase:
            dated = any(m.label == "DATE" for m in self.mentions_at(token))
            if token.i > head.i and dated and not self._is_of_a_year(token):
                end = token.i
                while end - 1 > head.i and self.doc[end - 1].pos_ in {"ADP", "DET", "PUNCT"}:
                    end -= 1
                return self.doc[phrase.start : end]
        return phrase

    def _is_of_a_year(self, token: Node) -> bool:
        """`L'accord de 1968`: a name, not when something was done."""
        year = len(token.text) == YEAR and token.text.isdecimal()
        return year and bool(prepositions(token) & self._language.belonging)

    def _noun_phrase(self, token: Node) -> Phrase:
        phrase = noun_phrase(token, self._language, counted=True)
        return self.doc[slice(*uncharged(phrase, token, self._language))]

    def _counted_kinds(self, token: Node) -> frozenset[str] | None:
        """What a word of quantity counts: `thousands of refugees`, `l'un des élus`."""
        if is_of_them(token):
            return CROWD
        if lemma(token) not in self._cues.measures and token.pos_ != "NUM":
            return None
        for child in token.children:
            if dep(child) == "nmod" and child.i > token.i:
                found = frozenset[str]().union(*(a.kinds for a in self.arguments(child)))
                if found or token.pos_ == "NOUN":
                    return found
        several = feature(token, "Number") == "Plur"  # `Thousands marched`
        return CROWD if several and lemma(token) in self._cues.measures else None

    def _noun_kinds(self, token: Node) -> frozenset[str]:
        word = lemma(token)
        if (counted := self._counted_kinds(token)) is not None:
            return counted
        if word in self._cues.event_nouns:
            return frozenset({"event"})
        if is_institution(token):
            return INSTITUTION
        if word in self._cues.place_nouns:
            return PLACE
        if token.pos_ == "PROPN" and self._is_unseen_name(token):
            return UNSEEN
        return frozenset({"thing"})


def _is_own(mention: Mention) -> bool:
    """A description that nothing ties to a name."""
    return mention.entity_id is None or mention.entity_id.startswith("desc:")
