"""What must and must not stand beside a trigger: the rest of its idiom, words of another sense."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from pipeline.nodes import Node
from pipeline.relations.arguments import Resolver
from pipeline.relations.clauses import read_clause
from pipeline.relations.complements import direct_objects, fillers, matches
from pipeline.relations.cues import Cues
from pipeline.relations.forms import Lexemes
from pipeline.relations.lexicon import Entry, Part, Slot
from pipeline.relations.model import Clause, Tokens
from pipeline.relations.slots import allowed, fits
from pipeline.trees import dep, feature, lemma, prepositions

APART = frozenset({"conj", "advcl", "parataxis"})
"""Relations of clauses with a verb of their own."""


class Beside:
    """The dependents of a trigger with their words, read once for all its rules."""

    def __init__(self, trigger: Node, cues: Cues, lexemes: Lexemes) -> None:
        """Nothing is looked up before an idiom asks."""
        self._trigger, self._cues, self._lexemes = trigger, cues, lexemes

    def parts(self, parts: Sequence[Part]) -> Tokens | None:
        """The rest of an idiom, or None where a word is missing."""
        if not parts:
            return ()
        if any(self._all.isdisjoint(part.lemmas) for part in parts):
            return None
        found: list[Node] = []
        for part in parts:
            tokens = [t for t, words in self._words if self._is(t, words, part)]
            if not tokens:
                return None
            found.append(next((t for t in tokens if dep(t) != "nsubj"), tokens[0]))
        return tuple(found)

    @cached_property
    def _words(self) -> list[tuple[Node, frozenset[str]]]:
        cues = self._cues
        own = [t for t in _dependents(self._trigger, cues) if not _in_clause(t, self._trigger)]
        return [(t, self._lexemes.of(t)) for t in own]

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset().union(*(words for _, words in self._words))

    @cached_property
    def clause(self) -> Clause:
        """The trigger, a verb, with its subjects and agents."""
        return read_clause(self._trigger, self._cues)

    def _is(self, token: Node, words: frozenset[str], part: Part) -> bool:
        if words.isdisjoint(part.lemmas):
            return False
        if part.prep:
            return matches(token, part.prep, self._cues)
        return self._cues.agent_preps[0] not in prepositions(token)


def _dependents(trigger: Node, cues: Cues) -> Iterable[Node]:
    if dep(trigger) == "xcomp" and lemma(trigger.head) in cues.causatives:
        yield trigger.head  # `fait taire`, which may be an auxiliary or a governor
    does = any(dep(c) == "nsubj" and feature(c, "PronType") == "Rel" for c in trigger.children)
    if dep(trigger) in {"acl", "amod"} and trigger.head.pos_ in {"NOUN", "PROPN"} and not does:
        yield trigger.head  # `les armes livrées par A à B`
    for child in trigger.children:
        yield child
        for inner in child.children:
            yield inner
            if lemma(child) in cues.measures:  # `40 millions d'euros d'amende`
                yield from inner.children
            if dep(inner) == "acl" and feature(inner, "VerbForm") == "Inf":
                yield from (c for c in inner.children if dep(c) == "mark")  # `presse A d'agir`


def _in_clause(token: Node, trigger: Node) -> bool:
    """`A, qui s'est retiré, a invité B`: what stands in another clause is no part of an idiom."""
    above = token.head
    if token.dep_ == "acl:relcl" and dep(above) == "nsubj":
        return True
    apart = trigger.pos_ == "VERB" and dep(above) in APART and above.pos_ in {"VERB", "AUX"}
    return apart and above.head.i == trigger.i and dep(token) != "mark"  # `insiste pour agir`


def silencer(trigger: Node, entry: Entry, resolver: Resolver, cues: Cues) -> Node | None:
    """The dependent that gives the trigger another sense, if there is one."""
    for slot in entry.without:
        for token in _barred(trigger, slot, cues):
            if not slot.lemmas and (token.i == trigger.head.i or resolver.is_when(token)):
                continue
            if allowed(token, slot, cues) and (
                not slot.fits or any(fits(a, slot.fits) for a in resolver.arguments(token))
            ):
                return token
    return None


def _barred(trigger: Node, slot: Slot, cues: Cues) -> Iterable[Node]:
    fronted = {t.i for c in trigger.children if _is_fronted(c) for t in (c, *c.children)}
    if slot.prep:
        far = () if slot.prep.intersection(cues.vague_preps) else trigger.children
        beyond = (t for c in far if dep(c) == "nmod" for t in fillers(c, slot, None, cues))
        found = (*fillers(trigger, slot, None, cues), *_infinitives(trigger, slot), *beyond)
        return [t for t in found if t.i not in fronted]
    if slot.direct:
        return direct_objects(Clause(trigger), cues)
    own = (t for t in _dependents(trigger, cues) if not _is_elsewhere(t, trigger))
    return (t for t in own if t.i not in fronted)


def _is_elsewhere(token: Node, trigger: Node) -> bool:
    """`A juré de partir, mais rien n'a bougé`: the subject of a clause that is joined to it."""
    clause = token.head
    joined = dep(clause) in {"conj", "parataxis"} and clause.head.i == trigger.i
    return joined and dep(token) == "nsubj" and clause.pos_ in {"VERB", "AUX"}


def _is_fronted(child: Node) -> bool:
    """`Au terme de dix jours, A s'est mis …`: set off by a comma before the subject.

    `Dix jours après la visite`: how long after.
    """
    edge = child.right_edge
    if dep(child) == "nmod" and child.i < child.head.i:
        between = child.doc[child.i + 1 : child.head.i]
        return any(dep(t) == "case" and t.head.i == child.head.i for t in between)
    opens = dep(child) in {"obl", "advmod", "advcl"} and edge.i + 1 < child.head.i
    return opens and "," in {edge.text, edge.nbor().text}


def _infinitives(trigger: Node, slot: Slot) -> Iterable[Node]:
    """`Invités à reporter leur voyage`: the preposition marks an infinitive."""
    for child in trigger.children:
        marks = {lemma(c) for c in child.children if dep(c) == "mark"}
        if dep(child) in {"xcomp", "ccomp", "advcl", "acl"} and marks & slot.prep:
            yield child
