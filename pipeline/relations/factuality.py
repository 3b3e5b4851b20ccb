"""Polarity, factuality and tense of a deed: what stands on the path from trigger to root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.languages import RELATIVE_FULL
from pipeline.nodes import Node
from pipeline.records import Factuality, Polarity, Tense
from pipeline.relations.conditions import marks_of
from pipeline.relations.cues import Cues, Effect, Governor
from pipeline.relations.days import new_date
from pipeline.relations.light import light_in_relative
from pipeline.relations.mood import finds, makes_known, mood_of, own_effects
from pipeline.relations.negation import is_negated
from pipeline.relations.tense import tense_of
from pipeline.trees import dep, feature, fold, lemma, prepositions

STRENGTH: tuple[Factuality, ...] = ("actual", "planned", "possible", "hypothetical")
CLIMB = 12
VERBAL = frozenset({"VERB", "AUX"})
NOMINAL_LINKS = frozenset({"obj", "obl", "nmod", "nsubj", "iobj", "appos", "xcomp"})
CLAUSE_LINKS = frozenset({"xcomp", "ccomp", "acl", "advcl", "obl", "csubj", "nmod", "advmod"})


@dataclass(frozen=True, slots=True)
class Modality:
    """How a deed is told; `skip` where its governor makes it no deed at all."""

    polarity: Polarity
    factuality: Factuality
    tense: Tense | None
    skip: bool

    def as_told_by_negation(self) -> Modality:
        """Of words that tell a deed by being negated: affirmed, and no deed where they are not."""
        return replace(self, polarity="affirmed", skip=self.skip or self.polarity == "affirmed")


def judge(
    head: Node,
    light: Node | None,
    cues: Cues,
    by_itself: Effect = "actual",
    *,
    speech: bool = False,
) -> Modality:
    """The modality of the deed that `head` (a verb or deed noun) tells.

    `by_itself` is what the word alone makes of it; a purpose clause of a deed of `speech` tells
    the deed itself.
    """
    effects = [by_itself, *_effects(head, light, cues)]
    if speech and _is_purpose(head, cues) and "planned" in effects:
        effects.remove("planned")
    negations = effects.count("negated")
    verb = head if head.pos_ in VERBAL or _participle(head) else light
    return Modality(
        "negated" if negations % 2 else "affirmed",
        _weakest(effects),
        tense_of(verb, cues) if verb is not None else None,
        "skip" in effects,
    )


def _weakest(effects: Sequence[Effect]) -> Factuality:
    """The weakest on the way up; what surely happened, or surely did not, is no plan."""
    found = 0
    for effect in effects:
        if effect == "actual":
            found = 0 if STRENGTH[found] == "planned" else found
        elif effect in STRENGTH:
            found = max(found, STRENGTH.index(effect))
    return STRENGTH[found]


def _participle(token: Node) -> bool:
    return feature(token, "VerbForm") is not None


def _is_purpose(node: Node, cues: Cues) -> bool:
    return feature(node, "VerbForm") == "Inf" and bool(
        (prepositions(node) | marks_of(node)) & cues.purpose_preps
    )


def _effects(head: Node, light: Node | None, cues: Cues) -> list[Effect]:
    inner = light_in_relative(head, cues)
    effects = _effects(inner, None, cues) if inner is not None else []
    effects += own_effects(head, cues)
    node = head
    for _ in range(CLIMB):
        if node.head.i == node.i or _asserted(node, cues):
            break
        up, further = _from_governor(node, light, cues)
        effects += up
        if not further:
            break
        node = node.head
    asked = head.sent.text.rstrip(" »”\"'").endswith("?")
    if asked and (head.pos_ in VERBAL or light is not None):  # a noun's deed is taken for granted
        effects.append("possible")
    return effects


def _asserted(node: Node, cues: Cues) -> bool:
    """A clause that its governor does not colour: relative, parataxis, participle, finite."""
    if dep(node) in {"parataxis", "dislocated", "vocative"}:
        return True
    if node.dep_ == "acl:relcl":
        return not _tells_content(node, cues)
    own = dep(node) == "csubj" and any(dep(c) == "nsubj" for c in node.children)
    if own or (dep(node) in {"acl", "advcl", "amod"} and _is_aside(node)):
        return True
    finite = feature(node, "VerbForm") == "Fin" or _has_finite_aux(node)
    return dep(node) == "advcl" and finite and not marks_of(node) & cues.if_marks


def _tells_content(clause: Node, cues: Cues) -> bool:
    """`Denied reports that A left`, `les rumeurs selon lesquelles A part`: what the noun tells."""
    for child in clause.children:
        if dep(child) == "mark" and child.pos_ == "SCONJ":
            return True
        if fold(child.text) in RELATIVE_FULL and prepositions(child) & cues.source_preps:
            return True
    return False


def _is_aside(node: Node) -> bool:
    """`La décision, saluée par A`; `opposée à la guerre, A …`: a participle without a mark."""
    return feature(node, "VerbForm") in {"Part", "Ger"} and not any(
        dep(c) in {"mark", "case", "aux", "cop"} for c in node.children
    )


def _has_finite_aux(node: Node) -> bool:
    return any(dep(c) in {"aux", "cop"} and feature(c, "VerbForm") == "Fin" for c in node.children)


def _from_governor(node: Node, light: Node | None, cues: Cues) -> tuple[list[Effect], bool]:
    """Effects of the step from node to its head, and whether to climb on."""
    head, kind = node.head, dep(node)
    if kind == "conj":
        return _shared(node, cues), True
    governor = cues.governor_of(head)
    if node.pos_ in VERBAL or _participle(node):
        if kind not in CLAUSE_LINKS:
            return [], False
        told = kind == "ccomp" and lemma(head) in cues.saying  # `told us that he left`
        asked = told and governor is not None and governor.control == "object"
        effects = [] if asked else _on_clause(governor, head, cues)
        if kind == "advcl" and not _is_content(node, cues):
            effects = [e for e in effects if e == "actual"]  # no content of the governor
        decides = kind == "xcomp" and ("actual" in effects or finds(head))
        says = head.pos_ in VERBAL and lemma(head) in cues.saying and not decides
        if says or (kind == "ccomp" and makes_known(head)):
            return [*effects, *(mood_of(head, cues))], False
        return effects + _own(head, governor, node, cues), True
    if kind == "xcomp" and node.pos_ == "ADJ":  # `ne juge pas utile de partir`
        return own_effects(head, cues, node), True
    if kind not in NOMINAL_LINKS:
        return [], False
    return _around_noun(node, governor, light, cues)


def _is_content(clause: Node, cues: Cues) -> bool:
    """`Renonce à partir`, taken for an adverbial clause; not `nie tout avant de partir`."""
    marks = marks_of(clause)
    return bool(marks) and marks <= cues.argument_preps


def _own(head: Node, governor: Governor | None, node: Node, cues: Cues) -> list[Effect]:
    """What stands on a governor itself, without a negation that does not reach the deed."""
    effects = own_effects(head, cues, node)
    inert = governor is not None and governor.inert
    return [e for e in effects if e != "negated"] if inert else effects


def _on_clause(governor: Governor | None, head: Node, cues: Cues) -> list[Effect]:
    """What a governor does to a clause under it, by its tense."""
    if governor is None or makes_known(head):
        return []
    if governor.denied and is_negated(head, cues):  # `n'exclut pas de se retirer`
        return list(governor.denied)
    if governor.of_others and any(dep(c) == "obj" for c in head.children):
        return list(governor.of_others)
    return list(governor.perfect if governor.perfect and _is_done(head) else governor.clause)


def _is_done(verb: Node) -> bool:
    """A compound past, or a participle of what went with it: `contraignant A à partir`."""
    compound = any(dep(c) == "aux" for c in verb.children)
    return feature(verb, "VerbForm") == "Part" and (compound or feature(verb, "Tense") == "Pres")


def _around_noun(
    node: Node, governor: Governor | None, light: Node | None, cues: Cues
) -> tuple[list[Effect], bool]:
    """What the verb or noun above a deed noun says of the deed."""
    head = node.head
    if node.dep_ == "nsubj" and _acts_on(head, cues):
        return [], False
    if governor and governor.noun and not _is_adjunct(node, cues):
        if governor.inert and is_negated(head, cues):  # `n'exclut pas un retrait`
            return ["possible", *_own(head, governor, node, cues)], True
        told = governor.dated if governor.dated and new_date(head, node, cues) else governor.noun
        told = governor.perfect if governor.perfect and _is_done(head) else told
        return [*told, *_own(head, governor, node, cues)], True
    if light is not None and dep(node) == "nmod" and head.head.i == light.i:
        return own_effects(head, cues), True  # `will hold two hours of talks`
    carries = lemma(head) in cues.light_verbs or lemma(head) in cues.bringing
    carries = carries and not _is_adjunct(node, cues)
    carries = carries or (light is not None and light.i == head.i)
    if head.pos_ in VERBAL and carries:
        return own_effects(head, cues, node), True
    if head.pos_ in VERBAL and _happens(head, cues):
        return [*_on_clause(governor, head, cues), *own_effects(head, cues)], True
    if dep(node) == "nsubj" and any(dep(c) == "cop" for c in head.children):
        return own_effects(head, cues, node), False  # `aucun entretien n'est au programme`
    if head.pos_ in VERBAL and _is_new(node) and not _is_adjunct(node, cues):
        return mood_of(head, cues), True
    if prepositions(node) & cues.purpose_preps:
        return [e for e in own_effects(head, cues, node) if e != "negated"], True
    return [], False


def _is_new(noun: Node) -> bool:
    """`Doit passer par une coalition`: with an indefinite article a deed is not taken for done."""
    return any(dep(c) == "det" and feature(c, "Definite") == "Ind" for c in noun.children)


def _acts_on(verb: Node, cues: Cues) -> bool:
    """`L'entretien n'a donné lieu à rien`, `n'a donné aucun résultat`: it took place."""
    objects = {lemma(c) for c in verb.children if dep(c) == "obj"}
    return bool(objects) and not any(f"{lemma(verb)} {o}" in cues.happening for o in objects)


def _is_adjunct(node: Node, cues: Cues) -> bool:
    """`En visite à Berlin, il a promis …`: what the verb says does not touch the visit."""
    preps = prepositions(node)
    apart = node.dep_ == "obl:mod" or not preps & cues.argument_preps
    return dep(node) == "obl" and bool(preps) and apart


def _happens(verb: Node, cues: Cues) -> bool:
    """`Le départ doit devenir effectif`: the infinitive carries the noun."""
    return any(dep(c) == "xcomp" and lemma(c) in cues.light_verbs for c in verb.children)


def _shared(node: Node, cues: Cues) -> list[Effect]:
    """What a coordinated verb shares with the first: its auxiliary, not its negation."""
    if feature(node, "VerbForm") == "Fin" or _has_finite_aux(node):
        return []
    if feature(node, "VerbForm") == "Inf" and feature(node.head, "VerbForm") != "Inf":
        return []
    return mood_of(node.head, cues)
