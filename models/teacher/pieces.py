"""The subword pieces that the pretrained encoder reads (a unigram vocabulary, Kudo 2018)."""

import itertools
import struct
from dataclasses import dataclass, field
from functools import cached_property

SPACE = "\u2581"  # SentencePiece's mark of a space before a piece


@dataclass
class Pieces:
    """Pieces with log-probabilities, and the characters that are read as others."""

    index: dict[str, int]
    scores: list[float]
    normal: dict[str, str]
    begin: int
    end: int
    unknown: int
    _known: dict[tuple[str, bool], list[int]] = field(default_factory=dict)

    @cached_property
    def longest(self) -> int:
        """Characters of the longest piece."""
        return max(map(len, self.index))

    @cached_property
    def unknown_score(self) -> float:
        """Log-probability of a character that no piece has: worse than any piece."""
        return min(self.scores) - 10.0

    def of(self, word: str, spaced: bool) -> list[int]:
        """The most probable pieces of a word; ``spaced``: a space stands before it."""
        key = (word, spaced)
        if key not in self._known:
            text = "".join(self.normal.get(c, c) for c in word).replace(" ", SPACE)
            self._known[key] = self._best((SPACE if spaced else "") + text) or [self.unknown]
        return self._known[key]

    def _best(self, text: str) -> list[int]:
        """Viterbi over all ways to cut the text."""
        n = len(text)
        best = [0.0] + [float("-inf")] * n
        piece, origin = [self.unknown] * (n + 1), list(range(-1, n))
        for i in range(n):
            for j in range(i + 1, min(n, i + self.longest) + 1):
                known = self.index.get(text[i:j])
                if known is None and j > i + 1:
                    continue
                score = self.unknown_score if known is None else self.scores[known]
                if best[i] + score > best[j]:
                    best[j], origin[j] = best[i] + score, i
                    piece[j] = self.unknown if known is None else known
        out = []
        while n > 0:
            out.append(piece[n])
            n = origin[n]
        return out[::-1]


def read_pieces(data: memoryview, at: int) -> tuple[Pieces, int]:
    """The tokenizer of an encoder file from an offset on, and the offset after it."""
    count, begin, end, _pad, unknown, size = struct.unpack_from("<5iQ", data, at)
    at += 28
    offsets = struct.unpack_from(f"<{count + 1}I", data, at)
    at += 4 * (count + 1)
    scores = list(struct.unpack_from(f"<{count}f", data, at))
    at += 4 * count
    blob = bytes(data[at : at + size])
    at += size
    words = [blob[a:b].decode(errors="replace") for a, b in itertools.pairwise(offsets)]
    mapped, size = struct.unpack_from("<iI", data, at)
    at += 8
    stop = at + size
    normal = {}
    for _ in range(mapped):
        char, length = struct.unpack_from("<IB", data, at)
        at += 5
        normal[chr(char)] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, at)))
        at += 4 * length
    index = {word: i for i, word in enumerate(words) if word and i != unknown}
    return Pieces(index, scores, normal, begin, end, unknown), stop
