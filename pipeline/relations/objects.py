"""The object of a verb under one entry: in its slots, near them, or on what describes a party."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.nodes import Node
from pipeline.relations.arguments import Resolver
from pipeline.relations.clauses import is_possessive, owner_of
from pipeline.relations.complements import clauses_under, datives, direct_objects, fillers, strays
from pipeline.relations.cues import Cues
from pipeline.relations.inventory import Fits, RelationType
from pipeline.relations.lexicon import Slot, VerbEntry
from pipeline.relations.model import Clause, Tokens
from pipeline.relations.slots import allowed, fits
from pipeline.relations.subjects import own_subjects
from pipeline.relations.takenup import taken_up
from pipeline.trees import behind_comma, conjuncts, dep, first_conjunct, fold, lemma, prepositions

ACTORS = frozenset({"actor", "person", "org", "state"})


def objects_of(
    clause: Clause,
    parts: Tokens,
    entry: VerbEntry,
    kind: RelationType,
    resolver: Resolver,
    cues: Cues,
) -> Tokens:
    """What fills the first slot of the entry that anything fills."""
    for slot in entry.object:
        wanted = slot.fits or kind.object
        for candidates in (_candidates, _far_candidates, _held_candidates):
            found = {
                party.i: party
                for told in candidates(clause, parts, slot, cues)
                if allowed(token := _noun_of(told, resolver, cues), slot, cues)
                for party in _fitting(_parties_of(token, slot, wanted, cues), wanted, resolver)
            }
            if found:
                return _own_before_adjuncts(tuple(found[i] for i in sorted(found)), clause.verb)
        of = not slot.lemmas and not slot.prep.isdisjoint(cues.vague_preps[:1])
        if of and not ACTORS.isdisjoint(wanted):
            possessors = _fitting(_possessors(clause, parts, resolver), wanted, resolver)
            if possessors:
                return possessors
    return ()


def _noun_of(token: Node, resolver: Resolver, cues: Cues) -> Node:
    """What a pronoun takes up that the mentions leave without a party; other words themselves."""
    if token.pos_ != "PRON" or resolver.arguments(token):
        return token
    return taken_up(token, cues) or token


def _fitting(parties: Tokens, wanted: Sequence[Fits], resolver: Resolver) -> Tokens:
    """Those of a fitting kind; of a noun and the name that it is apposed to, the first."""
    found = [p for p in parties if any(fits(a, wanted) for a in resolver.arguments(p))]
    apposed = len(parties) == 2 and parties[0].head.i == parties[1].i
    return tuple(found[:1] if apposed and dep(parties[0]) == "appos" else found)


def _own_before_adjuncts(found: Tokens, verb: Node) -> Tokens:
    """`S'oppose à la réforme à Nice`, `reproche à A à la radio`: what the parser calls an argument.

    Where the verb has several complements with the preposition; a relative's antecedent is none
    of its adjuncts.
    """
    adjuncts = {t.i for t in found if _is_adjunct(first_conjunct(t), verb)}
    own = tuple(t for t in found if t.i not in adjuncts)
    return own or found


def _is_adjunct(token: Node, verb: Node) -> bool:
    """Not one of a list: `à l'abrogation de la loi, à la transparence et à …`."""
    listed = behind_comma(token) or any(dep(c) == "cc" for c in token.children)
    behind = token.i > verb.i and listed
    return token.dep_ == "obl:mod" and token.head.i == verb.i and not behind


def _parties_of(token: Node, slot: Slot, wanted: Sequence[Fits], cues: Cues) -> Tokens:
    """Who a filler stands for: itself, its owner, or the one whom the clause it heads is about.

    That is the subject of a `que` clause, the object of an infinitive (`menace d'exclure A`).
    """
    if slot.owner:
        return owners_in(token, cues)
    if slot.clause and "any" not in wanted:
        about = own_subjects(token) if dep(token) == "ccomp" else _objects(token)
        return about or (token,)
    named = dep(token) == "appos" and token.head.pos_ == "PROPN" and token.head.i < token.i
    return (token, token.head) if named and token.pos_ == "NOUN" else (token,)


def _objects(infinitive: Node) -> Tokens:
    return tuple(c for c in infinitive.children if dep(c) == "obj")


def owners_in(noun: Node, cues: Cues) -> Tokens:
    """Whose a thing is: `quinze diplomates russes`, `les avoirs de la Russie`, `ses avoirs`."""
    bare = [
        c
        for c in noun.children
        if dep(c) == "nmod" and not any(dep(g) == "det" for g in c.children)
    ]
    adjectives = [c for t in (noun, *bare) for c in t.children if dep(c) == "amod"]
    return (*owner_of(noun, cues, depth=99), *adjectives)


def _candidates(clause: Clause, parts: Tokens, slot: Slot, cues: Cues) -> Iterable[Node]:
    if slot.undergoer:
        return clause.subjects
    if slot.clause:
        return [t for node in (clause.verb, *parts) for t in clauses_under(node, slot)]
    if slot.direct and not slot.prep:
        return (*direct_objects(clause, cues), *_hung_on(parts, clause, cues))
    nodes = (clause.verb, *parts)
    found = [t for node in nodes for t in fillers(node, slot, clause_for(node, clause), cues)]
    return [*found, *_served(clause, slot, cues)]


def _served(clause: Clause, slot: Slot, cues: Cues) -> Tokens:
    """`A was handed an ultimatum`: who receives is the subject where the object stays behind."""
    kept = any(c.dep_ == "obj" and c.i > clause.verb.i for c in clause.verb.children)
    return clause.subjects if clause.passive and kept and slot.prep & cues.dative_preps else ()


def _hung_on(parts: Tokens, clause: Clause, cues: Cues) -> Tokens:
    """`A mis en garde Washington`: the object taken for a complement of the idiom's noun."""
    if clause.passive or not parts:
        return ()
    behind = tuple(
        t
        for part in parts
        if dep(part) == "case"
        and part.head.head.i == clause.verb.i
        and part.head.i > part.i
        and fold(part.text) not in cues.argument_preps
        for t in conjuncts(part.head)
    )
    if behind:  # `called off the summit` with the particle taken for a preposition
        return behind
    # `appelle les élus à voter la loi`: the object of the infinitive is not that of the idiom
    own = direct_objects(clause, cues)
    return tuple(
        child
        for part in parts
        if not _is_asked(part, parts, clause, cues)
        for child in part.children
        if child.i > part.i
        and not (part.pos_ == "VERB" and own)
        and dep(child) in {"nmod", "appos", "obj", "flat"}
        and child.pos_ in {"PROPN", "NOUN"}
        and not prepositions(child)
        and not any(dep(c) == "punct" and c.i < child.i for c in child.children)
    )


