"""One reading of an article's trees: words, tokens, sentences, and the drafts of mentions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, chain

from pipeline.entities.forms import KINDS, NOUN, Form, Forms, forms_of
from pipeline.entities.gazetteer import Gazetteer
from pipeline.entities.language import Vocabulary, vocabulary
from pipeline.entities.letters import LOWER
from pipeline.nodes import Node, Tree
from pipeline.records import MentionKind, Passage
from pipeline.texts import fold
from pipeline.trees import dep as dep
from pipeline.trees import feature as feature


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
    root: Node
    words: tuple[str, ...] = ()
    entity_id: str | None = None
    value: str | None = None
    score: float | None = 1.0
    members: tuple[Draft, ...] = ()
    post: str | None = None
    """The post that a description names."""
    gender: str | None = None
    plural: bool = False
    stands_for: Draft | None = None
    """Of a pronoun: a description that becomes an entity of its own."""
    outer: Node | None = None
    """The token that stands for the phrase when it is not in the mention: `M.` of `M. Rutte`."""


@dataclass(slots=True)
class Word:
    """A word: a token, or a part of one parted by a hyphen."""

    text: str
    capitals: int
    token: int
    start: int
    end: int
    """In the text of the passage."""


class Words:
    """The words of a page; a Word is put together when it is asked for."""

    def __init__(self, forms: list[Form], offsets: list[int]) -> None:
        self.texts = list(chain.from_iterable([form.texts for form in forms]))
        """The folded words."""
        sizes = [len(form.texts) for form in forms]
        self.first = list(accumulate(sizes, initial=0))
        """Of each token, and of the end: the index of its first word."""
        self._forms, self._offsets = forms, offsets

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, k: int) -> Word:
        token = self.token(k)
        text, capitals, start, end = self._forms[token].parts[k - self.first[token]]
        offset = self._offsets[token]
        return Word(text, capitals, token, offset + start, offset + end)

    def run(self, first: int, end: int) -> list[Word]:
        """The words from `first` up to `end`."""
        return [self[k] for k in range(first, min(end, len(self.texts)))]

    def small(self) -> Iterator[str]:
        """The words written without capitals."""
        for form in self._forms:
            for text, capitals, *_ in form.parts:
                if capitals == LOWER:
                    yield text

    def token(self, k: int) -> int:
        """The token that holds a word."""
        return bisect_right(self.first, k) - 1

    def capitals(self, k: int) -> int:
        """How a word is written."""
        token = self.token(k)
        return self._forms[token].parts[k - self.first[token]][1]


@dataclass(slots=True, eq=False)
class Page:
    """One parsed passage."""

    index: int
    passage: Passage
    doc: Tree
    text: str
    """The text of `doc`."""
    first_sentence: int
    """Number, in the article, of this passage's first sentence."""
    sentence_starts: list[int]
    words: Words
    folded: list[str]
    """Folded text of each token."""
    offsets: list[int]
    """Of each token, in `text`."""
    may: dict[int, list[int]]
    """NAME, DATE … -> the tokens that may begin one."""
    quoted: list[bool] | None = None
    """Of each token: is it direct speech? Filled when first asked for."""

    def words_of(self, token: int) -> range:
        """Indices of the words of a token."""
        return range(self.words.first[token], self.words.first[token + 1])

    def root(self, first: int, last: int) -> Node:
        """The token that governs the tokens `first` to `last`."""
        return self.doc[first] if first == last else self.doc[first : last + 1].root

    def sentence(self, token: Node) -> int:
        """Number, in the article, of the token's sentence."""
        return self.first_sentence + bisect_right(self.sentence_starts, token.i) - 1

    def sentence_root(self, number: int) -> Node:
        """The token that governs the sentence of that number in the article."""
        token = self.doc[self.sentence_starts[number - self.first_sentence]]
        while token.head.i != token.i:
            token = token.head
        return token


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
    _small: frozenset[str] | None = None
    _by_sentence: dict[int, list[Draft]] = field(default_factory=dict)

    def add(self, draft: Draft, tokens: Iterable[int]) -> None:
        """Take a draft; the tokens not yet spoken for now point to it."""
        self.drafts.append(draft)
        self._by_sentence.setdefault(self.sentence(draft), []).append(draft)
        for token in tokens:
            self._at.setdefault((draft.page, token), draft)

    def at(self, page: int, token: Node) -> Draft | None:
        """The draft that this token belongs to, or stands for."""
        return self._at.get((page, token.i))

    def point(self, token: Node, draft: Draft) -> None:
        """Let a token outside a mention stand for it."""
        self._at.setdefault((draft.page, token.i), draft)

    def sentence(self, draft: Draft) -> int:
        """Number of the draft's sentence in the article."""
        return self.pages[draft.page].sentence(draft.root)

    def page_of(self, number: int) -> Page | None:
        """The passage that the sentence of that number is in."""
        for page in self.pages:
            if page.first_sentence <= number < page.first_sentence + len(page.sentence_starts):
                return page
        return None

    def in_sentence(self, number: int) -> list[Draft]:
        """The drafts of a sentence, those of surer rules first."""
        return self._by_sentence.get(number, [])

    def small_words(self) -> frozenset[str]:
        """The folded words that the article has in small letters."""
        if self._small is None:
            self._small = frozenset(w for page in self.pages for w in page.words.small())
        return self._small

    def tokens(self) -> dict[int, Draft]:
        """Article offset of every token that stands for a mention -> its draft."""
        return {
            self.pages[page].passage.start + self.pages[page].offsets[i]: draft
            for (page, i), draft in self._at.items()
        }


def read_view(
    text: str, passages: Sequence[tuple[Passage, Tree]], language: str, gazetteer: Gazetteer
) -> View:
    """Index the trees once: words, folded tokens, sentences, and what each token may begin."""
    pages: list[Page] = []
    forms = forms_of(gazetteer, language)
    sentences = 0
    for index, (passage, doc) in enumerate(passages):
        page = _page(index, passage, doc, text[passage.start : passage.end], sentences, forms)
        sentences += len(page.sentence_starts)
        pages.append(page)
    states = frozenset(gazetteer.states.values())
    return View(language, gazetteer, vocabulary(language), pages, states=states)


def _page(
    index: int, passage: Passage, doc: Tree, text: str, first_sentence: int, forms: Forms
) -> Page:
    offsets = [token.idx for token in doc.nodes]
    found = forms.read([token.text for token in doc.nodes])
    flags = [(i, form.may) for i, form in enumerate(found) if form.may]
    may = {kind: [i for i, kinds in flags if kinds & kind] for kind in KINDS}
    may[NOUN] = sorted({*may[NOUN], *forms.nouns([token.lemma_ for token in doc.nodes])})
    return Page(
        index=index,
        passage=passage,
        doc=doc,
        text=text,
        first_sentence=first_sentence,
        sentence_starts=[i for i in range(len(doc)) if doc.opens(i)] or [0],
        words=Words(found, offsets),
        folded=[form.folded for form in found],
        offsets=offsets,
        may=may,
    )


def lemma(token: Node) -> str:
    """As `trees.lemma`, remembered: this room asks for it very often."""
    return _folded(token.lemma_ or token.text)


_folded = lru_cache(maxsize=100_000)(fold)
