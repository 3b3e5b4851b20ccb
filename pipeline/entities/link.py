"""Which entity a name means: the gazetteer's, one named in full elsewhere in the article, or new.

Nothing is linked on a guess: a surname that two full names share stays without entity.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from pipeline.entities.names import is_acronym
from pipeline.entities.view import Draft, View
from pipeline.texts import fold

PREFIXES = {"PER": "per", "ORG": "org", "LOC": "loc", "EVENT": "event", "PRODUCT": "product"} | {
    "NORP": "norp"
}


def link_names(view: View) -> None:
    """Give every name its entity."""
    names = [d for d in view.drafts if d.kind == "name"]
    _call_people(names)
    _join_people([d for d in names if d.label == "PER"], view)
    _join_bodies([d for d in names if d.label == "ORG"], view)
    for name in names:
        if name.entity_id is None:
            name.entity_id = slug(name.label, name.words)
        elif name.entity_id == "":
            name.entity_id = None
    _spread_genders(names, view)


def _call_people(names: list[Draft]) -> None:
    """A surname alone is the person's whom the article names in full, whatever the model says."""
    surnames = {d.words[-1:] for d in names if d.label == "PER" and len(d.words) > 1}
    for name in names:
        odd = name.label in {"ORG", "PRODUCT", "EVENT"} and name.entity_id is None
        if odd and name.words in surnames:
            name.label = "PER"


def slug(label: str, words: Iterable[str]) -> str:
    """`per:mark-rutte`: the same for accents, case and hyphens either way."""
    return f"{PREFIXES.get(label, 'x')}:{'-'.join(fold(w).replace(chr(39), '') for w in words)}"


def _join_people(people: list[Draft], view: View) -> None:
    """`Rutte` is `Mark Rutte` where the article has one of that name."""
    full: dict[tuple[str, ...], Draft] = {}
    for person in people:
        if len(person.words) > 1:
            full.setdefault(person.words, person)
    for person in people:
        if person.entity_id is None:
            alias = view.gazetteer.forms(view.language, person.words)
            if alias and alias.label == "PER" and alias.sure:
                person.entity_id = alias.entity_id
    tails = _parts(full, last=True)
    heads = _parts(full, last=False)
    for person in people:
        bearers = tails.get(person.words) or heads.get(person.words)
        if bearers:
            _join(person, bearers, full, view)


def _parts(
    full: dict[tuple[str, ...], Draft], last: bool
) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    parts: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for words in full:
        for size in range(1, len(words)):
            part = words[-size:] if last else words[:size]
            parts.setdefault(part, []).append(words)
    return parts


def _join(
    person: Draft,
    bearers: list[tuple[str, ...]],
    full: dict[tuple[str, ...], Draft],
    view: View,
) -> None:
    """Join to the one bearer, or to none."""
    ids = {full[b].entity_id or slug("PER", _longest_form(b, full)) for b in bearers}
    if len(ids) > 1 and person.gender:
        genders = view.gazetteer.genders
        ids = {i for i in ids if genders.get(i, person.gender) == person.gender}
    if len(ids) == 1:
        person.entity_id = ids.pop()
    elif person.entity_id not in ids:
        person.entity_id = ""


def _longest_form(words: tuple[str, ...], full: dict[tuple[str, ...], Draft]) -> tuple[str, ...]:
    """`Bassirou Diomaye Faye` for `Diomaye Faye`, where only one longer name ends so."""
    longer = [w for w in full if len(w) > len(words) and w[-len(words) :] == words]
    return longer[0] if len(longer) == 1 else words


def _join_bodies(bodies: list[Draft], view: View) -> None:
    """`Long Form (LF)` is one body, and so is `Barrick` where the article has `Barrick Mining`."""
    known = {d.words: d.entity_id for d in bodies if d.entity_id}
    for first, second in pairwise(bodies):
        if first.page != second.page or not _in_brackets(first, second, view):
            continue
        body = first.entity_id or second.entity_id or slug("ORG", _bare(first.words, view))
        known.setdefault(first.words, body)
        known.setdefault(second.words, body)
    heads: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for body_draft in bodies:
        if len(body_draft.words) > 1:
            heads.setdefault(body_draft.words[:1], set()).add(body_draft.words)
    for draft in bodies:
        if draft.entity_id is None:
            longer = heads.get(draft.words, set())
            words = next(iter(longer)) if len(longer) == 1 else draft.words
            found = known.get(draft.words) or known.get(words)
            draft.entity_id = found or slug("ORG", _bare(words, view))


def _in_brackets(first: Draft, second: Draft, view: View) -> bool:
    page = view.pages[first.page]
    offset = page.passage.start
    between = page.text[first.end - offset : second.start - offset]
    after = page.text[second.end - offset : second.end - offset + 1]
    if between.strip() == "(" and after == ")":
        return is_acronym(second) or is_acronym(first)
    return False


def _bare(words: tuple[str, ...], view: View) -> tuple[str, ...]:
    return words[1:] if len(words) > 1 and words[0] in view.vocabulary.articles else words


def _spread_genders(names: list[Draft], view: View) -> None:
    """What one mention tells of a person's gender holds for all."""
    genders = dict(view.gazetteer.genders)
    for name in names:
        if name.entity_id and name.gender:
            genders.setdefault(name.entity_id, name.gender)
    for name in names:
        if name.label == "PER" and name.entity_id:
            name.gender = name.gender or genders.get(name.entity_id)
