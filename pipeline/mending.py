"""What a parser gives against the plain order of words, put right in a finished Tree."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.languages import Language
from pipeline.nodes import Node, Tree, features
from pipeline.regrouping import (
    SUBJECTS,
    is_root,
    mend_apposed_lists,
    mend_bare_plurals,
    mend_counts,
    mend_days,
    mend_fronted_subjects,
    mend_headline_pairs,
    mend_joined_complements,
    mend_lacks,
    mend_listed_objects,
    mend_listed_subjects,
    verbs_of,
)
from pipeline.relinking import mend_clauses

COMPLEMENTS = frozenset({"obl:mod", "obl", "dislocated", "nmod"})
VerbOf = Callable[[str], str | None]
"""From a form to the verb whose third person it may be."""
ENDS = frozenset(".!?…")
NOT_THE_SUBJECT = frozenset({"DATE", "EVENT", "PRODUCT"})


def mend(doc: Tree, verb_of: VerbOf, language: Language) -> None:
    """Put right, in place, all that is known here."""
    mend_headlines(doc, verb_of)
    mend_days(doc, language.days)
    mend_lacks(doc, language.lacking)
    mend_subjects(doc)
    mend_conjunctions(doc)
    mend_hyphens(doc)
    mend_receivers(doc)
    mend_attributes(doc)
    mend_participles(doc)
    mend_second_subjects(doc)
    mend_headline_pairs(doc)
    mend_listed_subjects(doc)
    mend_listed_objects(doc)
    mend_joined_complements(doc, language.belonging)
    mend_apposed_lists(doc)
    mend_bare_plurals(doc)
    mend_counts(doc)
    mend_fronted_subjects(doc)
    mend_contents(doc)
    mend_names(doc)
    mend_clauses(doc)


def mend_headlines(doc: Tree, verb_of: VerbOf) -> None:
    """`Erdogan lands in Baghdad`, `Chief steps down`: a headline's verb taken for a plural.

    Behind a person's name, or before a word like `down`, where the sentence has no other verb.
    """
    for sentence in doc.sentences:
        root = sentence.root
        finite = any("Fin" in t.morph.get("VerbForm", []) for t in sentence)
        plural = (
            root.pos_ == "NOUN" and "Plur" in root.morph.get("Number", []) and root.text.islower()
        )
        if finite or not plural or root.i == sentence.start or sentence[-1].text in ENDS:
            continue
        subject, after = root.nbor(-1), root.nbor() if root.i + 1 < sentence.end else root
        hangs = subject.head.i == root.i and subject.dep_ in {"compound", "amod", "nmod", "flat"}
        particle = after.head.i == root.i and after.dep_ in {"advmod", "compound:prt"}
        if not hangs or not (subject.ent_type_ == "PER" or particle):
            continue
        if verb := verb_of(root.lower_):
            root.pos_, root.lemma_ = "VERB", verb
            root.morph = features("Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin")
            _resubject(root, subject)


def _resubject(verb: Node, subject: Node) -> None:
    """The word before the verb is its subject, with what else stood before; the rest hangs on."""
    subject.dep_, subject.pos_ = "nsubj", subject.pos_ if subject.pos_ != "ADJ" else "NOUN"
    for child in list(verb.children):
        if child.i < subject.i:
            child.attach(subject)
        elif child.dep_ == "nmod":
            child.dep_ = "obl"


def mend_contents(doc: Tree) -> None:
    """`Said last night that A did it`, `told B that …`: no relative clause of the night or B."""
    for verb in doc:
        night = verb.head
        beside = night.dep_ in {"obl:unmarked", "iobj"} and night.head.pos_ == "VERB"
        if verb.dep_ != "acl:relcl" or not beside:
            continue
        that = [c for c in verb.children if c.i < verb.i and c.i == night.i + 1]
        if that and any(c.dep_.startswith("nsubj") and c.i != night.i + 1 for c in verb.children):
            verb.attach(night.head)
            verb.dep_ = "ccomp"
            that[0].dep_, that[0].pos_ = "mark", "SCONJ"


def mend_names(doc: Tree) -> None:
    """`To Downing Street`, taken for an infinitive with an object, in place."""
    for word in doc[1:-1]:
        if word.pos_ != "VERB" or not word.text[0].isupper():
            continue
        name, verb = word.nbor(), word.head
        if (
            word.is_sent_start
            or name.head.i != word.i
            or name.pos_ != "PROPN"
            or verb.pos_ != "VERB"
        ):
            continue
        mark = next((c for c in word.children if c.dep_ == "mark" and c.i == word.i - 1), None)
        if mark is None or word.dep_ not in {"advcl", "xcomp"}:
            continue
        for child in list(word.children):
            child.attach(verb)
        mark.attach(name)
        mark.dep_, mark.pos_ = "case", "ADP"
        name.dep_ = "obl"
        word.attach(name)
        word.dep_, word.pos_ = "compound", "PROPN"


def mend_subjects(doc: Tree) -> None:
    """Make a subject, in place, of the bare name before a finite verb that has none.

    `Londres, où elle vit, a refusé …`: the net takes `Londres` for a complement of place, though
    it has no preposition.
    """
    for token in doc:
        loose = token.dep_ in COMPLEMENTS or (token.ent_type_ == "PER" and token.dep_ == "advmod")
        if loose and _is_bare_name(token) and _lacks_subject(token.head):
            passive = any(c.dep_ == "aux:pass" for c in token.head.children)
            token.dep_ = "nsubj:pass" if passive else "nsubj"


def mend_conjunctions(doc: Tree) -> None:
    """Make a clause, in place, of a noun and a finite verb behind a conjunction.

    `A quits as critics close in`: the net takes `as` for a preposition of `critics`, and the verb
    for an attribute; or it joins the noun to the verb as a compound.
    """
    for token in doc:
        if token.pos_ != "SCONJ" or token.dep_ not in {"case", "mark"}:
            continue
        noun = token.head
        verb = _finite_behind(noun) if token.dep_ == "case" else None
        if verb is not None and noun.head.i < token.i:
            verb.attach(noun.head)
            verb.dep_ = "advcl"
            noun.attach(verb)
            noun.dep_ = "nsubj"
            token.attach(verb)
            token.dep_ = "mark"
        elif token.dep_ == "mark" and _lacks_subject(noun):
            for child in noun.children:
                if token.i < child.i < noun.i and child.dep_ == "compound":
                    child.dep_ = "nsubj"


def _finite_behind(noun: Node) -> Node | None:
    """The finite verb without subject that is taken for the noun's attribute."""
    for child in noun.children:
        attribute = child.i == noun.i + 1 and child.dep_ in {"amod", "acl"}
        if attribute and _lacks_subject(child):
            return child
    return None


