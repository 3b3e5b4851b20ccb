"""Direct speech: which tokens stand inside quotation marks, and who speaks around them."""

from __future__ import annotations

from pipeline.entities.view import Draft, Page, dep

OPENS, CLOSES, STRAIGHT = frozenset("«“"), frozenset("»”"), '"'
WHOLE = 5
"""Tokens of a quotation that is more than a word or two taken over."""


def quoted(page: Page) -> list[bool]:
    """Of each token: is it inside quotation marks that hold more than a few words?"""
    if page.quoted is None:
        page.quoted = [False] * len(page.doc)
        opened: int | None = None
        for i, token in enumerate(page.doc.nodes):
            if opened is None and (token.text in OPENS or token.text == STRAIGHT):
                opened = i
            elif opened is not None and (token.text in CLOSES or token.text == STRAIGHT):
                if i - opened > WHOLE:
                    page.quoted[opened : i + 1] = [True] * (i + 1 - opened)
                opened = None
        if opened is not None and page.doc[opened].text in OPENS:
            page.quoted[opened:] = [True] * (len(page.doc) - opened)
    return page.quoted


def is_quoted(page: Page, token: int) -> bool:
    """Is this token part of what somebody is quoted with?"""
    return quoted(page)[token]


def speaks(page: Page, draft: Draft) -> bool:
    """Subject, outside, of a sentence that has a quotation: no pronoun inside means them."""
    token = draft.outer or draft.root
    marks = quoted(page)
    if draft.page != page.index or marks[token.i] or dep(token) != "nsubj":
        return False
    return any(marks[t.i] for t in token.sent)
