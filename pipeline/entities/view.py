"""One reading of an article's Docs: words, tokens, sentences, and the drafts of mentions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.entities.dates import may_date
from pipeline.entities.gazetteer import Gazetteer, split_words
from pipeline.entities.language import Vocabulary, vocabulary
from pipeline.entities.quantities import may_count
from pipeline.records import MentionKind, Passage
from pipeline.texts import fold

if TYPE_CHECKING:
    from spacy.strings import StringStore
    from spacy.tokens import Doc, Token

MOST_FORMS = 200_000
TRANSPARENT = frozenset("-‐‑'’")
"""Tokens that may stand between two words of one name."""


@dataclass(slots=True, eq=False)
class Draft:
    """A mention in the making; `root` is the token that governs it in the tree."""

    page: int
    """Position of its passage among the parsed ones."""
    start: int
    end: int
    """In the article's text."""
    text: str
    label: str
    kind: MentionKind
    root: Token
    words: tuple[str, ...] = ()
    entity_id: str | None = None
    value: str | None = None
    score: float | None = 1.0
    members: tuple[Draft, ...] = ()
    post: str | None = None
    """The post that a description names."""
    gender: str | None = None
    plural: bool = False
    outer: Token | None = None
    """The token that stands for the phrase when it is not in the mention: `M.` of `M. Rutte`."""


@dataclass(slots=True)
class Word:
    """A word of a Doc: a token, or a part of one parted by a hyphen."""

    text: str
    capitals: int
    token: int
    start: int
    end: int
    """In the Doc's text."""


NAME, NATION, PRONOUN, DATE, AMOUNT, NOUN = 1, 2, 4, 8, 16, 32
"""What a token may begin: found once for each form, so that most tokens are looked at once."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of a token by its letters."""

    folded: str
    parts: tuple[tuple[str, int, int, int], ...]
    may: int


@dataclass(slots=True, eq=False)
class Page:
    """One parsed passage."""

    index: int
    passage: Passage
    doc: Doc
    text: str
    """The text of `doc`, which spaCy would put together anew each time."""
    first_sentence: int
    """Number, in the article, of this passage's first sentence."""
    sentence_starts: list[int]
    words: list[Word] = field(default_factory=list)
    first_word: list[int] = field(default_factory=list)
    """Of each token, and of the end: the index of its first word."""
    folded: list[str] = field(default_factory=list)
    """Folded text of each token."""
    offsets: list[int] = field(default_factory=list)
    """Of each token, in `text`."""
    may: dict[int, list[int]] = field(default_factory=dict)
    """NAME, DATE … -> the tokens that may begin one."""

    def words_of(self, token: int) -> range:
        """Indices of the words of a token."""
        return range(self.first_word[token], self.first_word[token + 1])

    def sentence(self, token: Token) -> int:
        """Number, in the article, of the token's sentence."""
        return self.first_sentence + bisect_right(self.sentence_starts, token.i) - 1


@dataclass(slots=True)
class View:
    """An article as the entity rules see it."""

    language: str
    gazetteer: Gazetteer
    vocabulary: Vocabulary
    pages: list[Page]
    drafts: list[Draft] = field(default_factory=list)
    states: frozenset[str] = frozenset()
    """Ids of the states that the gazetteer knows."""
    _at: dict[tuple[int, int], Draft] = field(default_factory=dict)
    _by_sentence: dict[int, list[Draft]] = field(default_factory=dict)

    def add(self, draft: Draft, tokens: Sequence[Token]) -> None:
        """Take a draft; the tokens not yet spoken for now point to it."""
        self.drafts.append(draft)
        self._by_sentence.setdefault(self.sentence(draft), []).append(draft)
        for token in tokens:
            self._at.setdefault((draft.page, token.i), draft)

    def at(self, page: int, token: Token) -> Draft | None:
        """The draft that this token belongs to, or stands for."""
        return self._at.get((page, token.i))

    def point(self, token: Token, draft: Draft) -> None:
        """Let a token outside a mention stand for it."""
        self._at.setdefault((draft.page, token.i), draft)

    def sentence(self, draft: Draft) -> int:
        """Number of the draft's sentence in the article."""
        return self.pages[draft.page].sentence(draft.root)

    def in_sentence(self, number: int) -> list[Draft]:
        """The drafts of a sentence, those of surer rules first."""
        return self._by_sentence.get(number, [])

    def tokens(self) -> dict[int, Draft]:
        """Article offset of every token that stands for a mention -> its draft."""
        return {
            self.pages[page].passage.start + self.pages[page].doc[i].idx: draft
            for (page, i), draft in self._at.items()
        }


