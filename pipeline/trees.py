"""Reading a UD tree: phrases, coordination, features. Shared by entities and relations.

All functions take tokens with UD labels (`nsubj`, `obl:arg` …): a spaCy `Token` or our `Node`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Protocol, Self, TypeVar

from pipeline.texts import fold as fold


class TreeToken(Protocol):
    """What a spaCy `Token` and a `Node` have in common."""

    @property
    def i(self) -> int: ...  # noqa: D102
    @property
    def doc(self) -> Any: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def lemma_(self) -> str: ...  # noqa: D102
    @property
    def pos_(self) -> str: ...  # noqa: D102
    @property
    def dep_(self) -> str: ...  # noqa: D102
    @property
    def morph(self) -> Any: ...  # noqa: D102
    @property
    def sent(self) -> Any: ...  # noqa: D102
    @property
    def head(self) -> Self: ...  # noqa: D102
    @property
    def children(self) -> Iterable[Self]: ...  # noqa: D102
    @property
    def left_edge(self) -> Self: ...  # noqa: D102
    def nbor(self, i: int = 1) -> Self: ...  # noqa: D102


T = TypeVar("T", bound=TreeToken)

IMPERSONAL = frozenset({"obj", "nsubj", "csubj", "ccomp", "xcomp"})
LONGEST_NAME = 6
"""Tokens between a gapped subject's first word and its verb, at most."""
DASHES = frozenset("–—-")
NONE: frozenset[str] = frozenset()
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM", "X"})


class _Basic(dict[str, str]):
    """Relations without their subtypes: a few dozen, asked for very often."""

    def __missing__(self, label: str) -> str:
        basic = self[label] = label.partition(":")[0]
        return basic


_BASIC = _Basic()


def dep(token: TreeToken) -> str:
    """The UD relation without its subtype: `obl` for `obl:arg`."""
    return _BASIC[token.dep_]


def feature(token: TreeToken, name: str) -> str | None:
    """The first value of a morphological feature, or None."""
    values = token.morph.get(name, [])
    return values[0] if values else None


def is_expletive(token: TreeToken) -> bool:
    """`Il faut`, `s'évanouir`; not `il` in `il ne se retirera pas`, which parsers mix up with it.

    An impersonal verb has what it is about behind it, or is passive or a predicate.
    """
    if dep(token) != "expl":
        return False
    verb = token.head
    if token.dep_ != "expl:subj" or verb.pos_ != "VERB":
        return True
    beside = {dep(c) for c in verb.children if c.i > verb.i}
    return bool(beside & IMPERSONAL) or any(c.dep_ in {"aux:pass", "cop"} for c in verb.children)


def behind_comma(token: TreeToken) -> bool:
    """A comma stands right before the phrase, whoever it depends on."""
    edge = token.left_edge
    return edge.text == "," or (edge.i > 0 and edge.nbor(-1).text == ",")


def preposition(token: TreeToken) -> str | None:
    """First word of the lemma of the token's adposition, folded: `de` for `du` (`de le`)."""
    for child in token.children:
        if dep(child) == "case" and child.i < token.i:
            return fold(child.lemma_ or child.text).split(" ")[0]
    return None


def conjuncts(token: T) -> Iterator[T]:
    """The token and all that are coordinated to it, in the order of the tree.

    What a parser coordinated to the bare name beside a title counts too: `le président A et
    le ministre B`.
    """
    yield token
    for child in token.children:
        kind = dep(child)
        if kind == "conj":
            other = _is_same_person(token, child) or _opens_gapped_clause(child)
            if not other and (child.pos_ in NOMINAL or token.pos_ not in NOMINAL):
                yield from conjuncts(child)
        elif kind == "appos" and _is_listed(child, token):
            yield from conjuncts(child)
        elif kind in {"appos", "flat", "nmod"} and is_bare_name(child):
            yield from (t for t in conjuncts(child) if t.i != child.i)
        elif kind == "nmod" and token.pos_ == "PROPN":  # `la Corée du Sud et le Japon`
            yield from (t for t in child.children if _is_of_its_own(t))