def _is_asked(part: Node, parts: Tokens, clause: Clause, cues: Cues) -> bool:
    """`A appelle à quitter B`: what somebody is asked to do, whose object nobody is asked."""
    governor = cues.governor_of(clause.verb)
    asks = governor is not None and governor.control == "object"
    return asks and part.pos_ == "VERB" and part.head.i not in {p.i for p in parts}


def _far_candidates(clause: Clause, parts: Tokens, slot: Slot, cues: Cues) -> Iterable[Node]:
    found = [t for node in (clause.verb, *parts) for t in strays(node, slot, cues)]
    return [*found, *datives(clause.verb)] if slot.direct and not clause.passive else found


def _held_candidates(clause: Clause, parts: Tokens, slot: Slot, cues: Cues) -> Iterable[Node]:
    """Complements of participles that describe a party: `ses soldats déployés au Niger`."""
    if not slot.within:
        return ()
    holders = {t.i: t for t in (*parts, *clause.subjects, *direct_objects(clause, cues))}
    words = slot.within
    return [
        token
        for holder in holders.values()
        for participle in holder.children
        if dep(participle) in {"acl", "amod"} and lemma(participle) in words
        for token in fillers(participle, slot, None, cues)
    ]


def _possessors(clause: Clause, parts: Tokens, resolver: Resolver) -> Tokens:
    """`A a volé à son secours`: whose the idiom's noun is, where it is not the subject's own."""
    own = {a.entity_id for t in clause.subjects for a in resolver.arguments(t)}
    return tuple(
        c
        for part in parts
        if part.pos_ == "NOUN" and dep(part) != "nsubj"
        for c in part.children
        if is_possessive(c) and not own & {a.entity_id for a in resolver.arguments(c)}
    )


def clause_for(node: Node, clause: Clause) -> Clause | None:
    """The clause where the node is its verb: only there does voice count."""
    return clause if node.i == clause.verb.i else None
