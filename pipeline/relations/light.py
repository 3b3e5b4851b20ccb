"""Light verbs of a deed noun: `A a mené un raid`, `A announces its withdrawal`."""

from __future__ import annotations

from collections.abc import Set

from pipeline.languages import RELATIVE_OBJECT
from pipeline.nodes import Node
from pipeline.relations.complements import matches
from pipeline.relations.cues import Cues
from pipeline.relations.lexicon import NounEntry
from pipeline.relations.model import Tokens
from pipeline.relations.voice import is_passive
from pipeline.trees import dep, feature, fold, lemma

VERBAL = frozenset({"VERB", "AUX"})


def light_verb(noun: Node, entry: NounEntry, cues: Cues) -> Node | None:
    """The verb whose subject is the deed's, if the noun depends on one."""
    node = _intended(_measured(noun, cues), cues)
    head, kind = node.head, dep(node)
    if head.pos_ not in VERBAL or kind not in {"obj", "obl", "nsubj", "xcomp"}:
        return None
    if kind == "obl" and not matches(node, cues.light_preps, cues):
        return None  # `après une visite à B, A a annoncé …`
    governor = cues.governor_of(head)
    if not _is_light(head, entry, cues) and not (governor and governor.light):
        return next((t for t in raised(head) if _is_light(t, entry, cues)), None)
    return head


def light_in_relative(noun: Node, cues: Cues, more: Set[str] = frozenset()) -> Node | None:
    """`La visite qu'il doit effectuer à B`, `les pourparlers que A menait`: the relative's verb."""
    for clause in noun.children:
        if clause.dep_ != "acl:relcl":
            continue
        for verb in (clause, *raised(clause)):
            light = lemma(verb) in cues.light_verbs or lemma(verb) in more
            if light and any(_is_relative(c) for t in (clause, verb) for c in t.children):
                return verb
    return None


def _is_relative(token: Node) -> bool:
    """The relative pronoun as object."""
    relative = feature(token, "PronType") == "Rel" or fold(token.text) in RELATIVE_OBJECT
    return relative and dep(token) == "obj" and token.i < token.head.i


def _intended(noun: Node, cues: Cues) -> Node:
    """`Brandit la menace d'un retrait`: the intention, which depends on the verb."""
    above = noun.head
    governor = cues.governor_of(above) if dep(noun) == "nmod" and above.pos_ == "NOUN" else None
    own = governor is not None and "planned" in governor.noun and governor.control == "subject"
    return above if own and dep(above) == "obj" else noun


def _measured(noun: Node, cues: Cues) -> Node:
    """`Held two hours of talks`, `a series of meetings`: the measure, which depends on the verb.

    Not `le jour de la grève`, `after two days of talks`: a time.
    """
    above = noun.head
    counts = lemma(above) in cues.calendar or lemma(above) in cues.measures
    placed = dep(noun) == "nmod" and dep(above) in {"obj", "nsubj"}
    return above if placed and counts and above.pos_ == "NOUN" else noun


def carrier(noun: Node, entry: NounEntry, cues: Cues) -> Node | None:
    """The verb that has the noun for its doer, and the deed's object for its own."""
    head = noun.head
    if head.pos_ not in {*VERBAL, "ADJ"} or lemma(head) not in entry.carriers:
        return None
    if dep(noun) == "nsubj" and noun.dep_ != "nsubj:pass":
        return head
    behind = dep(noun) == "obl" and matches(noun, cues.inside_preps.union(cues.agent_preps), cues)
    undergone = is_passive(head, cues) or not any(dep(c) == "obj" for c in head.children)
    return head if behind and undergone else None


def raised(verb: Node) -> Tokens:
    """`Des pourparlers pourraient s'ouvrir entre A et B`: the infinitive has the complements."""
    return tuple(c for c in verb.children if dep(c) == "xcomp" and feature(c, "VerbForm") == "Inf")


def _is_light(verb: Node, entry: NounEntry, cues: Cues) -> bool:
    word = lemma(verb)
    return word in cues.light_verbs or word in entry.light_verbs
