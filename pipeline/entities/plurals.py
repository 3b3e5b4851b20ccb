"""`les deux dirigeants`, `les deux pays`: who is meant, member by member.

The members are those that the article has named far oftener than any other, or else the last pair
joined by `et`, or the only such people, states or bodies of the sentences just before. Where more
come in question there are no members.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from pipeline.entities.language import SORTS, Sort
from pipeline.entities.view import Draft, View, dep, lemma
from pipeline.nodes import Node
from pipeline.trees import first_conjunct

WINDOW = 8
"""Sentences looked back."""


def find_members(view: View) -> None:
    """Give plural descriptions with a number their members."""
    words = view.vocabulary
    _add_numbers(view)
    wanted = []
    for draft in view.drafts:
        noun = lemma(draft.root)
        if draft.kind == "description" and (draft.plural or noun in words.pairs):
            number = _number(view, draft)
            sorts = [s for s in SORTS if noun in words.plural[s] or draft.words[0] in words.numbers]
            if number and sorts:
                wanted.append((draft, number, sorts))
    told: dict[Sort, tuple[Draft, ...]] = {}
    for draft, number, sorts in wanted:
        for find in (_most_named, members_of):
            sort, found = _first(view, draft, number, sorts, told, find)
            if sort is not None:
                draft.members = tuple(_best(view, m) for m in found)
                told[sort] = draft.members
                break


def _add_numbers(view: View) -> None:
    """`The two met`: a number alone, as a subject, sums up too."""
    words = view.vocabulary
    for page in view.pages:
        for i, word in enumerate(page.folded):
            token = page.doc[i]
            if word not in words.numbers or not i or page.folded[i - 1] not in words.definite:
                continue
            if dep(token) != "nsubj" or view.at(page.index, token) is not None:
                continue
            start, end = page.offsets[i], page.offsets[i] + len(token)
            offset = page.passage.start
            draft = Draft(
                page=page.index,
                start=offset + start,
                end=offset + end,
                text=page.text[start:end],
                label="PER",
                kind="description",
                root=token,
                words=(word,),
                plural=True,
            )
            view.add(draft, range(i, i + 1))


def _first(
    view: View,
    draft: Draft,
    number: int,
    sorts: Sequence[Sort],
    told: Mapping[Sort, tuple[Draft, ...]],
    find: Callable[[View, Draft, int, Sort], tuple[Draft, ...]],
) -> tuple[Sort | None, tuple[Draft, ...]]:
    for sort in sorts:
        found = _same_again(view, draft, number, told.get(sort, ()))
        found = found or find(view, draft, number, sort)
        if found:
            return sort, found
    return None, ()


def _same_again(
    view: View, draft: Draft, number: int, told: tuple[Draft, ...]
) -> tuple[Draft, ...]:
    """The pair that the article has summed up before, if all of it was named again since."""
    if len(told) != number:
        return ()
    last, here = max(d.start for d in told), view.sentence(draft)
    ids = {d.entity_id for d in told}
    for sentence in range(max(0, here - WINDOW), here + 1):
        for other in view.in_sentence(sentence):
            if last < other.start < draft.start:
                ids.discard(other.entity_id)
    return told if not ids else ()


def _number(view: View, draft: Draft) -> int | None:
    """The number before the noun, if the phrase is definite; read from the words alone."""
    folded, words = view.pages[draft.page].folded, view.vocabulary
    if draft.words[0] in words.numbers:
        return words.numbers[draft.words[0]]
    if lemma(draft.root) in words.pairs:
        return 2 if draft.root.i and folded[draft.root.i - 1] in words.definite else None
    for i in range(draft.root.i - 1, max(-1, draft.root.i - 4), -1):
        if folded[i] in words.both:
            return 2
        if folded[i] in words.numbers:
            definite = i > 0 and folded[i - 1] in words.definite
            return words.numbers[folded[i]] if definite else None
    return None


def _most_named(view: View, draft: Draft, number: int, sort: Sort) -> tuple[Draft, ...]:
    """Those, so many, that the article has named at least twice as often as any other."""
    last: dict[str, Draft] = {}
    times: Counter[str] = Counter()
    for other in sorted(view.drafts, key=lambda d: d.start):
        if other.kind == "name" and other.start < draft.start and _fits(view, other, sort):
            last[other.entity_id or ""] = other
            times[other.entity_id or ""] += 1
    ranked = times.most_common()
    chosen, others = ranked[:number], ranked[number:]
    least = 2 * others[0][1] if others else 2
    if len(chosen) < number or chosen[-1][1] < least:
        return ()
    return tuple(sorted((last[name] for name, _ in chosen), key=lambda d: d.start))


def members_of(view: View, draft: Draft, number: int, sort: Sort) -> tuple[Draft, ...]:
    """The people, states or bodies, so many, that a phrase sums up: the nearest before it."""
    people = sort == "people"
    here = view.sentence(draft)
    seen: dict[str, Draft] = {}
    for sentence in range(here, max(-1, here - WINDOW), -1):
        fitting = [d for d in view.in_sentence(sentence) if _fits(view, d, sort)]
        fitting = sorted((d for d in fitting if d.start < draft.start), key=lambda d: d.start)
        pair = _joined(fitting, number)
        if pair and not seen:
            return pair
        for other in reversed(fitting):
            if other.kind == "name" or other.label == "PER":
                seen.setdefault(other.entity_id or "", other)
        if len(seen) >= number and people:
            break
        if not people and len(seen) == number:
            break
        if not people and len(seen) > number:
            seen = {}
    return tuple(sorted(seen.values(), key=lambda d: d.start)) if len(seen) == number else ()


def _fits(view: View, draft: Draft, sort: Sort) -> bool:
    if not draft.entity_id:
        return False
    if sort == "people":
        return draft.label == "PER" and not draft.plural
    if sort == "bodies":
        return draft.label == "ORG" and draft.kind == "name"
    return draft.entity_id in view.states


def _joined(fitting: list[Draft], number: int) -> tuple[Draft, ...]:
    """The last coordination of exactly that many."""
    groups: dict[int, dict[str, Draft]] = {}
    for draft in fitting:
        first = first_conjunct(_governor(draft))
        groups.setdefault(first.i, {}).setdefault(draft.entity_id or "", draft)
    found: tuple[Draft, ...] = ()
    for group in groups.values():
        if len(group) == number and any(dep(_governor(d)) == "conj" for d in group.values()):
            found = tuple(group.values())
    return found


def _governor(draft: Draft) -> Node:
    """The token that is coordinated: the title or description of a name, else itself."""
    token = draft.outer or draft.root
    if dep(token) in ("appos", "flat", "nmod") and draft.label == "PER":
        return token.head
    return token


def _best(view: View, member: Draft) -> Draft:
    """A name of the member, the nearest before it; itself where the article has none."""
    if member.kind == "name":
        return member
    names = [d for d in view.drafts if d.kind == "name" and d.entity_id == member.entity_id]
    before = [d for d in names if d.start < member.start]
    if before:
        return max(before, key=lambda d: d.start)
    return min(names, key=lambda d: d.start) if names else member
