"""`s'y rendre`, `s'en retirer`: the place, body or event that a clitic stands for.

Only with verbs whose `y` or `en` is where one goes, what one joins or leaves; the referent is the
only such mention of the nearest sentence that has one, subjects left out. In doubt there is none.
"""

from __future__ import annotations

from pipeline.entities.forms import PRONOUN
from pipeline.entities.view import Draft, Page, View, dep, lemma
from pipeline.trees import conjuncts

PLACES = frozenset({"LOC", "ORG", "EVENT"})
SENTENCES_BACK = 2
SUBJECTS = frozenset({"nsubj", "csubj"})


def find_place_clitics(view: View) -> None:
    """Add the clitics that are resolved, in text order."""
    verbs = view.vocabulary.pronouns.places
    for page in view.pages:
        for i in page.may[PRONOUN]:
            token, form = page.doc[i], page.folded[i]
            if form not in verbs or lemma(token.head) not in verbs[form] or token.i > token.head.i:
                continue
            referent = _referent(view, page, i)
            if referent is not None:
                _add(view, page, i, referent)


def _referent(view: View, page: Page, i: int) -> Draft | None:
    token = page.doc[i]
    here = page.sentence(token)
    own = {t.i for c in token.head.children if dep(c) in SUBJECTS for t in conjuncts(c)}
    start = page.passage.start + token.idx
    for sentence in range(here, max(-1, here - 1 - SENTENCES_BACK), -1):
        known = [
            d
            for d in view.in_sentence(sentence)
            if d.end <= start
            and d.entity_id
            and d.label in PLACES
            and d.kind != "pronoun"
            and not (d.page == page.index and d.root.i in own)
            and dep(d.root) not in SUBJECTS
        ]
        if known:  # of several it is in doubt
            return known[-1] if len({d.entity_id for d in known}) == 1 else None
    return None


def _add(view: View, page: Page, i: int, referent: Draft) -> None:
    token = page.doc[i]
    start = page.passage.start + token.idx
    draft = Draft(
        page=page.index,
        start=start,
        end=start + len(token.text),
        text=token.text,
        label=referent.label,
        kind="pronoun",
        root=token,
        entity_id=referent.entity_id,
    )
    view.add(draft, [i])
