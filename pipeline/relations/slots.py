"""What may stand in a slot of an entry: kinds of parties, head words."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.relations.inventory import Fits
from pipeline.relations.lexicon import Slot
from pipeline.relations.model import Argument
from pipeline.trees import dep, lemma


def fits(argument: Argument, wanted: Sequence[Fits]) -> bool:
    """The argument is of a kind that the slot takes."""
    return "any" in wanted or not argument.kinds.isdisjoint(wanted)


def _counted(token: Node, cues: Cues) -> set[str]:
    """What a noun of quantity counts: `hundreds of thousands of refugees`."""
    found = [c for c in token.children if dep(c) == "nmod" and c.i > token.i]
    words = {lemma(c) for c in found}
    deeper = [_counted(c, cues) for c in found if lemma(c) in cues.measures]
    return words.union(*deeper)


def allowed(token: Node, slot: Slot, cues: Cues) -> bool:
    """The head word, or what it counts, is one that the slot names; none is excluded."""
    word = lemma(token)
    if word in cues.measures:  # `des milliers de réfugiés`
        words = {word, *_counted(token, cues)}
        return not ((slot.lemmas and words.isdisjoint(slot.lemmas)) or words & slot.not_lemmas)
    return (not slot.lemmas or word in slot.lemmas) and word not in slot.not_lemmas