def read_view(
    text: str, passages: Sequence[tuple[Passage, Doc]], language: str, gazetteer: Gazetteer
) -> View:
    """Index the Docs once: words, folded tokens, sentences, and what each token may begin."""
    pages: list[Page] = []
    forms = _forms_of(gazetteer, language)
    words = vocabulary(language)
    sentences = 0
    for index, (passage, doc) in enumerate(passages):
        starts = [s.start for s in doc.sents] if doc.has_annotation("SENT_START") else [0]
        inside = text[passage.start : passage.end]
        page = Page(index, passage, doc, inside, sentences, starts or [0])
        sentences += len(page.sentence_starts)
        _read_tokens(page, forms, gazetteer, language)
        pages.append(page)
    states = frozenset(gazetteer.states.values())
    return View(language, gazetteer, words, pages, states=states)


def _forms_of(gazetteer: Gazetteer, language: str) -> dict[int, Form]:
    """The forms met so far; kept with the gazetteer, emptied before it grows too large."""
    forms: dict[int, Form] = gazetteer.met.setdefault(language, {})
    if len(forms) > MOST_FORMS:
        forms.clear()
    return forms


def _read_tokens(page: Page, forms: dict[int, Form], gazetteer: Gazetteer, language: str) -> None:
    words, first_word, folded = page.words, page.first_word, page.folded
    strings, may = page.doc.vocab.strings, []
    # one array instead of the attributes of each Token, which are slow to make
    rows = page.doc.to_array(["ORTH", "IDX", "LEMMA"]).tolist()
    for i, (orth, start, lemma_id) in enumerate(rows):
        form = forms.get(orth) or _met(forms, orth, strings, gazetteer, language)
        first_word.append(len(words))
        folded.append(form.folded)
        page.offsets.append(start)
        kinds = form.may
        if lemma_id != orth and lemma_id:
            base = forms.get(lemma_id) or _met(forms, lemma_id, strings, gazetteer, language)
            kinds |= base.may & NOUN
        if kinds:
            may.append((i, kinds))
        for word, capitals, first, last in form.parts:
            words.append(Word(word, capitals, i, start + first, start + last))
    first_word.append(len(words))
    for kind in (NAME, NATION, PRONOUN, DATE, AMOUNT, NOUN):
        page.may[kind] = [i for i, kinds in may if kinds & kind]


def _met(
    forms: dict[int, Form], key: int, strings: StringStore, gazetteer: Gazetteer, language: str
) -> Form:
    forms[key] = _form(strings[key], gazetteer, language)
    return forms[key]


def _form(text: str, gazetteer: Gazetteer, language: str) -> Form:
    parts = split_words(text)
    folded = parts[0][0] if len(parts) == 1 else fold(text)
    names = gazetteer.names.get(language, {})
    nations = gazetteer.demonym_words.get(language, frozenset())
    prefixes = gazetteer.prefixes.get(language, {})
    words = vocabulary(language)
    bare = bare_pronoun(folded)
    may = 0
    for word, *_ in parts:
        may |= NAME * (word in names) | NATION * (word in nations or word in prefixes)
    may |= PRONOUN * (bare in words.pronouns.personal or bare in words.pronouns.possessive)
    may |= DATE * may_date(folded, language) | AMOUNT * may_count(folded, language)
    may |= NOUN * (words.label_of(folded) is not None or any(folded in o for o in words.ordinals))
    if not parts and text not in TRANSPARENT:
        parts = (("", 0, 0, len(text)),)
    return Form(folded, parts, may)


def bare_pronoun(folded: str) -> str:
    """`-t-il`, `-elle` without what the inversion adds."""
    return folded.lstrip("-").removeprefix("t-")


_folded = lru_cache(maxsize=100_000)(fold)


def lemma(token: Token) -> str:
    """As `trees.lemma`, remembered: this room asks for it very often."""
    return _folded(token.lemma_ or token.text)
