"""Words that a parser hung on the wrong head beside others: lists, days of the week."""

from __future__ import annotations

from collections.abc import Set

from pipeline.nodes import Node, Tree
from pipeline.trees import behind_comma

SUBJECTS = frozenset({"nsubj", "nsubj:pass", "expl:subj", "csubj", "csubj:pass"})
OWN_CLAUSE = frozenset({*SUBJECTS, "cop", "obj", "ccomp", "xcomp", "orphan", "obl:mod"})
"""What only the head of a clause of its own has."""


def mend_days(doc: Tree, days: Set[str]) -> None:
    """`Est mardi en visite`, `sera lundi à Rome`: the day is when, the predicate follows it."""
    for day in doc:
        if day.lower_ not in days:
            continue
        children = list(day.children)
        labels = {c.dep_ for c in children}
        if "cop" not in labels or labels & {"case", "det"}:
            continue
        told = next((c for c in children if c.i > day.i and _has_case(c)), None)
        if told is None or told.dep_ != "nmod" or told.left_edge.i > day.i + 2:
            continue
        told.dep_ = day.dep_
        told.attach(told if day.head.i == day.i else day.head)
        for child in children:
            if child.i != told.i and not day.i < child.i < told.i:
                child.attach(told)
        day.attach(told)
        day.dep_ = "obl:mod"


def mend_lacks(doc: Tree, lacking: Set[str]) -> None:
    """`Faute d'accord entre A et B`: a preposition, and the noun behind it the complement."""
    for word in doc:
        if word.lower_ not in lacking or word.head is word or _has_article(word):
            continue
        behind = [c for c in word.children if c.i > word.i]
        noun = behind[0] if behind and behind[0].pos_ == "NOUN" and _has_case(behind[0]) else None
        if noun is None or noun.left_edge.i != word.i + 1:
            continue
        noun.attach(word.head)
        noun.dep_ = "obl:mod"
        for child in behind[1:]:
            child.attach(noun)
        word.attach(noun)
        word.dep_, word.pos_ = "case", "ADP"


def _has_case(noun: Node) -> bool:
    return any(c.dep_ == "case" for c in noun.children)


def mend_listed_subjects(doc: Tree) -> None:
    """`A, the envoy, and B have met`: A, taken for a headline before a clause of B alone.

    The plural of the verb tells that B is not its only subject.
    """
    for verb in doc:
        name = verb.head
        if verb.dep_ != "conj" or not is_root(name) or _heads_clause(name):
            continue
        subject = next((c for c in verb.children if c.dep_.startswith("nsubj")), None)
        link = next((c for c in verb.children if c.dep_ == "cc"), None)
        if subject is None or link is None or not name.i < link.i < subject.i < verb.i:
            continue
        plural = any("Plur" in t.morph.get("Number", []) for t in verbs_of(verb))
        if plural and "Plur" not in subject.morph.get("Number", []) and _begins(subject, link):
            verb.attach(verb)
            verb.dep_ = "ROOT"
            name.attach(verb)
            name.dep_ = subject.dep_
            subject.attach(name)
            subject.dep_ = "conj"
            link.attach(subject)


def mend_headline_pairs(doc: Tree) -> None:
    """`Rubio, Lavrov meet in Riyadh`: the comma of a headline for `and`, in place.

    The plural of the verb tells it from `Austin, Texas, votes`.
    """
    for first in doc:
        if first.dep_ != "compound":
            continue
        name, verb = first.head, first.head.head
        pair = first.pos_ == name.pos_ == "PROPN"
        if not pair or name.dep_ != "nsubj" or first.left_edge.i != first.sent.start:
            continue
        if "Sing" in verb.morph.get("Number", []) or "Pres" not in verb.morph.get("Tense", []):
            continue
        if first.right_edge.text == "," and first.right_edge.i < name.i:
            first.attach(verb)
            first.dep_ = "nsubj"
            name.attach(first)
            name.dep_ = "conj"


def mend_listed_objects(doc: Tree) -> None:
    """`Accuse A et la droite de B`: a noun joined to the verb behind whose object it stands."""
    for noun in doc:
        verb = noun.head
        joined = noun.dep_ == "conj" and noun.pos_ in {"NOUN", "PROPN"} and verb.pos_ == "VERB"
        if not joined or noun.i < verb.i or _heads_clause(noun):
            continue
        link = next((c for c in noun.children if c.dep_ == "cc"), None)
        objects = [c for c in verb.children if c.dep_ == "obj" and verb.i < c.i < noun.i]
        if link is None or not objects or not _begins(noun, link):
            continue
        if objects[-1].right_edge.i == link.i - 1:
            noun.attach(objects[-1])


def mend_apposed_lists(doc: Tree) -> None:
    """`Le Japonais A, le Chinois B et le Coréen C`: no comma closes an apposition before `et`."""
    for noun in doc:
        head = noun.head
        if noun.dep_ != "appos" or noun.i < head.i or not behind_comma(noun):
            continue
        after = noun.right_edge.i + 1
        if after >= len(doc) or doc[after].dep_ != "cc" or not _has_article(noun):
            continue
        joined = doc[after].head
        if joined.dep_ == "conj" and joined.head.i == head.i and _has_article(joined):
            noun.dep_ = "conj"


