"""THE FLOW: pages in, extractions out, for one batch; every runner calls it."""

from __future__ import annotations

import gc
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.annotate import Annotator, read_tree
from pipeline.clean import clean_page
from pipeline.detect import Detection, detect_languages
from pipeline.entities import Found, find_mentions
from pipeline.entities.gazetteer import load_gazetteer
from pipeline.errors import RejectError
from pipeline.languages import LANGUAGES
from pipeline.nodes import Tree
from pipeline.records import (
    Article,
    Block,
    Cleaned,
    Extraction,
    Known,
    Page,
    Passage,
    Reject,
    Relation,
)
from pipeline.relations import find_relations, load_grammars
from pipeline.settings import Settings

if TYPE_CHECKING:
    from spacy.tokens import Doc

Docs = dict[tuple[str, int], "Doc"]
"""The Doc of each passage, by article_id and passage_index."""
Trees = list[tuple[Passage, Tree]]
"""The passages of an article that were parsed, each with its tree."""
TAG_WORDS = 4
"""Words up to which a list item is a tag or menu entry and tells nothing."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before its passages are parsed."""

    page: Page
    cleaned: Cleaned
    detection: Detection
    article_id: str
    passages: tuple[Passage, ...]


class Extractor:
    """Models, gazetteer and grammars, loaded once; turns pages into extractions."""

    def __init__(self, settings: Settings) -> None:
        """Load what every article needs; models are loaded when their language first occurs.

        Raises LexiconError, ModelError.
        """
        self.settings = settings
        self.annotator = Annotator(settings)
        self.gazetteer = load_gazetteer(settings.gazetteer_files)
        self.grammars = load_grammars(LANGUAGES, settings.lexicon_folder)

    @property
    def known(self) -> Mapping[str, Known]:
        """Entities of the gazetteer by id."""
        return self.gazetteer.known

    def extract(self, pages: Sequence[Page]) -> list[Extraction | Reject]:
        """One extraction or reject a page, in order; the result does not depend on the batch."""
        drafts = [self.draft(page) for page in pages]
        for language in {p.language for d in drafts if isinstance(d, Draft) for p in _parsed(d)}:
            self.annotator.pipeline(language)
        with self.annotator.zone(), without_collection():
            items = [d for d in drafts if isinstance(d, Draft)]
            docs = self.parse(items)
            finished = iter(self.finish(items, docs))
            return [d if isinstance(d, Reject) else next(finished) for d in drafts]

    def draft(self, page: Page) -> Draft | Reject:
        """Clean a page and tell its languages, or say why it is no article."""
        try:
            return draft(page, self.settings)
        except RejectError as error:
            return Reject(page.source, page.raw_sha256, error.stage, error.reason, error.detail)

    def parse(self, drafts: Sequence[Draft]) -> Docs:
        """Docs by article and passage; all texts of one language are parsed together."""
        wanted: dict[str, dict[tuple[str, int], str]] = defaultdict(dict)
        for item in drafts:
            for passage in _parsed(item):
                text = item.page.text[passage.start : passage.end]
                wanted[passage.language][item.article_id, passage.passage_index] = text
        docs: Docs = {}
        for language, texts in sorted(wanted.items()):
            parsed = self.annotator.docs(language, list(texts.values()))
            docs.update(zip(texts, parsed, strict=True))
        return docs

    def finish(self, items: Sequence[Draft], docs: Docs) -> list[Extraction]:
        """Mentions and relations of parsed articles; stage by stage, as a processor likes it."""
        trees = [self.trees(item, docs) for item in items]
        found = [self.mentions(*pair) for pair in zip(items, trees, strict=True)]
        told = [self.relations(*three) for three in zip(items, trees, found, strict=True)]
        return [
            Extraction(_article(item), item.passages, about.mentions, relations)
            for item, about, relations in zip(items, found, told, strict=True)
        ]

    def trees(self, item: Draft, docs: Docs) -> Trees:
        """The trees of an article's passages."""
        return [
            (p, read_tree(docs[item.article_id, p.passage_index], p.language))
            for p in _parsed(item)
        ]

    def mentions(self, item: Draft, trees: Trees) -> Found:
        """Who and what a parsed article speaks of."""
        return find_mentions(
            item.article_id,
            item.page.text,
            item.detection.language,
            trees,
            self.gazetteer,
            item.cleaned.published_on,
        )

    def relations(self, item: Draft, trees: Trees, found: Found) -> tuple[Relation, ...]:
        """Who did what to whom in a parsed article."""
        return find_relations(
            item.article_id,
            trees,
            found.mentions,
            found.members,
            self.gazetteer.cities,
            self.grammars,
        )


