"""Relative clauses and participles that a parser hung on the wrong head."""

from __future__ import annotations

from pipeline.languages import RELATIVE_OBJECT, RELATIVE_OF, RELATIVE_PLACE
from pipeline.nodes import Node, Tree, features
from pipeline.regrouping import SUBJECTS, verbs_of
from pipeline.texts import fold

ASKED = frozenset({"obl:arg", "iobj"})
NOMINAL = frozenset({"NOUN", "PROPN"})
BESIDE = frozenset({"parataxis", "parataxis:insert", "conj", "advcl"})
"""How the main verb hangs on the verb of a relative clause that was taken for it."""


def mend_clauses(doc: Tree) -> None:
    """Put right, in place, all that is known here."""
    for token in doc.nodes:
        if token.dep_ == "obj":
            _invert(token)
            _invert_reflexive(token)
        if 1 < token.i < token.head.i and fold(token.text) in RELATIVE_OBJECT:
            _resume(token)
            _embed(token)
        if token.dep_ in SUBJECTS:
            _front(token)
        _lift(token)
        if token.dep_ == "acl:relcl":
            _content(token)


def _content(verb: Node) -> None:
    """`Exige de B qu'elle parte`: no relative clause of B, but what is asked."""
    noun = verb.head
    above = noun.head
    asked = noun.pos_ in NOMINAL and noun.dep_ in ASKED
    if not asked or above.pos_ != "VERB" or not above.i < noun.i < verb.i:
        return
    que = any(_is_que(c) and c.dep_ == "mark" and c.pos_ == "SCONJ" for c in verb.children)
    if que and any(c.dep_ in SUBJECTS for c in verb.children):
        verb.attach(above)
        verb.dep_ = "ccomp"


def _lift(pronoun: Node) -> None:
    """`Le pays dont la Russie s'est retirée`: what a name does not possess is the verb's."""
    name = pronoun.head
    named = name.pos_ == "PROPN" and name.dep_ in SUBJECTS
    if named and fold(pronoun.text) in RELATIVE_OF:
        pronoun.attach(name.head)
        pronoun.dep_ = "obl:arg"


def _invert(noun: Node) -> None:
    """`Que réclament les familles`: behind the verb of an object pronoun stands the subject."""
    verb = noun.head
    if verb.dep_ != "acl:relcl" or not _may_be_subject(noun, verb) or not _lacks_subject(verb):
        return
    if any(_is_que(c) and c.dep_ == "obj" and c.i < verb.i for c in verb.children):
        noun.dep_ = "nsubj"


def _invert_reflexive(noun: Node) -> None:
    """`Où doit se rendre le ministre`: a reflexive infinitive has no other object."""
    verb = noun.head
    clause = verb.head
    if verb.dep_ != "xcomp" or clause.dep_ != "acl:relcl":
        return
    where = next(
        (c for c in clause.children if fold(c.text) in RELATIVE_PLACE and c.i < clause.i), None
    )
    reflexive = any(c.dep_ == "expl:pv" for c in verb.children)
    if where and reflexive and _may_be_subject(noun, verb) and _lacks_subject(clause):
        noun.attach(clause)
        noun.dep_ = "nsubj"
        where.attach(verb)


def _resume(que: Node) -> None:
    """`A demande un délai, requête que B a rejetée`: a bare noun resumes what was said."""
    noun, verb = que.nbor(-1), que.head
    bare = noun.pos_ == "NOUN" and noun.i > noun.sent.start and noun.nbor(-1).text == ","
    if not bare or verb.dep_ == "acl:relcl":
        return
    labels = {c.dep_ for c in verb.children if c.i > que.i}
    if "nsubj" in labels and not labels & {"obj", "ccomp", "xcomp"} and _may_be_object(noun, verb):
        _relate(verb, que, noun)


def _embed(que: Node) -> None:
    """`A, que B presse de partir, a refusé …` with the relative clause taken for the main one."""
    verb = que.head
    before = [c for c in verb.children if c.dep_ in SUBJECTS and c.i < que.i]
    inside = [c for c in verb.children if c.dep_ in SUBJECTS and c.i > que.i]
    main = next((c for c in verb.children if c.i > verb.i and _is_main(c)), None)
    if not before or not inside or main is None or que.nbor(-1).text != ",":
        return
    noun, end = before[0], [c for c in verb.children if c.i > main.right_edge.i]
    main.dep_ = verb.dep_
    main.attach(main if verb.head is verb else verb.head)
    noun.attach(main)
    noun.dep_ = "nsubj:pass" if any(c.dep_ == "aux:pass" for c in main.children) else "nsubj"
    for child in end:
        child.attach(main)
    _relate(verb, que, noun)


def _is_main(verb: Node) -> bool:
    """A finite verb without subject, set off by a comma and joined by no conjunction."""
    loose = verb.dep_ in BESIDE and _lacks_subject(verb) and verb.left_edge.i > verb.head.i
    plain = not any(c.dep_ in {"cc", "mark"} for c in verb.children)
    edge = verb.left_edge
    return loose and plain and "," in {edge.text, edge.nbor(-1).text}


def _relate(verb: Node, que: Node, noun: Node) -> None:
    verb.attach(noun)
    verb.dep_ = "acl:relcl"
    que.dep_, que.pos_, que.morph = "obj", "PRON", features("PronType=Rel")


def _front(pronoun: Node) -> None:
    """`… : reçues par A, elles ont …`, hung on a noun before the colon: the pronoun's."""
    if pronoun.pos_ != "PRON" or pronoun.i < 2 or pronoun.nbor(-1).text != ",":
        return
    if pronoun.i < pronoun.sent.start + 2:
        return
    for verb in pronoun.doc[pronoun.sent.start : pronoun.i]:
        bare = "Part" in verb.morph.get("VerbForm", []) and verb.dep_ in {"acl", "amod"}
        edge = verb.left_edge.i
        opened = edge > verb.sent.start and ":" in {verb.doc[edge].text, verb.doc[edge - 1].text}
        reaches = verb.right_edge.i in {pronoun.i - 1, pronoun.i - 2}
        if bare and opened and reaches and verb.head.i < edge and _match(pronoun, verb):
            verb.attach(pronoun)
            verb.dep_ = "acl"
            return


def _may_be_object(noun: Node, verb: Node) -> bool:
    """A participle behind its object agrees with it: `requête que B a rejetée`."""
    compound = "Part" in verb.morph.get("VerbForm", [])
    return _match(noun, verb) if compound else _is_finite(verb)


def _match(noun: Node, participle: Node) -> bool:
    for name in ("Gender", "Number"):
        found = {*noun.morph.get(name, []), *participle.morph.get(name, [])}
        if len(found) > 1:
            return False
    return True


def _is_que(token: Node) -> bool:
    return fold(token.text) in RELATIVE_OBJECT


def _may_be_subject(noun: Node, verb: Node) -> bool:
    """Behind the verb, without preposition or comma."""
    edge = noun.left_edge
    plain = edge.i > verb.i and "," not in {edge.text, edge.nbor(-1).text}
    return plain and noun.pos_ in NOMINAL and not any(c.dep_ == "case" for c in noun.children)


def _lacks_subject(verb: Node) -> bool:
    return _is_finite(verb) and not any(c.dep_ in SUBJECTS for c in verb.children)


def _is_finite(verb: Node) -> bool:
    """A finite verb."""
    return any("Fin" in t.morph.get("VerbForm", []) for t in verbs_of(verb))
