"""The text of a noun phrase: what of the subtree under a noun belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.languages import Language
from pipeline.trees import T, TreeToken, dep, feature, lemma, prepositions

INSIDE_PHRASE = frozenset({"amod", "nmod", "flat", "compound", "nummod", "fixed", "case", "det"})
"""Relations whose subtree belongs to a noun phrase's text (basic labels)."""
KEPT = INSIDE_PHRASE | {"conj", "cc", "punct", "advmod"}
JOINTS = frozenset("-'\"`‘’‚‛“”„‟‹›«»")


def noun_phrase(head: TreeToken, language: Language, *, counted: bool = False) -> tuple[int, int]:
    """Head noun with adjectives, noun complements and name parts: the text of an argument.

    First token of the passage and one past the last. `counted`: with the number before it.
    Without determiner, preposition, relative clause, apposition, coordination; contiguous.
    """
    inside = {head.i}
    for child in head.children:
        number = dep(child) == "nummod" and child.i < head.i
        wanted = counted if number else _belongs(child, head, language)
        if wanted:
            inside.update(t.i for t in _kept(child))
    start = end = head.i
    while start - 1 in inside:
        start -= 1
    while end + 1 in inside or (end + 2 in inside and _is_joint(head.doc[end + 1])):
        end += 1
    return start, end + 1


def _belongs(child: TreeToken, head: TreeToken, language: Language) -> bool:
    kind = dep(child)
    if kind in ("case", "det"):
        return False
    if child.dep_ == "nmod:appos" or _is_finite(child):
        return False
    if _is_locution(child, language) and not _is_state(child, head, language):
        return False
    if prepositions(child) & (language.agents | language.roles) or _goes_on(child, head):
        return False
    return kind in INSIDE_PHRASE or _is_adjectival(child, head)


def _goes_on(child: TreeToken, head: TreeToken) -> bool:
    """`Des alliés coupables à ses yeux de mensonge`: an adjective with complements of its own."""
    behind = dep(child) == "amod" and child.i > head.i
    return behind and any(
        dep(c) in {"obl", "xcomp", "nmod"} and c.i > child.i for c in child.children
    )


def _is_adjectival(child: TreeToken, head: TreeToken, when: str = "") -> bool:
    """`Hommes armés`, `maire sortant`; nested, with a `when` (`villes inondées en mai`)."""
    shaped = child.pos_ == "ADJ" or feature(child, "VerbForm") == "Part"
    if dep(child) != "acl" or not shaped:
        return False
    own = {c.dep_ for c in child.children} - {when}
    past = feature(child, "Tense") == "Past"
    return not own and child.i > head.i and (past or child.i == head.i + 1)


def uncharged(phrase: tuple[int, int], head: TreeToken, language: Language) -> tuple[int, int]:
    """A phrase without what the verb charges its object with: `accuse l'intéressé de trahison`."""
    if dep(head) != "obj" or lemma(head.head) not in language.charging:
        return phrase
    for child in head.children:
        inside = dep(child) == "nmod" and head.i < child.i < phrase[1]
        if inside and _is_charge(child, language):
            return phrase[0], max(head.i + 1, child.left_edge.i)
    return phrase


def _is_charge(noun: TreeToken, language: Language) -> bool:
    """`De trahison`, `de leur retenue`: without article, or somebody's."""
    dets = [c for c in noun.children if dep(c) == "det"]
    merged = any(dep(c) == "case" and " " in c.lemma_ for c in noun.children)  # `des`
    bare = noun.pos_ != "PROPN" and not merged and all(feature(c, "Poss") == "Yes" for c in dets)
    return bare and bool(prepositions(noun) & language.charges)


def _is_locution(child: TreeToken, language: Language) -> bool:
    """The bare noun of a prepositional locution: `à cause de`, not `à l'investiture`."""
    articles = (dep(c) == "det" or (dep(c) == "case" and " " in c.lemma_) for c in child.children)
    bare = child.pos_ == "NOUN" and not any(articles)
    return bare and not prepositions(child) <= language.belonging


def _is_state(child: TreeToken, head: TreeToken, language: Language) -> bool:
    """`Remise en liberté`: two words right behind the noun, the second bare."""
    return child.i == head.i + 2 and prepositions(child) <= language.resulting


def _is_finite(token: TreeToken) -> bool:
    """A verb that a parser took for an adjective or complement."""
    return feature(token, "VerbForm") == "Fin"


def _kept(token: T) -> Iterator[T]:
    """The subtree of a kept child, cut at clauses and appositions, coordination kept."""
    yield token
    for child in token.children:
        kind = dep(child)
        if _is_finite(child):
            continue
        if kind in KEPT or _is_adjectival(child, token, "obl:mod"):
            yield from _kept(child)


def _is_joint(token: TreeToken) -> bool:
    """A quotation mark or hyphen inside a phrase."""
    return token.text in JOINTS