def mend_joined_complements(doc: Tree, belonging: Set[str]) -> None:
    """`Les surfeurs de Lacanau et la commune`: no article is joined to a bare name behind `de`."""
    for noun in doc:
        name = noun.head
        joined = noun.dep_ == "conj" and noun.pos_ in {"NOUN", "PROPN"} and _has_article(noun)
        if not joined or name.pos_ != "PROPN" or name.dep_ != "nmod" or _has_case(noun):
            continue
        outer = name.head
        cases = {c.lemma_ for c in name.children if c.dep_ == "case"}
        bare = bool(cases & belonging) and not _has_article(name)
        if bare and outer.pos_ == "NOUN" and _has_article(outer) and outer.i < name.i:
            noun.attach(outer)


def _has_article(noun: Node) -> bool:
    return any(c.dep_ == "det" for c in noun.children)


def mend_bare_plurals(doc: Tree) -> None:
    """`Entre socialistes et écologistes`: an adjective joined to a bare plural noun is a noun."""
    for word in doc:
        head = word.head
        bare = word.dep_ == "conj" and word.pos_ == "ADJ" and head.pos_ == "NOUN"
        if not bare or _has_article(head) or any(c.dep_ == "amod" for c in head.children):
            continue
        plural = all("Plur" in t.morph.get("Number", []) for t in (word, head))
        if plural and any(c.dep_ == "cc" for c in word.children):
            word.pos_ = "NOUN"


def mend_fronted_subjects(doc: Tree) -> None:
    """`Grâce au préfet, A et B ont accepté`: a list behind the comma is the verb's, not `préfet`'s.

    Where the verb is a plural without subject and the list ends right before it.
    """
    for first in doc:
        if first.dep_ != "conj" or first.pos_ not in {"NOUN", "PROPN"}:
            continue
        verb = first.head.head
        while verb.pos_ not in {"VERB", "AUX"} and verb.head is not verb:
            verb = verb.head
        if verb.pos_ != "VERB":
            continue
        listed = any(c.dep_ == "conj" and c.i > first.i for c in first.children)
        rest = [] if listed else _joined_behind(first)  # `selon A, B et C ont …`, C joined to A
        end = (rest or [first])[-1].right_edge.i
        if not behind_comma(first) or not end < verb.i or not _precedes(end, verb):
            continue
        finite = [t for t in verbs_of(verb) if "Fin" in t.morph.get("VerbForm", [])]
        plural = any("Plur" in t.morph.get("Number", []) for t in finite)
        if (listed or rest) and plural and not any(c.dep_ in SUBJECTS for c in verb.children):
            first.attach(verb)
            first.dep_ = "nsubj"
            for other in rest:
                other.attach(first)


def _joined_behind(first: Node) -> list[Node]:
    """The rest of a list that the same word heads: one behind the other, the last behind `et`."""
    rest = [c for c in first.head.children if c.dep_ == "conj" and c.i > first.i]
    ends = [t.right_edge.i for t in (first, *rest[:-1])]
    unparted = all(t.left_edge.i == end + 1 for t, end in zip(rest, ends, strict=False))
    linked = bool(rest) and any(c.dep_ == "cc" for c in rest[-1].children)
    return rest if unparted and linked else []


def mend_counts(doc: Tree) -> None:
    """`Libérer près de 300 détenus`: the adverb of a number is the object, not how it is done."""
    for word in doc:
        verb = word.head
        if word.pos_ != "ADV" or word.dep_ != "advmod" or verb.pos_ != "VERB" or word.i < verb.i:
            continue
        counted = [
            c
            for c in word.children
            if c.i > word.i and _has_case(c) and any(g.dep_ == "nummod" for g in c.children)
        ]
        if counted and not any(c.dep_ in {"obj", "ccomp"} for c in verb.children):
            word.dep_ = "obj"


def _precedes(end: int, verb: Node) -> bool:
    """Nothing but auxiliaries, clitics and adverbs stands between."""
    return all(t.pos_ in {"AUX", "PRON", "ADV"} for t in verb.doc[end + 1 : verb.i])


def _heads_clause(noun: Node) -> bool:
    return any(c.dep_ in OWN_CLAUSE for c in noun.children)


def _begins(noun: Node, link: Node) -> bool:
    """Nothing but its own words stands between the conjunction and the noun, no preposition."""
    own = {t.i for t in noun.subtree}.issuperset(range(link.i + 1, noun.i))
    return own and not any(c.dep_ == "case" and c.i < noun.i for c in noun.children)


def is_root(token: Node) -> bool:
    """A noun or name that heads its sentence."""
    return token.head.i == token.i and token.pos_ in {"NOUN", "PROPN"}


def verbs_of(verb: Node) -> list[Node]:
    """The verb and its auxiliaries."""
    return [verb, *(c for c in verb.children if c.dep_.startswith("aux"))]
