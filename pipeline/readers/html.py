"""HTML pages: one page a file; its text is what trafilatura takes for the article.

Two defaults of trafilatura are off, for they would make a page depend on others or on the day:
its cache of duplicates, and dates no later than today. What it drops in silence, because it is
nested too deep, is refused here instead.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipeline.errors import RejectError
from pipeline.readers import aside
from pipeline.readers.content import Content
from pipeline.readers.decode import Decoded, decode
from pipeline.readers.pages import one_line, page_from_text, page_text
from pipeline.readers.recognise import HTML_HEAD, unmarked
from pipeline.records import Page, Reject
from pipeline.settings import Settings

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_DEPTH = 200
"""Of elements in each other; libxml2 drops what stands deeper than 256."""
DECLARED_BYTES = 4096
"""At the beginning, in which a page names its encoding."""
LAST_DAY = "2199-12-31"
_DECLARED = re.compile(
    rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|^\s*<\?xml[^<>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_DATES = {"original_date": True, "extensive_search": False, "max_date": LAST_DAY}


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page holds, before it is tidied."""

    text: str
    title: str | None
    published: str | None
    byline: str | None
    site: str | None
    url: str | None
    tags: tuple[str, ...]


def read_html(content: Content, settings: Settings) -> Iterator[Page | Reject]:
    """The page of the file. Raises RejectError (`missing_extra`, `too_deep`, `timeout` …)."""
    raw = content.whole(settings.max_record_bytes)
    page = html_page(raw, None, settings)
    yield replace(page, source=content.source, raw_sha256=content.digest or "")


def page_from_bytes(raw: bytes, settings: Settings) -> Page:
    """The page on standard input: HTML by its beginning, else text. Raises RejectError."""
    if not HTML_HEAD.match(unmarked(raw[:DECLARED_BYTES])):
        return page_from_text(decode(raw).text)
    digest = hashlib.sha256(raw).hexdigest()
    return replace(html_page(raw, None, settings), source="-", raw_sha256=digest)


def html_page(raw: bytes, charset: str | None, settings: Settings) -> Page:
    """The page in some bytes of HTML, without source and digest.

    `charset` is what the server said. Raises RejectError.
    """
    require_extra("html", "trafilatura")
    decoded = decode(raw, charset or declared_charset(raw[:DECLARED_BYTES]))
    found = aside.one("pipeline.readers.html:extracted", (decoded.text,), settings.read_seconds)
    if not isinstance(found, Extracted):
        detail = "too_short: no article in the page, only its furniture"
        raise RejectError("clean", "too_short", detail)
    return _page(found, decoded)


def declared_charset(head: bytes) -> str | None:
    """The encoding that the beginning of a page, or of XML, says it is in."""
    declared = _DECLARED.search(head)
    return (declared.group(1) or declared.group(2)).decode("ascii", "replace") if declared else None


def require_extra(extra: str, module: str) -> None:
    """Raise RejectError `missing_extra` where the library of an extra is not installed."""
    if find_spec(module) is None:
        detail = f"missing_extra: install it with pip install 'depeche[{extra}]', then rerun"
        raise RejectError("open", "missing_extra", detail)


def extracted(text: str) -> Iterator[Extracted | None]:
    """The one article of a page, or None; run in a child process. Raises RejectError `too_deep`."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    tree = tree_of(text)
    document = None
    if tree is not None:
        document = bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            deduplicate=False,
            date_extraction_params=_DATES,
        )
    if not (isinstance(document, Document) and document.text and document.text.strip()):
        yield None
    else:
        yield Extracted(
            text=document.text,
            title=document.title,
            published=document.date,
            byline=document.author,
            site=document.sitename,
            url=document.url,
            tags=tuple(document.tags or ()),
        )


def tree_of(text: str) -> HtmlElement | None:
    """The elements of some HTML, None where there are none. Raises RejectError `too_deep`."""
    from lxml.etree import ParserError, iterwalk
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(
        encoding="utf-8",
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        no_network=True,
    )
    try:
        tree = document_fromstring(text.encode(), parser=parser)
    except ParserError:  # nothing in it
        return None
    depth = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            detail = f"html_depth: elements nested deeper than {MAX_DEPTH}; simplify the page"
            raise RejectError("read", "too_deep", detail)
    return tree


def _page(found: Extracted, decoded: Decoded) -> Page:
    title = one_line(found.title)
    text, flags = page_text(found.text, title)
    before = (flag for flag in decoded.flags if flag not in (*flags, "mojibake_suspect"))
    return Page(
        source="",
        source_format="html",
        raw_sha256="",
        text=text,
        encoding=decoded.encoding,
        text_flags=(*before, *flags),
        url=one_line(found.url),
        title=title,
        published=one_line(found.published),
        byline=one_line(found.byline),
        site=one_line(found.site),
        tags=_tags(found.tags),
    )


def _tags(given: tuple[str, ...]) -> tuple[str, ...]:
    """Each tag once; a page may list them one by one, and again with commas."""
    parts = (part for tag in given for part in tag.split(","))
    return tuple(dict.fromkeys(line for part in parts if (line := one_line(part))))