def mend_hyphens(doc: Tree) -> None:
    """`US-led`: the noun before hyphen and participle belongs to the word, in place."""
    for token in doc[:-2]:
        joined = token.nbor(1).text == "-" and token.head.i == token.i + 2
        if joined and token.dep_ == "obl:unmarked":
            token.dep_ = "compound"


def mend_attributes(doc: Tree) -> None:
    """`He rolled back tariffs`: a verb with a subject of its own is no attribute, in place."""
    for verb in doc:
        noun = verb.head
        attribute = verb.pos_ == "VERB" and verb.dep_ == "amod" and verb.i < noun.i
        if not attribute or not is_root(noun):
            continue
        subjects = [c for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i]
        if subjects and not any(t.text == "," for t in doc[subjects[0].i : verb.i]):
            _raise(verb, noun, "obj")


def mend_participles(doc: Tree) -> None:
    """`The board named A as head.`: in a sentence without a verb the participle with an object."""
    for verb in doc:
        noun = verb.head
        told = verb.pos_ == "VERB" and verb.dep_ == "acl" and noun.i < verb.i and is_root(noun)
        if not told or "Fin" in {f for t in verb.sent for f in t.morph.get("VerbForm", [])}:
            continue
        named = any(
            c.dep_ == "obj" or (c.dep_ == "xcomp" and c.pos_ == "PROPN") for c in verb.children
        )
        if named and any(t.text == "." for t in verb.sent):
            _raise(verb, noun, "nsubj")


