"""Personal pronouns and possessives: whom they mean, by agreement, syntax and nearness.

A pronoun means the subject of a clause above its own, or of the sentence before; if that
subject agrees but is no mention (`le sommet … il`), the pronoun means no mention either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.entities.agreeing import agrees, gender_of, is_barred
from pipeline.entities.collectives import collective
from pipeline.entities.pronounforms import Pronoun, is_impersonal, read_pronouns, subject_of
from pipeline.entities.quotes import is_quoted, speaks
from pipeline.entities.standing import is_aside, is_joint
from pipeline.entities.topics import emphatic, topic
from pipeline.entities.view import Draft, Page, View, dep, feature
from pipeline.nodes import Node
from pipeline.trees import conjuncts

SENTENCES_BACK = 2


@dataclass(frozen=True, slots=True)
class Referent:
    """What a pronoun was found to mean."""

    drafts: tuple[Draft, ...]


def find_pronouns(view: View) -> None:
    """Add the pronouns that are resolved, in text order, so that one may rest on another."""
    for page in view.pages:
        for pronoun in read_pronouns(view, page):
            if not is_impersonal(view, pronoun):
                referent = _referent(view, pronoun)
                if referent is not None:
                    _add(view, pronoun, referent)


# ---- finding ----


def _referent(view: View, pronoun: Pronoun) -> Referent | None:
    told = emphatic(view, pronoun) or topic(view, pronoun)
    if told is not None:
        return Referent((told,))
    for subject in _subjects_above(view, pronoun):
        later = subject.i > pronoun.token.i and dep(pronoun.token.sent.root) != "advcl"
        if later and not _is_fronted(pronoun, subject):
            continue
        found = _accept(view, pronoun, pronoun.page, subject)
        if later and not _is_person(found):  # `depuis son élection, la Chine`: in doubt
            continue
        if found is not None:
            return found if found.drafts else None
    found = _nearest_body(view, pronoun) or _beside(view, pronoun) or _before(view, pronoun)
    if found is None:
        together = collective(view, pronoun)
        return Referent(together) if together else _body_before(view, pronoun)
    return found


def _body_before(view: View, pronoun: Pronoun) -> Referent | None:
    """`L'Institut … La Fédération collabore avec lui`: a body, where nobody else is spoken of."""
    here = pronoun.page.sentence(pronoun.token)
    page = view.page_of(here - 1) if here else None
    if page is None or pronoun.form not in view.vocabulary.pronouns.people or pronoun.plural:
        return None
    around = [*view.in_sentence(here - 1), *view.in_sentence(here)]
    subject = subject_of(page.sentence_root(here - 1))
    draft = view.at(page.index, subject) if subject is not None else None
    if draft is None or draft.kind != "name" or any(d.label == "PER" for d in around):
        return None
    named = draft.label in {"ORG", "LOC"} and not is_barred(view, pronoun, draft)
    return Referent((draft,)) if named else None


def _nearest_body(view: View, pronoun: Pronoun) -> Referent | None:
    """`Pressure on Beijing over its aid`: of what no person owns, the state or body before it."""
    if not pronoun.possessive or pronoun.form not in view.vocabulary.pronouns.things:
        return None
    page = pronoun.page
    here = page.passage.start + page.offsets[pronoun.token.i]
    found = [
        d
        for d in view.in_sentence(page.sentence(pronoun.token))
        if d.start < here and d.kind == "name" and d.label in {"LOC", "ORG"} and not d.plural
    ]
    return Referent((max(found, key=lambda d: d.start),)) if found else None


def _beside(view: View, pronoun: Pronoun) -> Referent | None:
    """`A a rencontré le président pour l'avertir`: the one agreeing party before an object."""
    if pronoun.possessive or (pronoun.subject is None and not _is_below(view, pronoun)):
        return None
    page, token = pronoun.page, pronoun.token
    here = page.passage.start + token.idx
    found = {
        d.entity_id or str(d.start): d
        for d in view.in_sentence(page.sentence(token))
        if d.start < here
        and d.kind != "pronoun"
        and (d.label == "PER" or (d.label == "ORG" and d.kind == "name"))
        and not is_joint(d)
        and agrees(view, pronoun, d)
        and not is_barred(view, pronoun, d)
    }
    people = [d for d in found.values() if d.label == "PER"]
    chosen = people if people else list(found.values())
    return Referent((chosen[0],)) if len(chosen) == 1 else None


def _is_below(view: View, pronoun: Pronoun) -> bool:
    """`A promise made by X, when he …`: the subject of a clause under another one."""
    person = pronoun.form in view.vocabulary.pronouns.people
    return person and dep(pronoun.token) == "nsubj" and dep(pronoun.token.head) == "advcl"


def _is_person(referent: Referent | None) -> bool:
    return referent is not None and [d.label for d in referent.drafts] == ["PER"]


def _is_fronted(pronoun: Pronoun, subject: Node) -> bool:
    """`Avant son départ, X …`, `Alors qu'il partait, X …`: in a phrase before that subject."""
    if subject.pos_ == "PRON":
        return False
    top = pronoun.token.head
    while top.head.i not in {top.i, subject.head.i}:
        top = top.head
    return top.head.i == subject.head.i and dep(top) in {"obl", "advcl"} and top.i < subject.i


def _subjects_above(view: View, pronoun: Pronoun) -> Iterator[Node]:
    """Subjects of the clauses around the pronoun, the nearest first."""
    token = pronoun.token
    inside = {token.i}
    own = (
        not pronoun.possessive
        or pronoun.page.folded[token.head.i] in view.vocabulary.pronouns.not_own
    )
    while token.head.i != token.i:
        token = token.head
        subject = subject_of(token)
        if subject is not None and subject.i not in inside:
            if not own and not _is_apart(pronoun, pronoun.page, subject):
                yield subject
            own = False
        elif subject is not None:
            own = False
        inside.add(token.i)


def _is_apart(pronoun: Pronoun, page: Page, subject: Node) -> bool:
    """`« X est parti », dit-il`: in somebody's words, and the pronoun is not."""
    if subject.pos_ == "PRON" and subject.i > subject.head.i:  # `« X, dit-il, est parti »`
        return False
    return is_quoted(page, subject.i) and not is_quoted(pronoun.page, pronoun.token.i)


