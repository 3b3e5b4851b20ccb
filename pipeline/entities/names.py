"""Name mentions: the gazetteer's forms and the model's entities, merged.

A name that is certain in one place of the article is found again where the model missed it.
"""

from __future__ import annotations

from collections import Counter

from pipeline.entities.aliases import Alias
from pipeline.entities.bywords import body_heads, told_names
from pipeline.entities.candidates import Found, match_forms, read_entities
from pipeline.entities.forms import NAME
from pipeline.entities.letters import INITIAL, LOWER
from pipeline.entities.view import Draft, Page, View, dep, feature, lemma
from pipeline.nodes import Node
from pipeline.trees import preposition


def find_names(view: View) -> None:
    """Add every name mention of the article, in text order."""
    found: list[Found] = []
    for page in view.pages:
        starts = [k for i in page.may[NAME] for k in page.words_of(i)]
        matches = list(match_forms(page, starts, view.gazetteer.names.get(view.language, {})))
        entities = told_names(page, view, list(read_entities(page, view)))
        found += _merged(page, matches, entities, view)
    found += _again(view, found)
    found.sort(key=lambda f: (f.page.index, f.first))
    _settle_labels(found, view)
    for name in found:
        _add(view, name)
    _label_by_title(view)


# ---- both together ----


def _merged(page: Page, matches: list[Found], entities: list[Found], view: View) -> list[Found]:
    taken: dict[int, Found] = {}
    inside = _by_word(matches)
    for entity in entities:
        within = list(dict.fromkeys(inside[k] for k in entity.span if k in inside))
        if _entity_wins(entity, [matches[m] for m in within]):
            _take(taken, entity)
    for match in matches:
        over = next((taken[k] for k in match.span if k in taken), None)
        if over is None:
            if match.alias and (match.alias.sure or _seen_as(match, entities)):
                _take(taken, _lengthened(match, page, view))
        elif (over.first, over.last) == (match.first, match.last):
            _identify(over, match)
        elif over.last == match.last and over.first > match.first:
            _widen(taken, over, match, view)
    return list({id(f): f for f in taken.values()}.values())


def _by_word(matches: list[Found]) -> dict[int, int]:
    return {k: m for m, match in enumerate(matches) for k in match.span}


def _take(taken: dict[int, Found], found: Found) -> None:
    if not any(k in taken for k in found.span):
        for k in found.span:
            taken[k] = found


def _entity_wins(entity: Found, matches: list[Found]) -> bool:
    """Does the model's longer span stand against the gazetteer's forms in it?"""
    sure = [m for m in matches if m.alias and m.alias.sure]
    if not sure:
        return True
    if len(sure) > 1 or any(m.first < entity.first or m.last > entity.last for m in sure):
        return False
    if sure[0].size == entity.size:
        return True
    outside = [w for k, w in enumerate(entity.words, entity.first) if k not in sure[0].span]
    return any(w.capitals != LOWER for w in outside)


def _identify(entity: Found, match: Found) -> None:
    """The model and the gazetteer name the same words."""
    alias = match.alias
    if alias is None or (not alias.sure and entity.label != alias.label):
        return
    entity.alias, entity.label, entity.score = alias, alias.label, 1.0


def _widen(taken: dict[int, Found], entity: Found, match: Found, view: View) -> None:
    """`La Haye`, of which the model saw `Haye`."""
    articles, alias = view.vocabulary.articles, match.alias
    lead = range(match.first, entity.first)
    if any(k in taken or entity.page.words.texts[k] not in articles for k in lead):
        return
    if alias is not None and (alias.sure or entity.label == alias.label):
        match.score = 1.0
        for k in match.span:
            taken[k] = match


def _seen_as(match: Found, entities: list[Found]) -> bool:
    return any(
        e.first <= match.first and match.last <= e.last and e.label == match.label for e in entities
    )


def _lengthened(match: Found, page: Page, view: View) -> Found:
    """A surname that stands after an unknown first name is another person's."""
    if match.label != "PER" or match.size > 1 or match.first == 0:
        return match
    before = page.words[match.first - 1]
    if before.capitals != INITIAL or not before.text or before.text in view.vocabulary.titles:
        return match
    token: Node = page.doc[before.token]
    if token.pos_ != "PROPN" or view.vocabulary.label_of(before.text):
        return match
    return Found(page, match.first - 1, match.last, "PER", None, None)


# ---- the same name elsewhere ----


