"""From corpora to shipped models: ``make train``.

prepare   corpora -> .work/<lang>/{parse,ner}/*.spacy, blank tokenizer
raw       raw texts -> tokenized paragraphs
vectors   floret vectors of the raw texts (French), GloVe (English)
teach     all treebanks and named entities -> a large net over a pretrained encoder (teacher/)
label     the teacher annotates raw paragraphs, and round gold entities the rest
student   news.cfg on the treebanks and those labels -> the small net that is shipped
assemble  -> models/<lang>
score     models/<lang> on test sets -> models/scores.json, and into the model's meta.json
speed     ratio to spaCy's small architecture (sm.cfg) -> models/scores.json

A stage is skipped when its inputs (configuration, code, data, spaCy's version) are those of its
last run and its output is there.
"""

import argparse
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import augment  # noqa: F401  (registers the augmenter that the configs name)
import extras
import prepare
import rawtext
import score
import ship
import spacy
import speed
import vectors
from spacy.cli.train import train as spacy_train

HERE = Path(__file__).parent
LANGUAGES = ("fr", "en")
TEACHING_MINUTES = 100
LABELLED_WORDS = 2_200_000
STEPS = {"fr": 8000, "en": 5000}  # English has half the labels
TREES = 6  # the treebanks against ten to twenty times as many words of labels
SCORES = HERE / "scores.json"
CARD = HERE / "README.md"
CARD_MARKS = ("<!-- scores: written by the score stage -->", "<!-- end of scores -->")


@dataclass(frozen=True, slots=True)
class Stage:
    """A step: what it reads, what it writes, how it is done."""

    name: str
    inputs: Callable[[], list[Path]]
    output: Path
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One language."""

    lang: str
    corpora: Path
    extras: Path

    @property
    def work(self) -> Path:
        """Prepared data, vectors and unshipped nets; may be deleted at any time."""
        return HERE / ".work" / self.lang

    @property
    def model(self) -> Path:
        """The shipped model."""
        return HERE / self.lang

    def stages(self) -> list[Stage]:
        """All stages in order."""
        work, teacher = self.work, sorted((HERE / "teacher").glob("*.py"))
        data = [HERE / n for n in ("corpora.toml", "prepare.py", "tokens.py")]
        blank = work / "blank"
        silver, net = work / "silver.spacy", work / "student" / "model-last"
        trees, named = work / "parse", work / "ner"
        learnt = [trees / "train.spacy", silver, trees / "dev.spacy", named / "dev.spacy"]
        return [
            Stage("prepare", lambda: [*data, *self._corpora()], blank, self.prepare),
            Stage("raw", lambda: [*self._texts(), HERE / "rawtext.py", blank / "tokenizer"],
                  work / "raw.tsv", self.raw),
            Stage("vectors", lambda: [*vectors.inputs(self.lang, work, self.extras),
                                      HERE / "vectors.py"], work / "vectors", self.vectors),
            Stage("teach", lambda: [*data, *self._corpora(), *teacher, self._encoder()],
                  work / "teacher.pt", self.teach),
            Stage("label", lambda: [work / "teacher.pt", work / "raw.tsv", named / "train.spacy",
                                    self._encoder(), *teacher], silver, self.label),
            Stage("student", lambda: [*learnt, work / "vectors", blank / "tokenizer",
                                      HERE / "news.cfg", HERE / "augment.py"], net, self.student),
            Stage("assemble", lambda: [net, blank, HERE / "ship.py", data[0]],
                  self.model, self.assemble),
            Stage("score", lambda: [*self._weights(), trees / "test.spacy",
                                    *sorted(named.glob("*.spacy")), HERE / "score.py"],
                  SCORES, self.score),
            Stage("speed", lambda: [*self._weights(), named / "dev.spacy", HERE / "sm.cfg",
                                    HERE / "speed.py"], SCORES, self.speed),
        ]  # fmt: skip

    def _texts(self) -> list[Path]:
        return rawtext.inputs(self.lang, self.corpora, self.extras)

    def _encoder(self) -> Path:
        return extras.unpacked(self.extras, "encoder")

    def _corpora(self) -> list[Path]:
        return [p for s in prepare.sources(self.corpora, self.lang) for p in s.paths]

    def _weights(self) -> list[Path]:
        return [p for p in sorted(self.model.rglob("*")) if p.is_file() and p.name != "meta.json"]

    def prepare(self) -> None:
        """Corpora to DocBins."""
        for split, number in prepare.prepare(self.corpora, self.lang, self.work).items():
            print(f"  {split:20} {number:6}")

    def raw(self) -> None:
        """Raw texts to tokenized paragraphs."""
        nlp = spacy.load(self.work / "blank")
        print(f"  {rawtext.write(self.lang, nlp, self._texts(), self.work / 'raw.tsv')} tokens")

    def vectors(self) -> None:
        """Static vectors as a blank pipeline that has them."""
        vectors.build(self.lang, self.work, self.extras)

    def teach(self) -> None:
        """The teacher, in a process of its own: it needs torch, nothing else here does."""
        self._teacher(
            "teach.py", "train", "--out", self.work / "teacher.pt", "--minutes", TEACHING_MINUTES
        )

    def label(self) -> None:
        """Raw paragraphs with all layers, paragraphs with gold entities with all others."""
        self._teacher(
            "label.py", self.work / "teacher.pt", "--raw", self.work / "raw.tsv",
            "--fill", self.work / "ner" / "train.spacy", "--out", self.work / "silver.spacy",
            "--words", LABELLED_WORDS,
        )  # fmt: skip

    def _teacher(self, script: str, *arguments: object) -> None:
        if importlib.util.find_spec("torch") is None:
            raise SystemExit("the teacher needs torch: pip install -r models/requirements.txt")
        common = ("--lang", self.lang, "--corpora", self.corpora, "--encoder", self._encoder())
        command = [sys.executable, HERE / "teacher" / script, *arguments, *common]
        subprocess.run([str(c) for c in command], check=True)

    def student(self) -> None:
        """One ``spacy train`` over treebanks (TREES times) and the teacher's labels."""
        output = self.work / "student"
        shutil.rmtree(output, ignore_errors=True)
        trees, silver = self.work / "parse" / "train.spacy", self.work / "silver.spacy"
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            train, dev = Path(folder) / "train", Path(folder) / "dev"
            for target in (train, dev):
                target.mkdir()
            for i, path in enumerate([silver, *[trees] * TREES]):
                (train / f"{i}.spacy").symlink_to(path.resolve())
            for layer in ("parse", "ner"):
                path = self.work / layer / "dev.spacy"
                (dev / f"{layer}.spacy").symlink_to(path.resolve())
            overrides: dict[str, object] = {
                "nlp.lang": self.lang,
                "paths.train": str(train),
                "paths.dev": str(dev),
                "paths.blank": str(self.work / "blank"),
                "paths.vectors": str(self.work / "vectors"),
                "training.max_steps": STEPS[self.lang],
                "training.optimizer.learn_rate.total_steps": STEPS[self.lang] + 200,
            }
            spacy_train(HERE / "news.cfg", output, overrides=overrides)
        shutil.rmtree(output / "model-best", ignore_errors=True)

    def assemble(self) -> None:
        """The student into the shipped folder."""
        ship.assemble(self.work, self.model, self.lang)
        (self.work / "score.stamp").unlink(missing_ok=True)  # a fresh folder has no scores in it

    def score(self) -> None:
        """Figures into scores.json and the model's meta.json."""
        figures = score.score(self.work, self.model, self.corpora, self.lang)
        ship.record(self.model, figures)
        size = sum(p.stat().st_size for p in self.model.rglob("*") if p.is_file())
        entry = {"digest": ship.digest(self.model), "megabytes": round(size / 1e6, 1), **figures}
        keep(self.lang, entry)
        print(score.table({self.lang: entry}))

    def speed(self) -> None:
        """The ratio into scores.json."""
        keep(
            self.lang,
            {**known()[self.lang], "speed": speed.ratio(self.work, self.model, self.lang)},
        )


