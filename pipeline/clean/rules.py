"""What a unit says of itself, whatever stands around it: small rules over its words and form.

Every rule takes the text of one unit (at most MAX_CHARS of it matter) and is linear in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.clean import dates
from pipeline.clean.words import AGENCIES, vocabulary
from pipeline.texts import fold

MAX_CHARS = 300
"""A longer unit is prose, whatever its words."""
MAX_META_CHARS = 160
"""A longer unit is neither date line, byline nor category."""

_OPENING, _CLOSING = '«“"‘„', "»”\"’'"
_EDGE = " \t\xa0\u202f" + _CLOSING + ")]"
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_CAMEL = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-Þ])")
_BREADCRUMB = re.compile(r"\s*[›»>→]\s*|\s+[/|·•]\s+")
_PARTS = re.compile(r"\s*[|•·]\s*|\s+[-–—/]\s+")
_COUNT = re.compile(r"\s*\(?\d+\)?$")
_BULLET = re.compile(r"(?:[•▪◦‣●■*-]|\d{1,2}[.)])\s+\S")
_SIGN_OFF = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,4})*(?:/[a-z]{1,4}(?:-[a-z]{2,4})*)+\.?")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@\w+")
_READING_TIME = re.compile(r"\d+\s*(?:min|mins|minutes?)\.?(?:\s+(?:read|de lecture))?")
_RIGHTS = re.compile(r"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{4}|tous|all)", re.IGNORECASE)
_CREDIT = re.compile(
    r"\((?:(?:[A-Z]{2,8}|Getty|Reuters|Bloomberg)\b[^()]{0,20}Photos?\b"
    r"|(?:[Pp]hotos?|[Ii]mages?|[Cc]r[eé]dits?)\b)[^()]{0,80}\)$"
    r"|(?:[/©]|\bvia\b)\s?(?:AFP|AP|REUTERS|Reuters|EPA|Getty(?: Images)?|SIPA|Sipa|Belga)\)?\.?$"
    r"|^©\s?\S"
    r"|[.!?»”)]\s(?:©|PHOTOS?\b|(?:Photo|Photograph|Image|Credit|Crédit)s?\s?:)\s?[^\W\d_][^.!?]{2,60}$"
)
_NAME = r"[A-ZÀ-Þ][\w’'.-]+(?: (?:de |van |von |bin |al-)?[A-ZÀ-Þ][\w’'.-]+){1,3}"
_SIGNATURE = re.compile(
    rf"({_NAME})(?:(?:,| et| and| &) {_NAME})*(?:\s?[,|(–-].*| (?:in|à|au|en) [A-ZÀ-Þ].*)?$"
)
_HASHTAGS = re.compile(r"#\w+(?:[\s,]+#\w+)*")
_TAG_SPLIT = re.compile(r"\s*[,;|#•·]\s*")
_STOP_INSIDE = re.compile(r"[^\W\d_]{4}\.\s")
_SENTENCE_END = re.compile(r"[.!?…][\s»”\"’')]")


@dataclass(frozen=True, slots=True)
class Meta:
    """A line about the article: what it tells besides being one."""

    byline: str | None = None
    published: dates.Dated | None = None
    updated: dates.Dated | None = None


def n_words(text: str) -> int:
    """Words of the first MAX_CHARS of a text."""
    return len(_WORD.findall(text[:MAX_CHARS]))


def last_mark(text: str) -> str:
    """The last character that is no closing quote or bracket; empty if there is none."""
    return text[-20:].rstrip(_EDGE)[-1:]


def is_finished(text: str) -> bool:
    """Ends as a sentence does, other than a question or an exclamation."""
    return last_mark(text) in {".", "…", "。", ":", ";"}


def is_prose(text: str) -> bool:
    """Running text beyond doubt."""
    if len(text) > MAX_CHARS:
        return True
    if last_mark(text) in {".", "…", "。"}:
        return n_words(text) >= 8 or (not text.isascii() and len(text) >= 30 and text[-1] == "。")
    if len(text) > 200:
        return True
    return (
        last_mark(text) in {"!", "?"} and n_words(text) >= 14 and bool(_SENTENCE_END.search(text))
    )


def is_heading_like(text: str) -> bool:
    """Short, begun as a sentence begins and not ended as one ends."""
    return (
        len(text) <= 150
        and n_words(text) <= 22
        and not is_finished(text)
        and last_mark(text) != ","
        and not _STOP_INSIDE.search(text)
        and not text[0].islower()
        and any(c.isalpha() for c in text)
    )


def is_short_label(text: str) -> bool:
    """As tags are: a few words without an end."""
    return (
        len(text) <= 40
        and 1 <= n_words(text) <= 4
        and last_mark(text) not in {".", "!", "?", "…", ":", ",", ";"}
        and text[0] not in _OPENING
    )


def is_all_caps(text: str) -> bool:
    """At most four words, all in capitals."""
    return text.isupper() and n_words(text) <= 4 and len(text) <= 60


def is_quotation(text: str) -> bool:
    """One quotation from its first character to its last, its end mark aside."""
    body = text.rstrip(" .!?…,\xa0\u202f")
    if len(body) < 3 or body[0] not in _OPENING or body[-1] not in _CLOSING:
        return False
    inner = body[1:-1]
    return not any(mark in inner for mark in ('"', "«", "»", "“", "”"))


def is_bullet(text: str) -> bool:
    """An item of a list by the mark it begins with."""
    return _BULLET.match(text) is not None


def is_caption(text: str) -> bool:
    """An image's credit or caption."""
    if len(text) > 2 * MAX_CHARS or _RIGHTS.match(text):
        return False
    if _CREDIT.search(text):
        return True
    return len(text) <= MAX_CHARS and _has_label(fold(text), vocabulary().caption)


