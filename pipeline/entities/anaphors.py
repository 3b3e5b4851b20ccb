"""`le milliardaire`, `l'ancien président`, `son homologue ukrainien`: the person just named.

A description that names nobody means the one person of its paragraph so far, or the one about
whom the article clearly is. In doubt it means nobody.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from pipeline.entities.descriptions import clearly, is_definite
from pipeline.entities.letters import split_words
from pipeline.entities.posts import Posts, place_of
from pipeline.entities.quotes import is_quoted
from pipeline.entities.view import Draft, View, dep, lemma

ARGUMENTS = frozenset({"nsubj", "obj", "iobj", "obl", "nmod"})


def find_people(view: View, posts: Posts) -> None:
    """Resolve what descriptions of one person still mean nobody; `posts` are all that is known."""
    words = view.vocabulary
    told: set[str] = set()
    """Head nouns that have brought in somebody unnamed: `un homme … l'homme`."""
    waiting = [d for d in view.drafts if _is_open(d)]
    for draft in sorted(waiting, key=lambda d: d.start):
        noun = lemma(draft.root)
        if noun in words.counterparts:
            draft.entity_id = _counterpart(view, draft, posts)
        elif not is_definite(view, draft):
            told.add(noun)
        elif noun not in told and _names_nobody(view, draft):
            draft.entity_id = _person(view, draft, posts)


def _is_open(draft: Draft) -> bool:
    is_person = draft.kind == "description" and draft.label == "PER" and not draft.plural
    return is_person and draft.entity_id is None


def _names_nobody(view: View, draft: Draft) -> bool:
    """An argument that is the noun or the post alone, of no state or body."""
    if dep(draft.root) not in ARGUMENTS or any(dep(c) == "cop" for c in draft.root.children):
        return False
    if is_quoted(view.pages[draft.page], draft.root.i) or _is_named_next(view, draft):
        return False
    words = view.vocabulary.office_words
    parts = [part for word in draft.words for part, *_ in split_words(word)]
    bare = len(draft.words) == 1 or all(part in words for part in parts)
    if lemma(draft.root) in view.vocabulary.person_anaphors:
        return bare or not any(dep(c) in {"nmod", "acl"} for c in draft.root.children)
    return bare and place_of(view, draft) is None


def _is_named_next(view: View, draft: Draft) -> bool:
    """`l'humoriste X`, whatever the tree makes of it."""
    page = view.pages[draft.page]
    after = bisect_left(page.offsets, draft.end - page.passage.start)
    return after < len(page.doc) and page.doc[after].pos_ == "PROPN"


# ---- `le milliardaire` ----


def _person(view: View, draft: Draft, posts: Posts) -> str | None:
    """Of a post that one holds at a time, only somebody known to hold such a post."""
    words = view.vocabulary
    holders = posts.people(draft.post) if draft.post else set()
    alone = lemma(draft.root) in words.person_anaphors or draft.post in words.loose_posts
    if not holders and not alone:
        return None
    for page in (draft.page, draft.page - 1):
        seen = Counter(d.entity_id or "" for d in _people(view, draft, page))
        if holders:
            seen = Counter({p: n for p, n in seen.items() if p in holders})
        if seen:
            return clearly(seen)
    return None


def _people(view: View, draft: Draft, page: int) -> Iterator[Draft]:
    """The persons named or described in a paragraph before this description."""
    state = place_of(view, draft)
    for other in view.drafts:
        if other.page == page and other.start < draft.start and other.label == "PER":
            agrees = None in (draft.gender, other.gender) or draft.gender == other.gender
            free = agrees and not other.plural and not _is_beside(other, draft)
            if other.entity_id and free and may_be_of(view, other.entity_id, state):
                yield other


def may_be_of(view: View, person: str, state: str | None) -> bool:
    """`le dirigeant nord-coréen` is nobody known to be of another state."""
    known = view.gazetteer.known.get(person)
    if state not in view.states or known is None or known.country is None:
        return True
    return view.gazetteer.states.get(known.country) == state


def _is_beside(other: Draft, draft: Draft) -> bool:
    """Another party of the same clause: `X a reçu le milliardaire`."""
    token = other.outer or other.root
    return token.head is draft.root.head and dep(token) in ARGUMENTS and token is not draft.root


# ---- `son homologue ukrainien` ----


def _counterpart(view: View, draft: Draft, posts: Posts) -> str | None:
    """Who holds for this state the post that another person named holds for another."""
    state = place_of(view, draft)
    if state is None:
        return None
    found = {
        person
        for (post, of), people in posts.holders.items()
        if of == state and _has_peer(posts, post, state)
        for person in people
    }
    return found.pop() if len(found) == 1 else None


def _has_peer(posts: Posts, post: str, state: str) -> bool:
    return any(other == post and of not in (None, state) for other, of in posts.holders)
