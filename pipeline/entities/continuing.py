"""`Orange lance une messagerie. L'opérateur …`: a description that goes on about who acted before.

A bare definite description that is a subject, and whose noun brought in nobody else, means the
one party nearest before it that it could mean: of several, and of bodies, the subject.
"""

from __future__ import annotations

from pipeline.entities.anaphors import may_be_of
from pipeline.entities.descriptions import is_definite
from pipeline.entities.posts import place_of
from pipeline.entities.pronounforms import subject_of
from pipeline.entities.quotes import is_quoted
from pipeline.entities.view import Draft, View, dep, lemma

MODIFIERS = frozenset({"det", "amod", "case", "punct"})
LABELS = frozenset({"PER", "ORG"})
SENTENCES_BACK = 2


def find_continued(view: View) -> None:
    """Resolve, in text order, the descriptions that take up the subject before them."""
    told: set[str] = set()
    """Head nouns that have brought in somebody unnamed."""
    waiting = [d for d in view.drafts if d.kind == "description" and d.label in LABELS]
    for draft in sorted(waiting, key=lambda d: d.start):
        noun = lemma(draft.root)
        if draft.entity_id is not None or draft.members:
            continue
        if draft.plural or not is_definite(view, draft):
            told.add(noun)
        elif _opens_behind_colon(view, draft):
            draft.entity_id = _before_colon(view, draft)
        elif not _is_bare(draft):
            told.add(noun)
        elif noun not in told and _may_continue(view, draft, noun):
            draft.entity_id = _continued(view, draft)


def _opens_behind_colon(view: View, draft: Draft) -> bool:
    """`Bernard Fontaine passe la main : le fondateur de …`, as the subject of a clause."""
    page, subject = view.pages[draft.page], dep(draft.root) == "nsubj"
    edge = draft.root.left_edge.i
    start = max(draft.root.sent.start, edge - 2)
    return subject and any(t.text == ":" for t in page.doc[start : edge + 1])


def _before_colon(view: View, draft: Draft) -> str | None:
    """The subject of the clause before the colon, where it is the only such party there."""
    before = [d for d in view.in_sentence(view.sentence(draft)) if d.start < draft.start]
    rivals = [d for d in before if _rivals(view, d, draft)]
    found = {d.entity_id for d in rivals}
    subject = any(dep(d.outer or d.root) == "nsubj" and d.kind == "name" for d in rivals)
    return found.pop() if subject and len(found) == 1 else None


def _is_bare(draft: Draft) -> bool:
    return all(dep(c) in MODIFIERS for c in draft.root.children)


def _may_continue(view: View, draft: Draft, noun: str) -> bool:
    """A noun that says what somebody is, not what he is to another, as the subject."""
    words = view.vocabulary
    if dep(draft.root) != "nsubj" or is_quoted(view.pages[draft.page], draft.root.i):
        return False
    if any(lemma(c) in words.others for c in draft.root.children):
        return False
    if draft.label == "PER":
        told = noun in words.people and noun not in words.relational
        return told or _state_of(view, draft) is not None
    return noun in words.company_anaphors | words.body_anaphors


def _continued(view: View, draft: Draft) -> str | None:
    """The one it may mean in its own sentence so far or in those before, the nearest first."""
    here = view.sentence(draft)
    for number in range(here, max(-1, here - 1 - SENTENCES_BACK), -1):
        near = [d for d in view.in_sentence(number) if d.start < draft.start]
        found = {d.entity_id for d in near if _rivals(view, d, draft)}
        if number < here and (len(found) > 1 or (found and draft.label == "ORG")):
            return _subject(view, number, draft)
        if len(found) > 1:
            return None
        if found:
            return found.pop()
    return None


def _rivals(view: View, other: Draft, draft: Draft) -> bool:
    """Of the same kind, and by gender and country it may be meant."""
    if other.label != draft.label or other.kind == "pronoun" or other.plural:
        return False
    agree = None in (other.gender, draft.gender) or other.gender == draft.gender
    if not agree and draft.label == "PER":
        return False
    state = _state_of(view, draft) or place_of(view, draft)
    return other.entity_id is None or may_be_of(view, other.entity_id, state)


def _state_of(view: View, draft: Draft) -> str | None:
    """`Le Serbe`: whose state the noun itself tells."""
    adjectives = view.gazetteer.adjectives.get(view.language, {})
    return adjectives.get(view.pages[draft.page].folded[draft.root.i])


def _subject(view: View, number: int, draft: Draft) -> str | None:
    subject = _subject_of_sentence(view, number)
    fits = subject is not None and _rivals(view, subject, draft)
    return subject.entity_id if subject is not None and fits else None


def _subject_of_sentence(view: View, number: int) -> Draft | None:
    page = view.page_of(number)
    subject = subject_of(page.sentence_root(number)) if page is not None else None
    if page is None or subject is None or any(dep(c) == "conj" for c in subject.children):
        return None
    return view.at(page.index, subject)
