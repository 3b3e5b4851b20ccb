"""Today's rows of the sample articles, to be reviewed as a diff.

`pytest tests/test_snapshots.py --snapshot-update` rewrites `tests/snapshots/`, and nothing else:
what is right is said by gold, not here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from pipeline.readers import read_dump
from pipeline.records import Extraction, Page, Reject, Relation
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.extract import Extractor

RAW = Path(__file__).resolve().parent.parent / "raw"
FILES = sorted(path.name for path in RAW.iterdir() if path.suffix in {".txt", ".jsonl"})

pytestmark = pytest.mark.filterwarnings("ignore:\\s*Can not relate snapshot")


class OneFileEach(SingleFileSnapshotExtension):
    """`tests/snapshots/<name>.txt`."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    @classmethod
    def dirname(cls, *, test_location: object) -> str:
        return str(Path(__file__).with_name("snapshots"))

    @classmethod
    def get_snapshot_name(cls, *, test_location: object, index: str | int = 0) -> str:
        return str(index)


@pytest.fixture(scope="module")
def results(extractor: Extractor, raw: Path) -> dict[str, list[Extraction | Reject]]:
    """What the extractor gives for each sample file."""
    pages = [page for page in read_dump(raw, Settings()) if isinstance(page, Page)]
    found: defaultdict[str, list[Extraction | Reject]] = defaultdict(list)
    for page, result in zip(pages, extractor.extract(pages), strict=True):
        found[page.source.partition("#")[0]].append(result)
    return dict(found)


@pytest.mark.parametrize("name", FILES)
def test_rows(
    name: str, results: dict[str, list[Extraction | Reject]], snapshot: SnapshotAssertion
) -> None:
    blocks = [block for result in results[name] for block in _article(result)]
    text = "\n".join(blocks) + "\n"
    assert text == snapshot(name=Path(name).stem, extension_class=OneFileEach)


def test_no_snapshot_outlives_its_article() -> None:
    stems = {Path(name).stem for name in FILES}
    assert {path.stem for path in Path(__file__).with_name("snapshots").iterdir()} == stems


def test_the_readme_lists_every_file(raw: Path) -> None:
    table = [line for line in (raw / "README.md").read_text().splitlines() if line[:3] == "| `"]
    assert [line.split("`")[1] for line in table] == FILES


def _article(result: Extraction | Reject) -> list[str]:
    if isinstance(result, Reject):
        return [f"== reject: {result.reason}: {result.detail}"]
    article = result.article
    lines = [f"== {article.title} [{article.language}, {article.published_on}]"]
    by_sentence = groupby(result.relations, key=lambda row: row.sentence)
    return [*lines, *(_sentence(text, list(rows)) for text, rows in by_sentence)]


def _sentence(text: str, rows: Sequence[Relation]) -> str:
    return "\n".join(["", " ".join(text.split()), *(f"    {_row(row)}" for row in rows)])


def _row(row: Relation) -> str:
    said = f"{row.relation}({row.subject_text or '–'}, {row.object_text or '–'})"
    source = f" [{row.attribution_text}]" if row.attribution_text else ""
    return f"{said} {row.polarity} {row.factuality}{source} | {row.rule}"
