"""From corpora to shipped models: ``make train``.

prepare   corpora -> .work/<lang>/{parse,ner}/*.spacy, blank tokenizer
parse     parse.cfg -> .work/<lang>/parse/model   (10 to 30 minutes on one core)
ner       ner.cfg   -> .work/<lang>/ner/model     (10 to 25 minutes)
assemble  both nets -> models/<lang>
score     models/<lang> on test sets -> models/scores.json, and into the model's meta.json

A stage is skipped when its inputs (configuration, code, data, spaCy's version) are those of its
last run and its output is there.
"""

import argparse
import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import augment  # noqa: F401  (registers the augmenter that the configs name)
import prepare
import score
import ship
import spacy.about
from spacy.cli.train import train as spacy_train

HERE = Path(__file__).parent
LANGUAGES = ("fr", "en")
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

    @property
    def work(self) -> Path:
        """Prepared data and unshipped nets; may be deleted at any time."""
        return HERE / ".work" / self.lang

    @property
    def model(self) -> Path:
        """The shipped model."""
        return HERE / self.lang

    def stages(self) -> list[Stage]:
        """All stages in order."""
        work, best = self.work, Path("model") / "model-best"
        nets = [work / "parse" / best, work / "ner" / best]
        code = [HERE / n for n in ("corpora.toml", "prepare.py", "tokens.py")]
        return [
            Stage("prepare", lambda: [*code, *self._corpora()], work / "blank", self.prepare),
            self._train_stage("parse"),
            self._train_stage("ner"),
            Stage("assemble", lambda: [*nets, work / "blank", HERE / "ship.py", code[0]],
                  self.model, self.assemble),
            Stage("score", lambda: [*self._weights(), work / "parse" / "test.spacy",
                                    *sorted((work / "ner").glob("*.spacy")), HERE / "score.py"],
                  SCORES, self.score),
        ]  # fmt: skip

    def _train_stage(self, layer: str) -> Stage:
        data = [self.work / layer / f"{s}.spacy" for s in ("train", "dev")]
        code = [HERE / f"{layer}.cfg", HERE / "augment.py", self.work / "blank" / "tokenizer"]
        output = self.work / layer / "model"
        return Stage(layer, lambda: [*code, *data], output, lambda: self.train(layer))

    def _corpora(self) -> list[Path]:
        return [p for s in prepare.sources(self.corpora, self.lang) for p in s.paths]

    def _weights(self) -> list[Path]:
        return [p for p in sorted(self.model.rglob("*")) if p.is_file() and p.name != "meta.json"]

    def prepare(self) -> None:
        """Corpora to DocBins."""
        for split, number in prepare.prepare(self.corpora, self.lang, self.work).items():
            print(f"  {split:20} {number:6}")

    def train(self, layer: str) -> None:
        """One ``spacy train`` with the paths of this language."""
        output = self.work / layer / "model"
        shutil.rmtree(output, ignore_errors=True)
        overrides = {
            "nlp.lang": self.lang,
            "paths.train": str(self.work / layer / "train.spacy"),
            "paths.dev": str(self.work / layer / "dev.spacy"),
            "paths.blank": str(self.work / "blank"),
        }
        spacy_train(HERE / f"{layer}.cfg", output, overrides=overrides)
        shutil.rmtree(output / "model-last", ignore_errors=True)

    def assemble(self) -> None:
        """Both nets into the shipped folder."""
        used = prepare.sources(self.corpora, self.lang)
        ship.assemble(self.work, self.model, self.lang, used)
        (self.work / "score.stamp").unlink(missing_ok=True)  # a fresh folder has no scores in it

    def score(self) -> None:
        """Figures into scores.json and the model's meta.json."""
        figures = score.score(self.work, self.model, self.corpora, self.lang)
        ship.record(self.model, figures)
        size = sum(p.stat().st_size for p in self.model.rglob("*") if p.is_file())
        entry = {"digest": ship.digest(self.model), "megabytes": round(size / 1e6, 1), **figures}
        known = json.loads(SCORES.read_text(encoding="utf-8")) if SCORES.exists() else {}
        known = dict(sorted({**known, self.lang: entry}.items(), reverse=True))
        text = json.dumps(known, indent=2, ensure_ascii=False)
        SCORES.write_text(text + "\n", encoding="utf-8")
        write_card(score.table(known))
        print(score.table({self.lang: entry}))


def write_card(table: str) -> None:
    """Put the table of scores between the two marks of README.md."""
    card = CARD.read_text(encoding="utf-8")
    before, rest = card.split(CARD_MARKS[0])
    after = rest.split(CARD_MARKS[1])[1]
    text = f"{before}{CARD_MARKS[0]}\n{table}\n{CARD_MARKS[1]}{after}"
    CARD.write_text(text, encoding="utf-8")


def fingerprint(paths: list[Path]) -> str:
    """sha256 over spaCy's version and the bytes of files and folders."""
    total = hashlib.sha256(spacy.about.__version__.encode())
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
    names = [s.name for s in Job("fr", Path()).stages()]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", type=Path, default=HERE.parent.parent / "shared" / "corpora")
    parser.add_argument("--lang", choices=LANGUAGES, action="append")
    parser.add_argument("--stage", choices=names, action="append", help="only this stage")
    parser.add_argument("--force", action="store_true", help="run even if nothing has changed")
    options = parser.parse_args()
    if not options.corpora.is_dir():
        raise SystemExit(f"{options.corpora} is no folder: point --corpora to the corpora")
    for lang in options.lang or LANGUAGES:
        job = Job(lang, options.corpora)
        for stage in job.stages():
            if options.stage is None or stage.name in options.stage:
                run(job, stage, force=options.force)


if __name__ == "__main__":
    main()
