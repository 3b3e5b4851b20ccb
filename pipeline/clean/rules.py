"""What a unit says of itself, whatever stands around it: small rules over its words and form.

Every rule takes the text of one unit (at most MAX_CHARS of it matter) and is linear in it.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.clean.words import vocabulary
from pipeline.texts import fold

MAX_CHARS = 300
"""A longer unit is prose, whatever its words."""

_OPENING, _CLOSING = '«“"‘„', "»”\"’'"
_EDGE = " \t\xa0\u202f" + _CLOSING + ")]"
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_CAMEL = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-Þ])")
_BREADCRUMB = re.compile(r"\s*[›»>→]\s*|\s+[/|·•]\s+")
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
_HASHTAGS = re.compile(r"#\w+(?:[\s,]+#\w+)*")
_TAG_SPLIT = re.compile(r"\s*[,;|#•·]\s*")
_STOP_INSIDE = re.compile(r"[^\W\d_]{4}\.\s")
_SENTENCE_END = re.compile(r"[.!?…][\s»”\"’')]")


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


def is_latin(text: str) -> bool:
    """Most letters are Latin ones; true for a text without letters."""
    counts = Counter(text[:4_000])
    letters = {c: n for c, n in counts.items() if c.isalpha()}
    latin = sum(n for c, n in letters.items() if c < "\u0250" or "\u1e00" <= c < "\u1f00")
    return 2 * latin >= sum(letters.values())


def is_foreign(text: str, main_is_latin: bool) -> bool:
    """A short line in another script: what a site says of its images."""
    return len(text) <= 80 and any(map(str.isalpha, text)) and is_latin(text) != main_is_latin


def plain(text: str) -> str:
    """A title as it is compared with others."""
    return " ".join(fold(text).split()).strip(" .")


def is_cut_title(cut: str, title: str) -> bool:
    """The title without the site's name that a dump puts after it; both plain."""
    if len(cut) < 20 or not title.startswith(cut):
        return False
    return title[len(cut) :].lstrip()[:1] in {"|", "-", "–", "—"}
