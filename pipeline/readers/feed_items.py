"""What an item of a feed says, in any dialect: RSS 0.9 to 2.0, RDF, Atom, with Dublin Core."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.readers.decode import tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_OTHERS = ("{http://search.yahoo.com/mrss", "{http://www.itunes.com/")
"""Vocabularies of images and podcasts, whose `title` and `content` are not the item's."""
_DATES = ("pubDate", "published", "issued", "date", "created", "updated", "modified")
"""The first that is there is the item's."""
_MAIL_AND_NAME = re.compile(r"\S+@\S+\s*\(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Item:
    """The fields of an item as they stand, empty where it has none."""

    title: str
    markup: str
    """HTML, or a text without tags."""
    plain: str
    """Text that is surely no HTML."""
    published: str
    url: str
    source_id: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]


def item_of(element: _Element) -> Item:
    """The fields of an `item` or `entry`."""
    parts: dict[str, list[_Element]] = {}
    for child in element:
        if isinstance(child.tag, str) and not child.tag.startswith(_OTHERS):
            parts.setdefault(element_name(child), []).append(child)
    body = _body(parts)
    is_plain = body is not None and _is_plain(body)
    given = "" if body is None else _content(body)
    identity = _first(parts, "guid", "id", "identifier")
    return Item(
        title=_first(parts, "title"),
        markup="" if is_plain else given,
        plain=given if is_plain else "",
        published=_first(parts, *_DATES),
        url=_url(parts, identity),
        source_id=identity or element.get(_ABOUT, ""),
        authors=_authors(parts),
        tags=_tags(parts),
    )


def element_name(element: _Element) -> str:
    """The name of an element without its namespace; empty for what is none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def own_text(element: _Element) -> str:
    """All text inside an element."""
    return "".join(element.itertext())


def _first(parts: dict[str, list[_Element]], *names: str) -> str:
    for name in names:
        for element in parts.get(name, ()):
            if text := own_text(element).strip():
                return text
    return ""


def _body(parts: dict[str, list[_Element]]) -> _Element | None:
    """The whole article where the item holds it, else its teaser."""
    for name in ("encoded", "content", "body", "description", "summary", "abstract"):
        for element in parts.get(name, ()):
            kind = element.get("type", "text")
            readable = (
                kind in ("text", "html", "xhtml") or kind.startswith("text/") or "xml" in kind
            )
            if readable and own_text(element).strip():
                return element
    return None


def _is_plain(element: _Element) -> bool:
    """An Atom text, which is not HTML even if it looks so."""
    is_atom = "atom" in element.tag.lower()
    return is_atom and element.get("type", "text") in ("text", "text/plain") and not len(element)


def _content(element: _Element) -> str:
    """The markup that an element holds, be it escaped or there as elements."""
    if not len(element):
        return own_text(element)
    from lxml import etree

    pieces = [element.text or ""]
    pieces += (etree.tostring(child, encoding="unicode", method="xml") for child in element)
    return re.sub(r"(</?)[\w-]+:(?=\w)", r"\1", "".join(pieces))  # no prefix of a namespace


def _url(parts: dict[str, list[_Element]], identity: str) -> str:
    """The address of the article: that of its site rather than of who counts the clicks."""
    if original := _first(parts, "origLink"):
        return original
    for element in parts.get("link", ()):
        href = element.get("href", "") if element.get("rel", "alternate") == "alternate" else ""
        if address := href.strip() or own_text(element).strip():
            return address
    return identity if identity.startswith(("http://", "https://")) else ""


def _authors(parts: dict[str, list[_Element]]) -> tuple[str, ...]:
    """Names of authors; of `a@b.fr (A. B.)` the name, of an address alone nothing."""
    found: list[str] = []
    for element in (*parts.get("creator", ()), *parts.get("author", ())):
        names = [own_text(child) for child in element if element_name(child) == "name"]
        for name in names or [own_text(element)]:
            match = _MAIL_AND_NAME.fullmatch(name.strip())
            name = _line(match.group(1) if match else name)
            if name and "@" not in name:
                found.append(name)
    return tuple(dict.fromkeys(found))


def _tags(parts: dict[str, list[_Element]]) -> tuple[str, ...]:
    found = (
        element.get("label") or element.get("term") or own_text(element)
        for element in (*parts.get("category", ()), *parts.get("subject", ()))
    )
    return tuple(dict.fromkeys(tag for tag in map(_line, found) if tag))


def _line(text: str) -> str:
    return " ".join(tidy(html.unescape(text))[0].split())
