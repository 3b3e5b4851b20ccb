"""`X est à Berlin`: UD makes the place the predicate and the verb its copula."""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.relations.arguments import Resolver, allowed, fits
from pipeline.relations.clauses import own_subjects
from pipeline.relations.complements import matches
from pipeline.relations.cues import Cues
from pipeline.relations.inventory import RelationType
from pipeline.relations.lexicon import VerbEntry
from pipeline.relations.model import Frame, Miss
from pipeline.trees import dep


def located_frame(
    verb: Token, entry: VerbEntry, kind: RelationType, resolver: Resolver, cues: Cues
) -> Frame | Miss:
    """Who is where, under an entry whose word is a copula, or why nobody is."""
    if dep(verb) != "cop":
        return Miss("no copula")
    place = _place(verb.head, resolver)
    slots = [s for s in entry.object if matches(place, s.prep, cues) and allowed(place, s, cues)]
    arguments = resolver.arguments(place)
    if not any(fits(a, s.fits or kind.object) for s in slots for a in arguments):
        return Miss("no fitting object")
    wanted = entry.subject.fits if entry.subject and entry.subject.fits else kind.subject
    subjects = tuple(
        t for t in own_subjects(verb.head) if any(fits(a, wanted) for a in resolver.arguments(t))
    )
    if not subjects:
        return Miss("no subject that fits")
    return Frame("copula", (verb,), verb.head, subjects, (place,), light=verb)


def _place(predicate: Token, resolver: Resolver) -> Token:
    """The predicate, or what hangs on it where it is a day: `X était mardi à Kiev`."""
    if not resolver.is_when(predicate):
        return predicate
    behind = [c for c in predicate.children if dep(c) in {"obl", "nmod"} and c.i > predicate.i]
    return behind[0] if behind else predicate
