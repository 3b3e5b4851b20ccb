"""The teacher: tags, sentence starts, trees (biaffine) and entities over a pretrained encoder.

Deep biaffine attention: Dozat and Manning 2017 (arXiv:1611.01734). Each source of training data
has an embedding of its own, so that treebanks of other schemes help without teaching their scheme
(Stymne et al. 2018, P18-2098).
"""

from dataclasses import dataclass
from typing import cast

import torch
from data import MISSING, Batch, Tasks
from encoder import Encoder
from torch import Tensor, nn
from torch.nn import functional

ARC, LABEL, ENTITY = 384, 160, 256
DROPOUT = 0.3


class Biaffine(nn.Module):
    """Scores of every pair (dependent, head) for a number of outputs."""

    def __init__(self, width: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, width + 1, width + 1))
        nn.init.normal_(self.weight, std=0.01)

    def forward(self, dependent: Tensor, head: Tensor) -> Tensor:
        """(batch, n, width), (batch, m, width) -> (batch, outputs, n, m)."""
        one = torch.ones_like(dependent[..., :1])
        a = torch.cat([dependent, one], dim=-1)
        b = torch.cat([head, torch.ones_like(head[..., :1])], dim=-1)
        return torch.einsum("bni,oij,bmj->bonm", a, self.weight.to(a.dtype), b)


@dataclass
class Scores:
    """What the net says of a batch."""

    tags: Tensor
    starts: Tensor
    entities: Tensor
    arcs: Tensor  # (batch, n, n + 1); the last column is the root
    dependent: Tensor
    head: Tensor


class Teacher(nn.Module):
    """All tasks over one encoder."""

    def __init__(self, encoder: Encoder, tasks: Tasks, sources: int):
        super().__init__()
        self.encoder = encoder
        width = encoder.width
        self.source = nn.Embedding(sources, width)
        nn.init.normal_(self.source.weight, std=0.01)
        self.drop = nn.Dropout(DROPOUT)
        self.tags = nn.Linear(width, len(tasks.tags))
        self.starts = nn.Linear(width, 2)
        self.entity = nn.Linear(width, ENTITY)
        self.entities = nn.Linear(ENTITY, len(tasks.entities))
        self.root = nn.Parameter(torch.zeros(width))
        self.arc_dependent, self.arc_head = nn.Linear(width, ARC), nn.Linear(width, ARC)
        self.label_dependent, self.label_head = nn.Linear(width, LABEL), nn.Linear(width, LABEL)
        self.arc, self.label = Biaffine(ARC, 1), Biaffine(LABEL, len(tasks.deps))

    def forward(self, batch: Batch) -> Scores:
        """Scores of every task for every word."""
        source = self.source(batch.source)
        x = self.drop(
            self.encoder(batch.pieces, batch.pieces_mask, batch.firsts, batch.lasts, source)
        )
        entity = self.drop(functional.relu(self.entity(x)))
        root = self.root.expand(x.shape[0], 1, -1).to(x.dtype)
        heads = torch.cat([x, root], dim=1)
        arcs = self.arc(
            self.drop(functional.relu(self.arc_dependent(x))),
            self.drop(functional.relu(self.arc_head(heads))),
        )[:, 0]
        return Scores(
            self.tags(x),
            self.starts(x),
            self.entities(entity),
            arcs,
            self.drop(functional.relu(self.label_dependent(x))),
            self.drop(functional.relu(self.label_head(heads))),
        )

    def labels(self, scores: Scores, heads: Tensor) -> Tensor:
        """(batch, n) heads -> (batch, n, labels) scores of the relation to that head."""
        index = heads.clamp(min=0)[..., None].expand(-1, -1, scores.head.shape[-1])
        chosen = scores.head.gather(1, index)
        one = torch.ones_like(chosen[..., :1])
        a = torch.cat([scores.dependent, one], dim=-1)
        b = torch.cat([chosen, one], dim=-1)
        weight = self.label.weight.to(a.dtype)
        # one relation a word: multiply left to right, never every pair
        left = torch.einsum("bni,oij->bnoj", a, weight)
        return torch.einsum("bnoj,bnj->bno", left, b)

    def loss(self, batch: Batch) -> Tensor:
        """Sum of the mean losses of the tasks that the batch annotates."""
        scores = self(batch)
        terms = [
            cross(scores.tags, batch.tags),
            0.5 * cross(scores.starts, batch.starts),
            cross(scores.entities, batch.entities),
        ]
        known = batch.heads >= 0
        if known.any():
            arcs = scores.arcs.float().masked_fill(~allowed(batch), -1e4)
            terms.append(functional.cross_entropy(arcs[known], batch.heads[known]))
            terms.append(cross(self.labels(scores, batch.heads), batch.deps))
        return cast(Tensor, sum(terms))


def cross(scores: Tensor, gold: Tensor) -> Tensor:
    """Mean cross-entropy over annotated words; 0 where there are none."""
    if not (gold != MISSING).any():
        return torch.zeros(())
    return functional.cross_entropy(
        scores.float().flatten(0, 1), gold.flatten(), ignore_index=MISSING
    )


def allowed(batch: Batch) -> Tensor:
    """(batch, n, n + 1): heads in the same sentence and the root, never the word itself."""
    number = batch.sentences
    same = (number[:, :, None] == number[:, None, :]) & batch.mask[:, None, :]
    itself = torch.eye(number.shape[1], dtype=torch.bool)
    root = torch.ones_like(same[:, :, :1])
    return torch.cat([same & ~itself, root], dim=-1)