def _raise(verb: Node, noun: Node, label: str) -> None:
    """Make the verb the root instead of the noun; what stood behind the verb is the verb's."""
    beyond = [c for c in noun.children if c.dep_ == "punct" or (label == "nsubj" and c.i > verb.i)]
    verb.attach(verb)
    verb.dep_ = "ROOT"
    noun.attach(verb)
    noun.dep_ = label
    for child in beyond:
        child.attach(verb)


def mend_second_subjects(doc: Tree) -> None:
    """`Saw A in B`: behind a verb that has its subject before it stands the object, in place."""
    for token in doc:
        if token.dep_ != "nsubj":
            continue
        verb = token.head
        if token.pos_ == "PROPN":
            _join_names(token)
            _appose(token)
        if token.dep_ != "nsubj" or verb.pos_ != "VERB" or token.i != _first_behind(verb, token):
            continue
        labels = [c.dep_ for c in verb.children if c.i < verb.i]
        if "nsubj" in labels and not any(c.dep_ in {"obj", "ccomp"} for c in verb.children):
            token.dep_ = "obj"


def _join_names(token: Node) -> None:
    """`Mr Streeting`, taken for two subjects of one verb."""
    if token.i + 1 >= len(token.doc):
        return
    name = token.nbor(1)
    if name.dep_ == "nsubj" and name.head.i == token.head.i and name.text[0].isupper():
        token.attach(name)
        token.dep_ = "compound"


def _appose(name: Node) -> None:
    """`The ruler, General X, has …`: the name behind the comma is no second subject."""
    edge = name.left_edge.i
    edge += name.doc[edge].text == ","
    if name.dep_ != "nsubj" or not edge or name.doc[edge - 1].text != ",":
        return
    for other in name.head.children:
        noun = other.dep_ == "nsubj" and other.pos_ == "NOUN" and other.i < edge < name.head.i
        if noun and name.i < name.head.i and other.right_edge.i == edge - 2:
            name.attach(other)
            name.dep_ = "appos"
            return


def _first_behind(verb: Node, token: Node) -> int:
    """Where the token stands, if its phrase begins right behind the verb."""
    return token.i if token.left_edge.i == verb.i + 1 else -1


def mend_receivers(doc: Tree) -> None:
    """`Gives Kyiv 50 tanks`: no compound stands before a number or article, so it receives."""
    for token in doc[:-2]:
        if token.pos_ != "PROPN" or token.dep_ not in {"compound", "nmod"}:
            continue
        noun = token.head
        while noun.pos_ == "NUM" and noun.head.i > noun.i:
            noun = noun.head
        verb = noun.head
        if noun.dep_ == "obj" and verb.pos_ == "VERB" and token.i == verb.i + 1:
            counted = token.nbor(1)
            if counted.pos_ in {"NUM", "DET"} and counted.i < noun.i:
                token.attach(verb)
                token.dep_ = "iobj"
                if counted.head.i == token.i:
                    counted.attach(noun)
                    counted.dep_ = "nummod" if counted.pos_ == "NUM" else "det"


def _is_bare_name(token: Node) -> bool:
    """A proper noun before its verb, behind no preposition, adverb or other name."""
    proper = token.pos_ == "PROPN" or token.ent_type_ == "PER"
    name = proper and token.ent_type_ not in NOT_THE_SUBJECT
    opens = token.left_edge.i == token.i or token.left_edge.dep_ == "det"
    return name and opens and token.i < token.head.i


def _lacks_subject(verb: Node) -> bool:
    finite = any("Fin" in t.morph.get("VerbForm", []) for t in verbs_of(verb))
    return verb.pos_ == "VERB" and finite and not any(c.dep_ in SUBJECTS for c in verb.children)