def known() -> dict[str, Any]:
    """The recorded figures of all languages."""
    found: dict[str, Any] = json.loads(SCORES.read_text(encoding="utf-8"))
    return found


def keep(lang: str, entry: dict[str, Any]) -> None:
    """Record the figures of one language, in scores.json and in README.md."""
    scores = dict(sorted({**known(), lang: entry}.items(), reverse=True))
    SCORES.write_text(json.dumps(scores, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    write_card(score.table(scores))


def write_card(table: str) -> None:
    """Put the table of scores between the two marks of README.md."""
    card = CARD.read_text(encoding="utf-8")
    before, rest = card.split(CARD_MARKS[0])
    after = rest.split(CARD_MARKS[1])[1]
    text = f"{before}{CARD_MARKS[0]}\n{table}\n{CARD_MARKS[1]}{after}"
    CARD.write_text(text, encoding="utf-8")


def fingerprint(paths: list[Path]) -> str:
    """sha256 over spaCy's version and the bytes of files and folders."""
    total = hashlib.sha256(spacy.__version__.encode())
    for path in paths:
        if not path.exists():
            raise SystemExit(f"{path} is missing: run the stages before this one first")
        value = (
            ship.digest(path) if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
        )
        total.update(f"{path.name} {value}\n".encode())
    return total.hexdigest()


def run(job: Job, stage: Stage, *, force: bool) -> None:
    """Run a stage unless its inputs are those of its last run."""
    inputs = fingerprint(stage.inputs())
    stamp = job.work / f"{stage.name}.stamp"
    if not force and stage.output.exists() and stamp.exists() and stamp.read_text() == inputs:
        print(f"{job.lang} {stage.name}: up to date")
        return
    print(f"{job.lang} {stage.name}", flush=True)
    start = time.monotonic()
    stage.run()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs)
    print(f"{job.lang} {stage.name}: {time.monotonic() - start:.0f} s", flush=True)


def main() -> None:
    """Arguments, then every stage asked for."""
    names = [s.name for s in Job("fr", Path(), Path()).stages()]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", type=Path, default=HERE.parent.parent / "shared" / "corpora")
    parser.add_argument("--extras", type=Path, default=extras.FOLDER,
                        help="what corpora.toml calls extras")  # fmt: skip
    parser.add_argument("--lang", choices=LANGUAGES, action="append")
    parser.add_argument("--stage", choices=names, action="append", help="only this stage")
    parser.add_argument("--force", action="store_true", help="run even if nothing has changed")
    options = parser.parse_args()
    if not options.corpora.is_dir():
        raise SystemExit(f"{options.corpora} is no folder: point --corpora to the corpora")
    for lang in options.lang or LANGUAGES:
        job = Job(lang, options.corpora, options.extras)
        for stage in job.stages():
            if options.stage is None or stage.name in options.stage:
                run(job, stage, force=options.force)


if __name__ == "__main__":
    main()
