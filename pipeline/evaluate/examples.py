"""The examples of lexicon entries: each must give its row, each counterexample none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from pipeline.extract import Extractor, load
from pipeline.languages import LANGUAGES
from pipeline.readers import page_from_text
from pipeline.records import Extraction, Relation
from pipeline.relations.inventory import symmetric_relations
from pipeline.relations.lexicon import Example, Rule, load_rules
from pipeline.settings import Settings
from pipeline.texts import fold

LEADING = frozenset(["le", "la", "les", "l'", "un", "une", "des", "the", "a", "an"])


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence of an entry that is not read as it says."""

    rule: Rule
    text: str
    wanted: Example | None
    """None: a counterexample."""
    rows: tuple[Relation, ...]

    def __str__(self) -> str:
        """Entry, sentence, what was wanted and what was found."""
        wanted = "nothing" if self.wanted is None else _wanted(self.rule, self.wanted)
        found = "; ".join(shown(row) for row in self.rows) or "nothing"
        return f"{self.rule.name}: {self.text}\n  wanted {wanted}\n  found {found}"


def examples_report(settings: Settings, console: Console) -> int:
    """Print what fails in the folder `settings.lexicon`, and counts; return how many failed.

    Raises LexiconError where a file is faulty.
    """
    failed = entries = 0
    for language in LANGUAGES:
        rules = load_rules(language, (), settings.lexicon_folder)
        entries += len(rules)
        if not rules:
            continue
        for failure in failures(rules, load(settings.model_copy(update={"lang": language}))):
            failed += 1
            console.print(Text(str(failure)))
    console.print(f"{entries} entries, {failed} of their sentences not read as they say")
    return failed


def read(texts: Sequence[str], extractor: Extractor) -> Mapping[str, Extraction]:
    """The extraction of each text, all in one batch; what is no article is left out."""
    wanted = list(dict.fromkeys(texts))
    results = extractor.extract([page_from_text(text) for text in wanted])
    pairs = zip(wanted, results, strict=True)
    return {text: found for text, found in pairs if isinstance(found, Extraction)}


def failures(rules: Sequence[Rule], extractor: Extractor) -> Iterator[Failure]:
    """Every example that gives no such row, every counterexample that gives one."""
    found = read([text for rule in rules for text in sentences(rule)], extractor)
    for rule in rules:
        for example in rule.entry.examples:
            rows = rows_of(found.get(example.text), rule)
            if not any(tells(row, example, found[example.text], extractor) for row in rows):
                yield Failure(rule, example.text, example, rows)
        for text in rule.entry.counterexamples:
            if rows := rows_of(found.get(text), rule):
                yield Failure(rule, text, None, rows)


def sentences(rule: Rule) -> Iterator[str]:
    """Examples, then counterexamples of an entry."""
    yield from (example.text for example in rule.entry.examples)
    yield from rule.entry.counterexamples


def rows_of(extraction: Extraction | None, rule: Rule) -> tuple[Relation, ...]:
    """The rows of the rule's relation."""
    found = extraction.relations if extraction else ()
    return tuple(row for row in found if row.relation == rule.relation)


def tells(row: Relation, example: Example, extraction: Extraction, extractor: Extractor) -> bool:
    """Whether a row is what an example asks for; parties by any name they have."""
    if (row.polarity, row.factuality) != (example.polarity, example.factuality):
        return False
    subject = row.subject_text, _names(extraction, extractor, row.subject_id)
    obj = row.object_text, _names(extraction, extractor, row.object_id)
    orders = [(subject, obj)]
    if row.relation in symmetric_relations(extractor.settings.lexicon_folder):
        orders.append((obj, subject))
    return any(_is(example.subject, *a) and _is(example.object, *b) for a, b in orders)


def shown(row: Relation) -> str:
    """A row in one line."""
    parties = f"{row.relation}({row.subject_text}, {row.object_text})"
    return f"{parties} {row.polarity} {row.factuality} {row.rule}"


def _wanted(rule: Rule, example: Example) -> str:
    parties = f"{rule.relation}({example.subject}, {example.object})"
    return f"{parties} {example.polarity} {example.factuality}"


def _names(extraction: Extraction, extractor: Extractor, entity_id: str | None) -> frozenset[str]:
    if entity_id is None:
        return frozenset()
    known = extractor.known.get(entity_id)
    names = {m.text for m in extraction.mentions if m.entity_id == entity_id}
    return frozenset(names | ({known.name_fr, known.name_en} if known else set()))


def _is(want: str | None, text: str | None, names: frozenset[str]) -> bool:
    """None is not looked at, the empty string is an empty party."""
    if want is None:
        return True
    if not want or text is None:
        return not want and text is None
    return any(f" {_plain(want)} " in f" {_plain(name)} " for name in {text, *names})


def _plain(text: str) -> str:
    words = fold(text).replace("'", "' ").split()
    while words and words[0] in LEADING:
        words.pop(0)
    return " ".join(words)
