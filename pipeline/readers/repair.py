"""Mojibake (`Ã©`) made text again, where the user asks for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipeline.records import Page

if TYPE_CHECKING:
    from ftfy import TextFixerConfig


def can_repair() -> bool:
    """The library that repairs is installed."""
    return find_spec("ftfy") is not None


def repaired(page: Page) -> Page:
    """The page with its mojibake repaired, flagged `mojibake_repaired` where anything changed."""
    if "mojibake_suspect" not in page.text_flags:
        return page
    text = _fixed(page.text)
    if text == page.text:
        return page
    flags = (*(flag for flag in page.text_flags if flag != "mojibake_suspect"), "mojibake_repaired")
    title, byline = (value and _fixed(value) for value in (page.title, page.byline))
    return replace(page, text=text, text_flags=flags, title=title, byline=byline)


def _fixed(text: str) -> str:
    from ftfy import fix_text

    return fix_text(text, _config())


@cache
def _config() -> TextFixerConfig:
    """Encodings only: all that ftfy would make prettier changes correct French as well."""
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization="NFC",
        explain=False,
    )
