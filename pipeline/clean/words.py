"""The words of page furniture, from one TOML file a language, folded and put together.

Cleaning comes before language detection (a page's furniture is often in another language than
the article), so the files are always used together.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from pipeline.languages import LANGUAGES
from pipeline.texts import fold

AGENCIES = frozenset(
    {"afp", "reuters", "ap", "associated press", "belga", "ats", "efe", "dpa", "ansa", "tass"}
    | {"xinhua", "upi", "bloomberg", "anadolu", "kyodo", "yonhap", "interfax", "pa"}
)
"""News agencies by the names they sign with, in every language."""


class WordFile(BaseModel):
    """The keys of a file, each explained in `fr.toml`; all are required, others are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    months: list[list[str]]
    weekdays: list[str]
    date_words: list[str]
    markers: list[str]
    updates: list[str]
    byline: list[str]
    byline_then: list[str]
    agency_words: list[str]
    sections: list[str]
    section_joints: list[str]
    cruft_lines: list[str]
    cruft_starts: list[str]
    cruft_holds: list[str]
    caption: list[str]
    tag_lines: list[str]


@dataclass(frozen=True, slots=True)
class Words:
    """All files together; phrases in tuples, longest first, single words in sets."""

    months: dict[str, int]
    weekdays: frozenset[str]
    date_words: frozenset[str]
    markers: frozenset[str]
    updates: tuple[str, ...]
    byline: tuple[str, ...]
    byline_then: tuple[str, ...]
    agency_words: frozenset[str]
    sections: frozenset[str]
    section_joints: frozenset[str]
    cruft_lines: frozenset[str]
    cruft_starts: tuple[str, ...]
    cruft_holds: tuple[str, ...]
    caption: tuple[str, ...]
    tag_lines: tuple[str, ...]


@cache
def vocabulary() -> Words:
    """The words of all languages. Raises pydantic's ValidationError on a faulty file."""
    rows = [_load(code) for code in LANGUAGES]

    def phrases(key: str) -> tuple[str, ...]:
        found = {fold(phrase) for row in rows for phrase in getattr(row, key)}
        return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))

    return Words(
        months={
            fold(name): number
            for row in rows
            for number, names in enumerate(row.months, 1)
            for name in names
        },
        weekdays=frozenset(phrases("weekdays")),
        date_words=frozenset(phrases("date_words")),
        markers=frozenset(phrases("markers")),
        updates=phrases("updates"),
        byline=phrases("byline"),
        byline_then=phrases("byline_then"),
        agency_words=frozenset(phrases("agency_words")),
        sections=frozenset(phrases("sections")),
        section_joints=frozenset(phrases("section_joints")),
        cruft_lines=frozenset(phrases("cruft_lines")),
        cruft_starts=phrases("cruft_starts"),
        cruft_holds=phrases("cruft_holds"),
        caption=phrases("caption"),
        tag_lines=phrases("tag_lines"),
    )


def _load(code: str) -> WordFile:
    text = files(__package__).joinpath(f"{code}.toml").read_text("utf-8")
    return WordFile.model_validate(tomllib.loads(text))
