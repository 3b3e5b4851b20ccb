"""A trained teacher at work: sentences, tags, trees and entities of windows of words."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import decode
import encoder
import numpy as np
import torch
from biaffine import Teacher, allowed
from data import Labels, Sentence, Tasks, collate
from pieces import Pieces
from spacy.tokens import Doc

TARGET = 0  # the source whose scheme the shipped models have
Net = tuple[Teacher, Pieces, Tasks]
Text = tuple[list[str], list[bool]]  # words, and whether a space follows each


def load(encoder_file: Path, path: Path) -> Net:
    """A saved teacher over its encoder."""
    state = torch.load(path, weights_only=True)
    tasks = Tasks(**{k: Labels(v) for k, v in state["tasks"].items()})
    low, pieces = encoder.load(encoder_file)
    model = Teacher(low, tasks, state["schemes"])
    model.load_state_dict(state["weights"])
    model.eval()
    return model, pieces, tasks


@torch.inference_mode()
def annotate(models: list[Net], texts: list[Text], *, split: bool = True) -> list[dict[str, Any]]:
    """Sentences, tags, heads, labels, entities of windows of words; several nets are averaged.

    Heads are positions in the window, a word's own for a root. ``sure``: mean probability of the
    chosen heads.
    """
    tasks = models[0][2]
    found = []
    for model, pieces, _ in models:
        items = [[Sentence(TARGET, *text, [], [], [], [])] for text in texts]
        batch = collate(items, pieces, tasks)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found.append((model, batch, model(batch)))
    starts = torch.stack([s.starts.float().softmax(-1) for _, _, s in found]).mean(0)[..., 1]
    number = ((starts > 0.5) if split else torch.zeros_like(starts)).long()
    number[:, 0] = 1
    number = number.cumsum(1) - 1
    arcs = []
    for _, batch, scores in found:
        batch.sentences = number
        masked = scores.arcs.float().masked_fill(~allowed(batch), -1e4)
        arcs.append(masked.softmax(-1))
    arc = torch.stack(arcs).mean(0)
    tags = torch.stack([s.tags.float().log_softmax(-1) for _, _, s in found]).mean(0)
    marks = torch.stack([s.entities.float().log_softmax(-1) for _, _, s in found]).mean(0)
    heads = torch.zeros_like(number)
    sure = []
    width = number.shape[1]
    for b, (text, _) in enumerate(texts):
        rows = arc[b].double().log().clamp(min=-1e3).numpy()
        total = 0.0
        for low, high in spans(number[b, : len(text)].tolist()):
            some = np.concatenate([rows[low:high, low:high], rows[low:high, width:]], axis=1)
            for i, h in enumerate(decode.tree(some)):
                heads[b, low + i] = width if h == i else low + h
                total += float(arc[b, low + i, heads[b, low + i]])
        sure.append(total / len(text))
    labels = torch.stack([m.labels(s, heads).float().log_softmax(-1) for m, _, s in found]).mean(0)
    root = tasks.deps.of("ROOT")
    is_root = heads == width
    labels[..., root] = torch.where(is_root, 1e3, -1e3)
    chosen, tag = labels.argmax(-1), tags.argmax(-1)
    out = []
    for b, (text, _) in enumerate(texts):
        n = len(text)
        out.append(
            {
                "starts": [low for low, _ in spans(number[b, :n].tolist())],
                "tags": [tasks.tags.names[i] for i in tag[b, :n].tolist()],
                "heads": [i if h == width else h for i, h in enumerate(heads[b, :n].tolist())],
                "deps": [tasks.deps.names[i] for i in chosen[b, :n].tolist()],
                "entities": decode.entities(marks[b, :n].double().numpy(), tasks.entities.names),
                "sure": sure[b],
            }
        )
    return out


def spans(numbers: list[int]) -> list[tuple[int, int]]:
    """(first, end) of every run of one sentence number."""
    edges = [0, *(i for i in range(1, len(numbers)) if numbers[i] != numbers[i - 1]), len(numbers)]
    return list(itertools.pairwise(edges))


def batched(docs: list[Doc], size: int = 24) -> Iterator[list[Doc]]:
    """Docs of like length together, those over 300 words left as they are."""
    order = sorted(docs, key=len)
    for i in range(0, len(order), size):
        yield order[i : i + size]


def chunks(marks: list[str]) -> list[tuple[int, int, str]]:
    """(start, end, label) of the entities of BIO marks."""
    out: list[tuple[int, int, str]] = []
    for i, mark in enumerate(marks):
        if mark.startswith("B-"):
            out.append((i, i + 1, mark[2:]))
        elif mark.startswith("I-") and out and out[-1][1] == i:
            out[-1] = (out[-1][0], i + 1, out[-1][2])
    return out
