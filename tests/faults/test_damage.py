"""Faults 68-70: what was written comes back as it was, or not at all."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import pipeline
from pipeline.errors import DepecheError
from pipeline.store import manifest, verify
from pipeline.store.layout import Store
from tests import fakes
from tests.faults import harness
from tests.faults.conftest import PAGES
from tests.faults.harness import Tables, command
from tests.faults.registry import fault
from tests.inline import extract


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
@fault(68)
def test_68_a_bit_that_flips_is_never_read_as_data(tmp_path: Path, raw: Path, place: float) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    whole = pipeline.load(out)
    for path in sorted((out / "current").resolve().rglob("*.parquet")):
        sound = path.read_bytes()
        damaged = bytearray(sound)
        damaged[int(len(sound) * place)] ^= 8
        path.write_bytes(damaged)
        faults = verify.verify(out)[1]
        assert [str(path) in fault for fault in faults] == [True]
        assert f"table {path.parent.name}" in faults[0]
        try:
            read = pipeline.load(out)
        except DepecheError:
            pass
        else:
            assert all(read[name].equals(whole[name]) for name in read.names())
        path.write_bytes(sound)


def _lose_part(out: Path) -> None:
    (out / "current" / "mentions" / "part-00000.parquet").unlink()


def _dangle(out: Path) -> None:
    (out / "current").unlink()
    (out / "current").symlink_to("snapshots/000009")


def _cut_manifest(out: Path) -> None:
    path = out / "current" / manifest.NAME
    path.write_bytes(path.read_bytes()[:-20])


def _lose_work(out: Path) -> None:
    next((out / "work").iterdir()).unlink()


@pytest.mark.parametrize("damage", [_lose_part, _dangle, _cut_manifest, _lose_work])
@fault(69)
def test_69_damage_is_named_with_a_cure_and_nothing_built_over_it(
    tmp_path: Path,
    raw: Path,
    control: Tables,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
) -> None:
    out = tmp_path / "out"
    extract(fakes.dump(tmp_path / "first", fakes.articles(2)), out)
    extract(raw, out)
    damage(out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != ".lock"}
    code, errors = command(capsys, raw, out)
    assert (code, errors.count("\n")) == (3, 1)
    assert before == {
        p: p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != ".lock"
    }
    cure = re.search(r"run `(ln [^`]*)`", errors)
    if cure:
        subprocess.run(["bash", "-c", cure[1]], check=True)
    else:
        assert f"delete the symlink {out / 'current'}" in errors
        (out / "current").unlink()
    extract(raw, out)
    assert fakes.published(out) == control
    assert verify.verify(out)[1] == []


@fault(70)
def test_70_a_reader_sees_whole_snapshots_while_others_are_made(tmp_path: Path, raw: Path) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    seen: list[int] = []
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                tables = pipeline.load(out)
            except Exception as error:
                wrong.append(error)
                return
            seen.append(len(tables.articles))
            if set(tables.relations.article_id) != set(tables.articles.article_id):
                wrong.append(tables)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        for count in range(1, 6):
            extract(fakes.dump(tmp_path / "raw", fakes.articles(8 + 3 * count)), out)
    finally:
        stop.set()
        reader.join(harness.SECONDS)
    assert not reader.is_alive()
    assert wrong == []
    assert set(seen) <= {8 + 3 * count for count in range(6)}
    assert len(set(seen)) > 1
    assert Store(out).numbers() == [4, 5, 6]


@pytest.mark.parametrize("prune", [False, True])
@fault(69)
def test_69_where_no_snapshot_can_be_gone_back_to_the_units_are_enough(
    tmp_path: Path,
    raw: Path,
    control: Tables,
    capsys: pytest.CaptureFixture[str],
    prune: bool,
) -> None:
    """There is but one; or the one before needs units that were pruned since."""
    out = tmp_path / "out"
    if prune:
        extract(fakes.dump(tmp_path / "more", PAGES | fakes.articles(20)), out)
    extract(raw, out, prune=prune)
    _cut_manifest(out)
    code, errors = command(capsys, raw, out)
    assert (code, errors.count("\n")) == (3, 1)
    assert f"none is good; delete {out / 'current'} and run the same command again" in errors
    (out / "current").unlink()
    assert extract(raw, out).done == 0
    assert fakes.published(out) == control
