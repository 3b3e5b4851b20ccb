"""Entities: who and what an article speaks of.

`find_mentions` reads the parsed passages of one article and gives its mentions, each with the
entity that it means. The order of the steps is the order of certainty: names, nationalities,
descriptions that the article ties to a name, pronouns; dates and quantities stand apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from pipeline.entities.adjectives import find_nationalities
from pipeline.entities.anaphors import find_people
from pipeline.entities.continuing import find_continued
from pipeline.entities.dategrammar import date_grammar
from pipeline.entities.dates import find_dates
from pipeline.entities.descriptions import find_descriptions, own_entities
from pipeline.entities.forms import AMOUNT, DATE
from pipeline.entities.gazetteer import Gazetteer
from pipeline.entities.link import link_names
from pipeline.entities.names import find_names
from pipeline.entities.nationals import find_nationals
from pipeline.entities.ordinals import find_all_of, find_latest, find_ordinals
from pipeline.entities.placeclitics import find_place_clitics
from pipeline.entities.plurals import find_members
from pipeline.entities.pronouns import find_pronouns
from pipeline.entities.quantities import find_amounts, may_be_followed
from pipeline.entities.seats import settle_seats
from pipeline.entities.view import Draft, Page, View, dep, feature, lemma, read_view
from pipeline.nodes import Node, Tree
from pipeline.records import Mention, Passage


@dataclass(frozen=True, slots=True)
class Found:
    """The mentions of one article."""

    mentions: tuple[Mention, ...]
    members: Mapping[int, tuple[int, ...]]
    """Plural mention (`les deux dirigeants`, `leur`) -> the mentions that it sums up."""
    at: Mapping[int, int]
    """Article offset of a token -> the mention that the token belongs to or stands for.

    A name, nationality or pronoun comes before the description around it, so that
    `président` gives `président américain élu` and `américain` the country.
    """


def find_mentions(
    article_id: str,
    text: str,
    language: str,
    passages: Sequence[tuple[Passage, Tree]],
    gazetteer: Gazetteer,
    published_on: date | None,
) -> Found:
    """All mentions of an article, in text order."""
    view = read_view(text, passages, language, gazetteer)
    find_names(view)
    link_names(view)
    settle_seats(view)
    find_nationalities(view)
    posts = find_descriptions(view, published_on)
    find_nationals(view, posts)
    find_people(view, posts)
    find_continued(view)
    find_members(view)
    find_ordinals(view)
    find_latest(view)
    find_all_of(view)
    find_pronouns(view)
    find_place_clitics(view)
    _find_measures(view, published_on)
    return _found(article_id, language, view)


def _find_measures(view: View, published_on: date | None) -> None:
    """Dates, then amounts outside them."""
    for page in view.pages:
        text, taken = page.text, []
        days = [
            (page.offsets[i], page.folded[i])
            for i in page.may[DATE]
            if _is_noun(page, i) and not _is_named(view, page, i)
        ]
        tense = partial(_tense, page, date_grammar(view.language).future)
        for found in find_dates(text, days, view.language, published_on, tense):
            taken.append((found.start, found.end))
            _measure(view, page, found.start, found.end, "DATE", found.value)
        following = [*page.folded[1:], ""]
        counts = [
            page.offsets[i]
            for i in page.may[AMOUNT]
            if may_be_followed(page.folded[i], following[i], view.language)
        ]
        for amount in find_amounts(text, counts, view.language, taken):
            _measure(view, page, amount.start, amount.end, amount.label, amount.value)


def _is_noun(page: Page, token: int) -> bool:
    """Not the participle `été`."""
    return page.doc[token].pos_ != "AUX"


def _is_named(view: View, page: Page, token: int) -> bool:
    """`Dimanche` of `Journal du Dimanche`."""
    found = view.at(page.index, page.doc[token])
    return found is not None and found.kind == "name" and found.label in ("PER", "ORG", "LOC")


def _tense(page: Page, future: frozenset[str], offset: int) -> int:
    """Of the clause that holds this offset: past -1, future 1, else 0."""
    token = page.doc[bisect_left(page.offsets, offset)]
    while token.head.i != token.i and token.pos_ not in ("VERB", "AUX"):
        token = token.head
    told = 0
    for part in (token, token.head, *token.children):
        if part.pos_ not in ("VERB", "AUX", "ADJ") or (part is token.head and dep(token) == "conj"):
            continue
        tense = feature(part, "Tense")
        helpers = [c for c in part.children if c.pos_ == "AUX"]
        state = not helpers or _is_state(helpers)
        bare = tense != "Past" or (feature(part, "VerbForm") == "Part" and state)
        if tense == "Fut" or (bare and lemma(part) in future):
            return 1  # `prévu mardi`, `est attendu mardi` as well as `doit partir mardi`
        if tense in ("Past", "Imp") and not _is_state(helpers):
            told = -1
    return told


def _is_state(helpers: Sequence[Node]) -> bool:
    """`est prolongée`: a passive of today, no past."""
    return [(h.dep_, feature(h, "Tense")) for h in helpers] == [("aux:pass", "Pres")]


def _measure(view: View, page: Page, start: int, end: int, label: str, value: str | None) -> None:
    first, last = bisect_right(page.offsets, start) - 1, bisect_left(page.offsets, end) - 1
    offset = page.passage.start
    draft = Draft(
        page=page.index,
        start=offset + start,
        end=offset + end,
        text=page.text[start:end],
        label=label,
        kind="name",
        root=page.doc[first],
        value=value,
    )
    view.add(draft, range(first, last + 1))


def _found(article_id: str, language: str, view: View) -> Found:
    drafts = sorted(view.drafts, key=lambda d: (d.start, d.end, d.label))
    own_entities(article_id, drafts)
    index = {id(d): i for i, d in enumerate(drafts)}
    mentions = tuple(_mention(article_id, language, i, d) for i, d in enumerate(drafts))
    members = {index[id(d)]: tuple(index[id(m)] for m in d.members) for d in drafts if d.members}
    at = {offset: index[id(draft)] for offset, draft in view.tokens().items()}
    return Found(mentions, members, at)


def _mention(article_id: str, language: str, i: int, d: Draft) -> Mention:
    return Mention(
        article_id=article_id,
        mention_index=i,
        start=d.start,
        end=d.end,
        text=d.text,
        label=d.label,
        kind=d.kind,
        entity_id=d.entity_id,
        value=d.value,
        language=language,
        score=d.score,
    )
