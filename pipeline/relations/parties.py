"""The parties of a frame spelled out: who with or against whom, one pair a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product

from pipeline.relations.arguments import Resolver
from pipeline.relations.inventory import RelationType
from pipeline.relations.model import Argument, Frame, Tokens

Pair = tuple[Argument | None, Argument | None]


def pairs(frame: Frame, kind: RelationType, resolver: Resolver) -> list[Pair]:
    """The parties spelled out: coordination, plurals that stand for names, symmetric sides."""
    subjects = _arguments(frame.subjects, resolver)
    objects = _arguments(frame.objects, resolver)
    if kind.symmetric:
        return _sides(subjects, objects, together=frame.together)
    if not objects and "object" in kind.needs:
        return []
    if not subjects and "subject" in kind.needs and not frame.agentless:
        return []
    if not subjects and not objects:
        return []
    nobody: list[Argument | None] = [None]
    return [
        (s, o)
        for s, o in product(subjects or nobody, objects or nobody)
        if s is None or o is None or s.key != o.key
    ]


def _sides(
    subjects: Sequence[Argument], objects: Sequence[Argument], *, together: bool
) -> list[Pair]:
    found: Iterable[tuple[Argument, Argument]] = product(subjects, objects)
    if together:
        found = combinations([*subjects, *objects], 2)
    return [(a, b) if a.start <= b.start else (b, a) for a, b in found if a.key != b.key]


def _arguments(tokens: Tokens, resolver: Resolver) -> list[Argument]:
    found: dict[str, Argument] = {}
    for token in tokens:
        for argument in resolver.arguments(token):
            found.setdefault(argument.key, argument)
    return list(found.values())
