"""`Le texte est prêt. Le président l'a signé`: the noun that an object pronoun takes up.

Who is meant by a pronoun is settled with the mentions; what is left are things, and people whom
no name or known noun tells. Only the one noun that agrees is taken, among the subjects and objects
of the clauses before it in its sentence, else of the sentence before. `Y` shows nothing to
agree in: it takes up the last object before it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.trees import dep, feature, fold, lemma

PARTIES = frozenset({"nsubj", "obj"})
NOMINAL = frozenset({"NOUN", "PROPN"})


def taken_up(token: Node, cues: Cues) -> Node | None:
    """The noun that an object pronoun of the third person stands for, where one alone agrees."""
    verb = token.head
    if _is_of_a_thing(token, cues):
        for before in (list(_before(token)), list(_in_sentence_before(token))):
            objects = [n for n in before if dep(n) == "obj"]
            if objects:
                return objects[-1]
        return None
    third = token.pos_ == "PRON" and feature(token, "Person") == "3" and dep(token) == "obj"
    if not third or token.i > verb.i or verb.pos_ != "VERB" or lemma(verb) in cues.saying:
        return None
    if feature(token, "Reflex") == "Yes" or feature(token, "PronType") != "Prs":
        return None
    for nouns in (list(_before(token)), list(_in_sentence_before(token))):
        found = [n for n in nouns if _agrees(n, token, verb)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _is_of_a_thing(token: Node, cues: Cues) -> bool:
    """`Il s'y oppose`: a clitic with a preposition in it that shows no number."""
    clitic = token.pos_ == "PRON" and dep(token) == "iobj" and token.i < token.head.i
    return clitic and fold(token.text) in cues.clitics and feature(token, "Number") is None


def _before(token: Node) -> Iterator[Node]:
    """Subjects and objects before the pronoun in its sentence, but for its own clause's."""
    for node in token.doc[token.sent.start : token.i]:
        if _is_party(node) and node.head.i != token.head.i:
            yield node


def _in_sentence_before(token: Node) -> Iterator[Node]:
    start = token.sent.start
    if start:
        for node in token.doc[start - 1].sent:
            if _is_party(node) and node.head.head.i == node.head.i:
                yield node


def _is_party(node: Node) -> bool:
    determined = any(dep(c) == "det" for c in node.children)
    return dep(node) in PARTIES and node.pos_ in NOMINAL and determined


def _agrees(noun: Node, pronoun: Node, verb: Node) -> bool:
    """In number, and in the gender of the pronoun or of the participle behind it."""
    compound = feature(verb, "VerbForm") == "Part" and any(dep(c) == "aux" for c in verb.children)
    shown = {
        "Number": feature(pronoun, "Number"),
        "Gender": feature(pronoun, "Gender") or (feature(verb, "Gender") if compound else None),
    }
    told = {name: value for name, value in shown.items() if value}
    return all(feature(noun, name) in {None, value} for name, value in told.items())
