"""The dump that most faults fall on, and the tables that are made of it in peace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import fakes
from tests.faults.harness import Tables
from tests.inline import extract

PAGES = fakes.articles(8) | {"short.txt": "deux mots"}


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return fakes.dump(tmp_path / "raw", PAGES)


@pytest.fixture
def control(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tables:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda fd: None)
        extract(raw, tmp_path / "control")
    return fakes.published(tmp_path / "control")
