"""Personal pronouns and possessives as they stand: form, agreement, own clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.entities.forms import PRONOUN, bare_pronoun
from pipeline.entities.view import Page, View, dep, feature, lemma
from pipeline.nodes import Node
from pipeline.trees import DASHES, is_expletive

OBJECTS = frozenset({"obj", "iobj", "obl"})


@dataclass(frozen=True, slots=True)
class Pronoun:
    """One pronoun and what its form tells."""

    page: Page
    token: Node
    form: str
    gender: str | None
    plural: bool
    possessive: bool
    subject: Node | None
    """Of its own clause, where the pronoun is another party of it: whom it cannot mean."""


def read_pronouns(view: View, page: Page) -> Iterator[Pronoun]:
    """The pronouns of a passage that can be arguments, in text order."""
    words = view.vocabulary.pronouns
    for i in page.may[PRONOUN]:
        form, token = bare_pronoun(page.folded[i]), page.doc[i]
        possessive = token.pos_ == "DET" or dep(token) == "det" or token.dep_ == "nmod:poss"
        table = words.possessive if possessive else words.personal
        if form in table and token.pos_ in ("DET", "PRON", "ADJ"):
            gender, plural = table[form]
            party = not possessive and dep(token) in OBJECTS
            if party and gender is None:
                gender = _agreement(token)
            own = _own_subject(token) if party else None
            yield Pronoun(page, token, form, gender, plural, possessive, own)


def _agreement(token: Node) -> str | None:
    """`L'a accusée`: a compound past agrees with the object before it."""
    verb = token.head
    compound = feature(verb, "VerbForm") == "Part" and dep(token) == "obj" and token.i < verb.i
    return feature(verb, "Gender") if compound else None


def _own_subject(token: Node) -> Node | None:
    """The subject of the clause that a pronoun is an object of."""
    node = token
    while node.head.i != node.i:
        node = node.head
        subject = subject_of(node)
        if subject is not None:
            return subject
    return None


def is_impersonal(view: View, pronoun: Pronoun) -> bool:
    """Stands for nothing, or for what was said: `il faut`, `il l'a dit`."""
    token, lists = pronoun.token, view.vocabulary.pronouns.impersonal
    if is_expletive(token):
        return True
    neuter = view.vocabulary.pronouns.neuter
    if pronoun.form in neuter["forms"] and lemma(token.head) in neuter["verbs"]:
        return dep(token) == "obj"
    if pronoun.form not in lists["forms"]:
        return False
    verb = token.head
    if lemma(verb) in lists["verbs"]:
        return dep(token) in {"nsubj", "expl"}
    children = {pronoun.page.folded[c.i] for c in verb.children}
    if lemma(verb) in lists["clitic_verbs"] and children & lists["clitics"]:
        return True
    passive = any(c.dep_ == "aux:pass" for c in verb.children)
    return lemma(verb) in lists["passives" if passive else "predicates"]


def subject_of(verb: Node) -> Node | None:
    """The subject that depends on a verb; of a relative clause the antecedent."""
    found = [
        c
        for c in verb.children
        if dep(c) == "nsubj" or (c.dep_ == "expl:subj" and not is_expletive(c))
    ]
    if not found:
        return None
    child = next((c for c in found if not _is_dateline(c, verb)), found[0])
    if feature(child, "PronType") == "Rel":
        return verb.head if dep(verb) == "acl" else None
    return child


def _is_dateline(token: Node, verb: Node) -> bool:
    """`BUDAPEST, 3 avril (AFP) – X a …`: the place, parsed as a subject."""
    between = token.doc[token.i : verb.i]
    return token.i == token.sent.start and any(t.text in DASHES for t in between)
