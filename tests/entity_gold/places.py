"""Places: where does a relation take place, apart from who does it to whom?

Accuracy over the relations that the program finds; how many it finds is given beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.extract import Extractor
from pipeline.readers import page_from_text
from pipeline.records import Extraction, Relation
from pipeline.texts import fold

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """A relation in its sentence, and where it took place."""

    language: str
    relation: str
    sentence: str
    start: int
    end: int
    place: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program says."""

    case: Case
    row: Relation | None
    names: frozenset[str]
    """What the place that it gives is called."""

    @property
    def right(self) -> bool:
        if self.case.place is None:
            return not self.names
        return fold(self.case.place) in self.names


def cases() -> list[Case]:
    """The relations."""
    lines = (HERE / "places.txt").read_text(encoding="utf-8").splitlines()
    return [_case(line) for line in lines if not line.startswith("#")]


def _case(line: str) -> Case:
    head, _, rest = line.partition(" | ")
    language, relation = head.split()
    marked, place = rest.split(" => ")
    start, end = marked.index("["), marked.index("]") - 1
    sentence = marked.replace("[", "").replace("]", "")
    return Case(language, relation, sentence, start, end, None if place == "-" else place)


def answers(extractor: Extractor) -> list[Answer]:
    """Every relation, each in an article of its own."""
    gold = cases()
    # too short for its language to be told: it is given a sentence that says nothing
    filler = {"fr": "Voilà ce que l'on a appris hier soir.", "en": "This is what was learnt."}
    pages = [page_from_text(f"{c.sentence}\n\n{filler[c.language]}") for c in gold]
    found = extractor.extract(pages)
    return [_answer(c, e, extractor) for c, e in zip(gold, found, strict=True)]


def _answer(case: Case, found: object, extractor: Extractor) -> Answer:
    rows = found.relations if isinstance(found, Extraction) else ()
    for row in rows:
        touches = row.trigger_start < case.end and case.start < row.trigger_end
        if row.relation == case.relation and touches:
            names = {row.place_text} if row.place_text else set()
            if known := extractor.known.get(row.place_id or ""):
                names |= {known.name_fr, known.name_en}
            return Answer(case, row, frozenset(map(fold, names)))
    return Answer(case, None, frozenset())


def figures(found: list[Answer]) -> dict[str, float]:
    """Accuracy, and the share of the relations that are found."""
    told = [answer for answer in found if answer.row is not None]
    return {
        "accuracy": sum(answer.right for answer in told) / len(told),
        "found": len(told) / len(found),
    }
