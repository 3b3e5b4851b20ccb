"""`A et B ont annoncé leur retrait`: the names that stand together before a plural possessive."""

from __future__ import annotations

from pipeline.entities.letters import split_words
from pipeline.entities.pronounforms import Pronoun, subject_of
from pipeline.entities.view import Draft, Page, View, dep


def collective(view: View, pronoun: Pronoun) -> tuple[Draft, ...]:
    """`A et B ont annoncé leur retrait`, though the tree has B alone for subject."""
    noun = pronoun.token.head
    if not (pronoun.possessive and pronoun.plural and dep(noun) == "obj"):
        return ()
    subject = subject_of(noun.head)
    last = view.at(pronoun.page.index, subject) if subject is not None else None
    if last is None or last.kind != "name":
        return ()
    drafts = _joined_before(view, pronoun.page, last)
    return drafts if len(drafts) > 1 else ()


def _joined_before(view: View, page: Page, last: Draft) -> tuple[Draft, ...]:
    """The names that commas and one `et` join to this one, by the words alone."""
    names = [d for d in view.in_sentence(view.sentence(last)) if d.kind == "name"]
    found, joints = [last], 0
    for name in sorted((d for d in names if d.start < last.start), key=lambda d: -d.start):
        between = page.text[name.end - page.passage.start : found[-1].start - page.passage.start]
        words = {word for word, *_ in split_words(between)}
        joints += bool(words & view.vocabulary.coordinators)
        joined = words or between.strip() == ","
        if not joined or words - view.vocabulary.coordinators - view.vocabulary.definite:
            break
        found.append(name)
    return tuple(reversed(found)) if joints == 1 else ()
