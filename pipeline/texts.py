"""Plain text helpers that need no model."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Case and accents folded, typographic apostrophes made plain, ligatures opened."""
    text = text.replace("’", "'").replace("œ", "oe").replace("Œ", "Oe")
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
