"""Plain text helpers that need no model."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=200_000)  # words recur; bounded for dumps of any size
def fold(text: str) -> str:
    """Case and accents folded, typographic apostrophes made plain, ligatures opened."""
    if text.isascii():
        return text.lower()
    text = text.replace("’", "'").replace("œ", "oe").replace("Œ", "Oe")
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