def _accept(view: View, pronoun: Pronoun, page: Page, subject: Node) -> Referent | None:
    """The subject as referent; none if it does not agree; empty if it is no mention."""
    if subject.pos_ == "PRON" and view.at(page.index, subject) is None:
        return None
    parts = [view.at(page.index, t) for t in conjuncts(subject)]
    if len(parts) > 1:
        drafts = tuple(d for d in parts if d is not None)
        if not pronoun.plural:
            return None
        return Referent(drafts) if len(drafts) == len(parts) else Referent(())
    draft = parts[0]
    if draft is not None and is_barred(view, pronoun, draft):
        return None
    if draft is None:
        gender, plural = feature(subject, "Gender"), feature(subject, "Number") == "Plur"
        same = plural == pronoun.plural and pronoun.gender in (None, gender)
        is_person = pronoun.form in view.vocabulary.pronouns.people
        return Referent(()) if same and not is_person else None
    if agrees(view, pronoun, draft):
        return Referent((draft,))
    here = page is pronoun.page and subject.sent == pronoun.token.sent
    body = here and draft.label in {"LOC", "ORG"} and not pronoun.possessive
    neutral = body and not draft.plural and not pronoun.plural and gender_of(draft) is None
    return Referent((draft,)) if neutral else None


def _before(view: View, pronoun: Pronoun) -> Referent | None:
    """The subject of the sentence before, else the one agreeing person there."""
    here = pronoun.page.sentence(pronoun.token)
    for sentence in range(here - 1, max(-1, here - 1 - SENTENCES_BACK), -1):
        page = view.page_of(sentence)
        if page is None:
            return None
        root = page.sentence_root(sentence)
        subject = subject_of(root)
        if subject is not None and not _is_apart(pronoun, page, subject):
            found = _accept(view, pronoun, page, subject)
            if found is not None and not _is_speaker(view, pronoun, found):
                return found if found.drafts else None
        people = _people(view, pronoun, page, sentence)
        if len(people) == 1:
            return Referent((people.popitem()[1],))
        if people:
            return None
    return None


def _people(view: View, pronoun: Pronoun, page: Page, sentence: int) -> dict[str, Draft]:
    return {
        d.entity_id or str(d.start): d
        for d in view.in_sentence(sentence)
        if (d.entity_id or d.stands_for or (d.kind == "description" and pronoun.subject))
        and d.label == "PER"
        and agrees(view, pronoun, d)
        and not is_barred(view, pronoun, d)
        and (pronoun.plural or not is_joint(d))
        and (pronoun.possessive or not is_aside(view, d))
        and not _is_apart(pronoun, page, d.root)
        and not _is_speaker(view, pronoun, Referent((d,)))
    }


def _is_speaker(view: View, pronoun: Pronoun, found: Referent) -> bool:
    """The pronoun is in a quotation, and they say it."""
    inside = is_quoted(pronoun.page, pronoun.token.i)
    return inside and any(speaks(view.pages[d.page], d) for d in found.drafts)


# ---- adding ----


def _add(view: View, pronoun: Pronoun, referent: Referent) -> None:
    token, page = pronoun.token, pronoun.page
    first = referent.drafts[0]
    members = referent.drafts if len(referent.drafts) > 1 else first.members
    own = first.stands_for or (first if first.kind == "description" else None)
    text = token.text
    skip = len(text) - len(text.lstrip("-").removeprefix("t-"))
    start = page.passage.start + token.idx + skip
    draft = Draft(
        page=page.index,
        start=start,
        end=start + len(text) - skip,
        text=text[skip:],
        label=first.label,
        kind="pronoun",
        root=token,
        entity_id=None if members else first.entity_id,
        gender=first.gender or pronoun.gender,
        plural=pronoun.plural,
        members=tuple(members),
        stands_for=own if not members and first.entity_id is None else None,
    )
    if members or draft.entity_id or draft.stands_for:
        view.add(draft, [token.i])
