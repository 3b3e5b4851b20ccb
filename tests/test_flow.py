"""The whole flow on a small, damaged dump, with the real models: nothing lost, twice the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline.frames import Tables
from pipeline.run import Request, run
from pipeline.settings import Settings
from tests.conftest import Quiet

FRENCH = "Emmanuel Macron a été reçu vendredi par le chancelier Friedrich Merz à Berlin.\n"
ENGLISH = "Canada has pulled out of the summit, officials said on Tuesday."
KOREAN = "관련 이미지 보기"


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dump")
    (folder / "empty.txt").touch()
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    (folder / "latin.txt").write_bytes(f"L’été à Berlin\n\n{FRENCH}".encode("cp1252"))
    (folder / "mixed.txt").write_text(f"{FRENCH}\n{KOREAN}\n\n{FRENCH}", encoding="utf-8")
    (folder / "long.txt").write_text((FRENCH + "\n") * 1_500, encoding="utf-8")
    (folder / "table.xlsx").write_bytes(b"PK\x03\x04")
    lines = [
        json.dumps({"text": FRENCH, "title": "Macron à Berlin", "date": "2025-06-27", "id": 7}),
        '{"text": "Le Japon s',
        json.dumps({"text": ENGLISH, "url": "https://example.org/1"}),
    ]
    (folder / "wire.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def files(out: Path) -> dict[str, bytes]:
    """The bytes of every table of the current snapshot."""
    current = (out / "current").resolve()
    return {str(p.relative_to(current)): p.read_bytes() for p in sorted(current.rglob("*.parquet"))}


@pytest.fixture(scope="module")
def out(dump: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one") / "extracted"
    run(Request(dump, folder, Settings(), workers=1), Quiet())
    return folder


@pytest.fixture(scope="module")
def tables(out: Path) -> Tables:
    return pipeline.load(out)


def test_nothing_is_lost(tables: Tables) -> None:
    rejected = dict(zip(tables.rejects.source, tables.rejects.reason, strict=True))
    assert rejected == {
        "empty.txt": "empty",
        "picture.txt": "not_text",
        "table.xlsx": "unsupported_format",
        "wire.jsonl#2": "malformed_record",
    }
    assert set(tables.articles.source) == {
        "latin.txt",
        "long.txt",
        "mixed.txt",
        "wire.jsonl#1",
        "wire.jsonl#3",
    }


def test_windows_1252_is_read_and_flagged(tables: Tables) -> None:
    [row] = tables.articles[tables.articles.source == "latin.txt"].to_dict("records")
    assert row["text"].startswith("L’été à Berlin")
    assert row["encoding"] == "cp1252"
    assert "encoding_guessed" in row["text_flags"]


def test_a_foreign_passage_is_kept_and_not_extracted(tables: Tables) -> None:
    [article] = tables.articles[tables.articles.source == "mixed.txt"].article_id
    passages = tables.passages[tables.passages.article_id == article]
    assert list(passages.language) == ["fr", "ko", "fr"]
    assert list(passages.extracted) == [True, False, True]


def test_each_language_has_its_rows(tables: Tables) -> None:
    told = set(zip(tables.relations.language, tables.relations.relation, strict=True))
    assert told == {("fr", "hosts"), ("en", "withdraws_from")}


def test_a_long_article_is_whole(tables: Tables) -> None:
    [article] = tables.articles[tables.articles.source == "long.txt"].article_id
    rows = tables.relations[tables.relations.article_id == article]
    assert len(rows) == 1_500
    assert rows.sentence_start.is_unique


def test_every_offset_is_a_surface(tables: Tables) -> None:
    texts = dict(zip(tables.articles.article_id, tables.articles.text, strict=True))
    for row in tables.mentions.to_dict("records"):
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]
    for row in tables.relations.to_dict("records"):
        text = texts[row["article_id"]]
        assert text[row["trigger_start"] : row["trigger_end"]] == row["trigger"]
        assert text[row["sentence_start"] : row["sentence_end"]] == row["sentence"]


def test_ids_join(tables: Tables) -> None:
    known = set(tables.entities.entity_id)
    for column in ("subject_id", "object_id", "attribution_id", "place_id"):
        assert set(tables.relations[column].dropna()) <= known
    told = {i for ids in tables.events.relation_ids for i in ids}
    assert told == set(tables.relations.relation_id)


def test_two_workers_give_the_same_bytes(dump: Path, out: Path, tmp_path: Path) -> None:
    other = tmp_path / "extracted"
    run(Request(dump, other, Settings(), workers=2), Quiet())
    assert files(other) == files(out)


def test_a_second_run_imports_no_model_library(dump: Path, out: Path) -> None:
    """The real command: nothing to parse, so nothing to parse with."""
    code = (
        "import sys\n"
        "from pipeline.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'spacy', 'thinc', 'pandas', 'langdetect'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "extract", str(dump), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "0 done now, snapshot 000001 unchanged" in done.stdout
    assert done.stdout.endswith("[]\n")
