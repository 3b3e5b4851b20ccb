"""What many tests need and only one should pay for: the loaded models, a snapshot of `raw/`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from pipeline.store.layout import Store, writing

if TYPE_CHECKING:
    from pipeline.extract import Extractor

ROOT = Path(__file__).resolve().parent.parent

# No example is timed: a busy machine is no fault. CI draws the same examples every time.
settings.register_profile("depeche", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("depeche")


class Quiet:
    """A progress that tells nobody."""

    def surveyed(self, inputs: int, known: int, to_do: int) -> None: ...

    def advanced(self, articles: int, rejects: int) -> None: ...

    def publishing(self) -> None: ...

    def warned(self, text: str) -> None: ...


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that this test alone writes."""
    with writing(tmp_path / "out") as store:
        yield store


@pytest.fixture(scope="session")
def raw() -> Path:
    """The sample articles of the repository."""
    return ROOT / "raw"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The team's shared folder, which is not part of the repository."""
    folder = Path(os.environ.get("DEPECHE_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there (set DEPECHE_SHARED)")
    return folder


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """Models, gazetteer and grammars with default settings, loaded once."""
    from pipeline import extract
    from pipeline.settings import Settings

    return extract.load(Settings())


@pytest.fixture(scope="session")
def extracted(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> Path:
    """The published snapshot of `raw/`; treat it as read-only."""
    from pipeline.run import Request, run
    from pipeline.settings import Settings

    out = tmp_path_factory.mktemp("snapshot") / "extracted"
    run(Request(raw, out, Settings()), Quiet())
    return out
