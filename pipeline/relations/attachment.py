"""Which word a clause depends on, where the parser hung it on another."""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.agreement import is_bare
from pipeline.relations.cues import Cues
from pipeline.relations.voice import is_bare_present, is_infinitive
from pipeline.trees import behind_comma, dep, lemma

OPEN_CLAUSES = frozenset({"xcomp", "ccomp", "advcl", "obl", "nmod", "advmod", "csubj"})


def told_of(verb: Node) -> Node:
    """The head of a clause; of a participle behind a comma the finite verb, no infinitive below.

    `A a sommé B d'agir, promettant de …`: A promises.
    """
    head = verb.head
    if dep(verb) == "advcl" and is_bare_present(verb) and behind_comma(verb):
        while is_infinitive(head) and dep(head) in OPEN_CLAUSES and head.head.i != head.i:
            head = head.head
    return head


def noun_before(infinitive: Node, cues: Cues) -> Node | None:
    """`Au lendemain de la décision de A de …`: the infinitive hung on the verb above.

    The noun whose content it is has it right behind itself or behind its owner.
    """
    mark = next((c for c in infinitive.children if dep(c) == "mark"), None)
    if mark is None or mark.i <= infinitive.head.i or lemma(mark) not in cues.vague_preps[:1]:
        return None
    node = infinitive.doc[mark.i - 1]
    while node.head.i < node.i and dep(node) in {"nmod", "flat", "amod", "compound"}:
        node = node.head
        if node.i <= infinitive.head.i:
            return None
        if node.pos_ == "NOUN" and cues.governor_of(node) is not None:
            return node
    return None


def verb_over(noun: Node) -> Node | None:
    """The verb whose complement the noun is, or is in."""
    while noun.pos_ not in {"VERB", "AUX"} and noun.head.i != noun.i:
        noun = noun.head
    return noun if noun.pos_ in {"VERB", "AUX"} else None


def is_locution(noun: Node) -> bool:
    """A noun that has a preposition and no article before it: `en vue de`, `par crainte de`."""
    before = {dep(c) for c in noun.children if c.i < noun.i}
    return before == {"case"} and is_bare(noun)
