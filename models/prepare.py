"""Corpora to spaCy DocBins: ``.work/<lang>/{parse,ner}/{train,dev,test,measure}.spacy``.

What only the teacher reads (``teach``: treebanks of another scheme, entities without dates) is
not written; ``training`` gives it together with the rest.

UD CoNLL-U goes through spaCy's own converter (French contractions merged into one token, English
never); brat and IOB become entity spans. Which file serves which split stands in corpora.toml.
A sentence whose text stands in any dev or test split is dropped from training.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.training import iob_to_biluo
from spacy.training.converters.conllu_to_docs import conllu_sentence_to_doc
from spacy.training.iob_utils import biluo_tags_to_spans
from spacy.util import filter_spans, get_words_and_spaces
from tokens import BLANK

HERE = Path(__file__).parent
LEARNT = ("train", "teach")
SCORED = ("dev", "test", "measure")
SENTENCES_PER_DOC = 8  # the parser learns sentence ends only where a document has several
BRAT_LABELS = {
    "Person": "PER",
    "Location": "LOC",
    "Organization": "ORG",
    "Event": "EVENT",
    "Product": "PRODUCT",
    "Date": "DATE",
    "Hour": "DATE",
}
FRSEMCOR_LABELS = {
    "NE-PERS": "PER",
    "NE-LOC": "LOC",
    "NE-ORG": "ORG",
    "NE-PROD": "PRODUCT",
    "NE-EVE": "EVENT",
}
IOB_LABELS = {"PER": "PER", "LOC": "LOC", "ORG": "ORG"}  # MISC, OTH and stray tags become O


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of corpora.toml: files of one format that serve one layer and split."""

    name: str
    lang: str
    layer: str
    format: str
    split: str
    paths: tuple[Path, ...]
    sha256: str
    unannotated: tuple[str, ...] = ()


def catalogue() -> list[dict[str, Any]]:
    """The entries of corpora.toml."""
    entries: list[dict[str, Any]] = tomllib.loads(
        (HERE / "corpora.toml").read_text(encoding="utf-8")
    )["source"]
    return entries


def sources(corpora: Path, lang: str) -> list[Source]:
    """Every file set of a language that is used, one Source for each split it serves."""
    found = []
    for entry in catalogue():
        if entry["lang"] != lang:
            continue
        held = {p for s in SCORED for p in _matches(corpora, entry, s)}
        for split in (*LEARNT, *SCORED):
            paths = _matches(corpora, entry, split) - (held if split in LEARNT else set())
            if entry["use"].get(split) and not paths:
                raise FileNotFoundError(f"{corpora / entry['folder']}: no {split} files")
            if paths:
                found.append(
                    Source(
                        name=entry["folder"],
                        lang=lang,
                        layer=entry["layer"],
                        format=entry["format"],
                        split=split,
                        paths=tuple(sorted(paths)),
                        sha256=entry.get("sha256", {}).get(split, ""),
                        unannotated=tuple(entry.get("unannotated", ())),
                    )
                )
    return found


def _matches(corpora: Path, entry: dict[str, Any], split: str) -> set[Path]:
    return {p for g in entry["use"].get(split, ()) for p in (corpora / entry["folder"]).glob(g)}


def digest(paths: Iterable[Path]) -> str:
    """sha256 of one file, or of the lines ``<sha256>  <folder>/<name>`` of several."""
    sums = []
    for path in paths:
        for file in (path, path.with_suffix(".ann")):  # a brat text has its marks beside it
            if not file.exists():
                continue
            sums.append((hashlib.sha256(file.read_bytes()).hexdigest(), file))
    if len(sums) == 1:
        return sums[0][0]
    lines = (f"{value}  {file.parent.name}/{file.name}\n" for value, file in sums)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def verify(found: Iterable[Source]) -> None:
    """Refuse corpora that are not those of corpora.toml, naming every one that differs."""
    wrong = [f"{s.name} ({s.split}): {d}" for s in found if (d := digest(s.paths)) != s.sha256]
    if wrong:
        raise SystemExit("corpora differ from corpora.toml:\n  " + "\n  ".join(wrong))


def read(source: Source, nlp: Language) -> Iterator[Doc]:
    """Every sentence (or, for brat, paragraph) of a source as an annotated Doc."""
    reader = READERS[source.format]
    for path in source.paths:
        yield from reader(path, source, nlp)


def read_conllu(path: Path, source: Source, nlp: Language) -> Iterator[Doc]:
    """Sentences of a CoNLL-U file; those with an unannotated dependency are left out."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if any(line.split("\t")[7] == "_" for line in lines if line.split("\t")[0].isdigit()):
            continue
        doc: Doc = conllu_sentence_to_doc(  # type: ignore[no-untyped-call]
            nlp.vocab, lines, ner_tag_pattern="^$", merge_subtokens=source.lang == "fr"
        )
        for token in doc:
            if "pronoun_lemma" in source.unannotated and token.pos_ == "PRON":
                token.lemma_ = ""
        yield doc


def read_iob(path: Path, source: Source, nlp: Language) -> Iterator[Doc]:
    """Sentences of a file with word and tag columns, IOB or IOB2, numbered or not."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        lines = [x for x in block.splitlines() if x.strip()]
        text = next((x[9:] for x in lines if x.startswith("# text = ")), None)
        rows = [x.split("\t" if "\t" in x else " ") for x in lines if not x.startswith("# ")]
        if not rows:
            continue
        first = 1 if len(rows[0]) > 2 else 0  # numbered lines
        words, tags = [r[first] for r in rows], [_clean_tag(r[first + 1]) for r in rows]
        spaces = get_words_and_spaces(words, text)[1] if text is not None else None
        if spaces is not None and len(spaces) != len(words):
            spaces = None
        doc = Doc(nlp.vocab, words=words, spaces=spaces)
        doc.ents = biluo_tags_to_spans(doc, iob_to_biluo(_iob2(tags)))
        yield doc


