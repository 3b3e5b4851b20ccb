"""Feeds (RSS, Atom, RDF): one page an item, be it the whole article or its teaser only.

They are parsed aside, strictly, with no entity expanded and nothing fetched. What feeds commonly do
wrong is mended before: names of HTML entities, ampersands that stand alone, control characters.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html.entities import html5
from typing import TYPE_CHECKING

from pipeline.errors import RejectError
from pipeline.readers import aside
from pipeline.readers.content import Content
from pipeline.readers.decode import decode
from pipeline.readers.feed_items import Item, element_name, item_of, own_text
from pipeline.readers.files import to_reject
from pipeline.readers.html import DECLARED_BYTES, declared_charset, require_extra
from pipeline.readers.markup import line_of, text_of
from pipeline.readers.pages import one_line, page_text
from pipeline.records import Page, Reject
from pipeline.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD = re.compile(r"\s*<\?xml[^>]*>")
_OWN_ENTITY = re.compile(r"<!ENTITY\b")
_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|RDF)\b")
_ROOT_END = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|RDF)\s*>")
_AMPERSAND = re.compile(r"&(?:#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|(\w{1,32});)?")
_HALF = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
"""What is left of a character in UTF-8 where a feed is cut off."""
_CDATA = "<![CDATA["
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_feed(content: Content, settings: Settings) -> Iterator[Page | Reject]:
    """A page or reject for each item; `#n` is its number, from 1.

    Raises RejectError (`missing_extra`, `truncated`, `corrupt`, `unsupported_format`, `empty` …)
    for the file as a whole, after the items that were kept.
    """
    require_extra("html", "trafilatura")
    raw = content.whole(settings.max_record_bytes)
    raw = _HALF.sub(b"", raw)
    decoded = decode(raw, declared_charset(raw[:DECLARED_BYTES]))
    _refuse_entities(decoded.text)
    task = aside.Task(f"{__name__}:pages_of", (decoded.text,))
    before = tuple(flag for flag in decoded.flags if flag != "mojibake_suspect")
    count = 0
    for item in aside.run(task, settings.read_seconds):
        count += 1
        source = f"{content.source}#{count}"
        if isinstance(item, Page):
            flags = (*(flag for flag in before if flag not in item.text_flags), *item.text_flags)
            yield replace(item, source=source, encoding=decoded.encoding, text_flags=flags)
        else:
            assert isinstance(item, Reject)
            yield replace(item, source=source)
    if not count:
        raise RejectError("read", "empty", "empty: no item in the feed")


def pages_of(text: str) -> Iterator[Page | Reject]:
    """The pages and rejects of a feed, without source and encoding; run in a child process.

    Raises RejectError (`truncated`, `corrupt`).
    """
    from lxml import etree

    site = None
    try:
        for element in _elements(_mended(text)):
            if element_name(element) == "title":
                site = site or line_of(own_text(element)) or None
                continue
            digest = hashlib.sha256(etree.tostring(element, with_tail=False)).hexdigest()
            try:
                yield _page(item_of(element), site, digest)
            except RejectError as fault:
                yield to_reject("", digest, fault)
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise _damaged(text, error) from None


def _elements(text: str) -> Iterator[_Element]:
    """The titles of the feed and its items, as they end."""
    from lxml import etree

    events = etree.iterparse(
        io.BytesIO(text.encode()),
        events=("end",),
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in events:
        name = element_name(element)
        parent = element.getparent()
        of_feed = parent is not None and element_name(parent) in {"channel", "feed"}
        if name in {"item", "entry"} or (name == "title" and of_feed):
            yield element


def _forget(element: _Element) -> None:
    """Free an item and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and parent[0] is not element:
        del parent[0]


def _page(item: Item, site: str | None, digest: str) -> Page:
    title = one_line(line_of(item.title))
    body = item.plain.strip() or text_of(item.markup)
    text, flags = page_text(body or title or "", title)
    return Page(
        source="",
        source_format="feed",
        raw_sha256=digest,
        text=text,
        encoding="",
        text_flags=flags,
        source_id=one_line(item.source_id),
        url=one_line(item.url),
        title=title,
        published=one_line(item.published),
        byline=one_line(", ".join(item.authors)),
        site=one_line(site),
        tags=item.tags,
    )


def _refuse_entities(text: str) -> None:
    root = _ROOT.search(text)
    if _OWN_ENTITY.search(text, 0, root.start() if root else len(text)):
        detail = (
            "xml_entities: it declares entities, which are never expanded; take its DOCTYPE out"
        )
        raise RejectError("read", "unsupported_format", detail)


def _mended(text: str) -> str:
    """The same as XML without a declaration, whose text is that which was meant."""
    head = _HEAD.match(text)
    text = _NOT_XML.sub("\ufffd", text[head.end() :] if head else text).lstrip()
    first, *others = text.split(_CDATA)
    pieces = [_AMPERSAND.sub(_reference, first)]
    for other in others:  # an ampersand in CDATA is one
        inside, end, after = other.partition("]]>")
        pieces += (_CDATA, inside, end, _AMPERSAND.sub(_reference, after))
    return "".join(pieces)


def _reference(match: re.Match[str]) -> str:
    """A character for the name or number that HTML has for it, and XML perhaps not."""
    given, name = match.group(), match.group(1)
    if given == "&" or (name and f"{name};" not in html5):
        return f"&amp;{given[1:]}"
    meant = html.unescape(given)
    if name in _OF_XML or meant in {"&", "<", ">"}:
        return given if name is None or name in _OF_XML else f"&{name.lower()};"
    return _NOT_XML.sub("\ufffd", meant) or "\ufffd"


def _damaged(text: str, error: Exception) -> RejectError:
    kept = "the items before it were kept"
    if not _ROOT_END.search(text[-2000:]):
        detail = f"feed_truncated: the feed is cut off; {kept}, fetch it again"
        return RejectError("read", "truncated", detail)
    said = " ".join(str(error).split())[:100]
    return RejectError("read", "corrupt", f"feed_corrupt: {said}; {kept}, fetch it again")
