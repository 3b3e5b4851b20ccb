"""The output folder as a whole: which snapshots there are, and whether the store is sound."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from pipeline.errors import DamagedError
from pipeline.report.texts import cell, grid, plain
from pipeline.store.layout import Store
from pipeline.store.verify import Kept, snapshots, verify

SHOWN = ("articles", "relations", "events", "rejects")


def snapshots_report(out: Path, console: Console) -> list[Kept]:
    """Print the snapshots on disk, oldest first; the published one bears an arrow.

    Raises UnusableError where there is none.
    """
    found = snapshots(out)
    columns = [f"#{name}" for name in SHOWN]
    table = grid(str(out), "snapshot", "finished", "version", *columns, "#stale", "state")
    for kept in found:
        name = f"{kept.number:06d}{' ←' if kept.current else ''}"
        if kept.manifest is None:
            empty = [cell("")] * (len(SHOWN) + 3)
            table.add_row(cell(name), *empty, cell("damaged", "red"))
            continue
        rows = kept.manifest.rows()
        table.add_row(
            cell(name),
            cell(kept.manifest.finished),
            cell(kept.manifest.code_version),
            *(cell(rows[shown]) for shown in SHOWN),
            cell(len(kept.manifest.stale)),
            cell("good"),
        )
    console.print(table)
    for kept in found:
        if kept.damage:
            _line(kept.damage, console)
    return found


def verify_report(out: Path, console: Console) -> None:
    """Print each fault of the store, or what was found in order.

    Raises DamagedError, with the cure, where there are faults; UnusableError without a snapshot.
    """
    published, faults = verify(out)
    for fault in faults:
        _line(fault, console)
    if faults:
        raise DamagedError(f"{out}: faults: {len(faults)}, the first: {faults[0]}; {_cure(out)}")
    files = sum(1 for _ in published.files())
    console.print(
        f"snapshot {published.snapshot:06d}: {files} part files and {len(published.work)} work "
        f"files as they were written; {published.inputs.units} inputs = "
        f"{published.inputs.articles} articles + {published.inputs.rejects} rejects; "
        "schemas, ids and offsets agree"
    )


def _line(text: str, console: Console) -> None:
    console.print(plain(text, 1000), markup=False, soft_wrap=True)


def _cure(out: Path) -> str:
    store = Store(out)
    return (
        f"put damaged files back from a copy; without one delete {store.current} and each damaged "
        f"folder under {store.snapshots.name}/ and file under {store.work.name}/, and run the same "
        "`depeche extract` again: it makes the tables anew from the finished units, and reads the "
        "dump again for those that are lost"
    )