def _clean_tag(tag: str) -> str:
    label = IOB_LABELS.get(tag[2:])
    return f"{tag[0]}-{label}" if label else "O"


def _iob2(tags: list[str]) -> list[str]:
    """IOB1 or IOB2 tags as IOB2: an entity that starts with I- starts with B-."""
    out = []
    for before, tag in zip(["O", *tags], tags, strict=False):
        opens = tag.startswith("I-") and before[2:] != tag[2:]
        out.append("B" + tag[1:] if opens else tag)
    return out


def read_brat(path: Path, source: Source, nlp: Language) -> Iterator[Doc]:
    """Paragraphs of a brat document; of nested spans the outermost is kept."""
    text = path.read_text(encoding="utf-8")
    notes = path.with_suffix(".ann").read_text(encoding="utf-8")
    marks = [
        (BRAT_LABELS[label], int(start), int(end))
        for label, start, end in re.findall(r"^T\d+\t(\w+) (\d+) (\d+)\t", notes, re.MULTILINE)
    ]
    for match in re.finditer(r"[^\n]+", text):
        doc = nlp.make_doc(match[0])
        spans: list[Span] = []
        for label, start, end in marks:
            if match.start() <= start and end <= match.end():
                low, high = start - match.start(), end - match.start()
                span = doc.char_span(low, high, label=label, alignment_mode="expand")
                spans += [span] if span is not None else []
        doc.ents = filter_spans(spans)
        if len(doc):
            yield doc


def read_frsemcor(path: Path, source: Source, nlp: Language) -> Iterator[Doc]:
    """Sequoia's sentences with the entities of its PARSEME:MWE column; dates are not marked."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        rows = [x.split("\t") for x in block.splitlines() if not x.startswith("#")]
        marks = {row[0]: row[10] for row in rows}
        lines = ["\t".join(row[:10]) for row in rows]
        doc: Doc = conllu_sentence_to_doc(  # type: ignore[no-untyped-call]
            nlp.vocab, lines, ner_tag_pattern="^$", merge_subtokens=True
        )
        doc.ents = filter_spans(_marked(doc, rows, marks))
        yield doc


def _marked(doc: Doc, rows: list[list[str]], marks: dict[str, str]) -> list[Span]:
    """The NE-… expressions of a sentence: ``3:PROPN|NE-ORG.final|_`` opens, ``3`` goes on."""
    words: dict[str, list[int]] = {}
    labels: dict[str, str] = {}
    for token, (number, *_) in zip(doc, _surface(rows), strict=True):
        for mark in marks[number].split(";"):
            identity, _, kind = mark.partition(":")
            label = FRSEMCOR_LABELS.get(kind.partition("|")[2].partition(".")[0])
            if label and ".final" in kind:
                labels[identity] = label
            if identity in labels:
                words.setdefault(identity, []).append(token.i)
    return [Span(doc, w[0], w[-1] + 1, label=labels[i]) for i, w in words.items()]


def _surface(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """The numbers of the words of each surface token: a contraction stands for its first."""
    out: list[tuple[str, ...]] = []
    inside = 0
    for row in rows:
        if "-" in row[0]:
            first, last = map(int, row[0].split("-"))
            out.append((str(first), str(last)))
            inside = last
        elif "." not in row[0] and int(row[0]) > inside:
            out.append((row[0],))
    return out


READERS = {"conllu": read_conllu, "iob": read_iob, "brat": read_brat, "frsemcor": read_frsemcor}


def key(doc: Doc) -> str:
    """The text of a sentence without case, spacing and quote style, for the leakage check."""
    return re.sub(r"\W+", " ", doc.text.casefold()).strip()


def prepare(corpora: Path, lang: str, out: Path) -> dict[str, int]:
    """Write the DocBins of both layers and the blank tokenizer; return counts of sentences."""
    nlp = BLANK[lang]()
    (out / "blank").mkdir(parents=True, exist_ok=True)
    nlp.to_disk(out / "blank")
    counts = {}
    docs: dict[tuple[str, str], list[Doc]] = {}
    for source in sources(corpora, lang):
        if source.split in SCORED:
            docs.setdefault((source.layer, source.split), []).extend(read(source, nlp))
    for source, some, dropped in training(corpora, lang, nlp):
        if source.split == "train":
            docs.setdefault((source.layer, "train"), []).extend(some)
        counts[f"{source.layer}/{source.split} {source.name} dropped"] = dropped
    for (layer, split), some in sorted(docs.items()):
        counts[f"{layer}/{split}"] = len(some)
        target = out / layer / f"{split}.spacy"
        target.parent.mkdir(parents=True, exist_ok=True)
        size = SENTENCES_PER_DOC if layer == "parse" else 1
        DocBin(docs=grouped(some, size), store_user_data=False).to_disk(target)
    return counts


def training(corpora: Path, lang: str, nlp: Language) -> Iterator[tuple[Source, list[Doc], int]]:
    """What may be learnt from each source, and how many sentences stand in a scored set."""
    found = sources(corpora, lang)
    verify(found)
    held_out = {key(d) for s in found if s.split in SCORED for d in read(s, nlp)}
    for source in found:
        if source.split in LEARNT:
            some = list(read(source, nlp))
            kept = [d for d in some if key(d) not in held_out]
            yield source, kept, len(some) - len(kept)


def grouped(docs: list[Doc], size: int) -> Iterable[Doc]:
    """Consecutive sentences joined into documents of ``size`` sentences."""
    for i in range(0, len(docs), size):
        yield Doc.from_docs(docs[i : i + size]) if size > 1 else docs[i]
