"""Fault 71: schemas that change between the program that wrote and the one that reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc
import pytest

import pipeline
from pipeline import evolve
from pipeline.errors import UnusableError
from pipeline.run import Outcome
from pipeline.store import manifest, verify, work
from pipeline.store.layout import Store
from pipeline.tables import SCHEMA_VERSION, plain_schema, schema
from tests import fakes
from tests.faults.registry import fault
from tests.inline import extract


def older(store: Store, change: Callable[[str, pa.Table], pa.Table], version: str) -> None:
    """Make the work files and the manifest those of another schema version."""
    names = {}
    for name in work.names(store):
        data = pa.BufferReader((store.work / name).read_bytes())
        units = ipc.open_stream(data).read_all()
        streams = [units, *(change(n, ipc.open_stream(data).read_all()) for n in work.FACTS)]
        sink = pa.BufferOutputStream()
        for table in streams:
            metadata = units.schema.metadata | {b"depeche.schema_version": version.encode()}
            with ipc.new_stream(sink, table.schema.with_metadata(metadata)) as stream:
                stream.write_table(table)
        (store.work / name).unlink()
        names[name] = work.write(store, sink.getvalue().to_pybytes())
    folder = store.current.resolve()
    signed = manifest.load(folder).model_copy(
        update={"schema_version": version, "work": sorted(names.values())}
    )
    (folder / manifest.NAME).write_bytes(manifest.dumps(signed))


def _without(column: str) -> Callable[[str, pa.Table], pa.Table]:
    return lambda name, table: table.drop_columns([column]) if name == "articles" else table


def _narrow(name: str, table: pa.Table) -> pa.Table:
    if name != "articles":
        return table
    place = table.schema.get_field_index("n_words")
    return table.set_column(place, "n_words", table["n_words"].cast(pa.int16()))


def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Another dump under another fingerprint: what is there already is carried on."""
    monkeypatch.setenv("FAKE_MARK", "1")
    other = fakes.dump(tmp_path / "other", fakes.articles(1, start=90))
    return extract(other, tmp_path / "out")


@pytest.mark.parametrize("change", [_without("url"), _narrow], ids=["new column", "widened"])
@fault(71)
def test_71_rows_of_an_older_schema_are_carried_on(
    tmp_path: Path,
    raw: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[str, pa.Table], pa.Table],
) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    before = pipeline.load(out)
    older(Store(out), change, "0")
    assert pipeline.load(out).articles.equals(before.articles), "its files fit as they are"
    with pytest.raises(UnusableError, match="schema version 0, this code verifies 1"):
        verify.verify(out)
    assert _elsewhere(tmp_path, monkeypatch).rows["articles"] == 9
    after = pipeline.load(out).articles
    assert after[after.article_id.isin(before.articles.article_id)].url.isna().all()
    assert sorted(after.n_words)[1:] == sorted(before.articles.n_words)
    assert verify.verify(out)[1] == []


@fault(71)
def test_71_an_older_schema_without_what_is_needed_is_named(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    older(Store(out), _without("n_words"), "0")
    with pytest.raises(
        UnusableError, match=r"schema version 0 lacks n_words, which version 1 needs"
    ):
        _elsewhere(tmp_path, monkeypatch)
    assert (out / "current").resolve().name == "000001"


@pytest.mark.parametrize("act", [extract, lambda raw, out: pipeline.load(out)])
@fault(71)
def test_71_what_a_newer_program_wrote_is_refused(
    tmp_path: Path, raw: Path, act: Callable[[Path, Path], object]
) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    older(Store(out), lambda name, table: table, "2")
    with pytest.raises(UnusableError, match=f"schema version 2, this code knows {SCHEMA_VERSION}"):
        act(raw, out)
    with pytest.raises(UnusableError, match="schema version 2"):
        verify.verify(out)


@fault(71)
def test_71_columns_conform_or_are_named() -> None:
    target = schema("articles")
    rows = plain_schema("articles").empty_table()
    assert evolve.conform(rows, target, "0", "x", "y").schema.equals(target)
    place = rows.schema.get_field_index("n_words")
    wrong = rows.set_column(place, "n_words", pa.array([], pa.date32()))
    with pytest.raises(UnusableError, match="x: schema version 0 has n_words as date32"):
        evolve.conform(wrong, target, "0", "x", "y")
    more = rows.append_column("genre", pa.array([], pa.string()))
    with pytest.raises(
        UnusableError, match="x: schema version 0 has genre, which version 1 lacks; y"
    ):
        evolve.conform(more, target, "0", "x", "y")
