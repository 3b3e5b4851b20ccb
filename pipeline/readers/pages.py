"""Making a page of text that is already decoded: a record's, standard input's, a caller's."""

from __future__ import annotations

import hashlib
import re

from pipeline.errors import RejectError
from pipeline.readers.decode import is_mojibake, tidy
from pipeline.readers.fields import Fields
from pipeline.records import Page

MIN_CLOSED = 2
_CLOSED = re.compile(r"</(?:p|div|span|a|b|i|em|strong|li|ul|td|h[1-6])>", re.IGNORECASE)


def page_from_text(
    text: str, title: str | None = None, published: str | None = None, source: str = "-"
) -> Page:
    """The page of a text given directly. Raises RejectError `empty`."""
    raw = text.encode("utf-8", "surrogatepass")
    title = one_line(title)
    whole, flags = page_text(text, title)
    return Page(
        source=source,
        source_format="text",
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        text=whole,
        encoding="utf-8",
        text_flags=flags,
        title=title,
        published=tidy(published)[0] if published else None,
    )


def record_page(fields: Fields, source: str, source_format: str, raw_sha256: str) -> Page:
    """The page of a record that is Unicode. Raises RejectError (`wrong_type`, `empty` …)."""
    title = one_line(fields.scalar("title"))
    text, flags = page_text(fields.text(), title)
    return Page(
        source=source,
        source_format=source_format,
        raw_sha256=raw_sha256,
        text=text,
        encoding="utf-8",
        text_flags=flags,
        source_id=fields.scalar("source_id"),
        url=fields.scalar("url"),
        title=title,
        published=fields.scalar("published"),
        byline=", ".join(fields.several("byline")) or None,
        site=fields.scalar("site"),
        tags=fields.several("tags"),
    )


def one_line(text: str | None) -> str | None:
    """A title or name on one line, or None where there is nothing in it."""
    return " ".join(tidy(text)[0].split()) or None if text else None


def page_text(body: str, title: str | None) -> tuple[str, tuple[str, ...]]:
    """Title, blank line and body, tidied; the body alone if it begins with the title.

    Raises RejectError `empty`.
    """
    text, flags = tidy(body.removeprefix("\ufeff"))
    if not text or text.isspace():
        raise RejectError("read", "empty", "empty: nothing but white space")
    if title and not text.lstrip().startswith(title):
        text = f"{title}\n\n{text}"  # nothing composes with a line end: still NFC
    if is_mojibake(text):
        flags = (*flags, "mojibake_suspect")
    return text, (*flags, "markup_suspect") if is_markup(text) else flags


def is_markup(text: str) -> bool:
    """Tags stand in it: it is HTML that nobody made a text of."""
    return "</" in text and len(_CLOSED.findall(text)) >= MIN_CLOSED
