"""Text from a dump made safe to show: it may hold escape sequences, markup or bidi overrides."""

from __future__ import annotations

import unicodedata

from rich.table import Table
from rich.text import Text

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain(text: object, width: int = 200) -> str:
    """One line in which every control, format or unassigned character is spelled out."""
    line = " ".join(str(text).split())
    if len(line) > width:
        line = line[: width - 1] + "…"
    return "".join(
        c.encode("unicode_escape").decode() if unicodedata.category(c) in _HIDDEN else c
        for c in line
    )


def cell(value: object, style: str = "") -> Text:
    """A table cell that is never read as markup; numbers with thousands apart, nulls empty."""
    if value is None:
        return Text("")
    if isinstance(value, int):
        return Text(f"{value:,}".replace(",", "\u202f"), style=style)
    return Text(plain(value), style=style)


def grid(title: str, *columns: str) -> Table:
    """An unboxed table; a column whose name begins with `#` is of numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in columns:
        table.add_column(name.lstrip("#"), justify="right" if name.startswith("#") else "left")
    return table
