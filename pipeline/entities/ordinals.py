"""`le premier … le second`, `ce dernier`, `tous deux`: which of those just named.

`ce dernier` is the last person named before it who agrees, or else the last place or body.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.entities.agreeing import gender_of
from pipeline.entities.anaphors import ARGUMENTS
from pipeline.entities.forms import AMOUNT, NOUN
from pipeline.entities.language import SORTS
from pipeline.entities.plurals import members_of
from pipeline.entities.view import Draft, Page, View, dep, feature
from pipeline.nodes import Node

ORDINALS_APART = 4
"""Sentences between `le premier` and `le second`, at most."""
LATEST_BACK = 1
"""Sentences that `ce dernier` looks back."""


def find_ordinals(view: View) -> None:
    """`le premier` and `le second`, both there, are the two people named just before."""
    firsts, seconds = (
        [(page, t) for page in view.pages for t in _standing_alone(view, page, words)]
        for words in view.vocabulary.ordinals
    )
    for page, token in firsts:
        here = page.sentence(token)
        later = [
            (p, t)
            for p, t in seconds
            if (p.index, t.i) > (page.index, token.i) and p.sentence(t) - here <= ORDINALS_APART
        ]
        first = _ordinal(page, token)
        pair = members_of(view, first, 2, "people") if later else ()
        if not pair:
            continue
        both = (first, _ordinal(*later[0]))
        together = view.sentence(pair[0]) == view.sentence(pair[1])
        for draft, member in zip(both, pair, strict=True):
            if together:
                _point_to(view, draft, member)
            else:  # somebody, we do not know who
                view.add(draft, [draft.root.i])


def find_latest(view: View) -> None:
    """`ce dernier`, `cette dernière`, `ces derniers`: the last one named that agrees."""
    words = view.vocabulary
    for page in view.pages:
        for i in page.may[NOUN]:
            token = page.doc[i]
            alone = dep(token) in ARGUMENTS and view.at(page.index, token) is None
            if not alone or not i or page.folded[i] not in words.latest:
                continue
            if page.folded[i - 1] in words.these:
                draft = _ordinal(page, token)
                member = _last_before(view, page, draft)
                if member is not None:
                    _point_to(view, draft, member)


def find_all_of(view: View) -> None:
    """`Tous deux`, `toutes trois`: the people, states or bodies, so many, just named."""
    words = view.vocabulary
    for page in view.pages:
        for i in page.may[AMOUNT]:
            number = words.numbers.get(page.folded[i])
            if number is None or not i or page.folded[i - 1] not in words.all_of:
                continue
            token = page.doc[i]
            if dep(token) not in ARGUMENTS or view.at(page.index, token) is not None:
                continue
            draft = _ordinal(page, token)
            found = (members_of(view, draft, number, sort) for sort in SORTS)
            members = _people_told(view, draft, number) or next((m for m in found if m), ())
            if members:
                draft.members, draft.plural, draft.label = members, True, members[0].label
                view.add(draft, [i])


def _people_told(view: View, draft: Draft, number: int) -> tuple[Draft, ...]:
    """The people, named or only described, that its sentence has before it: exactly so many."""
    people: dict[str, Draft] = {}
    for other in sorted(view.in_sentence(view.sentence(draft)), key=lambda d: d.start):
        single = other.label == "PER" and not other.plural and other.kind != "pronoun"
        if single and other.end <= draft.start:
            people[other.entity_id or str(other.start)] = other
    return tuple(people.values()) if len(people) == number else ()


def _last_before(view: View, page: Page, draft: Draft) -> Draft | None:
    """The nearest before it of the same gender and number, in its sentence or the one before."""
    here = page.sentence(draft.root)
    gender, plural = feature(draft.root, "Gender"), feature(draft.root, "Number") == "Plur"
    for sentence in range(here, max(-1, here - 1 - LATEST_BACK), -1):
        known = [
            d
            for d in view.in_sentence(sentence)
            if d.end <= draft.start
            and (d.entity_id or d.members)
            and (d.plural or len(d.members) > 1) == plural
            and (d.gender or gender_of(d)) in (None, gender)
            and not (plural and d.label == "PER" and d.kind == "name")
        ]
        fitting = [d for d in known if d.label == "PER"] or known
        if fitting:
            return max(fitting, key=lambda d: d.start)
    return None


def _point_to(view: View, draft: Draft, member: Draft) -> None:
    draft.entity_id, draft.gender, draft.label = member.entity_id, member.gender, member.label
    draft.members, draft.plural = member.members, member.plural
    view.add(draft, [draft.root.i])


def _standing_alone(view: View, page: Page, words: frozenset[str]) -> Iterator[Node]:
    """Such words as subject or object, behind a definite article, with no noun of their own."""
    for i in page.may[NOUN]:
        if page.folded[i] in words and i and page.folded[i - 1] in view.vocabulary.definite:
            token = page.doc[i]
            if dep(token) in ("nsubj", "obj", "obl") and view.at(page.index, token) is None:
                yield token


def _ordinal(page: Page, token: Node) -> Draft:
    start = page.passage.start + token.idx
    return Draft(
        page=page.index,
        start=start,
        end=start + len(token.text),
        text=token.text,
        label="PER",
        kind="description",
        root=token,
        words=(page.folded[token.i],),
    )
