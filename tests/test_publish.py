"""Parts, snapshots and fingerprints: the same rows give the same bytes, and damage is named."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.errors import DamagedError
from pipeline.settings import Settings
from pipeline.store import fingerprint as marks
from pipeline.store import manifest, parts, publish, work
from pipeline.store.layout import Store
from pipeline.store.work import Unit
from pipeline.tables import TABLES, plain_schema, to_arrow
from tests import fakes
from tests.fakes import page
from tests.inline import extract

# --- parts and snapshots ------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_records_mirror_the_tables(name: str) -> None:
    record = parts.RECORDS[name]
    assert [f.name for f in fields(record)] == [c.name for c in TABLES[name].columns]


def test_empty_part_has_the_full_schema(store: Store) -> None:
    part = parts.store_part(store, "relations", to_arrow("relations", []))
    table = pq.read_table(store.data / part.path)
    assert table.num_rows == 0
    assert table.schema.field("relation").metadata[b"description"]
    assert table.schema.metadata[b"depeche.table"] == b"relations"


def test_categories_do_not_depend_on_how_rows_came(store: Store) -> None:
    rows = [fakes.extraction(page(n)).relations[0] for n in range(40)]
    digests = set()
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        [part] = parts.store_rows(store, "relations", list(rows))
        digests.add(part.sha256)
    assert len(digests) == 1
    [part_rows] = [list(parts.read_records(store, part))]
    assert sorted(map(str, part_rows)) == sorted(map(str, rows))


def test_a_damaged_part_is_written_again(store: Store) -> None:
    table = to_arrow("articles", [fakes.extraction(page(1)).article])
    part = parts.store_part(store, "articles", table)
    (store.data / part.path).write_bytes(b"damaged")
    parts.store_part(store, "articles", table)
    assert pq.read_table(store.data / part.path).num_rows == 1


def test_shards_hold_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = fakes.dump(tmp_path / "raw", fakes.articles(40) | {f"x{i}.txt": "a" for i in range(9)})
    extract(dump, tmp_path / "whole")
    monkeypatch.setattr(parts, "ROWS_PER_SHARD", 4)
    monkeypatch.setattr(publish, "ARTICLES_AT_ONCE", 12)
    extract(dump, tmp_path / "cut")
    for name, table in TABLES.items():
        order = [(column, "ascending") for column in table.sort_by]
        whole, cut = (
            pq.read_table(tmp_path / out / "current" / name).cast(plain_schema(name))
            for out in ("whole", "cut")
        )
        assert cut.sort_by(order).equals(whole), name
    files = list((tmp_path / "cut/current/articles").iterdir())
    assert len(files) == 16, "40 articles, at most 4 a shard"
    assert len(list((tmp_path / "cut/current/rejects").iterdir())) == 4


def test_duplicates_have_the_same_winner_in_any_order() -> None:
    units = [Unit(s, h, "0" * 20, None, "f", "w", 0) for s, h in ("bx", "ay", "cx", "dz")]
    for seed in range(5):
        random.Random(seed).shuffle(units)
        settled = publish.settle(units)
        assert [u.source for u in settled.articles] == ["b"]
        assert sorted(u.source for u, _ in settled.duplicates) == ["a", "c", "d"]


def test_only_three_snapshots_are_kept_and_nothing_unreferenced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for n in range(1, 6):
        extract(fakes.dump(tmp_path / "raw", fakes.articles(3 * n)), out)
    assert Store(out).numbers() == [3, 4, 5]
    linked = {p.stat().st_ino for p in (out / "snapshots").rglob("*.parquet")}
    assert {p.stat().st_ino for p in (out / "data").rglob("*.parquet")} == linked
    current = manifest.current(Store(out))
    assert current is not None
    assert work.names(Store(out)) == current.work
    assert not list((out / "tmp").iterdir())


@pytest.mark.parametrize("how", ["dangling", "cut manifest", "edited manifest", "lost part"])
def test_a_damaged_snapshot_stops_the_run_and_names_the_last_good(tmp_path: Path, how: str) -> None:
    out = tmp_path / "out"
    for n in (1, 2):
        extract(fakes.dump(tmp_path / "raw", fakes.articles(3 * n)), out)
    folder = out / "snapshots" / "000002"
    if how == "dangling":
        (out / "current").unlink()
        (out / "current").symlink_to("snapshots/000009")
    elif how == "cut manifest":
        text = (folder / manifest.NAME).read_text()
        (folder / manifest.NAME).write_text(text[:-20])
    elif how == "edited manifest":
        text = (folder / manifest.NAME).read_text()
        (folder / manifest.NAME).write_text(text.replace('"rows": 6', '"rows": 7'))
    else:
        (folder / "mentions/part-00000.parquet").unlink()
    before = {p: p.read_bytes() for p in (out / "snapshots").rglob("*") if p.is_file()}
    good = "000002" if how == "dangling" else "000001"
    with pytest.raises(DamagedError, match=f"last good: {good}; run `ln -sfn"):
        extract(tmp_path / "raw", out)
    assert before == {p: p.read_bytes() for p in (out / "snapshots").rglob("*") if p.is_file()}
    (out / "current").unlink()
    (out / "current").symlink_to(f"snapshots/{good}")
    extract(tmp_path / "raw", out)
    extract(tmp_path / "raw", tmp_path / "control")
    assert fakes.published(out) == fakes.published(tmp_path / "control")


# --- fingerprint --------------------------------------------------------------------------------


def test_fingerprint_changes_with_what_rows_depend_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, models = tmp_path / "pipeline", tmp_path / "models"
    files = {"clean.py": "a", "cli.py": "a", "events.py": "a", "relations/lexicon/x.toml": "a"}
    for name in (*files, "../models/fr/model"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("a")
    monkeypatch.setattr(marks, "PACKAGE", package)

    def now(**settings: Any) -> tuple[str, str]:
        found = marks.fingerprint(Settings(**settings), models)
        return found.units, found.snapshot

    before = now()
    assert now() == before
    (package / "cli.py").write_text("b")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "clean.pyc").write_text("b")
    assert now() == before
    snapshots = {before[1]}
    for name in ("events.py", "evolve.py"):
        (package / name).write_text("b")
        assert now()[0] == before[0], "only the snapshot tables are made again"
        snapshots.add(now()[1])
    assert len(snapshots) == 3
    seen = {before[0]}
    for path in (package / "clean.py", package / "relations/lexicon/x.toml", models / "fr/model"):
        path.write_text("b")
        seen.add(now()[0])
    seen.add(now(lang="fr")[0])
    seen.add(now(model_fr=str(models / "fr"))[0])
    monkeypatch.setattr(marks, "_version", lambda name: "99" if name == "spacy" else "1")
    seen.add(now()[0])
    assert len(seen) == 6, "a model named by its path is the same model"


def test_code_of_the_snapshot_tables_alone_needs_no_extraction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = fakes.dump(tmp_path / "raw", fakes.articles(3))
    extract(raw, tmp_path / "out")
    later = replace(
        fakes.ROOMS,
        fingerprint=lambda s: fakes.fingerprint(s).model_copy(update={"snapshot": "other"}),
        derive=lambda facts: {},
    )
    outcome = extract(raw, tmp_path / "out", later)
    assert (outcome.done, outcome.published, outcome.rows["entities"]) == (0, True, 0)
