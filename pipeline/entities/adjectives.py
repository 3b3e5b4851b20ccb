"""Nationality: adjectives (`frappes américaines`) and peoples (`les Américains`)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.entities.forms import NATION
from pipeline.entities.letters import LOWER
from pipeline.entities.view import Draft, Page, View, Word, dep, feature
from pipeline.nodes import Node


def find_nationalities(view: View) -> None:
    """Add mentions of nationality adjectives and of peoples, outside names."""
    adjectives = view.gazetteer.adjectives.get(view.language, {})
    peoples = view.gazetteer.peoples.get(view.language, {})
    prefixes = view.gazetteer.prefixes.get(view.language, {})
    for page in view.pages:
        done = 0
        for i in page.may[NATION]:
            for k in range(max(done, page.words.first[i]), page.words.first[i + 1]):
                size = _size(page.words.texts, k, adjectives, peoples)
                if size:
                    done = k + size
                    _add(view, page, k, size)
                elif page.words.texts[k] in prefixes:
                    _add_compound(view, page, k)


def _key(words: list[str], k: int, size: int, glue: str) -> str:
    return glue.join(words[k : k + size])


def _size(
    words: list[str],
    k: int,
    adjectives: dict[str, str],
    peoples: Mapping[str, tuple[str, bool | None]],
) -> int:
    """How many words from here are one adjective or people: `south korean`, `sud-coréen`."""
    for size in (2, 1):
        if k + size > len(words):
            continue
        for glue in (" ", "-") if size == 2 else ("",):
            key = _key(words, k, size, glue)
            if key in adjectives or key in peoples:
                return size
    return 0


def _look(table: dict[str, str], words: list[str], k: int, size: int) -> str | None:
    for glue in (" ", "-"):
        found = table.get(_key(words, k, size, glue))
        if found is not None:
            return found
    return None


def _add(view: View, page: Page, k: int, size: int) -> None:
    words = page.words.run(k, k + size)
    root = page.root(words[0].token, words[-1].token)
    if view.at(page.index, root) or not _is_whole(page, k, size):
        return
    if _is_people(root, words[0], page, view):
        _add_people(view, page, words, root)
    elif _qualifies(root):
        adjectives = view.gazetteer.adjectives.get(view.language, {})
        state = _look(adjectives, page.words.texts, k, size)
        if state is not None:
            _enter(view, page, words, root, state or None, "description")


def _is_whole(page: Page, k: int, size: int) -> bool:
    """No part of a longer hyphenated token: `pro-iranien` names no actor."""
    words, end = page.words, k + size
    cut_before = k > 0 and words.token(k - 1) == words.token(k)
    return not cut_before and not (end < len(words) and words.token(end) == words.token(end - 1))


def _qualifies(root: Node) -> bool:
    """An adjective of a noun, or an English name used as one."""
    if root.pos_ == "ADJ" or dep(root) in ("amod", "compound"):
        return True
    if root.text.islower() and root.i and root.nbor(-1).pos_ in ("NOUN", "PROPN"):
        return True  # right behind a noun, whatever the parser made of it
    return root.pos_ == "PROPN" and dep(root) in ("nmod", "conj") and root.head.i > root.i


def _is_people(root: Node, first: Word, page: Page, view: View) -> bool:
    if first.capitals == LOWER or dep(root) in ("amod", "compound"):
        return False
    words = view.vocabulary
    is_plural = feature(root, "Number") == "Plur"
    if root.pos_ in ("NOUN", "PROPN"):
        return True
    before = page.folded[first.token - 1] if first.token else ""
    return (
        (is_plural or before in words.articles or before in words.definite)
        and root.pos_ != "VERB"
        and not (root.i + 1 < len(page.doc) and root.head.i == root.i + 1)
    )


def _add_people(view: View, page: Page, words: list[Word], root: Node) -> None:
    peoples = view.gazetteer.peoples.get(view.language, {})
    texts = [w.text for w in words]
    entry = None
    for glue in (" ", "-"):
        entry = entry or peoples.get(glue.join(texts))
    if entry is None:
        return
    people, several = entry
    if several is None:
        several = _number(root) != "Sing"
    if several:
        _enter(view, page, words, root, people or None, "name", plural=True)
    else:  # `le Sénégalais`: one person
        _enter(view, page, words, root, None, "description", label="PER")


def _number(root: Node) -> str | None:
    """By the determiner first: `un Polonais`, `des Polonais`."""
    for child in root.children:
        if dep(child) == "det" and feature(child, "Number"):
            return feature(child, "Number")
    return feature(root, "Number")


def _enter(
    view: View,
    page: Page,
    words: list[Word],
    root: Node,
    entity_id: str | None,
    kind: str,
    label: str = "NORP",
    plural: bool = False,
) -> Draft:
    offset = page.passage.start
    start, end = words[0].start, words[-1].end
    draft = Draft(
        page=page.index,
        start=offset + start,
        end=offset + end,
        text=page.text[start:end],
        label=label,
        kind="name" if kind == "name" else "description",
        root=root,
        words=tuple(w.text for w in words),
        entity_id=entity_id,
        gender=feature(root, "Gender"),
        plural=plural,
    )
    view.add(draft, range(words[0].token, words[-1].token + 1))
    return draft


def _add_compound(view: View, page: Page, k: int) -> None:
    """`russo-ukrainien`, `sino-américaine`: one mention for each member."""
    prefixes = view.gazetteer.prefixes.get(view.language, {})
    adjectives = view.gazetteer.adjectives.get(view.language, {})
    words, members = page.words, []
    while k < len(words) and words.texts[k] in prefixes:
        members.append((words.run(k, k + 1), prefixes[words.texts[k]]))
        k += 1
    for size in (2, 1):
        state = _look(adjectives, words.texts, k, size) if k + size <= len(words) else None
        if state is not None:
            members.append((words.run(k, k + size), state))
            break
    else:
        return
    last = members[-1][0][-1]
    joined = page.text[members[0][0][0].start : last.end]
    if " " in joined or view.at(page.index, page.doc[last.token]):
        return
    drafts = [
        _enter(view, page, part, page.doc[last.token], state or None, "description")
        for part, state in members
    ]
    drafts[0].members = tuple(drafts)  # it begins the token, and so stands for all of it
