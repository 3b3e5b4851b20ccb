"""Raise the floors to today's figures: `python -m tests.update_floors`.

A figure that is under its floor stops it, unless `--allow-regression` says that it may be lowered.
Only `tests/floors.json` is written; gold is written by people.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from pipeline import extract
from pipeline.evaluate import gold_digest, load_gold, score_gold
from pipeline.settings import Settings
from tests import floors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--allow-regression", action="store_true", help="lower floors, too")
    allowed = parser.parse_args().allow_regression
    content = floors.load()
    extractor = extract.load(Settings())
    shared = Path(os.environ.get("DEPECHE_SHARED", floors.HERE.parent.parent / "shared"))
    faults: list[str] = []
    for section, folder, pattern in (
        ("gold", floors.GOLD, "*"),
        ("held_out", floors.HELD_OUT, "*"),
        ("seeds", shared / "gold-dev", floors.SEEDS),
    ):
        if not folder.is_dir():
            print(f"{section}: {folder} is not there; its floors stay as they are")
            continue
        old = content[section]
        scores = score_gold(load_gold(folder, pattern), extractor)
        measured = floors.measure(scores, content["groups"])
        faults += [f"{section}: {fault}" for fault in floors.drops(old["floors"], measured)]
        old["digest"] = gold_digest(folder, pattern)
        old["floors"] = measured if allowed else floors.raised(old["floors"], measured)
        old.pop("placeholder", None)
    if faults:
        print("below the floor:", *faults, sep="\n  ")
        if not allowed:
            print("nothing written; --allow-regression lowers floors")
            return 1
    floors.save(content)
    print(f"{floors.FLOORS} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
