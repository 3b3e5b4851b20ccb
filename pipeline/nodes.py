"""A parsed passage as plain Python objects, read from a spaCy `Doc` in one go.

Names are spaCy's, so that code reads alike over `Token` and `Node`. spaCy makes a new object for
every token looked at; the grammar looks at each many times.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, overload

if TYPE_CHECKING:  # a Tree is also read where spaCy is not loaded
    from spacy.tokens import Doc

Features = dict[str, list[str]]
COLUMNS: list[int | str] = [
    "ORTH",
    "LOWER",
    "LEMMA",
    "POS",
    "DEP",
    "ENT_TYPE",
    "MORPH",
    "IDX",
    "SPACY",
]
"""What is read of every token, beside its head."""
WORDS = 7
"""Columns that hold strings, the first."""
QUOTES = frozenset("'\"`‘’‚‛“”„‟‹›«»")


class Node:
    """One token with its place in the tree."""

    __slots__ = (
        "children", "dep_", "doc", "ent_type_", "head", "i", "idx", "lemma_", "lower_", "morph",
        "pos_", "text", "whitespace_",
    )  # fmt: skip
    doc: Tree
    i: int
    idx: int
    """First code point in the text of the passage."""
    text: str
    lower_: str
    lemma_: str
    pos_: str
    dep_: str
    """UD relation with its subtype; of a root `ROOT`."""
    morph: Features
    ent_type_: str
    whitespace_: str
    head: Node
    """A root's is itself."""
    children: list[Node]
    """In text order."""

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    def nbor(self, offset: int = 1) -> Node:
        """The token so many further on.

        Raises IndexError where the passage ends before.
        """
        if self.i + offset < 0:
            raise IndexError(offset)
        return self.doc.nodes[self.i + offset]

    def attach(self, head: Node) -> None:
        """Depend on another token, or, where it is itself, on none."""
        if self.head is not self:
            self.head.children.remove(self)
        self.head = head
        if head is not self:
            insort(head.children, self, key=attrgetter("i"))

    @property
    def is_sent_start(self) -> bool:
        """The first token of a sentence."""
        return self.doc.opens(self.i)

    @property
    def is_quote(self) -> bool:
        """A quotation mark or apostrophe."""
        return self.text in QUOTES

    @property
    def left_edge(self) -> Node:
        """The first token of the subtree."""
        node = self
        while node.children and node.children[0].i < node.i:
            node = node.children[0]
        return node

    @property
    def right_edge(self) -> Node:
        """The last token of the subtree."""
        node = self
        while node.children and node.children[-1].i > node.i:
            node = node.children[-1]
        return node

    @property
    def subtree(self) -> Iterator[Node]:
        """The node and all below it, in text order of every level."""
        left = [c for c in self.children if c.i < self.i]
        for child in left:
            yield from child.subtree
        yield self
        for child in self.children[len(left) :]:
            yield from child.subtree

    @property
    def sent(self) -> Phrase:
        """The sentence."""
        return self.doc.sentence(self.i)


class Phrase(Sequence[Node]):
    """Consecutive tokens of a passage."""

    __slots__ = ("doc", "end", "start")

    def __init__(self, doc: Tree, start: int, end: int) -> None:
        """Take tokens `start` up to `end`."""
        self.doc, self.start, self.end = doc, start, end

    def __len__(self) -> int:
        return self.end - self.start

    @overload
    def __getitem__(self, k: int) -> Node: ...
    @overload
    def __getitem__(self, k: slice) -> list[Node]: ...
    def __getitem__(self, k: int | slice) -> Node | list[Node]:
        return self.doc.nodes[self.start : self.end][k]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.doc.nodes[self.start : self.end])

    @property
    def start_char(self) -> int:
        """First code point in the text of the passage."""
        return self.doc.nodes[self.start].idx

    @property
    def end_char(self) -> int:
        """One past the last code point."""
        last = self.doc.nodes[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """The words as they stand."""
        return self.doc.text[self.start_char : self.end_char] if len(self) else ""

    @property
    def root(self) -> Node:
        """The token that governs the others: of several the one nearest to the sentence's root."""
        free = [t for t in self if t.head is t or not self.start <= t.head.i < self.end]
        return free[0] if len(free) == 1 else min(free, key=_depth)


class Name(NamedTuple):
    """A named entity of the model: tokens `start` up to `end`."""

    start: int
    end: int
    label_: str


def _depth(node: Node) -> int:
    depth = 0
    while node.head is not node:
        node, depth = node.head, depth + 1
    return depth


class Tree:
    """The tokens of one passage with their tree."""

    def __init__(self, doc: Doc) -> None:
        """Read a parsed Doc."""
        self.nodes = _nodes(self, doc)
        self.ents = [Name(span.start, span.end, span.label_) for span in doc.ents]
        self._starts: list[int] = doc.to_array("SENT_START").tolist()

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    @overload
    def __getitem__(self, k: int) -> Node: ...
    @overload
    def __getitem__(self, k: slice) -> Phrase: ...
    def __getitem__(self, k: int | slice) -> Node | Phrase:
        if isinstance(k, int):
            return self.nodes[k]
        start, end, _ = k.indices(len(self.nodes))
        return Phrase(self, start, max(start, end))

    def opens(self, i: int) -> bool:
        """The i-th token begins a sentence."""
        return i == 0 or self._starts[i] == 1

    @cached_property
    def text(self) -> str:
        """The text of the passage."""
        return "".join([t.text + t.whitespace_ for t in self.nodes])

    @cached_property
    def sentences(self) -> list[Phrase]:
        """All sentences in order."""
        bounds = [i for i in range(len(self.nodes)) if self.opens(i)]
        ends = [*bounds[1:], len(self.nodes)]
        return [Phrase(self, start, end) for start, end in zip(bounds, ends, strict=True)]

    def sentence(self, i: int) -> Phrase:
        """The sentence of the i-th token."""
        return self.sentences[bisect_right(self.sentences, i, key=lambda s: s.start) - 1]


def _nodes(tree: Tree, doc: Doc) -> list[Node]:
    strings = doc.vocab.strings
    rows = doc.to_array(COLUMNS)
    heads = doc.to_array("HEAD").astype("int64").tolist()
    met: set[int] = set(rows[:, :WORDS].ravel().tolist())  # type: ignore[arg-type]
    words = {key: strings[key] for key in met}
    nodes = [Node() for _ in heads]
    for i, (node, row) in enumerate(zip(nodes, rows.tolist(), strict=True)):
        orth, lower, lemma, pos, dep, label, morph, idx, space = row
        node.doc, node.i, node.idx = tree, i, idx
        node.text, node.lower_, node.lemma_ = words[orth], words[lower], words[lemma]
        node.pos_, node.dep_, node.ent_type_ = words[pos], words[dep], words[label]
        node.morph = features(words[morph])
        node.whitespace_ = " " if space else ""
        node.children = []
        node.head = nodes[i + heads[i]]
    for head, node in zip(heads, nodes, strict=True):
        if head:
            node.head.children.append(node)
    return nodes


@lru_cache(maxsize=10_000)
def features(morph: str) -> Features:
    """Names and values of `Gender=Masc|Number=Sing`; not to be changed."""
    pairs = (feature.partition("=") for feature in morph.split("|") if "=" in feature)
    return {name: values.split(",") for name, _, values in pairs}
