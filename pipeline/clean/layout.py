"""Which unit is what, from what it says of itself and where it stands on the page.

A page is a header (title, categories, date, byline, lead), a middle of prose with headings, and a
footer of tags and furniture. The header ends at the first prose that no date or byline follows;
the footer begins after the last prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.clean import metas, rules
from pipeline.clean.lines import Unit
from pipeline.records import Kind

HEADER_UNITS = 14
"""Dates and bylines are looked for among so many units from the top."""
FOOTER_UNITS = 6
"""Furniture by a phrase, and bylines at the foot, among so many from the end."""
MAX_TITLE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Layout:
    """The kind of each unit, and what the page says of itself."""

    kinds: tuple[Kind, ...]
    title: str | None
    metas: tuple[metas.Meta, ...]
    tags: tuple[str, ...]


def lay_out(units: Sequence[Unit], title: str | None, main_is_latin: bool) -> Layout:
    """Kinds of all units of a page; `title` is the dump's, where it has one."""
    return _Page(units, title, main_is_latin).layout()


class _Page:
    """The kinds so far; each step fills some of those that are still None."""

    def __init__(self, units: Sequence[Unit], title: str | None, main_is_latin: bool) -> None:
        self.units = units
        self.texts = [unit.text for unit in units]
        self.latin = main_is_latin
        self.given_title = title
        self.title_at: int | None = None
        self.tags: list[str] = []
        self.kinds: list[Kind | None] = [None] * len(units)
        self.metas: dict[int, metas.Meta] = {}

    def layout(self) -> Layout:
        self._find_given_title()
        self._mark_furniture()
        self.prose = [
            kind is None and rules.is_prose(text)
            for kind, text in zip(self.kinds, self.texts, strict=True)
        ]
        self._mark_metas()
        self._mark_title()
        self._mark_repeated_title()
        self._mark_header()
        self._mark_footer()
        self._mark_middle()
        title = self.given_title
        if title is None and self.title_at is not None:
            title = " ".join(self.texts[self.title_at].split())
        found = tuple(self.metas[at] for at in sorted(self.metas))
        kinds = tuple(kind or "body" for kind in self.kinds)
        return Layout(kinds, title, found, tuple(self.tags))

    # What needs no context

    def _find_given_title(self) -> None:
        if self.given_title is None:
            return
        wanted = rules.plain(self.given_title)
        for at, text in enumerate(self.texts[:HEADER_UNITS]):
            if len(text) <= 2 * MAX_TITLE_CHARS and rules.plain(text) == wanted:
                self._set(at, "title")
                self.title_at = at
                return

    def _mark_furniture(self) -> None:
        near_end = len(self.units) - FOOTER_UNITS
        for at, text in enumerate(self.texts):
            if self.kinds[at] is not None:
                continue
            if rules.is_caption(text):
                self._set(at, "caption")
            elif rules.is_cruft(text) or (at and at >= near_end and rules.holds_cruft(text)):
                self._set(at, "cruft")
            elif rules.is_foreign(text, self.latin):
                self._set(at, "caption")

    # The header

    def _mark_metas(self) -> None:
        """Date lines and bylines, in the header and after the last prose."""
        self.header_end = self._first_prose()
        last_text = max(
            (at for at, text in enumerate(self.texts) if self.prose[at] or self._is_text(at, text)),
            default=-1,
        )
        n_prose = 0
        for at in range(min(HEADER_UNITS, len(self.units))):
            n_prose += self.prose[at]
            if n_prose > 1:
                break
            if self._mark_meta(at) and at < last_text:
                self.header_end = max(self.header_end, at + 1)
        for at in range(max(last_text + 1, len(self.units) - FOOTER_UNITS), len(self.units)):
            self._mark_meta(at)

    def _is_text(self, at: int, text: str) -> bool:
        return self.kinds[at] is None and rules.is_finished(text) and not metas.meta_of(text)

    def _mark_meta(self, at: int) -> bool:
        if self.kinds[at] is None and (meta := metas.meta_of(self.texts[at])):
            self.metas[at] = meta
            self._set(at, "cruft")
        return at in self.metas

    def _first_prose(self) -> int:
        for at, prose in enumerate(self.prose):
            if prose and at != self.title_at:
                return at
        return len(self.units)

    def _mark_title(self) -> None:
        if self.title_at is not None:
            return
        header = range(min(self.header_end, HEADER_UNITS))
        open_units = [at for at in header if self.kinds[at] is None]
        for nth, at in enumerate(open_units):
            text = self.texts[at]
            if self._is_category(at, open_units[nth + 1 :]):
                self._set(at, "cruft")
            elif self._may_be_title(at):
                self._set(at, "title")
                self.title_at = at
                return
            elif self.prose[at] or rules.is_finished(text):
                return

    def _is_category(self, at: int, others: Sequence[int]) -> bool:
        """A section's name above the title, where there is something left to be the title."""
        text = self.texts[at]
        if not any(self._may_be_title(other) for other in others):
            return False
        if rules.is_category(text) or self._is_overline(at, others):
            return True
        near = at > 0 and self.kinds[at - 1] == "cruft" and not self.units[at].gap
        if rules.n_words(text) > (2 if near else 1):
            return False
        last_meta = max((at for at in self.metas if at < self.header_end), default=-1)
        return any(
            self._may_be_title(other) and not rules.is_finished(self.texts[other])
            for other in others
            if other < last_meta
        )

    def _is_overline(self, at: int, others: Sequence[int]) -> bool:
        """A few words right above a longer line: `Chine – Etats-Unis`, then the title."""
        below = at + 1
        if below not in others or self.units[below].gap or not self._may_be_title(below):
            return False
        return rules.n_words(self.texts[at]) <= 3 and rules.n_words(self.texts[below]) >= 5

    def _may_be_title(self, at: int) -> bool:
        text = self.texts[at]
        if len(text) > MAX_TITLE_CHARS or text[0] in "([":
            return False
        if not rules.is_finished(text):
            return not self.prose[at] or len(self.units) > 1
        return len(text) <= 200 and any(near in self.metas for near in (at + 1, at + 2))

    def _mark_repeated_title(self) -> None:
        names = {rules.plain(name) for name in (self.given_title, self._title_text()) if name}
        for at, text in enumerate(self.texts):
            if at == self.title_at or self.kinds[at] == "cruft" or len(text) > 2 * MAX_TITLE_CHARS:
                continue
            plain = rules.plain(text)
            if any(plain == name or rules.is_cut_title(plain, name) for name in names):
                self._set(at, "cruft")

    def _title_text(self) -> str | None:
        return None if self.title_at is None else self.texts[self.title_at]

    def _mark_header(self) -> None:
        """What is left above the first prose and up to the last date line."""
        last_meta = max((at for at in self.metas if at < self.header_end), default=-1)
        for at in range(self.header_end):
            if self.kinds[at] is not None:
                continue
            text = self.texts[at]
            if self.prose[at] and len(self.units) > 1:
                self._set(at, "lead" if at < last_meta else "body")
            elif self._is_signature(at):
                self.metas[at] = metas.Meta(byline=text)
                self._set(at, "cruft")
            elif self._is_header_label(at):
                self._set(at, "cruft")
            elif at < last_meta and rules.n_words(text) >= 6:
                self._set(at, "lead")
        self._mark_lead()

    def _is_header_label(self, at: int) -> bool:
        """A category or place below the title."""
        text = self.texts[at]
        if rules.is_category(text) or rules.is_all_caps(text):
            return True
        return rules.n_words(text) <= 3 and self._touches_meta(at)

    def _is_signature(self, at: int) -> bool:
        """Names below the title, right beside a date line."""
        below = self.title_at is not None and at > self.title_at
        return below and metas.is_signature(self.texts[at]) and self._touches_meta(at)

    def _touches_meta(self, at: int) -> bool:
        """In the same block of lines as a date line or byline."""
        above = at - 1 in self.metas and not self.units[at].gap
        below = at + 1 in self.metas and not self.units[at + 1].gap
        return above or below

    def _mark_lead(self) -> None:
        """A first paragraph that breaks off is a teaser."""
        at = self.header_end
        if "lead" in self.kinds or self.title_at is None or at + 1 >= len(self.units):
            return
        text = self.texts[at]
        teaser = text.endswith(("…", "...", "[…]", "[...]")) and len(text) <= 700
        if self.kinds[at] is None and self.prose[at] and teaser and any(self.prose[at + 1 :]):
            self._set(at, "lead")

    # The footer

    def _mark_footer(self) -> None:
        """Tags and loose labels after the last prose."""
        last = max((at for at, prose in enumerate(self.prose) if prose), default=None)
        if last is None:
            last = self.title_at if self.title_at is not None else -1
            if not self._has_body_after(last):
                return
        run: list[int] = []
        for at in range(last + 1, len(self.units)):
            listed = rules.tags_of(self.texts[at])
            if listed is not None:
                self._set(at, "list")
                self.tags.extend(listed)
            elif self.kinds[at] is None and rules.is_short_label(self.texts[at]):
                run.append(at)
        for at in run:
            self._set(at, "list" if len(run) > 1 else "cruft")
        if len(run) > 1:
            self.tags.extend(self.texts[at] for at in run)
        self._mark_links(last + 1)

    def _mark_links(self, start: int) -> None:
        """What stands unfinished below a line of furniture: headlines of other articles."""
        below = False
        for at in range(start, len(self.units)):
            if self.kinds[at] is None and below and rules.is_heading_like(self.texts[at]):
                self._set(at, "cruft")
            below = below or self.kinds[at] == "cruft"

    def _has_body_after(self, last: int) -> bool:
        """Something that is no label stands after a title on a page without prose."""
        rest = range(last + 1, len(self.units))
        return any(
            self.kinds[at] is None and not rules.is_short_label(self.texts[at]) for at in rest
        )

    # The middle

    def _mark_middle(self) -> None:
        follows = False  # prose, or a heading above prose
        for at in reversed(range(len(self.units))):
            if self.kinds[at] is None:
                self._set(at, self._middle_kind(at, follows))
            if self.kinds[at] in ("body", "quote", "lead", "list"):
                follows = True

    def _middle_kind(self, at: int, follows: bool) -> Kind:
        text = self.texts[at]
        if rules.is_bullet(text) and not self.prose[at]:
            return "list"
        quotation = rules.is_quotation(text)
        heading = rules.is_heading_like(text) and follows
        if heading and not (quotation and rules.n_words(text) > 10) and at != self.title_at:
            return "heading"
        if quotation and rules.n_words(text) >= 4:
            return "quote"
        return "body"

    def _set(self, at: int, kind: Kind) -> None:
        self.kinds[at] = kind
