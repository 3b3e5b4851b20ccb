"""What is recognised in a dump, before anything is parsed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from pipeline import readers
from pipeline.records import Page, Reject, Skipped
from pipeline.report.texts import cell, grid
from pipeline.settings import Settings

SAMPLES = 3
FIELDS = ("title", "published", "byline", "url", "site", "source_id", "tags")
_INSIDE = re.compile("[#!].*", re.DOTALL)


@dataclass(slots=True)
class DumpSurvey:
    """Counts over the input units of a dump."""

    files: set[str] = field(default_factory=set)
    formats: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Pages by format and encoding."""
    flags: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    """Pages on which the dump itself gives a title, a date …"""
    examples: dict[str, object] = field(default_factory=dict)
    """The first value of each field."""
    skipped: list[Skipped] = field(default_factory=list)
    rejects: Counter[str] = field(default_factory=Counter)
    first_pages: list[Page] = field(default_factory=list)
    first_rejects: dict[str, Reject] = field(default_factory=dict)
    """The first reject of each reason."""

    def add(self, item: Page | Reject | Skipped) -> None:
        """Count one."""
        if isinstance(item, Skipped):
            self.skipped.append(item)
            return
        self.files.add(_INSIDE.sub("", item.source))
        if isinstance(item, Reject):
            self.rejects[item.reason] += 1
            self.first_rejects.setdefault(item.reason, item)
            return
        self.formats[item.source_format, item.encoding] += 1
        self.flags.update(item.text_flags)
        for name in FIELDS:
            if value := getattr(item, name):
                self.fields[name] += 1
                self.examples.setdefault(name, value)
        if len(self.first_pages) < SAMPLES:
            self.first_pages.append(item)


def dump_report(root: Path, settings: Settings, console: Console) -> DumpSurvey:
    """Read a dump as `depeche extract` would, and print what is in it.

    Raises UnusableError where there is nothing at `root`.
    """
    survey = DumpSurvey()
    for item in readers.read_dump(root, settings):
        survey.add(item)
    _print_formats(survey, console)
    _print_fields(survey, console)
    _print_rejects(survey, console)
    for skip in survey.skipped:
        console.print(cell(skip.source, "bold"), cell(f"skipped: {skip.what}"), sep="  ")
    for page in survey.first_pages:
        console.print(cell(page.source, "bold"), cell(page.title or page.text[:100]), sep="  ")
    skipped = readers.skipped(root)
    pages, rejected = survey.formats.total(), survey.rejects.total()
    console.print(
        f"{len(survey.files)} files, {pages + rejected} inputs: {pages} pages, "
        f"{rejected} rejects; {len(skipped)} files skipped (README, dot-files)"
    )
    return survey


def _print_formats(survey: DumpSurvey, console: Console) -> None:
    table = grid("pages", "format", "encoding", "#pages")
    for (name, encoding), count in survey.formats.most_common():
        table.add_row(cell(name), cell(encoding), cell(count))
    for flag, count in survey.flags.most_common():
        table.add_row("", cell(flag), cell(count))
    if survey.formats:
        console.print(table, "")


def _print_fields(survey: DumpSurvey, console: Console) -> None:
    table = grid("fields that the dump gives", "field", "#pages", "for example")
    for name in FIELDS:
        if count := survey.fields[name]:
            value = survey.examples[name]
            shown = ", ".join(value) if isinstance(value, tuple) else value
            table.add_row(cell(name), cell(count), cell(shown))
    if survey.fields:
        console.print(table, "")


def _print_rejects(survey: DumpSurvey, console: Console) -> None:
    table = grid("rejects", "reason", "#inputs", "the first", "what to do")
    for reason, count in survey.rejects.most_common():
        first = survey.first_rejects[reason]
        table.add_row(cell(reason), cell(count), cell(first.source), cell(first.detail))
    if survey.rejects:
        console.print(table, "")
