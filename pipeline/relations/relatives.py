"""What relative pronouns stand for, and what is coordinated to a party."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.languages import RELATIVE_FULL, RELATIVE_OBJECT, RELATIVE_OF, RELATIVE_PERSON
from pipeline.nodes import Node
from pipeline.relations.model import Tokens
from pipeline.trees import conjuncts, dep, feature, first_conjunct, fold, prepositions


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
    return tuple(a for token in tokens for t in conjuncts(counted(token)) for a in antecedents(t))


def antecedents(token: Node) -> Tokens:
    """`A, B et C, qui refusent …`: all of the list, of a pronoun whose form is plural."""
    noun = antecedent(token)
    if noun.i >= token.i or noun.pos_ not in {"NOUN", "PROPN"}:
        return (noun,)
    finite = next((c for c in token.head.children if dep(c) in {"aux", "cop"}), token.head)
    form = finite if dep(token) == "nsubj" else token
    if feature(form, "Number") != "Plur":
        return (noun,)
    several = feature(noun, "Number") == "Plur"  # `le maire et les élus, qui …` may be the latter
    first = noun if several else first_conjunct(noun)
    return tuple(t for t in conjuncts(first) if t.i < token.i) or (noun,)


def antecedent(token: Node) -> Node:
    """The noun that a relative pronoun stands for; other tokens stand for themselves."""
    if feature(token, "PronType") != "Rel":
        return _before_relative(token) or token
    node = token
    while node.head.i != node.i:
        if node.dep_ in {"acl:relcl", "advcl:cleft"}:
            return _agreeing(token, node, node.head)
        node = node.head
    return _before_relative(token) or token


def _agreeing(pronoun: Node, clause: Node, noun: Node) -> Node:
    """`Un plan, signé par les ministres, qui aiderait …`: the noun that `qui` agrees with.

    Where the one in the tree does not: a noun further up, else the name right before.
    """
    shown = _shown(pronoun, clause)
    if not shown or noun.i > pronoun.i or _agrees(noun, shown):
        return noun
    above = [noun]
    while above[-1].head.i != above[-1].i:
        above.append(above[-1].head)
    before = _noun_before(pronoun)
    names = [before] if before is not None and before.pos_ == "PROPN" else []
    for other in (*above[1:], *names):
        nominal = other.pos_ in {"NOUN", "PROPN"} and other.i < pronoun.i
        if nominal and _agrees(other, shown):
            return other
    return noun


def _shown(pronoun: Node, clause: Node) -> dict[str, str]:
    """What the form of the pronoun, or of the verb that it is the subject of, agrees in."""
    auxiliaries = [c for c in clause.children if dep(c) in {"aux", "cop"}]
    found: dict[str, str | None] = {}
    if fold(pronoun.text) in RELATIVE_FULL:
        found = {name: feature(pronoun, name) for name in ("Gender", "Number")}
    elif dep(pronoun) == "nsubj" and pronoun.head.i == clause.i:
        finite = auxiliaries[0] if auxiliaries else clause
        found = {"Number": feature(finite, "Number")}
        if any(a.dep_ == "aux:pass" for a in auxiliaries):
            found["Gender"] = feature(clause, "Gender")
    return {name: value for name, value in found.items() if value}


def _agrees(noun: Node, shown: dict[str, str]) -> bool:
    """No feature of the noun is another; several joined nouns, and names, agree with anything."""
    if noun.pos_ == "PROPN" or any(dep(c) in {"conj", "nummod"} for c in noun.children):
        return shown.get("Number") != "Plur" or noun.pos_ != "PROPN"
    return all(feature(noun, name) in {None, value} for name, value in shown.items())


def _before_relative(token: Node) -> Node | None:
    """`L'Ukraine, à laquelle il reproche …`: the noun before `lequel`, whatever the tree says.

    The same before a `que` that is an object: `la convention, que l'Équateur a ratifiée`.
    """
    form = fold(token.text)
    if form in RELATIVE_OF and token.i > 0 and token.nbor(-1).text == ",":
        return _noun_before(token)  # of a clause that the parser took for the main one
    if form in RELATIVE_PERSON and token.i < token.head.i and prepositions(token):
        return _noun_before(token)  # `A, à qui B a promis …`, whatever the clause is taken for
    relative = form in RELATIVE_OBJECT and dep(token) == "obj" and token.i < token.head.i
    if not relative and (token.pos_ != "PRON" or form not in RELATIVE_FULL):
        return None
    noun, verb = _noun_before(token), token.head
    if noun is None and relative and verb.dep_ == "acl:relcl":
        return verb.head  # `le premier, que le juge soupçonne`
    if noun is None:
        return None
    if not relative:
        return _of_phrase(token, noun)
    compound = feature(verb, "VerbForm") == "Part" and any(dep(c) == "aux" for c in verb.children)
    names = ("Gender", "Number") if compound else ()
    shown = {name: value for name in names if (value := feature(verb, name))}
    while shown and dep(noun) == "nmod" and noun.head.i < noun.i:
        if noun.pos_ == "NOUN" and _agrees(noun, shown):
            break
        noun = noun.head  # `la convention de Vienne, qu'il a ratifiée`
    return noun


def _of_phrase(pronoun: Node, noun: Node) -> Node:
    """`La cession de la branche acier, à laquelle …`: behind a comma the phrase, if it agrees."""
    shown = _shown(pronoun, pronoun.head)
    agreeing = [noun] if _agrees(noun, shown) else []
    apart = pronoun.left_edge.i > 0 and pronoun.left_edge.nbor(-1).text == ","
    while noun.pos_ == "NOUN" and dep(noun) == "nmod" and noun.head.i < noun.i:
        noun = noun.head
        if noun.pos_ == "NOUN" and _agrees(noun, shown):
            agreeing.append(noun)
    if not agreeing:
        return _noun_before(pronoun) or noun
    return agreeing[-1] if apart else agreeing[0]


def name_before(pronoun: Node) -> Node | None:
    """The proper noun right before a relative pronoun."""
    noun = _noun_before(pronoun)
    return noun if noun is not None and noun.pos_ == "PROPN" else None


def _noun_before(pronoun: Node) -> Node | None:
    """The noun or name right before a relative pronoun, with or without a comma."""
    at = pronoun.left_edge.i - 1
    if at > 0 and pronoun.doc[at].text == ",":
        at -= 1
    noun = pronoun.doc[at] if at >= pronoun.sent.start else pronoun
    while dep(noun) in {"flat", "amod"} and noun.head.i < noun.i:
        noun = noun.head
    return noun if noun.pos_ in {"NOUN", "PROPN"} else None
