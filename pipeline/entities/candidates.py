"""Candidates for names: the gazetteer's forms and the model's entities, each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.entities.aliases import Alias
from pipeline.entities.letters import INITIAL, LOWER
from pipeline.entities.view import Page, View, Word, Words, dep, lemma
from pipeline.nodes import Name

LABELS = {"PER": "PER", "PERSON": "PER", "LOC": "LOC", "GPE": "LOC", "ORG": "ORG"} | {
    "EVENT": "EVENT",
    "PRODUCT": "PRODUCT",
    "NORP": "NORP",
}
"""The model's label -> ours; other entities are not names."""
LONGEST = 24
"""Words of the longest form."""
LONG = 6
"""Letters from which capitals alone make no acronym."""


@dataclass(slots=True)
class Found:
    """Words `first` to `last` of a page, as one name."""

    page: Page
    first: int
    last: int
    label: str
    alias: Alias | None = None
    score: float | None = 1.0

    words: list[Word] = field(init=False)
    key: tuple[str, ...] = field(init=False)
    """The folded words."""

    def __post_init__(self) -> None:
        self.words = self.page.words.run(self.first, self.last + 1)
        self.key = tuple([w.text for w in self.words])

    @property
    def size(self) -> int:
        """Number of words."""
        return self.last - self.first + 1

    @property
    def span(self) -> range:
        """Indices of the words."""
        return range(self.first, self.last + 1)


# ---- the gazetteer's forms ----


def match_forms(
    page: Page, starts: Iterable[int], names: Mapping[str, tuple[Alias, ...]]
) -> Iterator[Found]:
    """The longest forms, from left to right, that cover whole tokens."""
    done = 0
    pending: list[Found] = []
    for i in starts:
        alias = _longest(page.words, i, names) if i >= done else None
        if alias is not None:
            done = i + len(alias.words)
            pending.append(Found(page, i, done - 1, alias.label, alias))
    covered = {k for f in pending for k in f.span}
    for found in pending:
        if _whole_tokens(page.words, found, covered):
            yield found


def _longest(words: Words, i: int, names: Mapping[str, tuple[Alias, ...]]) -> Alias | None:
    here = tuple(words.texts[i : i + LONGEST])
    for alias in names.get(here[0], ()):
        if here[: len(alias.words)] == alias.words and all(
            words.capitals(k) >= least for k, least in enumerate(alias.capitals, i)
        ):
            return alias
    return None


def _whole_tokens(words: Words, found: Found, covered: set[int]) -> bool:
    """No token is cut, unless what is left of it is a name too (`IP4-OTAN`)."""
    for edge, step in ((found.first, -1), (found.last, 1)):
        k = edge + step
        while 0 <= k < len(words) and words.token(k) == words.token(edge):
            if k not in covered:
                return False
            k += step
    return True


# ---- the model's entities ----


def read_entities(page: Page, view: View) -> Iterator[Found]:
    """The model's entities that can be names."""
    for span in page.doc.ents:
        for entity in _entity(page, span, view):
            portfolio = entity.label != "PER" and _is_portfolio(entity, view)
            if not portfolio and not _is_chance(entity, view):
                yield entity


def _entity(page: Page, span: Name, view: View) -> Iterator[Found]:
    """The entity without determiner, title or stray punctuation; nothing if no name is left."""
    label = LABELS.get(span.label_)
    if label is None:
        return
    inside = list(range(page.words.first[span.start], page.words.first[span.end]))
    for part in _unbroken(page, inside):
        part = _trimmed(page, part, view, label)
        if part and _is_polity(page, part, view):
            continue
        if part and any(page.words.capitals(k) != LOWER for k in part):
            yield Found(page, part[0], part[-1], label, None, None)


def _is_polity(page: Page, part: list[int], view: View) -> bool:
    """`l'Etat`, `l'Etat malien`: no name but a description."""
    first, *rest = (page.words.texts[k] for k in part)
    adjectives = view.gazetteer.adjectives.get(view.language, {})
    return first in view.vocabulary.polities and all(word in adjectives for word in rest)


