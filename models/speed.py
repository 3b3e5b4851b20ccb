"""Speed of a shipped model: ratio to spaCy's small architecture on the same text in the same run.

Both read the same paragraphs in turn, all components, one thread; seconds themselves mean little
elsewhere and are not kept.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import augment  # noqa: F401  (registers the augmenter that sm.cfg names)
import spacy
from spacy.cli.train import train
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.vocab import Vocab

HERE = Path(__file__).parent
ROUNDS = 7
BATCH = 64


def small(work: Path, lang: str) -> Path:
    """A pipeline of sm.cfg, trained for a few minutes on the same data."""
    output = work / "sm"
    if (output / "model-last").exists():
        return output / "model-last"
    with tempfile.TemporaryDirectory(dir=work) as folder:
        data = Path(folder)
        for layer in ("parse", "ner"):
            (data / f"{layer}.spacy").symlink_to((work / layer / "train.spacy").resolve())
        overrides = {
            "nlp.lang": lang,
            "paths.train": str(data),
            "paths.dev": str(work / "parse" / "dev.spacy"),
            "paths.blank": str(work / "blank"),
        }
        train(HERE / "sm.cfg", output, overrides=overrides)
    shutil.rmtree(output / "model-best", ignore_errors=True)
    return output / "model-last"


def texts(work: Path) -> list[str]:
    """The paragraphs that entities are measured on."""
    return [d.text for d in DocBin().from_disk(work / "ner" / "dev.spacy").get_docs(Vocab())]


def seconds(nlp: Language, some: list[str]) -> float:
    """Time of one pass over the texts."""
    start = time.perf_counter()
    for _ in nlp.pipe(some, batch_size=BATCH):
        pass
    return time.perf_counter() - start


def ratio(work: Path, model: Path, lang: str) -> dict[str, float]:
    """Throughput of the model over that of ``small``: median, least and greatest of ROUNDS."""
    ours, theirs = spacy.load(model), spacy.load(small(work, lang))
    some = texts(work)
    seconds(ours, some[:50]), seconds(theirs, some[:50])  # warm caches of strings and norms
    found = sorted(seconds(theirs, some) / seconds(ours, some) for _ in range(ROUNDS))
    middle = statistics.median(found)
    return {"ratio": round(middle, 3), "least": round(found[0], 3), "most": round(found[-1], 3)}
