"""Coreference: whom do pronouns, possessives and descriptions mean?

Precision over those that the program gives somebody, recall over all that mean somebody. One that
it leaves unresolved, or makes an entity of its own, is given nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.entities import Found
from pipeline.extract import Draft, Extractor
from pipeline.readers import read_dump
from pipeline.records import Mention, Page
from pipeline.settings import Settings
from pipeline.texts import fold

HERE = Path(__file__).parent
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Case:
    """One of them, and who is meant: every group must be, by one of its names."""

    article: str
    snippet: str
    start: int
    end: int
    means: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program says."""

    case: Case
    kind: str
    given: tuple[frozenset[str], ...]
    """The names of each whom it gives."""

    @property
    def right(self) -> bool:
        left = list(self.given)
        for names in self.case.means:
            bearer = next((g for g in left if any(_among(n, g) for n in names)), None)
            if bearer is None:
                return False
            left.remove(bearer)
        return bool(self.given) and not left


def _among(name: str, known: frozenset[str]) -> bool:
    """All its words are in one of the names."""
    words = set(WORD.findall(fold(name)))
    return any(words <= set(WORD.findall(fold(other))) for other in known)


def _page(name: str) -> Page:
    folder, _, stem = name.partition("/")
    root = HERE if folder == "articles" else HERE.parent if folder == "gold" else HERE.parent.parent
    [page] = read_dump(root / f"{name if folder != 'raw' else 'raw/' + stem}.txt", Settings())
    assert isinstance(page, Page)
    return page


def blocks() -> Iterator[tuple[str, list[str]]]:
    """Article and its lines."""
    text = (HERE / "coref.txt").read_text(encoding="utf-8")
    for block in text.split("\n@")[1:]:
        head, *lines = block.strip().splitlines()
        yield head, lines


def _case(name: str, line: str, text: str) -> Case:
    snippet, means = line.split(" => ")
    plain = snippet.replace("[", "").replace("]", "")
    if text.count(plain) != 1:
        raise ValueError(f"{name}: {plain!r} stands there {text.count(plain)} times")
    at = text.index(plain)
    start, end = at + snippet.index("["), at + snippet.index("]") - 1
    groups = () if means == "-" else tuple(tuple(g.split(" / ")) for g in means.split(" & "))
    return Case(name, snippet, start, end, groups)


def answers(extractor: Extractor) -> list[Answer]:
    """Every case, read in its article."""
    found: list[Answer] = []
    for name, lines in blocks():
        page = _page(name)
        item = extractor.draft(page)
        assert isinstance(item, Draft), item
        with extractor.annotator.zone():
            read = extractor.mentions(item, extractor.trees(item, extractor.parse([item])))
        names = _names(read, extractor)
        for line in lines:
            case = _case(name, line, page.text)
            found.append(_answer(case, read, names))
    return found


def _names(read: Found, extractor: Extractor) -> dict[str, set[str]]:
    """Entity -> what it is called."""
    names: dict[str, set[str]] = {}
    for mention in read.mentions:
        if mention.entity_id is not None and mention.kind != "pronoun":
            names.setdefault(mention.entity_id, set()).add(mention.text)
    for entity, texts in names.items():
        if known := extractor.known.get(entity):
            texts.update((known.name_fr, known.name_en))
    return names


def _answer(case: Case, read: Found, names: dict[str, set[str]]) -> Answer:
    overlapping = [
        (_overlap(m, case), m)
        for m in read.mentions
        if m.kind != "name" and m.value is None and m.start < case.end and case.start < m.end
    ]
    if not overlapping:
        return Answer(case, "none", ())
    _, mention = max(overlapping, key=lambda pair: pair[0])
    index = mention.mention_index
    parts = [read.mentions[i] for i in read.members.get(index, (index,))]
    ids = list(dict.fromkeys(p.entity_id for p in parts))
    own = f"desc:{mention.article_id}:{index}"
    given = [
        names.get(i, set()) - ({mention.text} if len(ids) == 1 else set())
        for i in ids
        if i is not None and i != own
    ]
    return Answer(case, mention.kind, tuple(frozenset(g) for g in given))


def _overlap(mention: Mention, case: Case) -> float:
    shared = min(mention.end, case.end) - max(mention.start, case.start)
    return shared / (max(mention.end, case.end) - min(mention.start, case.start))


def figures(found: list[Answer]) -> dict[str, float]:
    """Precision and recall."""
    given = [a for a in found if a.given]
    right = sum(a.right for a in given)
    return {
        "precision": right / len(given),
        "recall": right / sum(bool(a.case.means) for a in found),
    }
