"""Lines about the article: when it was published, who wrote it; each alone or both on one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.clean import dates
from pipeline.clean.rules import is_category, is_cruft, is_finished, last_mark, n_words
from pipeline.clean.words import AGENCIES, vocabulary
from pipeline.texts import fold

MAX_META_CHARS = 160
"""A longer unit is neither date line, byline nor category."""

_PARTS = re.compile(r"\s*[|•·]\s*|\s+[-–—/]\s+")
_NAME = r"[A-ZÀ-Þ][\w’'.-]+(?: (?:de |van |von |bin |al-)?[A-ZÀ-Þ][\w’'.-]+){1,3}"
_SIGNATURE = re.compile(
    rf"({_NAME})(?:(?:,| et| and| &) {_NAME})*(?:\s?[,|(–-].*| (?:in|à|au|en) [A-ZÀ-Þ].*)?$"
)


@dataclass(frozen=True, slots=True)
class Meta:
    """A line about the article: what it tells besides being one."""

    byline: str | None = None
    published: dates.Dated | None = None
    updated: dates.Dated | None = None


def meta_of(text: str) -> Meta | None:
    """A date line, a byline or both; None for a unit that is neither."""
    if len(text) > MAX_META_CHARS:
        return None
    folded = fold(text)
    if dates.is_date_line(folded):
        return _dated(folded, None)
    byline = _byline(text)
    if byline:
        return _dated(folded, byline)
    place, _, rest = text.partition(", ")
    if _is_place(place) and dates.is_date_line(fold(rest)):
        return _dated(fold(rest), None)
    parts = _PARTS.split(text)
    told = [part for part in parts if dates.is_date_line(fold(part))]
    if not told or len(parts) < 2:
        return None
    others = [part for part in parts if part not in told]
    if all(_is_beside_date(part) for part in others):
        names = [_byline(part) or part for part in others if _is_name(part) or _byline(part)]
        return _dated(folded, names[0] if names else None)
    return None


def _is_beside_date(part: str) -> bool:
    return bool(not part or is_cruft(part) or is_category(part) or _is_name(part) or _byline(part))


def _dated(folded: str, byline: str | None) -> Meta:
    """The first date of publication, and the first of an update, of a line."""
    published = updated = None
    before = 0
    for found in dates.dates_in(folded):
        if dates.is_update(folded[before : found.start]):
            updated = updated or found
        else:
            published = published or found
        before = found.end
    return Meta(byline, published, updated)


def _is_name(text: str) -> bool:
    """Two to four capitalised words."""
    names = text.split()
    return 2 <= len(names) <= 4 and all(n[0].isupper() and n[-1].isalpha() for n in names)


def _is_place(text: str) -> bool:
    """One to three capitalised words."""
    names = text.split()
    return 1 <= len(names) <= 3 and all(n[0].isupper() and n[-1].isalpha() for n in names)


def is_signature(text: str) -> bool:
    """One or two names, with what they are or where they wrote from; a byline beside a date."""
    if len(text) > 80 or last_mark(text) in {".", "!", "?", ":", "…"}:
        return False
    match = _SIGNATURE.match(text)
    return match is not None and fold(match.group(1)) not in vocabulary().weekdays


def _byline(text: str) -> str | None:
    """The author of a byline without `Par` or `By` and without what follows the name's part."""
    head = _PARTS.split(text)[0].strip()
    folded = fold(head)
    words = vocabulary()
    if _signs_for_agency(re.findall(r"[^\W\d_]+", folded)):
        given = next((prefix for prefix in words.byline if folded.startswith(prefix + " ")), "")
        return head[len(given) :].strip()
    for prefix in words.byline:
        if folded.startswith(prefix + " "):
            author = _author(head[len(prefix) + 1 :].strip())
            return author if author and not is_finished(text) and n_words(text) <= 20 else None
    return None


def _signs_for_agency(names: list[str]) -> bool:
    """`AFP`, `Reuters et AP`, `Le Monde avec AFP`."""
    joints = vocabulary().agency_words
    if not names or names[-1] not in _AGENCY_WORDS or len(names) > 6:
        return False
    known = all(name in _AGENCY_WORDS or name in joints for name in names)
    return known or (len(names) > 2 and names[-2] in joints)


def _author(rest: str) -> str | None:
    """What follows `Par`: a name, or words such as `notre correspondant`; dates cut off."""
    folded = fold(rest)
    if not rest[:1].isupper() and not folded.startswith(vocabulary().byline_then):
        return None
    cut = min((found.start for found in dates.dates_in(folded)), default=len(rest))
    kept = rest[:cut] if len(folded) == len(rest) else rest
    while kept and fold(kept.split()[-1].strip(",;")) in _BEFORE_DATE:
        kept = kept.rpartition(kept.split()[-1])[0].rstrip(" ,;")
    return kept.rstrip(" ,;") or None


_AGENCY_WORDS = frozenset(word for name in AGENCIES for word in name.split())
_BEFORE_DATE = frozenset({"le", "publie", "publiee", "poste", "on", "published", "posted", "a"})
