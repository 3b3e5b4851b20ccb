"""What the shipped models reach on texts they were never trained on.

All figures are those of spaCy's Scorer (as spaCy publishes its own): punctuation does not count in
UAS and LAS, sentence F1 is of exact sentences, NER is by exact span and label.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
from prepare import grouped, read, sources
from spacy.language import Language
from spacy.scorer import PRFScore
from spacy.tokens import Doc, DocBin
from spacy.training import Example

COMMON = ("PER", "LOC", "ORG")  # the labels every NER corpus here has
SUBSET = 100  # sentences of the test set that a quick test parses
TEST_NAMES = {"fr": "Sequoia test", "en": "EWT test"}
NER_NAMES = {
    ("fr", "dev"): "WiNER, three whole months kept out",
    ("fr", "measure"): "WikiNEuRal test (silver)",
    ("en", "dev"): "EWT dev",
    ("en", "test"): "EWT test",
    ("en", "measure"): "WikiNEuRal test (silver)",
}
PARSE_KEYS = {
    "token_f": "token_f",
    "uas": "dep_uas",
    "las": "dep_las",
    "upos": "pos_acc",
    "morph": "morph_acc",
    "lemma": "lemma_acc",
    "sentence_f": "sents_f",
}


def score(work: Path, model: Path, corpora: Path, lang: str) -> dict[str, Any]:
    """All recorded figures of one shipped model."""
    nlp = spacy.load(model)
    test = _docs(nlp, work / "parse" / "test.spacy")
    ner = {
        split: ner_scores(nlp, _docs(nlp, path))
        for split in ("dev", "test", "measure")
        if (path := work / "ner" / f"{split}.spacy").exists()
    }
    return {
        "parse": {
            "predicted_tokens": parse_scores(nlp, test),
            "gold_tokens": parse_scores(nlp, test, gold_tokens=True),
            f"first_{SUBSET}": parse_scores(nlp, subset(nlp, corpora, lang)),
        },
        "ner": ner,
    }


def _docs(nlp: Language, path: Path) -> list[Doc]:
    return list(DocBin().from_disk(path).get_docs(nlp.vocab))


def subset(nlp: Language, corpora: Path, lang: str) -> list[Doc]:
    """The first SUBSET sentences of the treebank's test set, grouped as in the whole."""
    found = [s for s in sources(corpora, lang) if (s.layer, s.split) == ("parse", "test")]
    sentences = [doc for source in found for doc in read(source, nlp)]
    return list(grouped(sentences[:SUBSET], 8))


def parse_scores(
    nlp: Language, gold: Iterable[Doc], *, gold_tokens: bool = False
) -> dict[str, float]:
    """Tokens, tags, lemmas, trees and sentences, on predicted or on given tokens."""
    examples = []
    for doc in gold:
        words, spaces = [t.text for t in doc], [bool(t.whitespace_) for t in doc]
        start = Doc(nlp.vocab, words, spaces) if gold_tokens else nlp.make_doc(doc.text)
        examples.append(Example(start, doc))
    with nlp.select_pipes(disable=["ner"]):
        scores = nlp.evaluate(examples)
    return {name: round(scores[key], 4) for name, key in PARSE_KEYS.items()}


def ner_scores(nlp: Language, gold: list[Doc]) -> dict[str, Any]:
    """Precision, recall, F1 per label, and over PER, LOC, ORG together; only labels in gold."""
    labels = sorted({e.label_ for doc in gold for e in doc.ents})
    per_label = {label: PRFScore() for label in labels}
    common = PRFScore()
    with nlp.select_pipes(enable=[n for n in nlp.pipe_names if n in {"tok2vec", "ner"}]):
        predicted = list(nlp.pipe(doc.text for doc in gold))
    for want, got in zip(gold, predicted, strict=True):
        for label in labels:
            want_spans, got_spans = _spans(want, label), _spans(got, label)
            per_label[label].score_set(got_spans, want_spans)
            if label in COMMON:
                common.score_set(got_spans, want_spans)
    figures = {"PER LOC ORG": common, **per_label}
    return {label: {k: round(v, 4) for k, v in f.to_dict().items()} for label, f in figures.items()}


def _spans(doc: Doc, label: str) -> set[tuple[int, int]]:
    return {(e.start_char, e.end_char) for e in doc.ents if e.label_ == label}


def table(scores: dict[str, Any]) -> str:
    """The scores of all languages as the Markdown that stands in README.md."""
    lines = ["| parsing | tokens F1 | UAS | LAS | UPOS | morphology | lemma | sentences F1 |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    for lang, entry in scores.items():
        for kind in ("predicted_tokens", "gold_tokens"):
            name = f"{lang}, {TEST_NAMES[lang]}, {kind.replace('_', ' ')}"
            values = " | ".join(f"{entry['parse'][kind][key]:.3f}" for key in PARSE_KEYS)
            lines.append(f"| {name} | {values} |")
    lines += ["", "| entities | label | P | R | F1 |", "|---|---|---|---|---|"]
    for lang, entry in scores.items():
        for split, labels in entry["ner"].items():
            for label, f in labels.items():
                name = f"{lang}, {NER_NAMES[lang, split]}"
                lines.append(f"| {name} | {label} | {f['p']:.3f} | {f['r']:.3f} | {f['f']:.3f} |")
    lines += ["", "| | size on disk | speed, ratio to sm.cfg (least, most of seven rounds) |"]
    lines += ["|---|---|---|"]
    for lang, entry in scores.items():
        pace = entry.get("speed")
        shown = f"{pace['ratio']} ({pace['least']}, {pace['most']})" if pace else "not measured"
        lines.append(f"| {lang} | {entry['megabytes']} MB | {shown} |")
    return "\n".join(lines)
