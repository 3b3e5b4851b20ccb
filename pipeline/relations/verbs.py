"""Verb entries: from a verb that the lexicon knows to a frame with its parties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from pipeline.nodes import Node
from pipeline.relations.agents import agents_of
from pipeline.relations.arguments import Resolver
from pipeline.relations.complements import (
    direct_objects,
    fillers,
)
from pipeline.relations.cues import Cues
from pipeline.relations.inventory import Fits, RelationType
from pipeline.relations.lexicon import VerbEntry
from pipeline.relations.model import Clause, Frame, Miss, Roles, Tokens
from pipeline.relations.objects import clause_for, objects_of, owners_in
from pipeline.relations.relatives import name_before
from pipeline.relations.slots import allowed, fits
from pipeline.relations.voice import has_reflexive, is_mutual, is_reciprocal, reflexives
from pipeline.trees import behind_comma, dep, feature, lemma


def _misfit(
    clause: Clause,
    parts: Tokens,
    entry: VerbEntry,
    kind: RelationType,
    cues: Cues,
    *,
    mutual: bool,
) -> Miss | None:
    """Why the form of the verb is not the entry's."""
    reflexive = has_reflexive(clause.verb, cues)
    if _carries_infinitive(clause.verb, parts):
        return Miss("an auxiliary of an infinitive")
    if kind.symmetric and not entry.reciprocal and _quotes(clause.verb, cues):
        return Miss("a verb of saying")
    if entry.pronominal and not (reflexive or _bare_reflexive(clause.verb)):
        return Miss("no reflexive clitic")
    if entry.pronominal is False and reflexive and not (clause.passive or mutual):
        return Miss("a reflexive clitic")
    return None


def verb_frame(
    clause: Clause,
    parts: Tokens,
    entry: VerbEntry,
    kind: RelationType,
    resolver: Resolver,
    cues: Cues,
) -> Frame | Miss:
    """The parties of a verb under one entry, or the first condition that fails."""
    verb = clause.verb
    mutual = is_mutual(verb, cues) or (not kind.symmetric and is_reciprocal(verb, cues))
    misfit = _misfit(clause, parts, entry, kind, cues, mutual=mutual)
    if misfit is not None:
        return misfit
    if entry.pronominal and clause.passive:
        clause = Clause(verb, find=partial(Roles, clause.subjects, (), clause.how))
    if mutual:
        return _mutual(clause, parts, entry, kind, resolver, cues)
    idiom = {t.i for t in parts}
    objects = objects_of(clause, parts, entry, kind, resolver, cues)
    objects = tuple(t for t in objects if t.i not in idiom)
    if any(slot.required for slot in entry.object) and not objects:
        return Miss("no fitting object")
    words = parts if clause.passive else ()
    taken = {t.i for t in objects} | {t.i for t in words if not _may_act(t, resolver)}
    subjects = _subjects(clause, parts, entry, kind, resolver, cues, taken)
    stated = _doers(clause, parts, cues) if clause.passive and _takes_passive(entry, parts) else ()
    if not subjects and (stated or (entry.subject is not None and entry.subject.required)):
        return Miss("no subject that fits")
    nobody = any(lemma(t) in cues.indefinite for t in clause.subjects)
    silent = clause.passive or nobody or _speaks_for_itself(entry, kind, objects)
    if not subjects and not silent:
        return Miss("no subject that fits")
    if not subjects and clause.passive and not _takes_passive(entry, parts):
        return Miss("no passive of it")
    if kind.symmetric and not subjects:
        subjects, objects = objects, ()
    together = bool(kind.symmetric and not objects and (entry.reciprocal or clause.subjects))
    if together and subjects and not _is_reciprocal(clause, subjects, idiom, cues):
        return Miss("its object is no party")
    return Frame(
        _construction(clause),
        (verb, *reflexives(verb, cues), *parts),
        verb,
        subjects,
        objects,
        together,
        agentless=not subjects,
    )


def _may_act(part: Node, resolver: Resolver) -> bool:
    """`Des soldats ont été envoyés`, not `un ordre a été donné`: a word of the idiom as doer."""
    return any("actor" in a.kinds for a in resolver.arguments(part))


def _quotes(verb: Node, cues: Cues) -> bool:
    """`…, a rappelé le ministre, X`: what was said, not a call to X."""
    return dep(verb) == "parataxis" and lemma(verb) in cues.saying


def _mutual(
    clause: Clause,
    parts: Tokens,
    entry: VerbEntry,
    kind: RelationType,
    resolver: Resolver,
    cues: Cues,
) -> Frame | Miss:
    """`A et B s'accusent mutuellement`: each does it to the other."""
    own = [c for c in clause.verb.children if c.dep_ == "obj" and c.pos_ in {"NOUN", "PROPN"}]
    if own or not any(slot.direct for slot in entry.object):
        return Miss("nobody does it to each other")
    active = Clause(clause.verb, find=partial(Roles, clause.subjects, (), "mutual"))
    both = _subjects(active, parts, entry, kind, resolver, cues, set())
    if not both:
        return Miss("no subject that fits")
    trigger = (clause.verb, *reflexives(clause.verb, cues), *parts)
    others = () if kind.symmetric else both
    return Frame("mutual", trigger, clause.verb, both, others, together=kind.symmetric)


