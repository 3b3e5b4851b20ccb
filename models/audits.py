"""Rows that readers judged, and the scores fitted to them.

`python models/audits.py add fr 6 JUDGED.json ARTICLES.jsonl` takes rows of audit 6 (a JSON list
with relation, subject, object, polarity, trigger, sentence and `right`) and the articles that
they are from (`title`, `text`), extracts the articles again and keeps the features of each judged
row and the verdict in `audits.fr.tsv.gz`: no texts. `python models/audits.py fit fr` fits the
weights of `pipeline/relations/scores.fr.tsv` to all of them, and prints what weights from the
earlier audits tell of the last one.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from pipeline.extract import load  # noqa: E402
from pipeline.readers import page_from_text  # noqa: E402
from pipeline.records import Extraction, Relation  # noqa: E402
from pipeline.relations.scores import BIAS, FOLDER, Scores  # noqa: E402
from pipeline.settings import Settings  # noqa: E402

C = 0.15
"""Inverse strength of the L2 penalty."""
BATCH = 32
LEAST = 0.005
"""Weights below it are dropped."""
PARTS = (0.5, 0.7, 0.9)
"""Best scored shares of the rows of which precision is told."""
KEY = ("relation", "subject", "object", "polarity", "trigger", "sentence")


class Judged(NamedTuple):
    """A row that a reader judged."""

    audit: int
    right: bool
    features: tuple[str, ...]


def path_of(language: str) -> Path:
    """Where the judged rows of a language are kept."""
    return HERE / f"audits.{language}.tsv.gz"


def read(path: Path) -> list[Judged]:
    """All judged rows kept in a file: audit, 0 or 1, features."""
    if not path.is_file():
        return []
    rows = (line.split("\t") for line in gzip.decompress(path.read_bytes()).decode().splitlines())
    return [Judged(int(audit), right == "1", tuple(names)) for audit, right, *names in rows]


def write(path: Path, rows: Sequence[Judged]) -> None:
    """Keep judged rows, in the same bytes each time."""
    lines = ["\t".join((str(r.audit), str(int(r.right)), *r.features)) for r in rows]
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))


class Recorder(Scores):
    """Remembers the features of every row; a row's score is where they stand."""

    def __init__(self) -> None:
        """Nothing is seen yet."""
        super().__init__({})
        self.seen: list[tuple[str, ...]] = []

    def of(self, features: Iterable[str]) -> float | None:
        """The number of rows seen before."""
        self.seen.append(tuple(features))
        return float(len(self.seen) - 1)


def extracted(language: str, texts: Sequence[str]) -> Iterator[tuple[Relation, tuple[str, ...]]]:
    """The rows of articles, each with its features."""
    extractor = load(Settings(lang=language))
    recorder = extractor.grammars[language].scores = Recorder()
    for start in range(0, len(texts), BATCH):
        pages = [page_from_text(text) for text in texts[start : start + BATCH]]
        for result in extractor.extract(pages):
            for row in result.relations if isinstance(result, Extraction) else ():
                yield row, recorder.seen[int(row.score or 0)]
        recorder.seen.clear()


def add(language: str, audit: int, judged: Path, articles: Path) -> None:
    """Keep the judged rows that the extractor still finds; the others are counted."""
    verdicts = {
        tuple(row[name] for name in KEY): bool(row["right"])
        for row in json.loads(judged.read_text(encoding="utf-8"))
    }
    starts = {str(key[-1])[:60] for key in verdicts}
    lines = articles.read_text(encoding="utf-8").splitlines()
    pages = [f"{p.get('title') or ''}\n\n{p['text']}" for p in map(json.loads, lines)]
    texts = [text for text in pages if any(start in text for start in starts)]
    rows: list[Judged] = []
    for relation, names in extracted(language, texts):
        key = (
            relation.relation, relation.subject_text, relation.object_text, relation.polarity,
            relation.trigger, relation.sentence,
        )  # fmt: skip
        verdict = verdicts.pop(key, None)
        if verdict is not None:
            rows.append(Judged(audit, verdict, names))
    path = path_of(language)
    write(path, [*(r for r in read(path) if r.audit != audit), *rows])
    print(f"{len(rows)} rows kept, {len(verdicts)} are found no longer")


def fitted(rows: Sequence[Judged]) -> dict[str, float]:
    """Weights of a logistic model (L2) by feature."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectors = DictVectorizer()
    matrix = vectors.fit_transform([dict.fromkeys(r.features, 1) for r in rows])
    matrix.indices, matrix.indptr = matrix.indices.astype("i4"), matrix.indptr.astype("i4")
    model = LogisticRegression(C=C, max_iter=1000, solver="liblinear")
    model.fit(matrix, [r.right for r in rows])
    weights = dict(zip(vectors.get_feature_names_out(), model.coef_[0].tolist(), strict=True))
    return {BIAS: float(model.intercept_[0])} | weights


def totals(weights: dict[str, float], rows: Sequence[Judged]) -> list[float]:
    """The log-odds that weights give to rows."""
    return [weights[BIAS] + sum(weights.get(name, 0.0) for name in r.features) for r in rows]


def told(rows: Sequence[Judged], given: Sequence[float]) -> str:
    """Area under the curve, and precision of the best scored shares."""
    right = np.array([r.right for r in rows])
    order = np.argsort(-np.array(given), kind="stable")
    ranks = np.empty(len(order))
    ranks[order[::-1]] = np.arange(1, len(order) + 1)
    many, few = right.sum(), (~right).sum()
    area = (ranks[right].sum() - many * (many + 1) / 2) / (many * few)
    best = (f"best {p:.0%} {right[order][: round(p * len(order))].mean():.3f}" for p in PARTS)
    return f"AUC {area:.3f}, precision of all {right.mean():.3f}, of the {', of the '.join(best)}"


def fit(language: str) -> None:
    """Write the weights of a language; print how well earlier audits foretell the last."""
    rows = read(path_of(language))
    last = max(r.audit for r in rows)
    earlier = [r for r in rows if r.audit != last]
    newest = [r for r in rows if r.audit == last]
    print(f"{len(earlier)} rows of earlier audits on {len(newest)} of audit {last}:")
    print(" ", told(newest, totals(fitted(earlier), newest)))
    weights = fitted(rows)
    kept = {k: w for k, w in weights.items() if abs(w) >= LEAST or k == BIAS}
    lines = [f"{name}\t{weight:.3f}" for name, weight in sorted(kept.items())]
    out = FOLDER / f"scores.{language}.tsv"
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(kept)} weights from {len(rows)} rows -> {out}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="keep judged rows")
    fitting = commands.add_parser("fit", help="fit the scores")
    for command in (adding, fitting):
        command.add_argument("language")
    adding.add_argument("audit", type=int)
    adding.add_argument("judged", type=Path)
    adding.add_argument("articles", type=Path)
    given = parser.parse_args()
    if given.command == "add":
        add(given.language, given.audit, given.judged, given.articles)
    else:
        fit(given.language)


if __name__ == "__main__":
    main()