@contextmanager
def without_collection() -> Iterator[None]:
    """Leave cyclic garbage for the end of the batch: a collector would walk growing trees."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load(settings: Settings) -> Extractor:
    """An extractor with these settings.

    Raises LexiconError, ModelError.
    """
    return Extractor(settings)


def article_id(text: str) -> str:
    """20 hex digits of SHA-256 over the canonical text (white space folded, trimmed)."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:20]


def draft(page: Page, settings: Settings) -> Draft:
    """Clean a page and tell its languages.

    Raises RejectError where it cannot be an article.
    """
    _check_size(page, settings)
    cleaned = clean_page(page)
    blocks = [b for block in cleaned.blocks for b in _split(block, page.text, settings)]
    detection = detect_languages(page.text, blocks, settings.lang)
    identity = article_id(page.text)
    passages = tuple(
        Passage(
            identity,
            index,
            block.kind,
            block.start,
            block.end,
            language,
            score,
            _extractable(block, page.text, language),
        )
        for index, (block, (language, score)) in enumerate(
            zip(blocks, detection.passages, strict=True)
        )
    )
    return Draft(page, cleaned, detection, identity, passages)


def _check_size(page: Page, settings: Settings) -> None:
    if not page.text.strip():
        raise RejectError("clean", "empty", "empty: no text")
    if len(page.text) > settings.max_article_chars:
        raise RejectError(
            "clean",
            "too_large",
            f"too_long: {len(page.text):,} characters, the limit is "
            f"{settings.max_article_chars:,}; raise it with --set max_article_chars=…, or split it",
        )
    found = (word for word in _WORD.finditer(page.text) if any(map(str.isalpha, word.group())))
    words = sum(1 for _ in islice(found, settings.min_words))
    if words < settings.min_words:
        detail = f"too_short: {words} words, the limit is {settings.min_words}"
        raise RejectError("clean", "too_short", f"{detail}; lower it with --set min_words=…")


def _split(block: Block, text: str, settings: Settings) -> Iterator[Block]:
    """A passage over the limit in pieces that end at a line, sentence or word."""
    start, limit = block.start, settings.max_passage_chars
    while block.end - start > limit:
        window = text[start : start + limit]
        ends = [window.rfind(mark, limit // 2) + 1 for mark in ("\n", ". ", " ")]
        end = start + (next((e for e in ends if e > 0), limit))
        piece = _trim(Block(block.kind, start, end), text)
        if piece.end > piece.start:
            yield piece
        start = end
    last = _trim(Block(block.kind, start, block.end), text)
    if last.end > last.start:
        yield last


def _trim(block: Block, text: str) -> Block:
    piece = text[block.start : block.end]
    start = block.start + len(piece) - len(piece.lstrip())
    return Block(block.kind, start, max(start, block.start + len(piece.rstrip())))


def _extractable(block: Block, text: str, language: str) -> bool:
    if language not in LANGUAGES or block.kind == "cruft":
        return False
    return block.kind != "list" or len(text[block.start : block.end].split()) > TAG_WORDS


def _parsed(item: Draft) -> list[Passage]:
    return [p for p in item.passages if p.extracted]


def _article(item: Draft) -> Article:
    page, cleaned = item.page, item.cleaned
    return Article(
        article_id=item.article_id,
        source=page.source,
        source_id=page.source_id,
        source_format=page.source_format,
        encoding=page.encoding,
        text_flags=page.text_flags,
        url=page.url,
        title=cleaned.title,
        published_on=cleaned.published_on,
        published_precision=cleaned.published_precision,
        byline=page.byline or cleaned.byline,
        site=page.site,
        tags=page.tags or cleaned.tags,
        language=item.detection.language,
        language_score=item.detection.score,
        n_passages=len(item.passages),
        n_chars=len(page.text),
        n_words=len(page.text.split()),
        text=page.text,
        raw_sha256=page.raw_sha256,
    )
