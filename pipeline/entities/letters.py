"""Words as they are written: folded, and with what capitals."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.texts import fold

LOWER, INITIAL, UPPER = 0, 1, 2
"""How a word is written: no capital first, a capital first, capitals only."""

_WORD = re.compile(r"\w+")
_INITIALS = re.compile(r"^(?:\w\.){2,}$")
_PLAIN = {
    code: found for code in range(0xC0, 0x180) if (found := fold(chr(code))) and found.isascii()
} | {ord("’"): "'"}
"""Letters with accents -> plain; what it leaves is left to `fold`."""


@lru_cache(maxsize=100_000)
def split_words(text: str) -> tuple[tuple[str, int, int, int], ...]:
    """The words of a name or token: folded form, capitals, start and end in `text`.

    Hyphens and apostrophes part words and are no words; `U.S.` is the one word `us`.
    """
    if text.isalpha():
        return ((fold_word(text), _capitals(text), 0, len(text)),)
    if _INITIALS.match(text):
        return ((fold(text.replace(".", "")), _capitals(text.replace(".", "")), 0, len(text)),)
    return tuple(
        (fold_word(m.group()), _capitals(m.group()), m.start(), m.end())
        for m in _WORD.finditer(text)
    )


def fold_word(text: str) -> str:
    """As `fold`, at once for plain letters."""
    if not text.isascii():
        text = text.casefold().translate(_PLAIN)
        return text if text.isascii() else fold(text)
    return text.lower()


def _capitals(word: str) -> int:
    if len(word) > 1 and word.isupper():
        return UPPER
    return INITIAL if word[:1].isupper() or word[:1].isdigit() else LOWER
