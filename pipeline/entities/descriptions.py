"""Descriptions of people, bodies and states: `le patron de l'Otan`, `des manifestants`.

A description that an apposition, a title or `être` ties to a name means that name, and so do
later descriptions of the same post. What the article ties to nothing is an entity of its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.entities.describing import may_describe
from pipeline.entities.forms import NOUN
from pipeline.entities.language import Office
from pipeline.entities.letters import split_words
from pipeline.entities.posts import TIES, Posts, known_posts, name_at, place_of, tie
from pipeline.entities.view import Draft, Page, View, dep, feature, lemma
from pipeline.languages import LANGUAGES
from pipeline.nodes import Node
from pipeline.phrases import noun_phrase, uncharged
from pipeline.trees import preposition

if TYPE_CHECKING:
    from datetime import date


def find_descriptions(view: View, published_on: date | None) -> Posts:
    """Add the descriptions, resolve those that the article resolves; who holds what post."""
    found = [d for page in view.pages for d in _descriptions(view, page)]
    posts = Posts()
    for draft in found:
        tie(view, draft, posts)
    terms = known_posts(view, published_on)
    for draft in found:
        if draft.entity_id is None and not draft.plural:
            draft.entity_id = _resolved(view, draft, posts, terms)
    _spread(found, view)
    return posts.with_all(terms)


def _spread(found: list[Draft], view: View) -> None:
    """The gender that a title tells (`la ministre`) holds for the person's names."""
    genders = {d.entity_id: d.gender for d in found if d.entity_id and d.gender and d.post}
    named = {d.entity_id: d.gender for d in view.drafts if d.kind == "name" and d.gender}
    for draft in found:
        if draft.label == "PER" and draft.entity_id and not draft.plural:
            draft.gender = draft.gender or named.get(draft.entity_id)
    for draft in view.drafts:
        if draft.label == "PER" and draft.kind == "name" and draft.entity_id:
            draft.gender = draft.gender or genders.get(draft.entity_id)


# ---- finding ----


def _descriptions(view: View, page: Page) -> Iterator[Draft]:
    label_of = view.vocabulary.label_of
    for i in reversed(page.may[NOUN]):  # the inner phrase before the outer
        token = page.doc[i]
        if token.pos_ not in ("NOUN", "PROPN"):
            continue
        noun = lemma(token)
        label = label_of(noun) or label_of(page.folded[token.i])
        if label is None or not may_describe(view, page, token):
            continue
        yield _draft(view, page, token, label)


def _draft(view: View, page: Page, token: Node, label: str) -> Draft:
    start, end = _extent(view, page, token, label)
    last, offset = page.doc[end - 1], page.passage.start
    first_char, end_char = page.offsets[start], page.offsets[end - 1] + len(last)
    office = _office(view, page, token)
    draft = Draft(
        page=page.index,
        start=offset + first_char,
        end=offset + end_char,
        text=page.text[first_char:end_char],
        label=label,
        kind="description",
        root=token,
        words=tuple(page.folded[start:end]),
        post=office.post if office else None,
        gender=_gender(token),
        plural=_is_plural(token),
    )
    view.add(draft, range(start, end))
    return draft


def _gender(noun: Node) -> str | None:
    """As its determiner has it: `la ministre`."""
    told = (feature(c, "Gender") for c in noun.children if dep(c) == "det")
    return next((gender for gender in told if gender), feature(noun, "Gender"))


def _extent(view: View, page: Page, token: Node, label: str) -> tuple[int, int]:
    """The noun phrase, cut before the name that it titles and before a finite verb."""
    language = LANGUAGES[page.passage.language]
    start, end = uncharged(noun_phrase(token, language), token, language)
    nouns = [c for c in token.children if dep(c) == "nmod" and label == "PER"]
    inner = [g for c in nouns if name_at(view, page.index, c) is None for g in c.children]
    for child in (*token.children, *inner):  # `le secrétaire au Commerce X`
        if child.i > token.i and dep(child) in TIES and preposition(child) is None:
            name = name_at(view, page.index, child)
            if name and name.label == label:
                end = min(end, _first_token(page, name))
    for i in range(token.i + 1, end):
        if _breaks(page.doc[i], page.doc[i - 1]):
            end = i
            break
    while start < token.i and page.doc[start].pos_ in ("DET", "PRON", "ADV", "PUNCT"):
        start += 1
    return min(start, token.i), max(end, token.i + 1)


def _breaks(token: Node, before: Node) -> bool:
    """Where a phrase that was parsed too long ends: a verb, a comma, a determiner alone."""
    if feature(token, "VerbForm") == "Fin" or token.text in {",", ";", ":", "(", ")"}:
        return True
    return token.pos_ == "DET" and before.pos_ not in ("ADP", "DET", "CCONJ", "ADV", "ADJ", "PUNCT")


def _first_token(page: Page, draft: Draft) -> int:
    return max(0, bisect_right(page.offsets, draft.start - page.passage.start) - 1)


def _is_plural(token: Node) -> bool:
    for child in token.children:
        if dep(child) == "det" and feature(child, "Number"):
            return feature(child, "Number") == "Plur"
    return feature(token, "Number") == "Plur"


def _office(view: View, page: Page, token: Node) -> Office | None:
    """The longest phrase of a post that holds this noun."""
    offices = view.vocabulary.offices
    for key in (lemma(token), page.folded[token.i]):
        for office in offices.get(key, ()):
            if _stands(page, token, office, key):
                return office
    return None


