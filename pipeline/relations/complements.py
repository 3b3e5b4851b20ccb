"""Where the parties of a verb or noun stand: direct objects and prepositional complements.

Also where a parser hung them on a neighbour, and inside pronouns and determiners that hold a
preposition (`dont`, `lui`, `des`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.languages import RELATIVE_OBJECT
from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.relations.lexicon import Slot
from pipeline.relations.model import Clause, Tokens
from pipeline.relations.relatives import antecedent, antecedents, counted, expand
from pipeline.relations.subjects import own_subjects
from pipeline.relations.voice import is_reflexive
from pipeline.trees import (
    behind_comma,
    conjuncts,
    dep,
    feature,
    fold,
    is_bare_name,
    lemma,
    prepositions,
)

OBLIQUE = frozenset({"obl", "nmod", "iobj", "advmod", "obj", "xcomp", "dislocated"})
HOLDERS = frozenset({"iobj", "obj", "obl", "nmod", "advmod", "expl"})
"""Relations of pronouns that hold a preposition."""
QUOTES = frozenset('"«»“”')
NEIGHBOURS = frozenset({"obl", "obj", "advmod", "xcomp", "nmod", "acl", "amod"})


def fillers(node: Node, slot: Slot, clause: Clause | None, cues: Cues) -> Iterator[Node]:
    """Tokens that stand in a slot of a verb (or of a noun, where `clause` is None)."""
    if slot.direct and clause is not None:
        yield from direct_objects(clause, cues)
    if slot.prep and not slot.clause:
        if slot.prep & cues.dative_preps:
            yield from datives(node)
        for child in node.children:
            added = clause is None and _is_added(child, node)
            placed = dep(child) in OBLIQUE or _is_stranded(child) or _is_clitic(child, cues)
            if placed and not added:
                yield from _oblique(child, slot.prep, cues)
                yield from _behind_locution(child, slot.prep)


def clauses_under(node: Node, slot: Slot) -> Iterator[Node]:
    """Infinitives and `que` clauses that depend on a word, behind one of the prepositions."""
    for child in node.children:
        if dep(child) not in {"xcomp", "ccomp", "acl", "advcl", "obl"} or child.i < node.i:
            continue
        if child.pos_ not in {"VERB", "AUX"}:
            continue
        marks = {lemma(c) for c in child.children if dep(c) in {"mark", "case"}}
        if not slot.prep or marks & slot.prep:
            yield child


def _behind_locution(child: Node, wanted: frozenset[str]) -> Iterator[Node]:
    """`En faveur de B`, `auprès de B` parsed as a noun or adverb with a complement of its own."""
    long = [prep for prep in wanted if " " in prep]
    if not long:
        return
    cases = [fold(c.lemma_ or c.text).split(" ")[0] for c in child.children if dep(c) == "case"]
    name = " ".join([*cases, fold(child.text)])
    if any(prep.startswith(f"{name} ") or prep == name for prep in long):
        for inner in child.children:
            if dep(inner) in {"nmod", "obl"} and inner.i > child.i:
                yield from (antecedent(t) for t in conjuncts(inner))


def _is_stranded(child: Node) -> bool:
    """`à Bamako puis à Ouagadougou`, the second coordinated to the verb."""
    return dep(child) == "conj" and child.pos_ in {"NOUN", "PROPN"} and bool(prepositions(child))


def _is_added(child: Node, noun: Node) -> bool:
    """`Des années de promesses et de polémiques`: joined to the noun, whose preposition it has."""
    return dep(child) == "conj" and bool(prepositions(child) & prepositions(noun))


def direct_objects(clause: Clause, cues: Cues) -> Tokens:
    """Objects of an active verb, subjects of a passive one."""
    if clause.passive:
        return clause.subjects
    verb = clause.verb
    own = expand(
        c
        for c in verb.children
        if _is_object(c, cues)
        and not is_reflexive(c, cues)
        and not _is_cut_off(c, verb)
        and not _is_apposed(c, verb)
    )
    own = own or datives(verb) or expand(c for c in verb.children if _is_second(c, verb))
    if own:
        return own
    if verb.dep_ == "acl:relcl" and own_subjects(verb):
        if all(t.head.i == verb.i for t in own_subjects(verb)):
            return expand([verb.head])
        return ()
    if dep(verb) == "xcomp" and (wanted := _extracted(verb)):
        return expand([wanted])
    if dep(verb) == "conj":  # A a rencontré et félicité B
        return expand(c for c in verb.head.children if dep(c) == "obj" and c.i > verb.i)
    return ()


def _extracted(verb: Node) -> Node | None:
    """`B, que A refuse de recevoir`: the relative pronoun hung on the governor."""
    head = verb.head
    relative = [c for c in head.children if dep(c) == "obj" and c.i < head.i and c.pos_ == "PRON"]
    plain = [
        c for c in relative if feature(c, "PronType") == "Rel" or fold(c.text) in RELATIVE_OBJECT
    ]
    if not plain:
        return None
    return head.head if head.dep_ == "acl:relcl" else antecedent(plain[0])


def _is_clitic(child: Node, cues: Cues) -> bool:
    """`S'y rendre`: the treebank calls the place an expletive."""
    return dep(child) == "expl" and fold(child.text) in cues.clitics


def datives(verb: Node) -> Tokens:
    """`Granted Moldova a loan`: who receives, without preposition."""
    return expand(c for c in verb.children if _is_bare_dative(c)) or expand(_first_of_two(verb))


def _first_of_two(verb: Node) -> Tokens:
    """`Paid Paris a visit` with two objects: the first, where nothing parts it from the second."""
    both = [c for c in verb.children if c.dep_ == "obj" and not prepositions(c)]
    if len(both) != 2 or both[0].i < verb.i or both[0].pos_ not in {"NOUN", "PROPN", "PRON"}:
        return ()
    return (both[0],) if both[1].left_edge.i == both[0].right_edge.i + 1 else ()


def _is_bare_dative(child: Node) -> bool:
    """`Told Warsaw that …`: the English indirect object of a verb without a direct one."""
    nominal = child.pos_ in {"NOUN", "PROPN", "PRON"} and child.i > child.head.i
    return child.dep_ == "iobj" and nominal and not prepositions(child)


def _is_second(child: Node, verb: Node) -> bool:
    """`Tous deux ne reçoivent les maires`: taken for a subject behind the verb, beside its own."""
    first = next((c for c in verb.children if c.dep_ == "nsubj"), child)
    if not first.i < verb.i < child.i or child.dep_ != "nsubj" or behind_comma(child):
        return False
    return not any(t.text in QUOTES for t in verb.doc[first.i : verb.i])


def _is_cut_off(child: Node, verb: Node) -> bool:
    """A colon or semicolon stands between: the child belongs to the next clause."""
    return child.i > verb.i and any(t.text in {":", ";"} for t in verb.doc[verb.i : child.i])


def _is_apposed(child: Node, verb: Node) -> bool:
    """`A rappelé son ministre, Maxime Prévot`: the name behind an inverted subject."""
    edge = child.left_edge.i
    inverted = any(dep(c) == "nsubj" and verb.i < c.i < edge for c in verb.children)
    return inverted and child.pos_ == "PROPN" and behind_comma(child)


def _is_object(child: Node, cues: Cues) -> bool:
    """An object, also a name taken for an open complement, or one behind `ne … que`."""
    kind = dep(child)
    if kind == "xcomp":
        named = child.pos_ == "PROPN" and is_bare_name(child)
        return named or _is_told(child)
    if kind == "obj" and lemma(child) in cues.calendar and _is_how_long(child):
        return False
    if kind in {"dep", "obl", "nmod"}:
        if child.dep_ == "obl:arg" and _has_article(child, cues):
            return True
        return bool(prepositions(child) & cues.restrictors) or _is_negated_object(child, cues)
    return kind == "obj"


def _has_article(child: Node, cues: Cues) -> bool:
    """`Recevra mardi des élus`, the plural article taken for a preposition behind a time."""
    verb, edge = child.head, child.left_edge
    article = fold(edge.text) in cues.partitives and dep(edge) == "case" and edge.head is child
    plural = child.pos_ == "NOUN" and feature(child, "Number") == "Plur" and child.i > verb.i
    if not (article and plural and lemma(edge.nbor(-1)) in cues.calendar):
        return False
    return not any(dep(c) in {"obj", "expl", "ccomp"} for c in verb.children)


def _is_told(child: Node) -> bool:
    """`Menace le ministre de lui retirer …`: the infinitive hung on who is told."""
    told = child.pos_ == "NOUN" and child.i > child.head.i and not prepositions(child)
    definite = any(feature(c, "Definite") == "Def" for c in child.children)
    beside = any(dep(c) in {"obj", "cop"} for c in (*child.head.children, *child.children))
    content = any(
        dep(c) == "acl" and feature(c, "VerbForm") == "Inf" and c.i > child.i
        for c in child.children
    )
    return told and definite and content and not beside


def _is_how_long(child: Node) -> bool:
    """`A rencontré dix jours plus tôt`, `reçoit deux fois`: no object."""
    return child.i > child.head.i and any(dep(c) == "nummod" for c in child.children)


def _is_negated_object(child: Node, cues: Cues) -> bool:
    """`N'a pas accueilli de ministre`: under a negation the article of an object is `de`."""
    verb = child.head
    bare = not any(dep(c) == "det" for c in child.children) and child.pos_ == "NOUN"
    partitive = prepositions(child) & cues.negated_articles
    own = any(dep(c) == "obj" and c.i > verb.i for c in verb.children)
    negated = any(fold(c.text) in cues.negators for c in verb.children)
    return bool(bare and partitive and negated and child.i > verb.i and not own)


def _oblique(child: Node, wanted: frozenset[str], cues: Cues) -> Iterator[Node]:
    if matches(child, wanted, cues) and not _is_locution(child, cues):
        for token in conjuncts(child):
            if token.i == child.i or not prepositions(token) or matches(token, wanted, cues):
                yield from antecedents(counted(token))


def _is_locution(token: Node, cues: Cues) -> bool:
    """`Au cours du mois`, `au micro de B`: no party stands there."""
    return any(f"{prep} {lemma(token)}" in cues.locutions for prep in prepositions(token))


def matches(token: Node, wanted: frozenset[str], cues: Cues) -> bool:
    """The token bears one of the prepositions, openly or inside a pronoun or determiner."""
    form = fold(token.text)
    hidden = cues.relatives.get(form) or cues.clitics.get(form)
    if hidden and dep(token) in HOLDERS and not wanted.isdisjoint(hidden):
        return True
    if dep(token) == "obj":
        dets = [cues.partitives.get(fold(c.text)) for c in token.children if dep(c) == "det"]
        return any(prep in wanted for prep in dets if prep)
    preps = prepositions(token)
    if preps & cues.extending and not wanted & cues.extending:  # `jusqu'à nouvel ordre`
        return False
    return bool(preps & wanted)


def _is_asked(verb: Node, child: Node, cues: Cues) -> bool:
    """`A demandé de rester à l'écart`: what is asked has its complements for itself."""
    governor = cues.governor_of(verb)
    asks = governor is not None and governor.control == "object"
    return asks and dep(child) == "xcomp" and any(dep(c) == "mark" for c in child.children)


def strays(node: Node, slot: Slot, cues: Cues) -> Iterator[Node]:
    """Complements that the parser hung on a neighbour: `s'entretient vendredi avec X`.

    `de` says too little to look further; other common prepositions only where the entry needs
    its complement.
    """
    vague = cues.vague_preps[:1] if slot.required else cues.vague_preps
    wanted = slot.prep.difference(vague)
    for child in node.children if wanted else ():
        near = dep(child) in NEIGHBOURS and child.i > node.i and child.dep_ != "acl:relcl"
        if near and not _is_asked(node, child, cues):
            for grandchild in child.children:
                if dep(grandchild) in {"nmod", "obl"}:
                    yield from _oblique(grandchild, wanted, cues)


def torn_sides(node: Node, first: Node) -> Iterator[Node]:
    """`Entre A, B et C` with B hung on the deed noun."""
    for child in node.children:
        joined = dep(child) in {"appos", "conj"} and child.pos_ == "PROPN"
        if joined and child.i > first.i and not prepositions(child):
            yield from conjuncts(child)
            return
    yield from _rest_of_list(first)


def _rest_of_list(first: Node) -> Iterator[Node]:
    """`A, B et C`: B and C, of one head, right behind the comma, whatever they hang on."""
    doc, comma = first.doc, first.right_edge.i + 1
    if comma >= first.sent.end or doc[comma].text != ",":
        return
    behind = (t for t in doc[comma + 1 : first.sent.end] if t.pos_ in {"NOUN", "PROPN"})
    noun = next(behind, None)
    if noun is None or noun.left_edge.i < comma or prepositions(noun):
        return
    if any(dep(c) == "conj" and any(dep(g) == "cc" for g in c.children) for c in noun.children):
        yield from conjuncts(noun)
