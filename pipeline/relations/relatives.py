"""What relative pronouns stand for, and what is coordinated to a party."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.nodes import Node
from pipeline.relations.model import Tokens
from pipeline.trees import conjuncts, dep, feature, fold

QUE = frozenset({"que", "qu'"})
LEQUEL = ("lequel", "laquelle", "lesquels", "lesquelles", "auquel", "auxquels", "auxquelles",
          "duquel", "desquels", "desquelles")  # fmt: skip


def counted(token: Node) -> Node:
    """`Plus de onze mille personnes`: the persons, not the adverb that the tree puts over them.

    `Aucune des deux motions`, `la plupart des élus` alike.
    """
    several = feature(token, "PronType") == "Ind" and feature(token, "Number") != "Sing"
    if not (several or token.pos_ in {"ADV", "DET"}):
        return token
    behind = [c for c in token.children if dep(c) in {"obl", "nmod"} and c.i > token.i]
    return behind[0] if behind and behind[0].pos_ in {"NOUN", "PROPN"} else token


def expand(tokens: Iterable[Node]) -> Tokens:
    """Every token with what is coordinated to it; relative pronouns become antecedents."""
    return tuple(antecedent(t) for token in tokens for t in conjuncts(counted(token)))


def antecedent(token: Node) -> Node:
    """The noun that a relative pronoun stands for; other tokens stand for themselves."""
    if feature(token, "PronType") != "Rel":
        return _before_relative(token) or token
    node = token
    while node.head.i != node.i:
        if node.dep_ in {"acl:relcl", "advcl:cleft"}:
            return node.head
        node = node.head
    return _before_relative(token) or token


def _before_relative(token: Node) -> Node | None:
    """`L'Ukraine, à laquelle il reproche …`: the noun before `lequel`, whatever the tree says.

    The same before a `que` that is an object: `la convention, que l'Équateur a ratifiée`.
    """
    form = fold(token.text)
    relative = form in QUE and dep(token) == "obj" and token.i < token.head.i
    if not relative and (token.pos_ != "PRON" or not form.endswith(LEQUEL)):
        return None
    at = token.left_edge.i - 1
    if at > 0 and token.doc[at].text == ",":
        at -= 1
    noun = token.doc[at] if at >= token.sent.start else token
    while dep(noun) == "flat" and noun.head.i < noun.i:
        noun = noun.head
    return noun if noun.pos_ in {"NOUN", "PROPN"} else None
