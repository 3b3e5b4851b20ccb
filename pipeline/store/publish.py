"""Make and publish a snapshot: a pure function of the units and the fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import pyarrow as pa

from pipeline.errors import DamagedError
from pipeline.records import Article, Mention, Passage, Reject, Relation, Row
from pipeline.store import fs, manifest, parts, work
from pipeline.store.layout import Store
from pipeline.store.manifest import Counts, File, FingerprintParts, Manifest
from pipeline.store.parts import Part
from pipeline.store.work import Unit
from pipeline.tables import SCHEMA_VERSION, TABLES, to_arrow

ARTICLES_AT_ONCE = 8192
"""Articles whose rows are held in memory at a time."""
SNAPSHOTS_KEPT = 3
PER_ARTICLE = ("articles", "passages", "mentions", "relations")


@dataclass(frozen=True, slots=True)
class Settled:
    """Units with duplicates decided."""

    articles: list[Unit]
    """The winner of each article_id, sorted by it."""
    rejects: list[Unit]
    duplicates: list[tuple[Unit, Unit]]
    """Each loser with its winner."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the snapshot tables are computed from, read back from the parts, in table order."""

    store: Store
    made: Mapping[str, Sequence[Part]]

    def articles(self) -> Iterator[Article]:
        """All articles."""
        return cast(Iterator[Article], self._records("articles"))

    def passages(self) -> Iterator[Passage]:
        """All passages."""
        return cast(Iterator[Passage], self._records("passages"))

    def mentions(self) -> Iterator[Mention]:
        """All mentions."""
        return cast(Iterator[Mention], self._records("mentions"))

    def relations(self) -> Iterator[Relation]:
        """All relations."""
        return cast(Iterator[Relation], self._records("relations"))

    def published(self) -> dict[str, date | None]:
        """The publication date by article_id."""
        dates: dict[str, date | None] = {}
        for part in self.made["articles"]:
            dates |= parts.read_dates(self.store, part)
        return dates

    def _records(self, name: str) -> Iterator[Row]:
        for part in self.made[name]:
            yield from parts.read_records(self.store, part)


Derive = Callable[[Facts], Mapping[str, Iterable[Row]]]
"""Computes the rows of `entities`, `events` and `near_duplicates`."""


@dataclass(frozen=True, slots=True)
class About:
    """What the manifest says beside the tables."""

    fingerprint: FingerprintParts
    code_version: str
    skipped: list[str]
    started: str


def settle(units: Iterable[Unit]) -> Settled:
    """Decide duplicates: of equal articles the least (raw_sha256, source) stays."""
    by_article: dict[str, list[Unit]] = defaultdict(list)
    rejects = []
    for unit in units:
        if unit.article_id is None:
            rejects.append(unit)
        else:
            by_article[unit.article_id].append(unit)
    winners, duplicates = [], []
    for article_id in sorted(by_article):
        best, *others = sorted(by_article[article_id], key=lambda u: (u.raw_sha256, u.source))
        winners.append(best)
        duplicates += [(other, best) for other in others]
    return Settled(winners, rejects, duplicates)


def state(units: Iterable[Unit], fingerprint: FingerprintParts) -> str:
    """Digest of what a snapshot is a function of; `units` are sorted by key."""
    digest = hashlib.sha256(fingerprint.snapshot.encode())
    for unit in units:
        line = [*unit.key, unit.fingerprint, unit.article_id, unit.reason]
        digest.update(json.dumps(line).encode())
    return digest.hexdigest()


def make_parts(store: Store, units: Sequence[Unit], derive: Derive) -> dict[str, list[Part]]:
    """All part files of a snapshot, by table. Raises DamagedError where a unit has no row."""
    settled = settle(units)
    made: dict[str, list[Part]] = {name: [] for name in TABLES}
    for name, part in _fact_parts(store, settled.articles):
        made[name].append(part)
    made["rejects"] = _reject_parts(store, settled)
    derived = derive(Facts(store, made))
    for name, table in TABLES.items():
        if not table.per_article:
            made[name] = parts.store_rows(store, name, list(derived.get(name, ())))
    _conserve(len(units), made)
    return made


def _conserve(units: int, made: Mapping[str, Sequence[Part]]) -> None:
    articles, rejects = (sum(p.rows for p in made[name]) for name in ("articles", "rejects"))
    if units != articles + rejects:
        raise DamagedError(
            f"{units} input units but {articles} articles + {rejects} rejects: not published; "
            "a work file has lost rows, extract again into an empty folder"
        )


