"""Names that their own words tell, whatever the model took them for.

A given name opens a person's name (`Helen Marsh`), `Energy` or `Party` ends a body's.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.entities.candidates import Found
from pipeline.entities.letters import INITIAL, LOWER
from pipeline.entities.view import Page, View, feature

LONGEST = 4
"""Words of a name, at most."""


def told_names(page: Page, view: View, entities: list[Found]) -> list[Found]:
    """The model's entities and the names that words tell, the surer where they overlap."""
    people = list(_people(page, view))
    entities = [e for e in entities if not _is_nation(e, view)]
    for entity in entities:
        _relabel(entity, view)
    kept = [e for e in entities if not any(_stands_over(p, e, view) for p in people)]
    taken = {k for e in kept for k in e.span}
    found = [*kept, *(p for p in people if taken.isdisjoint(p.span))]
    taken.update(k for f in found for k in f.span)
    return [*found, *(b for b in _bodies(page, view) if taken.isdisjoint(b.span))]


def body_heads(found: list[Found], view: View) -> set[tuple[str, ...]]:
    """`Norvik` of `Norvik Energy`, where it names nothing else."""
    pairs = [f for f in found if f.label == "ORG" and f.alias is None and f.size == 2]
    heads = {f.key[:1] for f in pairs if f.key[-1] in view.vocabulary.body_endings}
    return {h for h in heads if not _is_known(h[0], view) and h[0] not in view.small_words()}


def _is_nation(entity: Found, view: View) -> bool:
    """`Kenyan` alone: an adjective, whatever the model says."""
    adjectives = view.gazetteer.adjectives.get(view.language, {})
    return entity.size == 1 and entity.key[0] in adjectives and not _is_name(entity, view)


def _is_name(entity: Found, view: View) -> bool:
    return view.gazetteer.forms(view.language, entity.key) is not None


def _relabel(entity: Found, view: View) -> None:
    ends = entity.key[-1] in view.vocabulary.body_endings
    if ends and entity.size > 1 and not (entity.label == "PER" and _opens(entity, view)):
        entity.label = "ORG"


def _opens(entity: Found, view: View) -> bool:
    return entity.key[0] in view.vocabulary.given


def _stands_over(person: Found, entity: Found, view: View) -> bool:
    """The person's name holds the model's span, but for the titles before it."""
    if set(person.span).isdisjoint(entity.span):
        return False
    before = entity.key[: max(0, person.first - entity.first)]
    return entity.last <= person.last and all(_is_title(word, view) for word in before)


def _is_title(word: str, view: View) -> bool:
    words, adjectives = view.vocabulary, view.gazetteer.adjectives.get(view.language, {})
    return word in words.office_words | words.people or word in words.titles or word in adjectives


def _is_known(word: str, view: View) -> bool:
    """A name of the gazetteer, or the adjective of one."""
    known = view.gazetteer.forms(view.language, (word,)) is not None
    return known or word in view.gazetteer.adjectives.get(view.language, {})


# ---- people ----


def _people(page: Page, view: View) -> Iterator[Found]:
    k, words = 0, page.words
    while k < len(words):
        last = _end_of_person(page, k, view) if words.texts[k] in view.vocabulary.given else k
        if last == k and _is_titled(page, k, view):
            yield Found(page, k, k, "PER", None, None)
        if last > k:
            yield Found(page, k, last, "PER", None, None)
        k = last + 1


def _is_titled(page: Page, k: int, view: View) -> bool:
    """`Streeting` of `Mr Streeting`."""
    if not k or page.words.texts[k - 1] not in view.vocabulary.titles or not _adjacent(page, k):
        return False
    capital = page.words.capitals(k - 1) != LOWER and page.words.capitals(k) == INITIAL
    return bool(view.vocabulary.given) and capital


def _end_of_person(page: Page, first: int, view: View) -> int:
    """The last word of the name that a given name opens; the word itself where none follows."""
    words = page.words
    if words.capitals(first) != INITIAL or _is_known(words.texts[first], view):
        return first
    if first and _runs_on(page, first - 1, view) and words.capitals(first - 1) != LOWER:
        return first  # `Mount Helen`, `San Jose`
    last, k = first, first + 1
    while k < len(words) and k - first < LONGEST and _adjacent(page, k):
        text = words.texts[k]
        if words.capitals(k) == LOWER and text not in view.vocabulary.particles:
            break
        if text in view.vocabulary.body_endings:
            return first
        if words.capitals(k) != LOWER:
            token = page.doc[words.token(k)]
            if _is_title(text, view) or feature(token, "VerbForm") == "Fin":
                break
            last = k
        k += 1
    return last


def _runs_on(page: Page, k: int, view: View) -> bool:
    """The word may belong to the same name as the next one."""
    word, token = page.words[k], page.doc[page.words.token(k)]
    if not word.text or not _adjacent(page, k + 1) or token.is_sent_start:
        return False
    return not _is_title(word.text, view) and token.pos_ in {"PROPN", "NOUN"}


def _adjacent(page: Page, k: int) -> bool:
    """Nothing but a space, hyphen or the dot of an initial stands before the word."""
    before = page.text[page.words[k - 1].end : page.words[k].start]
    initial = len(page.words.texts[k - 1]) == 1 and before == ". "
    return before in {" ", "-", "'", "’"} or initial


# ---- bodies ----


def _bodies(page: Page, view: View) -> Iterator[Found]:
    words = page.words
    for last, text in enumerate(words.texts):
        if text not in view.vocabulary.body_endings or words.capitals(last) != INITIAL:
            continue
        first = last
        while first > 0 and last - first + 1 < LONGEST and _is_part(page, first - 1, view):
            first -= 1
        if first < last:
            yield Found(page, first, last, "ORG", None, None)


def _is_part(page: Page, k: int, view: View) -> bool:
    """A capitalised word right before the next one of a body's name."""
    words = page.words
    if not words.texts[k] or not _adjacent(page, k + 1) or words.capitals(k) == LOWER:
        return False
    token = page.doc[words.token(k)]
    common = token.is_sent_start and token.pos_ != "PROPN"
    return not common and words.texts[k] not in view.vocabulary.articles
