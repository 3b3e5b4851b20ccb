"""The written forms of names, and which entity each stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.entities.letters import INITIAL, split_words


@dataclass(frozen=True, slots=True)
class Alias:
    """One written form of a name."""

    words: tuple[str, ...]
    """Folded, hyphens and apostrophes opened."""
    capitals: tuple[int, ...]
    """What each word must at least have: LOWER, INITIAL or UPPER."""
    entity_id: str
    label: str
    sure: bool
    """May stand for the entity by itself; otherwise only where the model sees a name."""


class Forms:
    """Collects the written forms; the first taker of a form keeps it."""

    def __init__(self) -> None:
        self._own: dict[str, dict[tuple[str, ...], Alias]] = {}
        self._any: dict[tuple[str, ...], Alias] = {}

    def add(
        self,
        names: Iterable[str],
        entity_id: str,
        label: str,
        language: str = "",
        sure: bool = True,
    ) -> None:
        """Add forms of one language (they come before the others there) or of all."""
        table = self._own.setdefault(language, {}) if language else self._any
        for name in names:
            parts = split_words(name)
            if parts:
                words = tuple(p[0] for p in parts)
                capitals = tuple(p[1] for p in parts)
                if len(parts) > 1:  # a short all-capital word inside a name may be small
                    capitals = tuple(min(c, INITIAL) for c in capitals)
                old = table.get(words)
                if language and words in self._any:
                    continue
                if old is None:
                    table[words] = Alias(words, capitals, entity_id, label, sure)
                elif old.entity_id == entity_id:  # `OTAN` and `Otan`: either will do
                    lower = tuple(map(min, old.capitals, capitals))
                    table[words] = Alias(words, lower, entity_id, label, sure or old.sure)

    def index(self) -> dict[str, dict[str, tuple[Alias, ...]]]:
        """Language -> first word -> forms, longest first."""
        return {language: self._of(language) for language in self._own}

    def _of(self, language: str) -> dict[str, tuple[Alias, ...]]:
        first: dict[str, list[Alias]] = {}
        for words, alias in self._merged(language):
            first.setdefault(words[0], []).append(alias)
        return {
            word: tuple(sorted(forms, key=lambda a: (-len(a.words), a.words)))
            for word, forms in first.items()
        }

    def _merged(self, language: str) -> Iterator[tuple[tuple[str, ...], Alias]]:
        merged = dict(self._own[language])
        for table in (self._any, *(t for k, t in sorted(self._own.items()) if k != language)):
            for words, alias in table.items():
                merged.setdefault(words, alias)
        yield from merged.items()