def tags_of(text: str) -> tuple[str, ...] | None:
    """The tags of a line such as `Tags : OTAN, Japon` or `#OTAN #Japon`; None for another."""
    if len(text) > MAX_CHARS:
        return None
    if _HASHTAGS.fullmatch(text):
        listed = text
    elif _has_label(fold(text), vocabulary().tag_lines):
        listed = text.partition(":")[2]
    else:
        return None
    return tuple(tag for tag in (part.strip() for part in _TAG_SPLIT.split(listed)) if tag)


def _has_label(folded: str, labels: tuple[str, ...]) -> bool:
    """Begins with one of the labels and a colon."""
    head, colon, _ = folded.partition(":")
    return bool(colon) and head.strip() in labels


def is_cruft(text: str) -> bool:
    """Furniture of the site, wherever it stands."""
    if len(text) > MAX_CHARS:
        return False
    if not any(c.isalnum() for c in text):
        return True
    if _SIGN_OFF.fullmatch(text) or _ADDRESS.fullmatch(text) or _RIGHTS.match(text):
        return True
    folded = fold(text)
    words = vocabulary()
    bare = _COUNT.sub("", folded.strip(" .…:!>»›→«[]-–—")).strip(" :")
    return (
        not bare
        or bare in words.cruft_lines
        or folded.startswith(words.cruft_starts)
        or _READING_TIME.fullmatch(folded) is not None
    )


def holds_cruft(text: str) -> bool:
    """Furniture by a phrase in it; to be asked only near the top and the end of a page."""
    if len(text) > MAX_CHARS:
        return False
    folded = fold(text)
    return any(phrase in folded for phrase in vocabulary().cruft_holds)


def is_category(text: str) -> bool:
    """Names of sections, run together or with marks between them."""
    if len(text) > 80 or last_mark(text) in {".", "?", "!", "…"}:
        return False
    parts = _BREADCRUMB.split(text.strip("#[] "))
    if len(parts) > 1 and all(n_words(part) <= 4 for part in parts):
        return "›" in text or text.isupper() or any(_is_section(part) for part in parts)
    return _is_section(text)


def _is_section(text: str) -> bool:
    words = vocabulary()
    names = [fold(name) for name in re.findall(r"[^\W\d_]+", _CAMEL.sub(" ", text))]
    return (
        1 <= len(names) <= 6
        and all(name in words.sections or name in words.section_joints for name in names)
        and any(name in words.sections for name in names)
    )


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
        return head
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


def is_latin(text: str) -> bool:
    """Most letters are Latin ones; true for a text without letters."""
    letters = [c for c in text[:4_000] if c.isalpha()]
    return 2 * sum(1 for c in letters if c < "\u0250" or "\u1e00" <= c < "\u1f00") >= len(letters)