def _unbroken(page: Page, inside: list[int]) -> Iterator[list[int]]:
    """Runs of words without line break or punctuation but dots; `RTL.Puis` is two."""
    run: list[int] = []
    for k in inside:
        if run and _is_glued(page, k):
            yield run
            run = []
        if _governs(page, k):
            yield run
            run = []
        elif page.words.texts[k]:
            run.append(k)
        elif page.doc[page.words.token(k)].text not in {".", "&", "/"}:
            yield run
            run = []
    yield run


def _governs(page: Page, k: int) -> bool:
    """`Unite conjure Londres`: a verb in small letters that a sentence hangs on."""
    token = page.doc[page.words.token(k)]
    if page.words.capitals(k) != LOWER or token.pos_ not in {"VERB", "AUX", "ADJ"}:
        return False
    return dep(token) == "ROOT" or any(dep(c) in {"obj", "nsubj"} for c in token.children)


def _is_glued(page: Page, k: int) -> bool:
    """The first word of a sentence that follows the last one's full stop without a space."""
    words = page.words
    if words.token(k) != words.token(k - 1) or words.capitals(k) != INITIAL:
        return False
    before, word = words[k - 1], words[k]
    return page.text[before.end : word.start] == "." and min(len(before.text), len(word.text)) > 1


def _trimmed(page: Page, part: list[int], view: View, label: str) -> list[int]:
    drop = view.vocabulary.loose
    if label == "LOC" and _has_own_article(page, part, view):
        return part
    while part and (
        _is_loose(page.words[part[0]], drop, view, label) or _is_sort(page, part, view, label)
    ):
        part = part[1:]
    while part and (page.words.texts[part[-1]] in drop or page.words.texts[part[-1]] == "s"):
        if page.words.capitals(part[-1]) != LOWER and len(part) > 1:
            break
        part = part[:-1]
    return part


def _has_own_article(page: Page, part: list[int], view: View) -> bool:
    """`La Rochelle` inside a sentence, not `La Maison Blanche` of the gazetteer."""
    texts, words = [page.words.texts[k] for k in part], page.words
    if len(part) < 2 or texts[0] not in view.vocabulary.name_articles:
        return False
    token = words.token(part[0])
    opens = token == 0 or page.doc[token].is_sent_start or not page.folded[token - 1].isalpha()
    if opens or LOWER in (words.capitals(part[0]), words.capitals(part[1])):
        return False
    return view.gazetteer.forms(view.language, tuple(texts[1:])) is None


def _is_sort(page: Page, part: list[int], view: View, label: str) -> bool:
    """`syndicat` of `syndicat Alliance`: what sort of body, before its name."""
    first, *rest = (page.words[k] for k in part[:2])
    if label != "ORG" or not rest or first.capitals != LOWER or rest[0].capitals == LOWER:
        return False
    return first.text in view.vocabulary.bodies


def _is_loose(word: Word, drop: frozenset[str], view: View, label: str) -> bool:
    """A first word that is no part of the name."""
    if word.text in view.vocabulary.titles:
        return True
    if word.text in drop:
        return word.capitals == LOWER or word.text in view.vocabulary.articles
    is_office = word.text in view.vocabulary.office_words or word.text in view.vocabulary.people
    if label == "PER" and is_office:
        return True
    adjectives = view.gazetteer.adjectives.get(view.language, {})
    return word.capitals == LOWER and (is_office or word.text in adjectives)


def _is_chance(entity: Found, view: View) -> bool:
    """One capitalised common word that opens a sentence: `Attendus`, `Économie`.

    Such a word is common where it is so tagged, or stands in small letters in the article.
    """
    if entity.size > 1:
        return False
    word = entity.words[0]
    token = entity.page.doc[word.token]
    opens = token.i == 0 or bool(token.is_sent_start) or token.nbor(-1).is_quote
    if not opens or (word.capitals != INITIAL and len(word.text) < LONG):
        return False
    return token.pos_ != "PROPN" or word.text in view.small_words()


def _is_portfolio(entity: Found, view: View) -> bool:
    """`Armées` of `la ministre des Armées` is no name."""
    root = entity.page.root(entity.words[0].token, entity.words[-1].token)
    head = root.head
    return dep(root) == "nmod" and head.i < root.i and lemma(head) in view.vocabulary.portfolios
