"""`X est à Berlin`: UD makes the place the predicate and the verb its copula.

A day may stand in its stead (`X était mardi à Kiev`), or the parser makes a verb of the copula.
"""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.arguments import Resolver
from pipeline.relations.complements import matches
from pipeline.relations.cues import Cues
from pipeline.relations.inventory import RelationType
from pipeline.relations.lexicon import Slot, VerbEntry
from pipeline.relations.model import Frame, Miss
from pipeline.relations.slots import allowed, fits
from pipeline.relations.subjects import own_subjects
from pipeline.trees import dep


def located_frame(
    verb: Node, entry: VerbEntry, kind: RelationType, resolver: Resolver, cues: Cues
) -> Frame | Miss:
    """Who is where, under an entry whose word is a copula, or why nobody is."""
    predicate = verb.head if dep(verb) == "cop" else verb
    places = [predicate] if predicate is not verb else []
    places += [c for c in predicate.children if dep(c) in {"obl", "nmod"} and c.i > verb.i]
    place = next((t for t in places if t.pos_ != "ADV" and not resolver.is_when(t)), None)
    if place is None:
        return Miss("no place")
    slots = [s for s in entry.object if matches(place, s.prep, cues) and allowed(place, s, cues)]
    arguments = resolver.arguments(place) if slots else ()
    if not any(fits(a, s.fits or kind.object) for s in slots for a in arguments):
        return Miss("no fitting object")
    slot = entry.subject or Slot()
    who = own_subjects(predicate) or own_subjects(verb)
    subjects = tuple(
        t
        for t in who
        if allowed(t, slot, cues)
        and any(fits(a, slot.fits or kind.subject) for a in resolver.arguments(t))
    )
    if not subjects:
        return Miss("no subject that fits")
    return Frame("copula", (verb,), predicate, subjects, (place,), light=verb)