def _stands(page: Page, token: Node, office: Office, key: str) -> bool:
    if len(office.words) == 1:
        return True
    at = office.words.index(key) if key in office.words else 0
    found: list[str] = []
    first = max(0, token.i - at)
    for folded in page.folded[first : first + len(office.words) + 2]:
        found += [w[0] for w in split_words(folded)] or ([] if folded in "-'" else [""])
    found = found[: len(office.words)]
    if at < len(found):
        found[at] = key  # the noun itself by its lemma
    return tuple(found) == office.words


# ---- later descriptions ----

CLEARLY = 3
"""So many mentions, and so many times those of the next, make one the one spoken of."""


def clearly(seen: Counter[str]) -> str | None:
    """The only one, or the one clearly ahead."""
    ranked = seen.most_common(2)
    if len(ranked) == 1 or (ranked and CLEARLY <= ranked[0][1] >= CLEARLY * ranked[1][1]):
        return ranked[0][0]
    return None


def _resolved(view: View, draft: Draft, posts: Posts, terms: Posts) -> str | None:
    if not is_definite(view, draft):
        return None
    if draft.post:
        of = place_of(view, draft)
        if of is None and _is_of_something(view, draft):
            return None
        told = posts if posts.known(draft.post, of) else terms
        return told.holder(draft.post, of, _of_other_gender(view, draft))
    noun = lemma(draft.root)
    if len(draft.words) > 1:
        return _of_state(view, draft, noun)
    if draft.label == "ORG":
        return _only_body(view, draft, noun)
    if draft.label == "LOC" and noun in view.vocabulary.place_anaphors:
        return _only_state(view)
    return None


def _is_of_something(view: View, draft: Draft) -> bool:
    """`Le président des Patriotes`: of what nobody knows, so it is not the one known."""
    words = view.vocabulary.office_words
    return any(
        dep(c) == "nmod" and preposition(c) is not None and lemma(c) not in words
        for c in draft.root.children
    )


def _of_other_gender(view: View, draft: Draft) -> set[str]:
    """Whom `le roi` cannot mean: who is named as a woman."""
    return {
        d.entity_id
        for d in view.drafts
        if d.kind == "name" and d.entity_id and d.label == "PER"
        if d.gender and draft.gender and d.gender != draft.gender
    }


def _of_state(view: View, draft: Draft, noun: str) -> str | None:
    """`l'Etat malien` is Mali, `la capitale libanaise` Beirut."""
    state = place_of(view, draft)
    if state not in view.states or len(draft.words) > 2:
        return None
    if noun in view.vocabulary.polities:
        return state
    if noun in view.vocabulary.capitals:
        cities = [city for city, actor in view.gazetteer.seats.items() if actor == state]
        return next((c for c in cities if c[0] == "Q"), None)
    return None


def is_definite(view: View, draft: Draft) -> bool:
    """Has the description a definite article or a demonstrative?"""
    page = view.pages[draft.page]
    folded = page.folded
    first = bisect_left(page.offsets, draft.start - page.passage.start)
    if first and folded[first - 1] in view.vocabulary.definite:
        return True
    return any(
        dep(child) in ("det", "case") and folded[child.i] in view.vocabulary.definite
        for child in draft.root.children
    )


def _only_body(view: View, draft: Draft, noun: str) -> str | None:
    """The body so far whose name has this noun (`l'alliance`), or of the right sort.

    Of several the one clearly spoken of; in a name's own noun, the only one.
    """
    words = view.vocabulary
    court = noun in words.courts
    if not court and noun not in words.body_anaphors and noun not in words.company_anaphors:
        return None
    kin = words.courts if court else {noun}
    named: Counter[str] = Counter()
    fitting: Counter[str] = Counter()
    for other in view.drafts:
        body = other.entity_id
        if other.kind != "name" or other.label != "ORG" or not body or other.start > draft.start:
            continue
        if not kin.isdisjoint(other.words) or not kin.isdisjoint(_known_words(view, body)):
            named[body] += 1
        known = view.gazetteer.known.get(body)
        if (known is not None and known.country is None) == (noun in words.body_anaphors):
            fitting[body] += 1
    if court or len(named) == 1:
        return next(iter(named)) if len(named) == 1 else None
    return clearly(fitting)


def _known_words(view: View, entity_id: str) -> set[str]:
    known = view.gazetteer.known.get(entity_id)
    if known is None:
        return set()
    return {w[0] for name in (known.name_fr, known.name_en) for w in split_words(name)}


def _only_state(view: View) -> str | None:
    """The one state that the whole article names."""
    found = {d.entity_id for d in view.drafts if d.entity_id in view.states}
    return found.pop() if len(found) == 1 else None


# ---- entities of their own ----


def own_entities(article_id: str, drafts: list[Draft]) -> None:
    """`desc:<article>:<mention>` for what is not resolved; the same words, the same entity."""
    first: dict[tuple[str, str], str] = {}
    for i, draft in enumerate(drafts):
        own = draft.kind == "description" and draft.label != "NORP" and not draft.members
        if own and draft.entity_id is None:
            key = (draft.label, draft.text)
            draft.entity_id = first.setdefault(key, f"desc:{article_id}:{i}")
    for draft in drafts:
        if draft.stands_for is not None:
            draft.entity_id = draft.stands_for.entity_id
