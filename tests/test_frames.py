"""The notebook's side: eight typed DataFrames of one snapshot, or a clear word why not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline import frames
from pipeline.errors import DamagedError, UnusableError
from pipeline.tables import TABLES
from tests import fakes, rows
from tests.inline import extract


@pytest.fixture
def out(tmp_path: Path) -> Path:
    extract(fakes.dump(tmp_path / "raw", fakes.articles(6) | {"e.txt": ""}), tmp_path / "out")
    return tmp_path / "out"


def test_all_eight_with_types(out: Path) -> None:
    tables = frames.load(out)
    assert tables.names() == tuple(TABLES)
    for name, table in TABLES.items():
        assert list(tables[name].columns) == [c.name for c in table.columns]
        assert tables[name] is getattr(tables, name)
    assert len(tables.articles) == 6
    assert tables.rejects["reason"].tolist() == ["empty"]
    assert isinstance(tables.relations["relation"].dtype, pd.CategoricalDtype)
    assert str(tables.articles["published_on"].dtype) == "date32[day][pyarrow]"
    assert str(tables.articles["n_words"].dtype) == "int32[pyarrow]"
    assert tables.relations.groupby("relation", observed=True).size().sum() == 6
    assert len(tables.relations.sort_values("relation")) == 6
    assert repr(tables).startswith("Tables(articles 6, passages 6, mentions 12, ")
    with pytest.raises(KeyError, match="no such table"):
        tables["article"]


def test_rows_in_memory_are_as_published(out: Path) -> None:
    from pipeline.store import parts

    published = frames.load(out)
    relations = [rows.relation("r2"), rows.relation("r1")]
    made = frames.from_rows({"relations": relations})
    assert made.relations["relation_id"].tolist() == ["r1", "r2"]
    assert len(made.articles) == 0
    for name in parts.RECORDS:
        assert made[name].dtypes.map(str).tolist() == published[name].dtypes.map(str).tolist()


def test_a_snapshot_folder_can_be_named(out: Path) -> None:
    assert len(frames.load(out / "snapshots" / "000001").articles) == 6
    assert len(frames.load(str(out / "current")).articles) == 6


def test_pandas_and_duckdb_read_the_folders_as_they_stand(out: Path) -> None:
    import duckdb

    assert len(pd.read_parquet(out / "current" / "relations")) == 6
    query = f"select count(*) from read_parquet('{out}/current/relations/*.parquet')"
    assert duckdb.sql(query).fetchall() == [(6,)]


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="no snapshot here; run"):
        frames.load(tmp_path / "nowhere")


@pytest.mark.parametrize("how", ["dangling", "manifest", "part", "bit"])
def test_damage_is_named(out: Path, how: str) -> None:
    folder = out / "snapshots" / "000001"
    part = folder / "articles" / "part-00000.parquet"
    if how == "dangling":
        (out / "current").unlink()
        (out / "current").symlink_to("snapshots/000009")
    elif how == "manifest":
        (folder / frames.MANIFEST).write_text("{")
    elif how == "part":
        part.unlink()
    else:
        data = bytearray(part.read_bytes())
        data[60] ^= 255
        part.write_bytes(data)
    with pytest.raises(DamagedError, match=r"current|000001"):
        frames.load(out)


def test_a_snapshot_that_goes_while_it_is_read_is_no_fault(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = out / "snapshots" / "000001"
    extract(fakes.dump(out.parent / "raw", fakes.articles(9)), out)
    real = frames._snapshot
    answers = iter([gone / "removed", real(out)])
    monkeypatch.setattr(frames, "_snapshot", lambda root: next(answers, None) or real(root))
    assert len(frames.load(out).articles) == 9


def test_loading_imports_no_spacy(out: Path) -> None:
    code = "import pipeline, sys; pipeline.load(sys.argv[1]); assert 'spacy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code, out], check=True)