def _fact_parts(store: Store, articles: Sequence[Unit]) -> Iterator[tuple[str, Part]]:
    bits = parts.shard_bits(len(articles))
    per_group = max(1, ARTICLES_AT_ONCE // parts.ROWS_PER_SHARD)
    for first in range(0, 1 << bits, per_group):
        shards = range(first, min(first + per_group, 1 << bits))
        group = [u for u in articles if parts.shard_of(str(u.article_id), bits) in shards]
        rows = _gather(store, group, PER_ARTICLE)
        for name in PER_ARTICLE:
            table = parts.sort(name, rows.pop(name))
            for piece in parts.split(table, bits, shards):
                yield name, parts.store_part(store, name, piece)


def _gather(store: Store, units: Iterable[Unit], names: Sequence[str]) -> dict[str, pa.Table]:
    """The rows of some units from their work files; no two units share rows."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for unit in units:
        wanted[unit.file].append(unit.place)
    read = names if names == ("rejects",) else work.FACTS
    found: dict[str, list[pa.Table]] = {name: [to_arrow(name, [])] for name in names}
    for file in sorted(wanted):
        rows = work.read_some(store, file, read, wanted[file])
        for name in names:
            table = rows[name].drop_columns(["unit"])
            found[name].append(table.cast(found[name][0].schema))
    return {name: pa.concat_tables(tables) for name, tables in found.items()}


def _reject_parts(store: Store, settled: Settled) -> list[Part]:
    lost = [
        Reject(
            loser.source,
            loser.raw_sha256,
            "write",
            "duplicate",
            f"duplicate: the text of {winner.source}",
            winner.article_id,
        )
        for loser, winner in settled.duplicates
    ]
    read = _gather(store, settled.rejects, ("rejects",))["rejects"]
    table = parts.sort("rejects", pa.concat_tables([read, to_arrow("rejects", lost)]))
    bits = parts.shard_bits(table.num_rows)
    places: list[list[int]] = [[] for _ in range(1 << bits)]
    for place, source in enumerate(table["source"].to_pylist()):
        places[parts.shard_of(hashlib.sha256(source.encode()).hexdigest(), bits)].append(place)
    return [
        parts.store_part(store, "rejects", table.take(pa.array(at, pa.int64()))) for at in places
    ]


def publish(
    store: Store,
    units: Sequence[Unit],
    made: Mapping[str, Sequence[Part]],
    about: About,
    now: Callable[[], str],
) -> Manifest:
    """Build the snapshot folder aside, give it its name, then let `current` point to it."""
    before = manifest.current(store)
    number = (before.snapshot if before else max(store.numbers(), default=0)) + 1
    folder = store.snapshot(number)
    aside = store.scratch / folder.name
    fs.make_dir(aside)
    tables = {name: _link_table(store, aside, name, made[name]) for name in TABLES}
    n_articles, n_rejects = (sum(p.rows for p in made[n]) for n in ("articles", "rejects"))
    result = Manifest(
        snapshot=number,
        schema_version=SCHEMA_VERSION,
        code_version=about.code_version,
        state=state(units, about.fingerprint),
        fingerprint=about.fingerprint,
        inputs=Counts(units=len(units), articles=n_articles, rejects=n_rejects),
        skipped=about.skipped,
        stale=[u.source for u in units if u.fingerprint != about.fingerprint.units],
        tables=tables,
        work=sorted({unit.file for unit in units}),
        started=about.started,
        finished=now(),
    )
    fs.write(aside / manifest.NAME, manifest.dumps(result), store.scratch)
    if folder.exists():  # of a run that was stopped before it moved `current`
        _retire(store, folder)
    fs.rename(aside, folder)
    fs.point(store.current, f"{store.snapshots.name}/{folder.name}", store.scratch)
    return result


def _link_table(store: Store, aside: Path, name: str, made: Sequence[Part]) -> list[File]:
    folder = aside / name
    fs.make_dir(folder)
    files = []
    for number, part in enumerate(made):
        path = f"{name}/part-{number:05d}.parquet"
        fs.link(store.data / part.path, aside / path)
        files.append(File(path=path, sha256=part.sha256, rows=part.rows, bytes=part.bytes))
    fs.sync_dir(folder)
    return files


def _retire(store: Store, folder: Path) -> None:
    """Remove a snapshot; it is no longer one before the first of its files goes."""
    aside = store.scratch / f"old-{folder.name}"
    fs.rename(folder, aside)
    fs.sync_dir(folder.parent)
    fs.remove(aside)


def clean(store: Store) -> None:
    """Remove what no snapshot needs: old snapshots, then parts and work files of none.

    Nothing is removed where no snapshot is published.
    """
    published = manifest.current(store)
    if published is None:
        return
    for number in store.numbers():
        if not published.snapshot - SNAPSHOTS_KEPT < number <= published.snapshot:
            _retire(store, store.snapshot(number))
    used = {published.snapshot: published}
    for number in store.numbers():
        if number not in used:
            with suppress(DamagedError):  # its files are names of their own
                used[number] = manifest.load(store.snapshot(number))
    kept = {f"{Path(f.path).parent}/{f.sha256}.parquet" for m in used.values() for f in m.files()}
    for path in store.data.glob("*/*"):
        if f"{path.parent.name}/{path.name}" not in kept:
            fs.remove(path)
    for name in set(work.names(store)).difference(published.work):
        fs.remove(store.work / name)
