"""Who holds what post: as the article tells it by title, apposition or `être`, and as known."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.entities.view import Draft, View, dep, feature
from pipeline.nodes import Node
from pipeline.trees import preposition

if TYPE_CHECKING:
    from datetime import date

TIES = frozenset({"appos", "flat", "nmod", "compound", "dep"})
"""Relations, basic, by which a name without preposition hangs on its title, or it on the name."""
PLACES = frozenset({"NORP", "LOC", "ORG"})
"""Labels of what a post can be of."""


@dataclass(slots=True)
class Posts:
    """Who holds what post, as the article tells it."""

    holders: dict[tuple[str, str | None], set[str]] = field(default_factory=dict)

    def tell(self, post: str, of: str | None, person: str) -> None:
        """The article ties this post to this person."""
        self.holders.setdefault((post, of), set()).add(person)

    def holder(self, post: str, of: str | None, barred: Set[str] = frozenset()) -> str | None:
        """The one person who holds it; without `of`, the one who holds any such post."""
        found = set(self.holders.get((post, of), ())) - barred
        if not found and of is None:
            found = self.people(post) - barred
        return found.pop() if len(found) == 1 else None

    def people(self, post: str) -> set[str]:
        """All who hold such a post."""
        return {p for (other, _), people in self.holders.items() if other == post for p in people}

    def with_all(self, terms: Posts) -> Posts:
        """What the article tells, and what is known besides."""
        joined = Posts({key: set(people) for key, people in self.holders.items()})
        for (post, of), people in terms.holders.items():
            joined.holders.setdefault((post, of), set()).update(people)
        return joined

    def known(self, post: str, of: str | None) -> bool:
        """Is anyone known to hold such a post?"""
        if of is not None:
            return (post, of) in self.holders
        return any(other == post for other, _ in self.holders)


# ---- what the article says ----


def tie(view: View, draft: Draft, posts: Posts) -> None:
    """Link a description to the name that it titles, stands beside, or is said of."""
    person = _named(view, draft)
    if person is None or person.label != draft.label or draft.plural:
        return
    draft.entity_id = person.entity_id
    if draft.label == "PER" and draft.gender and not person.gender:
        person.gender = draft.gender
    if draft.post and person.entity_id:
        posts.tell(draft.post, place_of(view, draft), person.entity_id)


def _named(view: View, draft: Draft) -> Draft | None:
    token = draft.root
    for child in token.children:
        if dep(child) in TIES and child.dep_ != "nmod:poss" and preposition(child) is None:
            name = name_at(view, draft.page, child)
            if name and _tied(view, draft, name):
                return name
    if dep(token) in TIES and preposition(token) is None:
        name = name_at(view, draft.page, token.head)
        if name and _tied(view, draft, name):
            return name
    return _next_to(view, draft) or _behind_comma(view, draft) or _said_of(view, draft)


def _behind_comma(view: View, draft: Draft) -> Draft | None:
    """`le recteur de l'université, X`: the apposition that hangs on the last word."""
    page = view.pages[draft.page]
    after = draft.end - page.passage.start
    if draft.label != "PER" or draft.plural or page.text[after : after + 2] != ", ":
        return None
    for token in draft.root.subtree:
        if page.offsets[token.i] == after + 2 and dep(token) == "appos":
            name = name_at(view, draft.page, token)
            return name if name and name.label == "PER" else None
    return None


def _next_to(view: View, draft: Draft) -> Draft | None:
    """`le président X`: the name is the next word, whatever the tree says."""
    page = view.pages[draft.page]
    after = draft.end - page.passage.start
    if draft.label != "PER" or page.text[after : after + 1] != " ":
        return None
    for i in range(draft.root.i + 1, len(page.doc)):
        if page.offsets[i] == after + 1:
            name = name_at(view, draft.page, page.doc[i])
            return name if name and name.label == "PER" and name.start == draft.end + 1 else None
        if page.offsets[i] > after:
            break
    return None


def name_at(view: View, page: int, token: Node) -> Draft | None:
    """The name that the token belongs to."""
    found = view.at(page, token)
    return found if found and found.kind == "name" else None


def _tied(view: View, draft: Draft, name: Draft) -> bool:
    """People to people, bodies to bodies; bodies and states beside one another."""
    if name.label != draft.label:
        return False
    return (
        name.label == "PER"
        or "appos" in (dep(draft.root), dep(name.root))
        or (0 <= name.start - draft.end <= 1)
    )


def _said_of(view: View, draft: Draft) -> Draft | None:
    """`X est le président de Y`, not denied."""
    token = draft.root
    subject = copula = None
    for child in token.children:
        kind = dep(child)
        if kind == "nsubj":
            subject = child
        elif kind == "cop":
            copula = child
        elif kind == "advmod" and feature(child, "Polarity") == "Neg":
            return None
    if subject is None or copula is None or feature(copula, "Mood") == "Cnd":
        return None
    return name_at(view, draft.page, subject)


def place_of(view: View, draft: Draft) -> str | None:
    """The state or body that a post is of: `américain`, `de l'Otan`."""
    stack = list(draft.root.children)
    while stack:
        token = stack.pop(0)
        if dep(token) not in ("amod", "nmod", "compound", "flat"):
            continue
        found = view.at(draft.page, token)
        if found and found is not draft and found.entity_id and found.label in PLACES:
            return view.gazetteer.seats.get(found.entity_id, found.entity_id)
        stack += list(token.children)
    return None


def known_posts(view: View, published_on: date | None) -> Posts:
    """The posts that the gazetteer knows of the people whom the article names."""
    terms = Posts()
    day = published_on.isoformat() if published_on else None
    for person in {d.entity_id for d in view.drafts if d.kind == "name" and d.entity_id}:
        for post, of, start, end in view.gazetteer.posts.get(person, ()):
            if day is None or (start <= day and (not end or day <= end)):
                terms.tell(post, of, person)
    return terms
