"""Raise the floors to today's figures: `python -m tests.entity_gold`.

A figure under its floor stops it, unless `--allow-regression` says that it may be lowered.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from pipeline import extract
from pipeline.settings import ROOT, Settings
from tests.entity_gold import measures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--allow-regression", action="store_true", help="lower floors, too")
    allowed = parser.parse_args().allow_regression
    extractor = extract.load(Settings())
    floors = measures.load() if measures.FIGURES.exists() else {}
    measured = measures.measure(extractor)
    shared = Path(os.environ.get("DEPECHE_SHARED", ROOT.parent / "shared"))
    if shared.is_dir():
        measured |= measures.measure_links(shared, extractor)
    found = floors | measures.rounded(measured)
    print(json.dumps(found, indent=1))
    faults = measures.drops(floors, measured)
    if faults and not allowed:
        print("below the floor, nothing written:", *faults, sep="\n  ")
        return 1
    measures.FIGURES.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
