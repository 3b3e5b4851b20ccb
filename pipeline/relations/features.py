"""What can be seen of a row that tells how far to trust it: the features of its score."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import attrgetter

from pipeline.nodes import Node, Tree
from pipeline.relations.arguments import Resolver
from pipeline.relations.factuality import Modality
from pipeline.relations.lexicon import Rule
from pipeline.relations.model import Argument, Frame
from pipeline.relations.parties import Pair
from pipeline.trees import dep, feature

DISTANCES = (1, 2, 4, 8, 15)
"""Tokens between a party and the trigger: where a class of distance ends."""
MOST = 3
"""Verbs, or marks, between a party and the trigger that are told apart."""
MARKS = frozenset(',;:«»“”"()–—-')


def features(
    rule: Rule, frame: Frame, modality: Modality, pair: Pair, resolver: Resolver
) -> list[str]:
    """`name=value` of everything that the score looks at: the rule, its parties, the mood.

    Values are names of entries, of constructions, of kinds and of UD relations: no words of the
    article but the determiners of the parties.
    """
    relation = rule.relation
    found = [
        f"entry={rule.name}",
        f"relation={relation}",
        f"construction={relation}:{frame.construction}",
        *(f"construction={part}" for part in frame.construction.split("-")),
        f"polarity={modality.polarity}",
        f"factuality={modality.factuality}",
        f"tense={modality.tense}",
    ]
    trigger = frame.trigger[0] if frame.trigger else frame.head
    for name, argument in zip(("subject", "object"), pair, strict=True):
        if argument is None:
            found += [f"{name}=none", f"{name}=none:{relation}"]
        else:
            found += _of_party(name, argument, trigger, relation, resolver)
    return found


def _of_party(
    name: str, argument: Argument, trigger: Node, relation: str, resolver: Resolver
) -> Iterator[str]:
    head = _head(argument, resolver.doc, resolver.shift)
    mention = resolver.mention(head)
    kind = mention.kind if mention is not None else "noun"
    kinds = "+".join(sorted(argument.kinds))
    yield f"{name}={kind}"
    yield f"{name}={kind}:{relation}"
    yield f"{name}.kinds={kinds}"
    yield f"{name}.kinds={kinds}:{relation}"
    yield f"{name}.entity={_entity(argument)}"
    yield f"{name}.number={feature(head, 'Number')}"
    yield f"{name}.dep={head.dep_}"
    yield f"{name}.pos={head.pos_}"
    det = next((c.lower_ for c in head.children if dep(c) == "det"), None)
    yield f"{name}.det={det}"
    yield f"{name}.path={_path(head, trigger)}"
    yield f"{name}.far={_distance(head, trigger)}"
    first, last = sorted((head.i, trigger.i))
    between = head.doc.nodes[first + 1 : last]
    yield f"{name}.verbs={min(MOST, sum(t.pos_ in {'VERB', 'AUX'} for t in between))}"
    yield f"{name}.marks={min(MOST, sum(t.text in MARKS for t in between))}"


def _head(argument: Argument, tree: Tree, shift: int) -> Node:
    """The token of the party that depends on none of its others."""
    first = bisect_right(tree.nodes, argument.start - shift, key=attrgetter("idx")) - 1
    end = bisect_left(tree.nodes, argument.end - shift, key=attrgetter("idx"))
    return tree[max(first, 0) : max(end, first + 1, 1)].root


def _entity(argument: Argument) -> str:
    """Where the entity is from: a Wikidata id, a slug of ours, a description, nowhere."""
    if argument.entity_id is None:
        return "none"
    kind, colon, _ = argument.entity_id.partition(":")
    return kind if colon else kind[0]


def _path(party: Node, trigger: Node) -> str:
    """UD relations from the party up to the common head and down to the trigger."""
    above = _to_root(trigger)
    up: list[str] = []
    node = party
    while node.i not in above and node.head is not node:
        up.append(node.dep_)
        node = node.head
    if node.i not in above:
        return "apart"
    down = list(above.values())[: list(above).index(node.i)]
    return "<".join(up) + "^" + ">".join(reversed(down))


def _to_root(node: Node) -> dict[int, str]:
    found = {node.i: node.dep_}
    while node.head is not node:
        node = node.head
        found[node.i] = node.dep_
    return found


def _distance(party: Node, trigger: Node) -> str:
    side = "before" if party.i < trigger.i else "behind"
    return f"{side}:{bisect_left(DISTANCES, abs(party.i - trigger.i))}"
