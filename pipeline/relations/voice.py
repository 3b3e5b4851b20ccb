"""The voice of a verb: passive, causative, reflexive."""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.relations.model import Tokens
from pipeline.trees import dep, feature, fold, lemma

OF_EACH_OTHER = frozenset({"advmod", "obj", "obl"})
"""Relations of `mutuellement`, `l'un l'autre`."""


def is_passive(verb: Node, cues: Cues) -> bool:
    """True for a passive, a bare past participle and a causative with a reflexive."""
    if _is_causative(verb, cues):
        return True
    if has_reflexive(verb, cues):
        return False
    labels = {child.dep_ for child in verb.children}
    if lemma(verb) in cues.unaccusatives and not _is_been(verb):
        return False  # `est arrivé`, whatever the parser calls its auxiliary
    if "obj" in labels and "aux:pass" not in labels and "aux:tense" in labels:
        return False  # `Merz a critiqué Israël`, whatever its subject is called
    if labels & {"aux:pass", "nsubj:pass"}:
        return True
    if "obl:agent" in labels and not labels & {"aux:tense", "aux", "obj"}:
        return feature(verb, "VerbForm") not in {"Inf", "Fin"}
    if not is_bare_participle(verb):
        return False
    if dep(verb) == "conj" and dep(verb.head) != "conj" and verb.head.pos_ in {"VERB", "AUX"}:
        return is_passive(verb.head, cues)
    return True


def _is_been(verb: Node) -> bool:
    """`A été rendu`, `was been`: an auxiliary that is a participle itself."""
    return any(dep(c) == "aux" and feature(c, "VerbForm") == "Part" for c in verb.children)


def is_bare_participle(verb: Node) -> bool:
    """A past participle without auxiliary: `reçu par Trump`, `X élu président`."""
    if feature(verb, "VerbForm") != "Part" or feature(verb, "Tense") == "Pres":
        return False
    if _may_be_present(verb) and any(c.dep_ == "nsubj" and c.i < verb.i for c in verb.children):
        return False
    return not any(
        dep(c) in {"aux", "cop"} or (dep(c) == "obj" and not _is_predicative(c))
        for c in verb.children
    )


def is_infinitive(verb: Node) -> bool:
    """Also of a compound or passive: `avoir quitté`, `être reçu`."""
    auxiliaries = (c for c in verb.children if dep(c) == "aux")
    return any(feature(t, "VerbForm") == "Inf" for t in (verb, *auxiliaries))


def is_bare_present(verb: Node) -> bool:
    """A present participle that nothing marks: `…, promettant de …`, not `en promettant`."""
    present = feature(verb, "VerbForm") == "Part" and feature(verb, "Tense") == "Pres"
    return present and not any(dep(c) in {"mark", "case"} for c in verb.children)


def _may_be_present(verb: Node) -> bool:
    """`Rejoint`, `interdit`: participle and present alike."""
    return fold(verb.text).endswith("t") and lemma(verb).endswith("re")


def _is_predicative(token: Node) -> bool:
    """What somebody becomes: `président`, one and without determiner."""
    one = token.pos_ == "NOUN" and feature(token, "Number") != "Plur"
    return one and not any(dep(c) in {"det", "nummod"} for c in token.children)


def has_reflexive(verb: Node, cues: Cues) -> bool:
    """A reflexive clitic depends on the verb, whatever the treebank calls it."""
    return bool(reflexives(verb, cues))


def reflexives(verb: Node, cues: Cues) -> Tokens:
    """The reflexive clitics before a verb."""
    found = [c for c in verb.children if c.i < verb.i and fold(c.text) in cues.reflexives]
    return tuple(found)


def _is_causative(verb: Node, cues: Cues) -> bool:
    makers = [c for c in verb.children if c.dep_ == "aux:caus"]
    if dep(verb) == "xcomp" and lemma(verb.head) in cues.causatives:
        makers.append(verb.head)
    return any(
        has_reflexive(maker, cues) or has_reflexive(verb, cues)
        for maker in makers
        if lemma(maker) in cues.causatives
    )


def is_reflexive(token: Node, cues: Cues) -> bool:
    """The token is a reflexive clitic."""
    return fold(token.text) in cues.reflexives


def is_mutual(verb: Node, cues: Cues) -> bool:
    """`Mutuellement`, `each other`: the subjects are each other's objects."""
    for child in verb.children:
        if dep(child) in OF_EACH_OTHER and fold(child.text) in cues.mutual_beginnings:
            pair = verb.doc[child.i : child.i + 2].text
            if not cues.mutual.isdisjoint((fold(child.text), fold(pair))):
                return True
    return False


def is_reciprocal(verb: Node, cues: Cues) -> bool:
    """`A et B s'accusent de …`: of some verbs the plural reflexive is enough."""
    if lemma(verb) not in cues.reciprocals:
        return False
    finite = next((c for c in verb.children if dep(c) == "aux"), verb)
    several = feature(finite, "Number") == "Plur" and feature(finite, "VerbForm") == "Fin"
    return several and has_reflexive(verb, cues)
