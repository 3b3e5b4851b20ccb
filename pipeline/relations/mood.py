"""What stands on a verb or noun itself: mood, auxiliaries, adverbs, adjectives, prepositions.

What governs it says more of the deed: see `factuality`.
"""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.conditions import is_told, marks_of, supposes
from pipeline.relations.cues import Cues, Effect
from pipeline.relations.days import planned_for
from pipeline.relations.negation import is_negated, says_once, says_without
from pipeline.relations.tense import is_conditional, tense_of
from pipeline.trees import dep, feature, fold, lemma, prepositions


def own_effects(node: Node, cues: Cues, below: Node | None = None) -> list[Effect]:
    """Effects of what depends on the node itself."""
    effects: list[Effect] = []
    without = says_once(node, prepositions(node) | marks_of(node), cues)
    if is_negated(node, cues, below) and not without:
        effects.append("negated")
    effects += mood_of(node, cues)
    for child in node.children:
        kind = dep(child)
        words = {lemma(child), fold(child.text)}
        if kind == "advmod":
            effects += [cues.adverbs[w] for w in words & cues.adverbs.keys()][:1]
        elif kind == "nmod" and lemma(child) in cues.calendar:
            effects += planned_for(child, cues)
        elif kind in {"amod", "acl"}:
            effects += [cues.adjectives[w] for w in words & cues.adjectives.keys()][:1]
        elif kind == "advcl" and supposes(child, cues):
            said = is_told(node, cues) or (below is None and _speaks_of(node, cues))
            effects += [] if said else ["hypothetical"]
    return effects + _prepositional(node, cues)


def _speaks_of(node: Node, cues: Cues) -> bool:
    """`Menace de sortir si …`, `a promis de …`: the condition is of what is to come."""
    governor = cues.governor_of(node)
    content = any(dep(c) in {"xcomp", "ccomp"} for c in node.children)
    return governor is not None and "planned" in governor.clause and content


def _prepositional(node: Node, cues: Cues) -> list[Effect]:
    preps = prepositions(node) | marks_of(node)
    effects: list[Effect] = []
    if says_without(node, preps, cues):
        effects.append("negated")
    if preps & cues.purpose_preps and (
        feature(node, "VerbForm") == "Inf" or preps & {p for p in cues.purpose_preps if " " in p}
    ):
        effects.append("planned")
    elif preps & cues.purpose_preps and feature(node, "Mood") == "Sub":
        effects.append("possible")  # `pour que B parte`
    if preps & cues.if_preps or supposes(node, cues):
        effects.append("hypothetical")
    return effects


def mood_of(node: Node, cues: Cues) -> list[Effect]:
    """What its mood, tense and auxiliaries say of the deed."""
    effects: list[Effect] = ["planned"] if _is_to(node, cues) else []
    if is_conditional(node, cues):
        effects.append("planned" if _future_in_past(node, cues) else "possible")
    elif tense_of(node, cues) == "future":
        effects.append("planned")
    for child in node.children:
        if dep(child) == "aux" and (effect := cues.auxiliaries.get(lemma(child))):
            seen_from_past = lemma(child) in cues.past_futures and _future_in_past(node, cues)
            effects.append("planned" if seen_from_past else effect)
    return effects


def _is_to(node: Node, cues: Cues) -> bool:
    """`A is to meet B`; `A to meet B`, a headline: the infinitive is the sentence's."""
    if not marks_of(node) & cues.planning_marks:
        return False
    title = dep(node) == "acl" and node.head.head.i == node.head.i and _is_bare(node.head)
    copulas = [c for c in node.children if dep(c) in {"cop", "aux"} and c.i < node.i]
    return title or any(feature(c, "VerbForm") == "Fin" for c in copulas)


def _is_bare(noun: Node) -> bool:
    """Without article or complement, or a name: what a headline begins with."""
    return noun.pos_ in {"NOUN", "PROPN"} and not any(dep(c) == "det" for c in noun.children)


def _future_in_past(node: Node, cues: Cues) -> bool:
    """`a dit qu'il se rendrait`: the conditional is a future seen from the past."""
    head = node.head
    says = lemma(head) in cues.saying or makes_known(head)
    return dep(node) == "ccomp" and says and tense_of(head, cues) == "past"


def makes_known(verb: Node) -> bool:
    """`A fait savoir que …`: says, does not know."""
    return any(c.dep_ == "aux:caus" for c in verb.children)


def finds(verb: Node) -> bool:
    """`Juge bon de partir`: decides for oneself, and says nothing."""
    return any(c.pos_ == "ADJ" and dep(c) in {"obj", "xcomp"} for c in verb.children)
