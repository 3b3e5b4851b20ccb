"""Linking: does a name in real news get the entity that a reader gives it?

The articles may not stand in this repository: only where a name is, the digest of its article, and
the verdict. `*:a-b` is any slug of these words.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.extract import Extractor
from pipeline.readers import page_from_text
from pipeline.records import Extraction

HERE = Path(__file__).parent
ARCHIVE = "corpora/fr-raw-orangesum/parsed.tar.gz"


@dataclass(frozen=True, slots=True)
class Case:
    """A word of a name in an article."""

    article: str
    start: int
    end: int
    digest: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """The entity that the program gives it, if any."""

    case: Case
    context: str
    name: str | None
    entity_id: str | None

    @property
    def right(self) -> bool:
        if self.entity_id is None:
            return False
        slug = self.entity_id.partition(":")[2]
        return self.entity_id in self.case.right or _bare(slug) in {
            _bare(right[2:]) for right in self.case.right if right.startswith("*:")
        }


def _bare(slug: str) -> str:
    """Without article: `le-parisien`, `l-express`."""
    return re.sub(r"^(?:les?|la|l|the)-", "", slug)


def cases() -> list[Case]:
    """The names drawn."""
    lines = (HERE / "links.fr.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Case(a, int(b), int(c), d, frozenset(e.split("|"))) for a, b, c, d, e in rows]


def texts(shared: Path, wanted: set[str]) -> dict[str, str]:
    """The wanted articles, each in one line."""
    found = {}
    with tarfile.open(shared / ARCHIVE) as tar:
        for member in tar:
            name = Path(member.name).stem
            file = tar.extractfile(member) if name in wanted and member.isfile() else None
            if file is not None:
                found[name] = " ".join(json.loads(file.read())["article"].split())
    return found


def answers(shared: Path, extractor: Extractor) -> list[Answer]:
    """Every name read in its article."""
    gold = cases()
    articles = texts(shared, {case.article for case in gold})
    found: list[Answer] = []
    for case in gold:
        text = articles[case.article]
        digest = hashlib.sha256(text.encode()).hexdigest()
        if not digest.startswith(case.digest):
            raise ValueError(f"{ARCHIVE}: {case.article} is another text")
        [page] = extractor.extract([page_from_text(text)])
        found.append(_answer(case, text, page))
    return found


def _answer(case: Case, text: str, page: object) -> Answer:
    context = text[max(0, case.start - 50) : case.end + 40]
    if isinstance(page, Extraction):
        for mention in page.mentions:
            known = mention.kind == "name" or mention.label == "NORP"
            if known and mention.start < case.end and case.start < mention.end:
                return Answer(case, context, mention.text, mention.entity_id)
    return Answer(case, context, None, None)


def figures(shared: Path, extractor: Extractor) -> dict[str, float]:
    """Precision over the names that got an entity, recall over all."""
    found = answers(shared, extractor)
    right = sum(answer.right for answer in found)
    given = sum(answer.entity_id is not None for answer in found)
    return {"precision": right / given, "recall": right / len(found)}
