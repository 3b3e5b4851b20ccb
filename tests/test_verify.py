"""`depeche verify` names what is wrong, whatever it is; `depeche snapshots` lists what is kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline import cli, exits
from pipeline.errors import DamagedError, UnusableError
from pipeline.store import manifest, publish, verify
from pipeline.store.layout import Store
from pipeline.tables import schema
from tests import fakes
from tests.faults.harness import in_fork
from tests.inline import extract

DUMP = fakes.articles(6) | {"short.txt": "deux mots", "copy.txt": fakes.articles(1)["a0000.txt"]}


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "fsync", lambda fd: None)
    extract(fakes.dump(tmp_path / "raw", DUMP), tmp_path / "out")
    return tmp_path / "out"


def test_a_sound_store_has_no_faults(out: Path) -> None:
    published, faults = verify.verify(out)
    assert faults == []
    assert published.inputs.units == 8


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["snapshots", "work"])
def test_a_flipped_bit_is_found_wherever_it_is(out: Path, kind: str, place: float) -> None:
    for path in sorted((out / kind).rglob("*.*")):
        if path.name == manifest.NAME or path.is_dir():
            continue
        sound = path.read_bytes()
        damaged = bytearray(sound)
        damaged[int(len(sound) * place)] ^= 1
        path.write_bytes(damaged)
        _, faults = verify.verify(out)
        assert any(str(path) in fault for fault in faults)
        if kind == "snapshots":
            assert any(f"table {path.parent.name}" in fault for fault in faults)
        path.write_bytes(sound)
    assert verify.verify(out)[1] == []


Change = Callable[[pa.Table], pa.Table]


def _set(column: str, value: object) -> Change:
    """Row 0 of a column gets another value."""

    def change(table: pa.Table) -> pa.Table:
        values = table[column].to_pylist()
        place = table.schema.get_field_index(column)
        field = table.schema.field(place)
        return table.set_column(place, field, pa.array([value, *values[1:]], field.type))

    return change


def _more(column: str, by: int) -> Change:
    return lambda table: table.set_column(
        table.schema.get_field_index(column),
        table.schema.field(column),
        pc.add(table[column], pa.scalar(by, pa.int32())),
    )


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("mentions", _more("start", 1), "text is not at start:end of the text, 12 times"),
        ("mentions", _set("entity_id", "Q0"), "1 values of entity_id are in no row of entities"),
        ("mentions", _set("article_id", "0" * 20), "rows of articles that are not there"),
        ("passages", _more("end", 1), "a row is not at start:end"),
        ("passages", lambda t: t.slice(1), "not n_passages rows for every article"),
        ("relations", _more("trigger_end", -1), "trigger is not at trigger_start:trigger_end"),
        ("relations", _set("sentence", "autre"), "sentence is not at sentence_start"),
        ("relations", _set("subject_start", None), "subject_text is not at subject_start"),
        ("relations", _set("place_id", "Q0"), "place_id are in no row of entities"),
        ("relations", lambda t: pa.concat_tables([t, t.slice(0, 1)]), "relation_id occur twice"),
        ("articles", _more("n_chars", 1), "n_chars is not the length of text"),
        ("articles", _set("source", "x.txt"), "do not tell of each input once"),
        ("articles", lambda t: t.slice(1), "rows of articles that are not there"),
        ("rejects", lambda t: t.slice(1), "8 input units, but 6 articles and 1 rejects"),
        ("rejects", _set("article_id", "0" * 20), "article_id are in no row of articles"),
        ("events", lambda t: t.slice(1), "relation_id are in no row of events"),
        ("entities", lambda t: t.slice(1), "are in no row of entities"),
        ("entities", lambda t: t.drop_columns(["country"]), "its schema is another than declared"),
    ],
)
def test_rows_that_do_not_agree_are_named(out: Path, table: str, change: Change, said: str) -> None:
    """The files are written anew with the digests that they should have: only rows are wrong."""
    folder = (out / "current").resolve()
    path = folder / table / "part-00000.parquet"
    changed = change(pq.read_table(path))
    if changed.schema.names == schema(table).names:
        changed = changed.cast(schema(table))
    path.unlink()
    pq.write_table(changed, path)
    _resign(folder, table, path, changed.num_rows)
    faults = verify.verify(out)[1]
    assert any(said in fault for fault in faults), faults


def _resign(folder: Path, table: str, path: Path, rows: int) -> None:
    """A manifest that takes the changed file for the true one."""
    body = manifest.Manifest.model_validate_json((folder / manifest.NAME).read_bytes())
    data = path.read_bytes()
    file = manifest.File(
        path=f"{table}/{path.name}",
        sha256=hashlib.sha256(data).hexdigest(),
        rows=rows,
        bytes=len(data),
    )
    signed = body.model_copy(update={"tables": {**body.tables, table: [file]}})
    (folder / manifest.NAME).write_bytes(manifest.dumps(signed))


def test_units_that_the_tables_do_not_tell_of(out: Path) -> None:
    """A work file too few, the manifest not knowing of it."""
    folder = (out / "current").resolve()
    body = manifest.load(folder)
    signed = body.model_copy(update={"work": body.work[1:]})
    (folder / manifest.NAME).write_bytes(manifest.dumps(signed))
    faults = verify.verify(out)[1]
    assert any("its units are not those of" in fault for fault in faults)
    assert any("do not tell of each input once" in fault for fault in faults)


def test_the_commands(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def depeche(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["depeche", *map(str, arguments)])
        return (exits.code(cli.app), *capsys.readouterr())

    code, shown, _ = depeche("verify", out)
    assert (code, "8 inputs = 6 articles + 2 rejects" in shown) == (0, True)
    extract(fakes.dump(tmp_path / "raw", fakes.articles(7)), out)
    (out / "snapshots/000001" / manifest.NAME).write_text("{")
    code, shown, _ = depeche("snapshots", out)
    assert code == 0
    assert "000002 ←" in shown
    assert "_manifest.json cannot be read" in shown
    code, shown, errors = depeche("verify", out)
    assert (code, errors.count("\n")) == (3, 1)
    assert "000001: damaged" in shown
    for command in ("verify", "snapshots"):
        code, _, errors = depeche(command, tmp_path / "raw")
        assert (code, "no snapshot here" in errors) == (3, True)


def test_the_cure_that_is_told_cures(out: Path, tmp_path: Path) -> None:
    control = fakes.published(out)
    part = out / "current/relations/part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"X")
    damaged = next((out / "work").iterdir())
    damaged.write_bytes(b"")
    assert len(verify.verify(out)[1]) == 2
    damaged.unlink()
    shutil.rmtree((out / "current").resolve())
    (out / "current").unlink()
    assert extract(tmp_path / "raw", out).done > 0
    assert fakes.published(out) == control
    assert verify.verify(out)[1] == []


def test_no_store_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="no snapshot here"):
        verify.verify(tmp_path)


# --- beside a run -------------------------------------------------------------------------------


def test_a_file_that_went_while_it_was_looked_at_is_no_fault(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run beside publishes and cleans between the manifest and the units."""
    looked = verify._work

    def meanwhile(store: Store, published: manifest.Manifest) -> Iterator[str]:
        monkeypatch.setattr(verify, "_work", looked)
        yield from looked(store, published)
        raw = fakes.dump(tmp_path / "raw", fakes.articles(7))
        (raw / "copy.txt").unlink()
        extract(raw, out, prune=True)

    monkeypatch.setattr(verify, "_work", meanwhile)
    published, faults = verify.verify(out)
    assert (published.snapshot, faults) == (2, [])


