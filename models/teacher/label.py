"""Let the teachers annotate raw news: what the shipped nets learn from beside the treebanks."""

import argparse
import itertools
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import prepare
import rawtext
from data import plain
from inference import Net, annotate, chunks, load
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab
from tokens import BLANK

WINDOWS = 48  # paragraphs annotated together
LONGEST = 180
Lemmas = dict[tuple[str, str], str]


def known_lemmas(corpora: Path, lang: str) -> Lemmas:
    """The lemma of (lower-cased form, UPOS) wherever the treebanks always agree."""
    met: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for source, docs, _ in prepare.training(corpora, lang, BLANK[lang]()):
        if source.split == "train" and source.layer == "parse":
            for doc in docs:
                for token in doc:
                    if token.lemma_:
                        met[token.lower_, token.pos_][token.lemma_] += 1
    return {k: c.most_common(1)[0][0] for k, c in met.items() if len(c) == 1}


def paragraphs_of(raw: Path) -> list[tuple[list[str], list[bool]]]:
    """Paragraphs of a raw text that are neither scraps nor too long, in random order."""
    found = [(w, s) for w, s in rawtext.read(raw) if 3 <= len(w) <= LONGEST and all(w)]
    random.Random(0).shuffle(found)
    return found


def label(
    nets: list[Net], paragraphs: Iterable[tuple[list[str], list[bool]]], lemmas: Lemmas
) -> Iterator[tuple[float, Doc]]:
    """Each paragraph as an annotated Doc with the mean probability of its heads."""
    vocab = Vocab()
    held: list[tuple[list[str], list[bool]]] = []
    for item in paragraphs:
        held.append(item)
        if len(held) == WINDOWS:
            yield from _label(nets, held, lemmas, vocab)
            held = []
    if held:
        yield from _label(nets, held, lemmas, vocab)


def _label(
    nets: list[Net], some: list[tuple[list[str], list[bool]]], lemmas: Lemmas, vocab: Vocab
) -> Iterator[tuple[float, Doc]]:
    found = annotate(nets, [([plain(w) for w in words], spaces) for words, spaces in some])
    for (words, spaces), got in zip(some, found, strict=True):
        pos = [tag.split("|", 1)[0] for tag in got["tags"]]
        ents = ["O"] * len(words)
        for start, end, kind in chunks(got["entities"]):
            ents[start:end] = [f"B-{kind}", *([f"I-{kind}"] * (end - start - 1))]
        yield (
            got["sure"],
            Doc(
                vocab,
                words=words,
                spaces=spaces,
                pos=pos,
                morphs=[tag.split("|", 1)[1] for tag in got["tags"]],
                heads=got["heads"],
                deps=got["deps"],
                ents=ents,
                lemmas=[lemma(w, p, lemmas) for w, p in zip(words, pos, strict=True)],
            ),
        )


def fill(nets: list[Net], docs: Iterable[Doc], lemmas: Lemmas) -> Iterator[tuple[float, Doc]]:
    """Paragraphs that have gold entities, with the teachers' trees round them."""
    for doc in docs:
        if len(doc) <= LONGEST:
            text = [t.text for t in doc], [bool(t.whitespace_) for t in doc]
            for sure, labelled in _label(nets, [text], lemmas, doc.vocab):
                labelled.ents = tuple(
                    Span(labelled, e.start, e.end, label=e.label_) for e in doc.ents
                )
                yield sure, labelled


def lemma(word: str, pos: str, lemmas: Lemmas) -> str:
    """The treebanks' lemma, a name as it stands, else nothing: unannotated."""
    if pos in ("PROPN", "PUNCT", "NUM"):
        return lemmas.get((word.lower(), pos), word)
    return lemmas.get((plain(word).lower(), pos), "")


def main() -> None:
    """Arguments."""
    here = Path(__file__).parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nets", type=Path, nargs="+")
    parser.add_argument("--corpora", type=Path, default=here.parent.parent / "shared" / "corpora")
    parser.add_argument("--lang", choices=tuple(BLANK), default="fr")
    parser.add_argument("--raw", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fill", type=Path, help="DocBin of paragraphs with gold entities")
    parser.add_argument("--words", type=int, default=4_000_000)
    parser.add_argument("--part", type=int, default=0, help="every PARTS-th paragraph from here")
    parser.add_argument("--parts", type=int, default=1)
    options = parser.parse_args()
    lemmas = known_lemmas(options.corpora, options.lang)
    paragraphs = paragraphs_of(options.raw)[options.part :: options.parts]
    # windows of like length: less padding
    chosen, total = [], 0
    for words, spaces in paragraphs:
        if total > options.words:
            break
        chosen.append((words, spaces))
        total += len(words)
    chosen.sort(key=lambda p: len(p[0]))
    nets = [load(options.encoder, path) for path in options.nets]
    start, done = time.monotonic(), 0
    bins, sure = DocBin(attrs=ATTRS), []
    labelled = label(nets, chosen, lemmas)
    if options.fill:
        gold = DocBin().from_disk(options.fill).get_docs(BLANK[options.lang]().vocab)
        labelled = itertools.chain(fill(nets, gold, lemmas), labelled)
    for value, doc in labelled:
        bins.add(doc)
        sure.append(value)
        done += len(doc)
        if len(sure) % (WINDOWS * 50) == 0:
            print(f"{done} words, {done / (time.monotonic() - start):.0f}/s", flush=True)
    bins.to_disk(options.out)
    options.out.with_suffix(".sure").write_text("\n".join(f"{v:.4f}" for v in sure))


ATTRS = [
    "ORTH", "SPACY", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "SENT_START", "ENT_IOB", "ENT_TYPE"
]  # fmt: skip

if __name__ == "__main__":
    main()
