"""Fragments of HTML to text, as feeds and mails hold them: by the path of whole pages.

trafilatura looks for the article in a page; a teaser of one sentence, or a letter set in tables,
is none to it. Where it leaves out most of the letters, all text stands as it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.readers.html import Extracted, extracted, tree_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MIN_CHARS = 250
"""Of text, below which it is not searched for an article."""
MIN_SHARE = 0.6
"""Of the letters, which an article found in it must have."""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figure"}
    | {"figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"}
    | {"main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
_SILENT = frozenset({"head", "script", "style", "noscript", "template", "iframe", "svg", "object"})


def text_of(markup: str) -> str:
    """The text of a fragment or page; what has no tag is a text already.

    Raises RejectError `too_deep`.
    """
    if not _TAG.search(markup):
        return html.unescape(markup).strip()
    tree = tree_of(markup)
    if tree is None:
        return ""
    everything = _all_text(tree)
    if len(everything) < MIN_CHARS:
        return everything
    found = next(extracted(f"<html><body><article>{markup}</article></body></html>"), None)
    if not isinstance(found, Extracted):
        return everything
    return found.text if _weight(found.text) >= MIN_SHARE * _weight(everything) else everything


def line_of(markup: str) -> str:
    """The text of a title, on one line; some feeds escape theirs twice."""
    return " ".join(html.unescape(_TAG.sub(" ", html.unescape(markup))).split())


def _weight(text: str) -> int:
    return sum(map(str.isalpha, text))


def _all_text(tree: HtmlElement) -> str:
    """All that a reader would see, one line a block."""
    lines = "".join(_pieces(tree)).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _pieces(tree: HtmlElement) -> Iterator[str]:
    from lxml.etree import iterwalk

    walker = iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _BLOCKS:
            yield "\n"
        if event == "start" and name in _SILENT:
            walker.skip_subtree()
        elif event == "start":
            yield _spaced(element.text)
        if event == "end":
            yield _spaced(element.tail)


def _spaced(text: str | None) -> str:
    """Line ends of the source are spaces."""
    return " ".join(text.split("\n")) if text else ""