def _again(view: View, found: list[Found]) -> list[Found]:
    """Names of this article where the model missed them: headlines, capitals."""
    aliases: dict[tuple[str, ...], Alias] = {}
    for name in found:
        words = name.key
        if name.score is None and (len(words) > 1 or len(words[0]) > 3):
            capitals = tuple(min(w.capitals, INITIAL) for w in name.words)
            aliases.setdefault(words, Alias(words, capitals, "", name.label, True))
        if name.label == "PER" and len(words) > 1 and len(words[-1]) > 3:
            aliases.setdefault(words[-1:], Alias(words[-1:], (INITIAL,), "", "PER", True))
    for words in body_heads(found, view):
        aliases.setdefault(words, Alias(words, (INITIAL,), "", "ORG", True))
    first: dict[str, tuple[Alias, ...]] = {}
    for words in sorted(aliases, key=lambda w: (-len(w), w)):
        first[words[0]] = (*first.get(words[0], ()), aliases[words])
    taken = {(f.page.index, k) for f in found for k in f.span}
    again: list[Found] = []
    for page in view.pages:
        starts = [k for k, word in enumerate(page.words.texts) if word in first]
        for match in match_forms(page, starts, first):
            if not any((page.index, k) in taken for k in match.span):
                match.alias, match.score = None, None
                again.append(match)
    return again


def _settle_labels(found: list[Found], view: View) -> None:
    """One form has one label in an article: the gazetteer's, else the most frequent.

    The last words of a person's name are a person too, though a town has that name.
    """
    votes: dict[tuple[str, ...], Counter[str]] = {}
    heads = body_heads(found, view)
    tails: set[tuple[str, ...]] = set()
    for name in found:
        words = name.key
        votes.setdefault(words, Counter())[name.label] += 1000 if name.score is not None else 1
        if name.label == "PER":
            tails.update(words[k:] for k in range(1, len(words)))
    for name in found:
        count = votes[name.key]
        name.label = max(count, key=lambda label: (count[label], label))
        if name.key in tails and (name.score is None or _is_surname(name, view)):
            name.label, name.alias, name.score = "PER", None, None
        elif name.key in heads and name.score is None:
            name.label = "ORG"


def _is_surname(name: Found, view: View) -> bool:
    """A town's name, not spoken of as a place."""
    if (
        name.label != "LOC"
        or name.alias is None
        or name.alias.entity_id not in view.gazetteer.cities
    ):
        return False
    token = name.words[0].token
    before = name.page.folded[token - 1] if token else ""
    return before not in view.vocabulary.before_places


# ---- drafts ----


def _add(view: View, name: Found) -> None:
    page, words = name.page, name.words
    doc, offset = page.doc, page.passage.start
    start, end = words[0].start, words[-1].end
    root = page.root(words[0].token, words[-1].token)
    if (
        page.text[end : end + 1] == "."
        and words[-1].capitals
        and doc[words[-1].token].text[-1] == "."
    ):
        end += 1
    draft = Draft(
        page=page.index,
        start=offset + start,
        end=offset + end,
        text=page.text[start:end],
        label=name.label,
        kind="name",
        root=root,
        words=name.key,
        entity_id=name.alias.entity_id if name.alias else None,
        score=name.score,
    )
    draft.plural = feature(root, "Number") == "Plur" and not _is_one(name, root)
    if name.label == "PER" and name.size > 1:
        draft.gender = view.vocabulary.genders.get(name.key[0]) or None
    view.add(draft, range(words[0].token, words[-1].token + 1))
    _read_title(view, page, draft, words[0].token)


def _is_one(name: Found, root: Node) -> bool:
    """`Robles` has the ending of a plural; `les Robles` are several."""
    return name.label == "PER" and not any(dep(c) == "det" for c in root.children)


def _read_title(view: View, page: Page, draft: Draft, first: int) -> None:
    """`M. Rutte`: the title tells the gender, and may govern the name in the tree."""
    if first == 0:
        return
    titles, before = view.vocabulary.titles, page.folded[first - 1]
    if before in titles or page.doc[first - 1].text.casefold() in titles:
        draft.gender = titles.get(before) or draft.gender
        draft.outer = page.doc[first - 1]
        draft.label = "PER" if draft.score is None else draft.label
        view.point(draft.outer, draft)


def _label_by_title(view: View) -> None:
    """`le premier ministre de l'Ontario, Doug Ford` is a person, whatever the model said."""
    told: dict[tuple[str, ...], str] = {}
    for draft in view.drafts:
        if draft.score is None:
            title = _title_of(draft)
            if title is not None and title.pos_ == "NOUN":
                label = view.vocabulary.label_of(lemma(title))
                company = lemma(title) in view.vocabulary.company_anaphors
                if label == "PER" or (label == "ORG" and (company or draft.label != "PER")):
                    told[draft.words] = label
    for draft in view.drafts:
        if draft.score is None:
            draft.label = told.get(draft.words, draft.label)


def _title_of(draft: Draft) -> Node | None:
    """The noun in the singular that stands beside the name without preposition."""
    root = draft.root
    if preposition(root) is not None and dep(root) != "nmod":
        return None
    if dep(root) in ("appos", "flat", "nmod") and preposition(root) is None:
        beside = root.head.i < root.i and feature(root.head, "Number") != "Plur"
        return root.head if beside else None
    for child in root.children:
        if dep(child) in ("appos", "compound", "flat") and preposition(child) is None:
            return child
    return None


def is_acronym(draft: Draft) -> bool:
    """`CNSP`, `Cédéao`: one short word."""
    return len(draft.words) == 1 and 1 < len(draft.text) <= 10 and draft.text[0].isupper()
