"""What else finds who did what: spaCy's DependencyMatcher and textacy, on the Docs that we parse.

Both are given parsed Docs, and are measured against parsing them; langdetect alone is given the
texts. What they find is counted, not judged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langdetect import DetectorFactory, LangDetectException, detect
from spacy.matcher import DependencyMatcher

from pipeline.bench.stages import BATCH, timed
from pipeline.extract import Docs, Draft, Extractor
from pipeline.records import Page
from pipeline.relations.lexicon import Rule, VerbEntry, load_rules

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

Triples = Callable[["Doc"], Iterable[object]]
Pattern = list[dict[str, Any]]
SUBJECTS = ["nsubj", "nsubj:pass"]
OBJECTS = ["obj", "iobj", "obl", "obl:arg", "obl:mod", "obl:agent", "nmod"]


@dataclass(slots=True)
class Peers:
    """Seconds over the same articles; what a peer found is null where it is not installed."""

    articles: int = 0
    parse: float = 0.0
    entities_and_relations: float = 0.0
    relations: int = 0
    langdetect: float = 0.0
    dependency_matcher: float = 0.0
    matches: int = 0
    textacy: float | None = None
    triples: int | None = None


def measure(extractor: Extractor, pages: Sequence[Page], seconds: float) -> Peers:
    """Ours and the others on the same Docs, batch by batch, until the time is up."""
    peers, end = Peers(), time.perf_counter() + seconds
    triples = _triples_of()
    if triples:
        peers.textacy, peers.triples = 0.0, 0
    matchers: dict[str, DependencyMatcher] = {}
    for start in range(0, len(pages), BATCH):
        drafts = [extractor.draft(page) for page in pages[start : start + BATCH]]
        items = [d for d in drafts if isinstance(d, Draft)]
        with extractor.annotator.zone():
            taken, docs = timed(lambda items=items: extractor.parse(items))  # type: ignore[misc]
            peers.parse += taken
            peers.articles += len(items)
            _ours(extractor, items, docs, peers)
            _langdetect(items, peers)
            _matcher(docs, matchers, peers)
            if triples:
                _textacy(docs, triples, peers)
        if time.perf_counter() > end:
            break
    return peers


def _ours(extractor: Extractor, items: Sequence[Draft], docs: Docs, peers: Peers) -> None:
    taken, extractions = timed(lambda: extractor.finish(items, docs))
    peers.entities_and_relations += taken
    peers.relations += sum(len(extraction.relations) for extraction in extractions)


def _langdetect(items: Sequence[Draft], peers: Peers) -> None:
    """Asked for each article as a whole."""
    DetectorFactory.seed = 0
    start = time.perf_counter()
    for item in items:
        try:
            detect(item.page.text)
        except LangDetectException:  # no letters in it
            continue
    peers.langdetect += time.perf_counter() - start


def _matcher(docs: Docs, matchers: dict[str, DependencyMatcher], peers: Peers) -> None:
    for doc in docs.values():
        if doc.lang_ not in matchers:
            matchers[doc.lang_] = dependency_matcher(doc.vocab, doc.lang_)
        taken, found = timed(lambda doc=doc: matchers[doc.lang_](doc))  # type: ignore[misc]
        peers.dependency_matcher += taken
        peers.matches += len(found)


def dependency_matcher(vocab: Vocab, language: str) -> DependencyMatcher:
    """A matcher of the triggers of our lexicon with a subject and an object, or two arguments."""
    matcher = DependencyMatcher(vocab)
    words: dict[str, dict[bool, set[str]]] = {}
    for rule in load_rules(language):
        lemmas = words.setdefault(rule.relation, {True: set(), False: set()})
        lemmas[_is_verb(rule)].update(rule.entry.lemmas)
    for relation, lemmas in words.items():
        matcher.add(relation, list(_patterns(lemmas)))
    return matcher


def _is_verb(rule: Rule) -> bool:
    return isinstance(rule.entry, VerbEntry)


def _patterns(lemmas: Mapping[bool, set[str]]) -> Iterator[Pattern]:
    """A verb with its subject and object; a noun with two complements."""
    for verbal, (first, second) in ((True, (SUBJECTS, OBJECTS)), (False, (["nmod"], ["nmod"]))):
        if lemmas[verbal]:
            yield [
                {"RIGHT_ID": "trigger", "RIGHT_ATTRS": {"LEMMA": {"IN": sorted(lemmas[verbal])}}},
                _child("subject", first),
                _child("object", second),
            ]


def _child(name: str, labels: list[str]) -> dict[str, Any]:
    attributes = {"DEP": {"IN": labels}}
    return {"LEFT_ID": "trigger", "REL_OP": ">", "RIGHT_ID": name, "RIGHT_ATTRS": attributes}


def _triples_of() -> Triples | None:
    try:
        from textacy.extract import subject_verb_object_triples
    except ImportError:
        return None
    return subject_verb_object_triples  # type: ignore[no-any-return]


def _textacy(docs: Docs, triples: Triples, peers: Peers) -> None:
    taken, found = timed(lambda: sum(1 for doc in docs.values() for _ in triples(doc)))
    peers.textacy = (peers.textacy or 0.0) + taken
    peers.triples = (peers.triples or 0) + found
