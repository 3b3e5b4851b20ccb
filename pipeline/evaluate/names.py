"""When a predicted argument is the one that gold names: the rule of relations.md, 'Scoring'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import dropwhile

from pipeline.texts import fold

MORE_WORDS = 6
"""Words that a prediction may have beyond the gold name that it contains."""

_ELISION = re.compile(r"\b([ld])'")
_WORD = re.compile(r"m\.|[^\W_]+(?:['.-][^\W_]+)*")
_LEADING = frozenset(
    {"le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "the", "a", "an"}
    | {"mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses"}
    | {"notre", "nos", "votre", "vos", "leur", "leurs"}
    | {"my", "your", "his", "her", "its", "our", "their"}
    | {"m.", "mme", "mr", "mrs", "ms"}
)
"""Articles, possessives, `de` and titles of address: nothing where they lead."""


def words_of(name: str) -> tuple[str, ...]:
    """The words that count: folded, without articles, possessives, `de`, `M.` that lead.

    Elided words stand alone (`d'arbitrage` is two), hyphenated ones are one. A name of nothing
    but leading words keeps them.
    """
    words = _WORD.findall(_ELISION.sub(r"\1 ", fold(name)))
    return tuple(dropwhile(_LEADING.__contains__, words)) or tuple(words)


def accepts(gold: Sequence[str], predicted: Iterable[str]) -> bool:
    """Whether one of the predicted names is one of the gold ones; empty gold accepts any."""
    if not gold:
        return True
    found = [words for name in predicted if (words := words_of(name))]
    wanted = [words for name in gold if (words := words_of(name))]
    return any(_same(some, other) for some in found for other in wanted)


def _same(found: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Equal; or found contains wanted (two words or more); or is its last word."""
    if found == wanted or found == wanted[-1:]:
        return True
    size = len(wanted)
    if size < 2 or len(found) - size > MORE_WORDS:
        return False
    return any(found[i : i + size] == wanted for i in range(len(found) - size + 1))