def gapped_subject(verb: T) -> T | None:
    """`A a réduit ses visas, et B rappelé son ambassadeur`: the auxiliary is said once.

    The parser joins B to the object before it, and the participle to the first verb.
    """
    own = {dep(c) for c in verb.children}
    if dep(verb) != "conj" or own & {"aux", "cc"} or feature(verb, "VerbForm") != "Part":
        return None
    before = verb.i - 1
    while before > verb.sent.start and verb.doc[before].pos_ in {"ADV", "X"}:
        before -= 1
    name = verb.doc[before]
    while dep(name) == "flat" and name.head.i < name.i:
        name = name.head
    joined = dep(name) == "conj" and any(dep(c) == "cc" for c in name.children)
    return name if joined and verb.head.i < name.i and name.pos_ in NOMINAL else None


def _opens_gapped_clause(name: TreeToken) -> bool:
    return any(gapped_subject(t) == name for t in name.doc[name.i + 1 : name.i + LONGEST_NAME])


def _is_of_its_own(token: TreeToken) -> bool:
    """A name joined to a word inside another name, told by its article."""
    labels = {dep(c) for c in token.children}
    return (
        dep(token) == "conj" and token.pos_ == "PROPN" and "det" in labels and "case" not in labels
    )


def _is_same_person(token: TreeToken, child: TreeToken) -> bool:
    """`Le ministre de l'Intérieur et chef de la Ligue`: one article, one person."""
    if not (token.pos_ == child.pos_ == "NOUN") or feature(token, "Number") != "Sing":
        return False
    articles = [any(dep(c) in {"det", "case"} for c in t.children) for t in (token, child)]
    return articles == [True, False] and not any(dep(c) == "conj" for c in child.children)


def _is_listed(child: TreeToken, token: TreeToken) -> bool:
    """`A, B et C` with B taken for an apposition of A, C joined to either."""
    if not token.pos_ == child.pos_ == "PROPN" or _is_bracketed(child):
        return False
    added = [c for t in (token, child) for c in t.children if dep(c) == "conj" and c.i > child.i]
    return any(c.pos_ == "PROPN" for c in added)


def _is_bracketed(token: TreeToken) -> bool:
    """`Le Pakistan (Agosta)`: a bracket opens right before the word."""
    return token.i > 0 and token.nbor(-1).text == "("


def is_bare_name(token: TreeToken) -> bool:
    """A proper noun without preposition or comma of its own."""
    return token.pos_ == "PROPN" and not any(dep(c) in {"case", "punct"} for c in token.children)


def first_conjunct(token: T) -> T:
    """The head of the coordination that the token stands in."""
    while dep(token) == "conj" and token.head.i != token.i:
        token = token.head
    return token


def lemma(token: TreeToken) -> str:
    """The token's lemma, folded."""
    return fold(token.lemma_ or token.text)


def prepositions(token: TreeToken) -> frozenset[str]:
    """Folded lemmas of the adpositions before a noun: each alone, and all as one string.

    Articles merged into them are dropped (`du` is `de`); fixed parts count (`hors de`).
    """
    each = [_adposition(c) for c in token.children if c.dep_ == "case" and c.i < token.i]
    if not each:
        return NONE
    return frozenset(each) if len(each) == 1 else frozenset((*each, " ".join(each)))


def _adposition(case: TreeToken) -> str:
    words = case.lemma_ or case.text
    if case.children:
        words = " ".join([words, *(t.lemma_ or t.text for t in _fixed(case))])
    return without_article(words)


@lru_cache(maxsize=1000)
def without_article(words: str) -> str:
    """A preposition of several words, folded, without the articles inside: `à égard de`."""
    first, *more = fold(words).replace("l'", "").split() or [""]
    return " ".join([first, *(w for w in more if w not in {"le", "la", "les"})])


def _fixed(token: T) -> list[T]:
    return [child for child in token.children if dep(child) == "fixed"]
