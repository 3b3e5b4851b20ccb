"""The notebook runs on the sample articles, reads tables only, and is committed without output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"
LAST_CELL = "import sys\nassert 'spacy' not in sys.modules, 'the notebook imports spaCy'"


def test_notebook_runs_without_a_language_model(extracted: Path, tmp_path: Path) -> None:
    book = nbformat.read(NOTEBOOK, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(LAST_CELL))
    copy = tmp_path / NOTEBOOK.name
    nbformat.write(book, copy)
    environment = os.environ | {
        "DEPECHE_EXTRACTED": str(extracted),
        "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    command = [sys.executable, "-m", "pytest", "--nbmake", "--nbmake-timeout=120", str(copy)]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_notebook_is_committed_without_output() -> None:
    book = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert str(Path.home()) not in cell.source
