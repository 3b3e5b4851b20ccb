"""The data files of this package: where they are, and how one becomes an object."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import LexiconError

DATA = Path(__file__).parent / "data"
Made = TypeVar("Made")


def made_from(name: str, make: Callable[[dict[str, Any]], Made]) -> Made:
    """What `make` builds of `data/<name>.toml`. Raises LexiconError."""
    path = DATA / f"{name}.toml"
    try:
        return make(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, KeyError, TypeError, ValueError, re.error) as error:
        raise LexiconError(f"{path}: {error!r}") from error


def either(words: Iterable[str]) -> str:
    """A pattern for one of these words or phrases, the longest first."""
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(words, key=len)[::-1])
