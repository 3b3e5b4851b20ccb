"""Tense and conditional of a verb with its auxiliaries."""

from __future__ import annotations

from collections.abc import Set

from pipeline.nodes import Node
from pipeline.records import Tense
from pipeline.relations.cues import Cues
from pipeline.trees import dep, feature, fold, lemma


def _ends(node: Node, endings: Set[str]) -> bool:
    """The form is the infinitive with one of the endings: `retirer` + `ait`."""
    form, base = fold(node.text), fold(node.lemma_)
    base = base.removesuffix("e") if base.endswith("re") else base  # `rendr` + `ait`
    return len(base) < len(form) and form.startswith(base) and form[len(base) :] in endings


def is_conditional(node: Node, cues: Cues) -> bool:
    """A conditional, also of an auxiliary or copula, or by the form alone."""
    return _ends(node, cues.conditional_endings) or any(
        feature(t, "Mood") == "Cnd"
        for t in (node, *(c for c in node.children if dep(c) in {"aux", "cop"}))
    )


def tense_of(verb: Node, cues: Cues) -> Tense | None:
    """Past, present or future of a verb with its auxiliaries; of an infinitive its governor's."""
    auxiliaries = [c for c in verb.children if dep(c) in {"aux", "cop"}]
    if _ends(verb, cues.future_endings):
        return "future"
    if any(lemma(a) in cues.future_auxiliaries for a in auxiliaries):
        return "future"
    for token in (*auxiliaries, verb):
        value = feature(token, "Tense")
        if value == "Fut":
            return "future"
        if value in {"Past", "Imp"}:
            return "past"
    participle = feature(verb, "VerbForm") == "Part" and feature(verb, "Tense") == "Past"
    if participle and any(a.dep_ in {"aux:tense", "aux"} for a in auxiliaries):
        return "past"
    if feature(verb, "VerbForm") == "Inf" and dep(verb) in {"xcomp", "conj"}:
        planned = cues.governor_of(verb.head)
        if planned and "planned" in planned.clause:
            return "future"
        return tense_of(verb.head, cues) if verb.head.i != verb.i else None
    if any(feature(t, "Tense") == "Pres" for t in (*auxiliaries, verb)):
        return "present"
    return "past" if participle else None
