"""Negation on a verb, deed noun or governor: adverbs, determiners, `ni`, `sans`."""

from __future__ import annotations

from collections.abc import Set

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.trees import dep, fold, lemma

COMPLEMENTS = frozenset({"obj", "obl", "xcomp", "iobj"})


def says_without(node: Node, preps: Set[str], cues: Cues) -> bool:
    """`Sans rencontrer A`, not `non sans rencontrer A`."""
    annulled = any(fold(c.text) in cues.annulling for c in node.children)
    return bool(preps & cues.negative_preps) and not annulled


def says_once(node: Node, preps: Set[str], cues: Cues) -> bool:
    """`Sans qu'aucun accord ne soit signé`: two words of one negation."""
    words = {fold(c.text) for c in node.children if dep(c) == "advmod"}
    return bool(preps & cues.negative_preps) and not words & cues.negators


def _has_article(token: Node) -> bool:
    """`Un premier pas`: a noun, whatever its tag."""
    return any(dep(c) == "det" for c in token.children)


def _compares(node: Node, cues: Cues) -> bool:
    """`Jamais A n'avait frappé avec une telle force`, `n'a jamais autant frappé`: it did."""
    for child in node.children:
        if child.dep_ == "advmod" and lemma(child) in cues.degrees:
            return True
        if child.dep_ == "obl:mod" and any(lemma(c) in cues.degrees for c in child.children):
            return True
    return False


def _none_the_less(verb: Node, cues: Cues) -> bool:
    """`N'en exhorte pas moins A`: it does."""
    words = {fold(c.text) for c in verb.children if c.pos_ in {"ADV", "PRON"}}
    return bool(cues.none_the_less) and cues.none_the_less <= words


def _only(verb: Node, cues: Cues) -> bool:
    """`Ne réclame plus que A`: it does, and nothing else."""
    behind = [c for c in verb.children if c.i > verb.i and dep(c) in COMPLEMENTS]
    return any(fold(g.text) in cues.restrictors for c in behind for g in c.children)


def is_negated(node: Node, cues: Cues, below: Node | None = None) -> bool:
    """A negation on the node; what stands on `below` has been counted there."""
    words = {fold(c.text) for c in node.children if dep(c) in {"advmod", "det", "cc"}}
    words |= {fold(c.text) for c in node.children if dep(c) == "obj" and not _has_article(c)}
    words |= {
        fold(g.text)
        for c in node.children
        if dep(c) in {"aux", "obj", "nsubj", "obl"}
        for g in c.children
        if dep(g) in {"advmod", "det"}
        and not (below is not None and c.i == below.i and fold(g.text) in cues.negators)
    }
    if _none_the_less(node, cues):
        return False
    if words & cues.negators:
        return not (words & cues.negators <= cues.ever and _compares(node, cues))
    if not words & cues.negation_clitics:
        return False
    if _only(node, cues):
        return False
    found = (c for c in node.children if dep(c) in {"obj", "obl"} and c.i > node.i)
    behind = [c for c in found if ":" not in node.doc[node.i : c.i].text]
    # `d'aucun pays`, `ni A ni B`; not `rien n'y a fait : ni A`
    deep = {fold(t.text) for c in behind for t in c.subtree if dep(t) in {"det", "cc"}}
    return bool((words | deep) & cues.weak_negators)
