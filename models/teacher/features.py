"""Words as fixed and learned features: what the teacher reads instead of characters.

Every word type is a row of vectors known beforehand (pretrained and our own floret) and of small
indices (frequent word, prefix, suffix, shape) into embeddings that are learned.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import floret
import numpy as np
import spacy
from numpy.typing import NDArray

UNKNOWN = 0
QUOTES = str.maketrans({"’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"'})
HASHED = {"prefix": 4096, "suffix2": 2048, "suffix4": 8192, "shape": 1024}


def plain(word: str) -> str:
    """A word with straight quotes only."""
    return word.translate(QUOTES)


def shape(word: str) -> str:
    """``Élysée`` as ``Xx``, ``G7`` as ``Xd``: runs of one class are one letter."""
    out = ""
    for char in word:
        kind = "X" if char.isupper() else "x" if char.isalpha() else "d" if char.isdigit() else char
        if not out.endswith(kind):
            out += kind
    return out[:6]


def hashed(word: str) -> list[int]:
    """The indices of a word in the learned tables of prefixes, suffixes and shapes."""
    low = word.lower()
    parts = (low[:3], low[-2:], low[-4:], shape(word))
    sizes = HASHED.values()
    return [_hash(part) % size for part, size in zip(parts, sizes, strict=True)]


def _hash(text: str) -> int:
    value = 2166136261  # FNV-1a: Python's own hash differs in every process
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


@dataclass
class Words:
    """All word types met, with their features as arrays that grow on demand."""

    frequent: dict[str, int]  # word -> index of its learned embedding (0 is unknown)
    pretrained: Any  # spacy Vectors with StringStore, or None
    floret_model: Any
    index: dict[str, int] = field(default_factory=dict)
    _vectors: list[NDArray[np.float32]] = field(default_factory=list)
    _hashes: list[list[int]] = field(default_factory=list)

    def ids(self, words: Sequence[str]) -> list[int]:
        """Indices of word types; a new type is added."""
        return [self.index.get(w) or self._add(w) for w in map(plain, words)]

    def _add(self, word: str) -> int:
        known = self.index.get(word)
        if known is not None:
            return known
        self.index[word] = len(self._vectors)
        self._vectors.append(self._vector(word))
        self._hashes.append([self.frequent.get(word, UNKNOWN), *hashed(word)])
        return self.index[word]

    def _vector(self, word: str) -> NDArray[np.float32]:
        parts = [np.asarray(self.floret_model.get_word_vector(word), dtype=np.float32)]
        if self.pretrained is not None:
            parts.append(self._known_vector(word))
        return np.concatenate(parts)

    def _known_vector(self, word: str) -> NDArray[np.float32]:
        vectors = self.pretrained.vectors
        for form in (word, word.lower(), word.capitalize()):
            row = vectors.key2row.get(self.pretrained.strings[form])
            if row is not None:
                return np.asarray(vectors.data[row], dtype=np.float32)
        return np.zeros(vectors.shape[1], dtype=np.float32)

    @property
    def width(self) -> int:
        """Length of the fixed vector of a word."""
        return len(self._vector("le"))

    def tables(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Fixed vectors (types, width) and indices (types, 1 + len(HASHED)) of all types."""
        return np.stack(self._vectors), np.asarray(self._hashes, dtype=np.int64)


def load_words(
    counts: Iterable[tuple[str, int]], minimum: int, pretrained: Path | None, floret_bin: Path
) -> Words:
    """The features of a vocabulary; words met ``minimum`` times get an embedding of their own."""
    vocab = spacy.load(pretrained, enable=[]).vocab if pretrained else None
    model = floret.load_model(str(floret_bin))
    often = sorted((-n, w) for w, n in counts if n >= minimum)
    frequent = {w: i + 1 for i, (_, w) in enumerate(often)}
    words = Words(frequent, vocab, model)
    words.ids(["<unknown>"])  # index 0: never a word of a text
    return words


def read_paragraphs(path: Path) -> list[list[str]]:
    """The words of rawtext.write's paragraphs."""
    with path.open(encoding="utf-8") as lines:
        return [
            [plain(w[:-1] if w.endswith("_") else w) for w in line.rstrip("\n").split("\t")]
            for line in lines
        ]


def count(paragraphs: Iterable[Sequence[str]]) -> Counter[str]:
    """How often every word type stands in the paragraphs."""
    total: Counter[str] = Counter()
    for words in paragraphs:
        total.update(words)
    return total
