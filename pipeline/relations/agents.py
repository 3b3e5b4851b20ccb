"""Who does what a passive tells: behind `par`/`by`, also where the parser hung it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.relations.model import Tokens
from pipeline.relations.relatives import expand
from pipeline.trees import behind_comma, dep, prepositions


def agents_in(verb: Node, cues: Cues) -> Tokens:
    """Who does what a passive tells, also where the parser hung it on a neighbour."""
    own = [c for c in verb.children if is_agent(c, cues)]
    own += _added_agents(verb, cues) if own else _joined_agents(verb)
    neighbours = [c for c in verb.children if dep(c) == "obl"]
    if dep(verb) in {"acl", "amod"}:
        neighbours.append(verb.head)
    near = [g for c in neighbours for g in c.children if g.i > verb.i and is_agent(g, cues)]
    if not (own or near):  # `reçu à bras ouverts par A`, hung on the participle between
        between = [g for c in neighbours for g in c.children if _is_between(g, verb)]
        near = [a for g in between for a in g.children if is_agent(a, cues)]
    return expand(own or near)


def _is_between(participle: Node, verb: Node) -> bool:
    """A participle of its own noun, none added to the verb: `rejetée, mais promise par A`."""
    added = any(dep(c) == "cc" for c in participle.children) or behind_comma(participle)
    return dep(participle) in {"acl", "amod"} and participle.i > verb.i and not added


def agents_of(noun: Node, cues: Cues) -> Tokens:
    """Agents that the parser hung on a noun of the idiom: `prise pour cible par A`."""
    return expand(c for c in noun.children if c.i > noun.i and is_agent(c, cues))


def _added_agents(verb: Node, cues: Cues) -> Iterator[Node]:
    """`Par A et par B`, the second coordinated to the verb."""
    for child in verb.children:
        noun = dep(child) == "conj" and child.pos_ in {"NOUN", "PROPN"}
        if noun and not prepositions(child).isdisjoint(cues.agent_preps):
            yield child


def _joined_agents(participle: Node) -> Iterator[Node]:
    """`Saudi-backed rebels`: who stands before the hyphen."""
    if participle.i - participle.sent.start < 2 or participle.nbor(-1).text != "-":
        return
    for child in participle.children:
        if child.i == participle.i - 2 and child.pos_ in {"NOUN", "PROPN", "ADJ"}:
            yield child


def is_agent(token: Node, cues: Cues) -> bool:
    """The doer of a passive: `obl:agent`, or a complement with its preposition."""
    if token.dep_ == "obl:agent":
        return True
    return dep(token) in {"obl", "nmod"} and cues.agent_preps[0] in prepositions(token)