def test_damage_that_is_not_found_again_is_no_damage(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for verify nor for a dry run."""
    whole = manifest.current
    found: list[DamagedError] = []

    def current(store: Store) -> object:
        if found:
            raise found.pop()
        return whole(store)

    monkeypatch.setattr(manifest, "current", current)
    found.append(DamagedError("gone"))
    assert verify.verify(out)[1] == []
    found.append(DamagedError("gone"))
    assert extract(out.parent / "raw", out, dry_run=True).done == 0
    assert found == []


def test_damage_that_stays_is_told(out: Path) -> None:
    (out / "current" / manifest.NAME).write_text("{")
    with pytest.raises(DamagedError, match="cannot be read"):
        verify.verify(out)
    with pytest.raises(DamagedError, match="cannot be read"):
        extract(out.parent / "raw", out, dry_run=True)


def test_a_run_that_is_killed_while_it_cleans_leaves_whole_snapshots(
    out: Path, tmp_path: Path
) -> None:
    """Whether between two steps or after the first of many files that one step removes."""

    def half(path: Path) -> None:
        next(path.rglob("*.parquet")).unlink()
        os.kill(os.getpid(), signal.SIGKILL)

    def cut() -> None:
        store = Store(out)
        shutil.rmtree = half  # type: ignore[assignment]
        publish.clean(store)

    for count in (7, 8):
        extract(fakes.dump(tmp_path / "raw", fakes.articles(count)), out)
    with mock.patch.object(publish, "clean"):
        extract(fakes.dump(tmp_path / "raw", fakes.articles(9)), out)
    assert Store(out).numbers() == [1, 2, 3, 4]
    assert in_fork(cut, None) == -signal.SIGKILL
    assert verify.verify(out)[1] == []
    assert Store(out).numbers() == [2, 3, 4]
    extract(tmp_path / "raw", out)
    assert not list((out / "tmp").iterdir())