def _agentless_by_nature(entry: VerbEntry) -> bool:
    """`La visite est tombée à l'eau`: the grammatical subject is what the deed is done to."""
    return any(slot.undergoer for slot in entry.object)


def _speaks_for_itself(entry: VerbEntry, kind: RelationType, objects: Tokens) -> bool:
    """Needs no subject: `la visite est tombée à l'eau`, `le sommet réunit A et B`."""
    direct = [t for t in objects if dep(t) == "obj"]
    return _agentless_by_nature(entry) or (kind.symmetric and bool(direct) and len(objects) > 1)


def _is_reciprocal(clause: Clause, subjects: Tokens, idiom: set[int], cues: Cues) -> bool:
    """`Elles se rencontrent`, not `elles rencontrent des difficultés`."""
    known = idiom | {s.i for s in subjects}
    others = [t for t in direct_objects(clause, cues) if t.i not in known and not _is_aside(t)]
    return clause.passive or not others


def _is_aside(token: Node) -> bool:
    """`A et B se sont parlé, une conversation …`: what comes behind a comma is no object."""
    return token.i > token.head.i and behind_comma(token)


def _carries_infinitive(verb: Node, parts: Tokens) -> bool:
    """`Va terminer son mandat à P.`: no trip."""
    return any(
        dep(c) == "xcomp"
        and feature(c, "VerbForm") == "Inf"
        and not any(dep(g) in {"mark", "case"} for g in c.children)
        and ":" not in {t.text for t in verb.doc[verb.i : c.i]}
        and c not in parts  # `let A go`
        for c in verb.children
    )


def _takes_passive(entry: VerbEntry, parts: Tokens) -> bool:
    """Only what has a direct object of its own or in its idiom is done without an agent."""
    return bool(parts) or any(slot.direct or slot.undergoer for slot in entry.object)


def _bare_reflexive(verb: Node) -> bool:
    """A participle drops its clitic: `retirée de la course, elle …`."""
    return feature(verb, "VerbForm") == "Part" and not any(
        dep(c) in {"aux", "obj", "nsubj"} for c in verb.children
    )


def _construction(clause: Clause) -> str:
    if clause.passive:
        voice = "passive" if clause.agents else "agentless"
        return voice if clause.how in {"active", "passive"} else f"{voice}-{clause.how}"
    return clause.how


def _doers(clause: Clause, parts: Tokens, cues: Cues) -> Tokens:
    """The agents of a passive, without what only serves: `élu par 300 voix`, `par décret`."""
    known = {t.i for t in parts}
    agents = (t for t in clause.agents if t.i not in known)
    return tuple(t for t in agents if lemma(t) not in cues.instruments)


def _all_agents(clause: Clause, parts: Tokens, cues: Cues) -> Tokens:
    """Agents of a passive, also those hung on its idiom, which itself is none."""
    hung = (t for part in parts for t in agents_of(part, cues))
    idiom = {t.i for t in parts}
    return tuple(t for t in (*clause.agents, *hung) if t.i not in idiom)


def _subjects(
    clause: Clause,
    parts: Tokens,
    entry: VerbEntry,
    kind: RelationType,
    resolver: Resolver,
    cues: Cues,
    taken: set[int],
) -> Tokens:
    wanted = entry.subject.fits if entry.subject and entry.subject.fits else kind.subject
    if entry.subject is not None and (entry.subject.prep or entry.subject.direct):
        slot = entry.subject  # of the idiom's own noun too: `recevoir le soutien de A`
        candidates: Iterable[Node] = [
            t
            for node in (clause.verb, *parts)
            for t in fillers(node, slot, clause_for(node, clause), cues)
        ]
    elif clause.passive and any(slot.direct for slot in entry.object):
        candidates = _all_agents(clause, parts, cues)
    elif clause.passive and (agents := _all_agents(clause, parts, cues)):
        candidates = agents  # `un prêt négocié par A avec B`, `des armes livrées par A à B`
    elif _agentless_by_nature(entry):
        candidates = ()
    else:
        candidates = _acting(clause, wanted, resolver, cues)
    return tuple(
        actor
        for t in candidates
        if t.i not in taken
        and (entry.subject is None or allowed(t, entry.subject, cues))
        and (actor := _actor(t, wanted, resolver, cues)) is not None
    )


def _acting(
    clause: Clause, wanted: Sequence[Fits], resolver: Resolver, cues: Cues
) -> Iterable[Node]:
    """The subjects; where `qui` stands for no actor (`sous l'œil de A, qui …`), the name before."""
    if clause.how != "relative" or any(
        _actor(t, wanted, resolver, cues) is not None for t in clause.subjects
    ):
        return clause.subjects
    pronouns = (c for c in clause.verb.children if dep(c) == "nsubj")
    names = (name_before(c) for c in pronouns if feature(c, "PronType") == "Rel")
    return tuple(t for t in names if t is not None) or clause.subjects


def _actor(token: Node, wanted: Sequence[Fits], resolver: Resolver, cues: Cues) -> Node | None:
    """The token where it fits, else the actor whose part or property it names.

    `La visite de X a accueilli` has no actor, `l'armée de X`, `le gouvernement de X` are X's.
    """
    if any(fits(a, wanted) for a in resolver.arguments(token)):
        return token
    if lemma(token) not in cues.proxies:
        return None
    for owner in owners_in(token, cues):
        if any(fits(a, wanted) for a in resolver.arguments(owner)):
            return owner
    return None
