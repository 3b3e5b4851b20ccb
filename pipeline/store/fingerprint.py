"""What the rows depend on besides the input: code, data files, settings, models, libraries.

Nothing is imported to find out: files are hashed as they stand and versions are read from the
installed metadata, so a run with nothing to do loads no model library.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from pipeline.languages import LANGUAGES
from pipeline.settings import ROOT, Settings
from pipeline.store.manifest import FingerprintParts
from pipeline.tables import SCHEMA_VERSION

PACKAGE = Path(__file__).resolve().parent.parent

RUNNERS = frozenset(
    (
        "__init__.py",
        "__main__.py",
        "bench",
        "children.py",
        "cli.py",
        "console.py",
        "exits.py",
        "evaluate",
        "explain.py",
        "frames.py",
        "options.py",
        "report",
        "run.py",
        "worker.py",
        "workers.py",
    )
)
"""Parts of the package that change no row, by their first name below it."""
SNAPSHOT_ONLY = frozenset(("events.py", "evolve.py", "reprints.py", "tellings.py", "store"))
"""Parts that change only what is computed at publishing."""
LIBRARIES = (
    "charset-normalizer",
    "langdetect",
    "numpy",
    "spacy",
    "spacy-lookups-data",
    "thinc",
)
"""Libraries that may change a row."""
PATHS = {"lexicon", "gazetteer", *(f"model_{language}" for language in LANGUAGES)}
"""Settings that name files: what counts is their content, wherever they stand."""
EXTRAS = (
    "courlan",
    "fastwarc",
    "ftfy",
    "htmldate",
    "justext",
    "lxml",
    "trafilatura",
)
"""Libraries of the extras; that one is absent counts as well."""


def fingerprint(settings: Settings, models: Path = ROOT / "models") -> FingerprintParts:
    """The fingerprint under some settings; takes milliseconds per ten megabytes of models."""
    parts = {
        "schema": SCHEMA_VERSION,
        "code": _tree(PACKAGE, skip=RUNNERS | SNAPSHOT_ONLY),
        "settings": _digest([settings.model_dump_json(exclude=PATHS).encode()]),
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "unicode": unicodedata.unidata_version,
    }
    for language in LANGUAGES:
        named = getattr(settings, f"model_{language}", None)
        parts[f"model {language}"] = _model(named, models / language)
    parts["lexicon"] = _tree(Path(settings.lexicon)) if settings.lexicon else "ours"
    own = [path.read_bytes() for path in settings.gazetteer_files]
    parts["gazetteer"] = _digest(own) if own else "ours"
    for name in (*LIBRARIES, *EXTRAS):
        parts[name] = _version(name)
    units = _of(parts)
    parts["snapshot code"] = _tree(PACKAGE, only=SNAPSHOT_ONLY)
    for name in ("pyarrow", "rensa"):
        parts[name] = _version(name)
    return FingerprintParts(units=units, snapshot=_of(parts), parts=parts)


def _of(parts: dict[str, str]) -> str:
    return _digest(f"{name}={value}\n".encode() for name, value in sorted(parts.items()))


def _model(named: str | None, default: Path) -> str:
    folder = Path(named) if named else default
    if folder.is_dir():
        return _tree(folder)
    return f"{named} {_version(named)}" if named else "absent"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"


def _tree(
    root: Path, *, skip: frozenset[str] = frozenset(), only: frozenset[str] | None = None
) -> str:
    """Digest of the files below a folder, by relative name; byte code and dot-files left out."""
    return _digest(_files(root, skip, only))


def _files(root: Path, skip: frozenset[str], only: frozenset[str] | None) -> Iterator[bytes]:
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts
        hidden = any(name.startswith(".") or name == "__pycache__" for name in inside)
        chosen = inside[0] not in skip and (only is None or inside[0] in only)
        if chosen and not hidden and path.is_file():
            yield "/".join(inside).encode()
            with path.open("rb") as file:
                yield hashlib.file_digest(file, "sha256").digest()


def _digest(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(len(chunk).to_bytes(8, "big"))
        digest.update(chunk)
    return digest.hexdigest()
