"""The teacher's net: word features, two causal towers (a language model), layers that see both."""

from typing import cast

import numpy as np
import torch
from features import HASHED
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, DEPTH, INNER = 256, 4, 3, 896
WORD, PIECE = 128, 48


class WordInput(nn.Module):
    """Fixed vectors and learned embeddings of words -> (batch, length, WIDTH)."""

    def __init__(self, vectors: NDArray[np.float32], hashes: NDArray[np.int64], frequent: int):
        super().__init__()
        self.vectors, self.hashes = torch.from_numpy(vectors), torch.from_numpy(hashes)
        self.word = nn.Embedding(frequent + 1, WORD, padding_idx=0)
        self.pieces = nn.ModuleList(nn.Embedding(size, PIECE) for size in HASHED.values())
        for table in (self.word, *self.pieces):
            nn.init.normal_(cast(nn.Embedding, table).weight, std=0.1)
        self.norm = nn.LayerNorm(vectors.shape[1])
        self.mix = nn.Linear(vectors.shape[1] + WORD + PIECE * len(HASHED), WIDTH)
        self.out = nn.LayerNorm(WIDTH)

    def forward(self, ids: Tensor) -> Tensor:
        """(batch, length) word types -> (batch, length, WIDTH)."""
        hashes = self.hashes[ids]
        known = self.norm(self.vectors[ids])
        parts = [known, self.word(hashes[..., 0])]
        parts += [table(hashes[..., i + 1]) for i, table in enumerate(self.pieces)]
        return cast(Tensor, self.out(functional.relu(self.mix(torch.cat(parts, dim=-1)))))


class Layer(nn.Module):
    """Self-attention with distance penalties (ALiBi) and a feed-forward net, pre-normalized."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """(batch, length, WIDTH), additive attention bias -> the same shape."""
        b, n, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        # plain products: on a CPU faster than the fused attention, backwards above all
        scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5 + bias.to(q.dtype)
        seen = torch.softmax(scores, dim=-1).to(v.dtype) @ v
        x = x + self.out(seen.transpose(1, 2).reshape(b, n, WIDTH))
        return x + self.outer(functional.relu(self.inner(self.norm2(x))).square())


def attention_bias(mask: Tensor, direction: int) -> Tensor:
    """(batch, HEADS, length, length) penalties; direction 1 sees the left, -1 the right, 0 both."""
    n = mask.shape[1]
    position = torch.arange(n)
    distance = position[:, None] - position[None, :]
    slopes = torch.tensor([0.5 ** (2 * i) for i in range(HEADS)])
    slopes[-1] = 0.0
    bias = -slopes[:, None, None] * distance.abs()
    if direction:
        bias = bias.masked_fill(distance * direction < 0, -1e4)
    return bias[None] + (~mask)[:, None, None, :] * -1e4


class Encoder(nn.Module):
    """Both towers: what is to the left of a word and what is to its right."""

    def __init__(self, words: WordInput):
        super().__init__()
        self.words = words
        self.left = nn.ModuleList(Layer() for _ in range(DEPTH))
        self.right = nn.ModuleList(Layer() for _ in range(DEPTH))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(batch, length) -> word input, left and right contexts, each (batch, length, WIDTH)."""
        words = self.words(ids)
        left, right = words, words
        left_bias, right_bias = attention_bias(mask, 1), attention_bias(mask, -1)
        for a, b in zip(self.left, self.right, strict=True):
            left, right = a(left, left_bias), b(right, right_bias)
        return words, left, right
