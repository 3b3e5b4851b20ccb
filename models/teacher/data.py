"""Annotated sentences as numbers, and labels by name."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from pieces import Pieces
from spacy.tokens import Doc
from torch import Tensor

QUOTES = str.maketrans({"’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"'})
MISSING = -100  # torch's own mark for "do not count this"
LONGEST = 120  # words of a training or labelling window
DATE_WORDS = """janvier février mars avril mai juin juillet août septembre octobre novembre
décembre lundi mardi mercredi jeudi vendredi samedi dimanche an année siècle matin soir heure"""
DATE_LIKE = frozenset(DATE_WORDS.split())


@dataclass
class Labels:
    """Names of one task's classes, in order of frequency."""

    names: list[str]
    index: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.index = {name: i for i, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def of(self, name: str) -> int:
        """The class of a name; MISSING where it is unknown."""
        return self.index.get(name, MISSING)


@dataclass(slots=True)
class Sentence:
    """One sentence (parsed) or paragraph (named entities) with what is known of it."""

    source: int  # which treebank: each has a scheme of its own
    words: list[str]
    spaces: list[bool]  # whether a space follows
    tags: list[str]  # UPOS and features; empty where unannotated
    heads: list[int]  # index in the sentence, own index for the root; empty where unannotated
    deps: list[str]
    entities: list[str]  # B-PER, I-PER, O, "" where open; empty where unannotated


def sentence(doc: Doc, source: int, *, parsed: bool, named: bool, dates: bool = True) -> Sentence:
    """A Sentence of a spaCy Doc of one sentence; ``dates`` false leaves likely dates open."""
    tags = [f"{t.pos_}|{t.morph}" for t in doc] if parsed else []
    entities = []
    for token in doc if named else ():
        mark = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O"
        open_date = not dates and mark == "O" and date_like(token.text)
        entities.append("" if open_date else mark)
    return Sentence(
        source,
        [plain(t.text) for t in doc],
        [bool(t.whitespace_) for t in doc],
        tags,
        [t.head.i for t in doc] if parsed else [],
        [t.dep_ for t in doc] if parsed else [],
        entities,
    )


def plain(word: str) -> str:
    """A word with straight quotes only."""
    return word.translate(QUOTES)


def date_like(word: str) -> bool:
    """Whether a word may be part of a date that the corpus does not mark."""
    return word.lower() in DATE_LIKE or any(c.isdigit() for c in word)


@dataclass
class Tasks:
    """The classes of every task."""

    tags: Labels
    deps: Labels
    entities: Labels

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> "Tasks":
        """All classes that the sentences have."""
        tags: Counter[str] = Counter()
        deps: Counter[str] = Counter()
        entities: Counter[str] = Counter()
        for item in sentences:
            tags.update(item.tags)
            deps.update(item.deps)
            entities.update(e for e in item.entities if e)
        kinds = sorted({e[2:] for e in entities if e != "O"})
        return cls(
            Labels([t for t, n in tags.most_common() if n > 1]),
            Labels([d for d, _ in deps.most_common()]),
            Labels(["O", *(f"{p}-{k}" for k in kinds for p in "BI")]),
        )


@dataclass
class Batch:
    """Windows of whole sentences as padded arrays (batch, words), pieces as (batch, pieces)."""

    pieces: Tensor
    pieces_mask: Tensor
    firsts: Tensor  # position of a word's first piece
    lasts: Tensor
    mask: Tensor
    source: Tensor  # (batch,)
    tags: Tensor
    heads: Tensor  # position in the window; the length of the window stands for the root
    deps: Tensor
    starts: Tensor  # 1 where a sentence starts
    sentences: Tensor  # number of the sentence that a word is in
    entities: Tensor


def windows(
    sentences: Sequence[Sentence], rng: random.Random, most: int
) -> Iterator[list[Sentence]]:
    """Runs of one to ``most`` neighbouring sentences of one source, up to LONGEST words."""
    held: list[Sentence] = []
    limit = rng.randint(1, most)
    for item in sentences:
        size = sum(len(s.words) for s in held) + len(item.words)
        if held and (held[0].source != item.source or size > LONGEST or len(held) >= limit):
            yield held
            held, limit = [], rng.randint(1, most)
        held.append(item)
    if held:
        yield held


def cut(
    groups: Sequence[Sequence[Sentence]], pieces: Pieces
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pieces, their mask, the first and the last of every word."""
    rows, firsts, lasts = [], [], []
    for group in groups:
        row, first, last = [pieces.begin], [], []
        for item in group:
            spaced = True
            for word, space in zip(item.words, item.spaces, strict=True):
                first.append(len(row))
                row += pieces.of(word, spaced)
                last.append(len(row) - 1)
                spaced = space
        rows.append([*row, pieces.end])
        firsts.append(first)
        lasts.append(last)
    ids = padded(rows)
    mask = torch.arange(ids.shape[1]) < torch.tensor([len(row) for row in rows])[:, None]
    return ids, mask, padded(firsts), padded(lasts)


def padded(rows: Sequence[Sequence[int]]) -> Tensor:
    """Rows of unequal length as one array, 0 behind their ends."""
    out = torch.zeros((len(rows), max(map(len, rows))), dtype=torch.long)
    for b, row in enumerate(rows):
        out[b, : len(row)] = torch.tensor(row)
    return out


def collate(groups: Sequence[Sequence[Sentence]], pieces: Pieces, tasks: Tasks) -> Batch:
    """Windows to arrays."""
    n = max(sum(len(s.words) for s in group) for group in groups)
    shape = (len(groups), n)
    mask = torch.zeros(shape, dtype=torch.bool)
    tags, heads, deps, entities = (torch.full(shape, MISSING) for _ in range(4))
    starts, number = torch.full(shape, MISSING), torch.full(shape, -1)
    for b, group in enumerate(groups):
        at = 0
        for k, item in enumerate(group):
            size = len(item.words)
            here = (b, slice(at, at + size))
            mask[here] = True
            number[here] = k
            if item.heads:
                tags[here] = torch.tensor([tasks.tags.of(t) for t in item.tags])
                deps[here] = torch.tensor([tasks.deps.of(d) for d in item.deps])
                heads[here] = torch.tensor(
                    [n if h == i else at + h for i, h in enumerate(item.heads)]
                )
                starts[here] = 0
                starts[b, at] = 1
            if item.entities:
                entities[here] = torch.tensor([tasks.entities.of(e) for e in item.entities])
            at += size
    source = torch.tensor([group[0].source for group in groups])
    return Batch(*cut(groups, pieces), mask, source, tags, heads, deps, starts, number, entities)
