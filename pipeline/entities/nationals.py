"""`Les présidents russe et ukrainien`, `les armées chinoise et russe`: one of each state."""

from __future__ import annotations

from pipeline.entities.posts import Posts
from pipeline.entities.view import Draft, View, dep, feature
from pipeline.nodes import Node
from pipeline.trees import conjuncts


def find_nationals(view: View, posts: Posts) -> None:
    """Give a plural with a nationality for each its members.

    Those who hold the post, where the article or the gazetteer knows all of them; of a body (its
    army, its diplomacy) the states themselves.
    """
    for draft in list(view.drafts):
        if draft.kind == "description" and draft.plural and not draft.members:
            states = _states(view, draft)
            if len(states) > 1:
                draft.members = _holders(view, draft, states, posts)


def _states(view: View, draft: Draft) -> tuple[Draft, ...]:
    """The nationalities that are joined behind the noun, each in the singular."""
    first = next((c for c in draft.root.children if dep(c) == "amod" and _joins(c)), None)
    adjectives = tuple(conjuncts(first)) if first is not None else ()
    if any(feature(a, "Number") == "Plur" for a in adjectives):
        return ()
    found = [view.at(draft.page, a) for a in adjectives]
    nations = tuple(d for d in found if d is not None and d.label == "NORP" and d.entity_id)
    return nations if len(nations) == len(adjectives) else ()


def _joins(adjective: Node) -> bool:
    return any(dep(c) == "conj" for c in adjective.children)


def _holders(
    view: View, draft: Draft, states: tuple[Draft, ...], posts: Posts
) -> tuple[Draft, ...]:
    if draft.label == "ORG":
        return states
    if draft.post is None:
        return ()
    ids = [posts.holder(draft.post, state.entity_id) for state in states]
    named = [
        next((d for d in view.drafts if d.kind == "name" and d.entity_id == person), None)
        for person in ids
        if person
    ]
    found = tuple(d for d in named if d is not None)
    return found if len(found) == len(states) else ()
