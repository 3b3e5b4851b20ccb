"""Language modelling on raw news: each tower predicts the next word on its side.

The softmax runs over the word types of the batch: every position teaches, and no large output
layer is needed.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from features import Words, count, load_words, read_paragraphs
from net import WIDTH, Encoder, WordInput
from torch import Tensor, nn
from torch.nn import functional

LONGEST = 160
BATCH = 3072  # words
MINIMUM = 8  # occurrences that give a word an embedding of its own


def batches(rows: list[list[int]], size: int, rng: random.Random) -> Iterator[Tensor]:
    """Shuffled batches of about ``size`` words of paragraphs of like length, padded with -1."""
    order = sorted(range(len(rows)), key=lambda i: (len(rows[i]) // 8, rng.random()))
    groups: list[list[int]] = [[]]
    for i in order:
        width = max((len(rows[j]) for j in groups[-1]), default=0)
        if groups[-1] and max(width, len(rows[i])) * (len(groups[-1]) + 1) > size:
            groups.append([])
        groups[-1].append(i)
    rng.shuffle(groups)
    for group in groups:
        width = max(len(rows[i]) for i in group)
        out = torch.full((len(group), width), -1)
        for k, i in enumerate(group):
            out[k, : len(rows[i])] = torch.tensor(rows[i])
        yield out


class LanguageModel(nn.Module):
    """The encoder with one embedding of words as targets for both towers."""

    def __init__(self, encoder: Encoder, frequent: int):
        super().__init__()
        self.encoder = encoder
        self.targets = nn.Embedding(frequent + 1, WIDTH)
        nn.init.normal_(self.targets.weight, std=0.02)
        self.bias = nn.Embedding(frequent + 1, 1)
        nn.init.zeros_(self.bias.weight)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))

    def forward(self, ids: Tensor) -> Tensor:
        """Mean negative log-likelihood of next and previous words, of the frequent ones."""
        mask = ids >= 0
        safe = ids.clamp(min=0)
        _, left, right = self.encoder(safe, mask)
        goal = self.encoder.words.hashes[safe][..., 0] * mask
        kinds, where = goal.unique(return_inverse=True)
        output = self.targets(kinds)
        bias = self.bias(kinds)[:, 0]
        total = torch.zeros(())
        sides = ((left[:, :-1], slice(1, None)), (right[:, 1:], slice(None, -1)))
        for norm, (seen, side) in zip(self.norms, sides, strict=True):
            counted = goal[:, side] > 0
            hidden = norm(seen[counted])
            scores = hidden @ output.T + bias
            total = total + functional.cross_entropy(scores.float(), where[:, side][counted])
        return total / 2


def pretrain(raw: Path, vectors: Path, floret_bin: Path, out: Path, minutes: float) -> None:
    """Train for a number of minutes and save encoder and vocabulary to ``out``."""
    torch.manual_seed(0)
    rng = random.Random(0)
    paragraphs = [p[:LONGEST] for p in read_paragraphs(raw) if len(p) > 2]
    counts = count(paragraphs)
    words = load_words(counts.items(), MINIMUM, vectors, floret_bin)
    rows = [words.ids(p) for p in paragraphs]
    model = LanguageModel(encoder_of(words), len(words.frequent))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    start, step, seen, shown = time.monotonic(), 0, 0, 0.0
    epoch = 0
    while True:
        epoch += 1
        for ids in batches(rows, BATCH, rng):
            spent = (time.monotonic() - start) / 60
            if spent > minutes:
                torch.save({"encoder": model.encoder.state_dict(), "frequent": words.frequent}, out)
                return
            rate = 1.2e-3 * min(1.0, (step + 1) / 300) * max(0.02, 1 - spent / minutes)
            for group in optimizer.param_groups:
                group["lr"] = rate
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = model(ids)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step, seen = step + 1, seen + int((ids >= 0).sum())
            shown = loss.item() if not shown else 0.98 * shown + 0.02 * loss.item()
            if step % 20 == 0:
                speed = seen / (time.monotonic() - start)
                where = f"{spent:6.1f} min  epoch {epoch}  step {step}"
                print(f"{where}  {shown:.3f}  {speed:.0f}/s", flush=True)


def encoder_of(words: Words) -> Encoder:
    """A fresh encoder over the features of a vocabulary."""
    return Encoder(WordInput(*words.tables(), len(words.frequent)))
