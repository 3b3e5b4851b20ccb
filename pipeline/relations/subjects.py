"""Subjects that depend on a verb, and those that the parser tore from it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.nodes import Node
from pipeline.relations.model import Tokens
from pipeline.relations.relatives import expand
from pipeline.relations.voice import is_bare_present
from pipeline.trees import DASHES, behind_comma, dep, feature, is_expletive, prepositions

STOPS = frozenset(".!?…:;»\n")


def own_subjects(verb: Node) -> Tokens:
    """Subjects that depend on the verb itself, expletives left out."""
    found = [c for c in verb.children if _is_subject(c)]
    if not found:  # `A fait porter …`: the subject hung on the auxiliary
        makers = [c for c in verb.children if dep(c) == "aux"]  # `he did, however, leave`
        found = [c for maker in makers for c in maker.children if dep(c) == "nsubj"]
    found = [c for c in found if not _is_topic(c, verb)] or found
    if len(found) > 1:
        agreeing = [c for c in found if _agree(c, verb)]  # `reçu par A, B, les élus ont …`
        found = agreeing if len(agreeing) == 1 else _one_subject(found, verb)
    return expand((*_torn_subject(verb, found), *found))


def _is_topic(noun: Node, verb: Node) -> bool:
    """`Niger : la France retire ses troupes`: what stands before the colon does nothing.

    Nor does the place of a dateline, `BUDAPEST (AFP) – X a …`.
    """
    between = {t.text for t in noun.doc[noun.i : verb.i]}
    return ":" in between or (noun.i == noun.sent.start and bool(between & DASHES))


def _one_subject(found: list[Node], verb: Node) -> list[Node]:
    """The first of several, or the name that follows it as an apposition, and what is added.

    Before those behind the verb; the nearest to it of two that nothing parts (a heading before).
    """
    found = [c for c in found if c.i < verb.i] or found
    found = _inside_relative(found, verb)
    if len(found) > 1 and found[0].pos_ == found[1].pos_ == "NOUN" and _unparted(*found[:2]):
        found = found[1:]
    if len(found) < 2:
        return found
    first, second = found[:2]
    if first.pos_ == second.pos_ == "PROPN" and _joined(second):  # `A, B et C`, A torn off
        return found
    named = first.pos_ == "NOUN" and second.pos_ == "PROPN" and second.nbor(-1).text == ","
    added = [c for c in found[1:] if any(dep(g) == "cc" for g in c.children)]
    return [second if named else first, *added]


def _inside_relative(found: list[Node], verb: Node) -> list[Node]:
    """`A, que B refuse de voir, dit …`: of a verb with its relative pronoun, what is behind it."""
    pronouns = [c.i for c in verb.children if dep(c) == "obj" and feature(c, "PronType") == "Rel"]
    return [c for c in found if c.i > pronouns[0]] or found if pronouns else found


def _unparted(first: Node, second: Node) -> bool:
    """The second phrase begins right behind the first."""
    return second.left_edge.i == first.right_edge.i + 1 and second.left_edge.pos_ != "PUNCT"


def _joined(name: Node) -> bool:
    return any(dep(c) == "conj" and any(dep(g) == "cc" for g in c.children) for c in name.children)


def _torn_subject(verb: Node, found: Sequence[Node]) -> Tokens:
    """`A et B se retirent` with A hung elsewhere: the conjunction depends on the verb."""
    if not found or (dep(verb) == "conj" and verb.head.pos_ not in {"NOUN", "PROPN"}):
        return ()
    link = found[0].left_edge.i - 1
    start = verb.sent.start
    if link <= start or not any(c.i == link and dep(c) == "cc" for c in verb.children):
        return ()
    node = verb.doc[link - 1]
    while dep(node) in {"nmod", "flat", "fixed", "compound", "amod"} and node.head.i < link:
        node = node.head
    return (node,) if node.pos_ in {"NOUN", "PROPN"} else ()


def fresh_subject(verb: Node) -> Node | None:
    """`A a quitté le Niger en mai et B, …, a quitté le Tchad`: B joined to what stands before."""
    if any(dep(c) == "cc" for c in verb.children):
        return None
    for token in reversed(verb.doc[verb.head.i + 1 : verb.i]):
        link = next((c for c in token.children if dep(c) == "cc"), None)
        if dep(token) == "conj" and link is not None and token.pos_ in {"NOUN", "PROPN"}:
            fits = verb.head.i < token.head.i < link.i and not prepositions(token)
            return token if fits and _agree(token, verb) else None
    return None


def _agree(noun: Node, verb: Node) -> bool:
    finite = next((c for c in verb.children if dep(c) == "aux"), verb)
    numbers = {feature(noun, "Number"), feature(finite, "Number")} - {None}
    return len(numbers) < 2


def torn_off(verb: Node) -> Tokens:
    """The subjects of a finite verb that the parser tore from it.

    The verb hangs on them as if it were a complement, or they were joined to what stands before
    them, or a sentence was cut between them.
    """
    head = verb.head
    if head.i != verb.i:
        below = verb.dep_ in {"nmod", "appos", "amod", "acl", "dep", "flat", "flat:name", "conj"}
        bare = not any(dep(c) in {"cc", "mark"} for c in verb.children)
        nominal = head.i < verb.i and head.pos_ in {"NOUN", "PROPN"}
        return (head,) if below and bare and nominal else ()
    start = verb.sent.start
    if start == 0 or verb.doc[start - 1].text in STOPS:
        return _stranded(verb)
    root = verb.doc[start - 1].sent.root
    loose = [root, *(c for c in root.children if dep(c) in {"conj", "appos", "dep", "dislocated"})]
    nouns = [t for t in loose if t.pos_ in {"NOUN", "PROPN"} and not prepositions(t)]
    return tuple(nouns[-1:])


def _stranded(verb: Node) -> Tokens:
    """`À Bali, A et B s'étaient rencontrés`: the names joined to the place before the comma."""
    at = verb.i - 1
    while at > verb.sent.start and verb.doc[at].head.i == verb.i and verb.doc[at].pos_ != "PUNCT":
        at -= 1
    name = verb.doc[at]
    while dep(name) == "flat" and name.head.i < name.i:
        name = name.head
    if dep(name) != "conj" or name.pos_ != "PROPN":
        return ()
    joined = tuple(c for c in name.head.children if dep(c) == "conj" and c.i <= name.i)
    return joined if behind_comma(joined[0]) and prepositions(name.head) else ()


def fronted_over(participle: Node) -> Tokens:
    """`Accueilli par le roi, X a …` cut in two sentences: the subject of the second."""
    doc, end = participle.doc, participle.sent.end
    if end >= len(doc) or "," not in {doc[end - 1].text, doc[end].text}:
        return ()
    return own_subjects(doc[end].sent.root)


def is_finite(verb: Node) -> bool:
    """The verb or an auxiliary of it is finite."""
    return any(
        feature(t, "VerbForm") == "Fin"
        for t in (verb, *(c for c in verb.children if dep(c) == "aux"))
    )


def _is_subject(token: Node) -> bool:
    return dep(token) == "nsubj" or (token.dep_ == "expl:subj" and not is_expletive(token))


def said_to_be(pronoun: Node) -> Tokens:
    """`A was among those attending`, `one of those who left`: A."""
    while dep(pronoun) == "nmod" and pronoun.pos_ == "PRON":
        pronoun = pronoun.head
    predicate = pronoun.pos_ in {"PRON", "NUM"} and any(dep(c) == "cop" for c in pronoun.children)
    return own_subjects(pronoun) if predicate else ()


def set_apart(verb: Node) -> Tokens:
    """`A, visiting B, is to meet C` with A hung on the participle, as if that were the subject."""
    for child in verb.children:
        if dep(child) == "csubj" and is_bare_present(child):
            return tuple(t for t in own_subjects(child) if child.nbor(-1).text == ",")
    return ()
