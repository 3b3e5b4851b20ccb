"""Every example of the lexicon fires as it says, every counterexample stays silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from pipeline.errors import LexiconError
from pipeline.extract import Extractor, load
from pipeline.languages import LANGUAGES
from pipeline.readers import page_from_text
from pipeline.records import Extraction, Relation
from pipeline.relations.inventory import symmetric_relations
from pipeline.relations.lexicon import Example, Rule, load_rules
from pipeline.settings import ROOT, Settings
from pipeline.texts import fold

Read = Callable[[str, str], Extraction]
LEADING = frozenset(["le", "la", "les", "l'", "un", "une", "des", "the", "a", "an"])

RULES = {language: load_rules(language) for language in LANGUAGES}
EXAMPLES = [(r, e) for rules in RULES.values() for r in rules for e in r.entry.examples]
SILENT = [(r, t) for rules in RULES.values() for r in rules for t in r.entry.counterexamples]

needs_models = pytest.mark.skipif(
    not all((ROOT / "models" / code / "meta.json").exists() for code in LANGUAGES),
    reason="models not trained yet",
)


def _texts(language: str) -> Iterator[str]:
    for rule in RULES[language]:
        yield from (example.text for example in rule.entry.examples)
        yield from rule.entry.counterexamples


@cache
def _extractor(language: str) -> Extractor:
    return load(Settings(lang=language))


@pytest.fixture(scope="session")
def read() -> Read:
    """Extraction of a sentence of the lexicon; all of a language are parsed in one batch."""

    @cache
    def batch(language: str) -> Mapping[str, Extraction]:
        texts = list(dict.fromkeys(_texts(language)))
        results = _extractor(language).extract([page_from_text(text) for text in texts])
        pairs = zip(texts, results, strict=True)
        return {text: found for text, found in pairs if isinstance(found, Extraction)}

    return lambda language, text: batch(language)[text]


def _plain(text: str) -> str:
    words = fold(text).replace("'", "' ").split()
    while words and words[0] in LEADING:
        words.pop(0)
    return " ".join(words)


def _is(want: str | None, text: str | None, names: frozenset[str]) -> bool:
    """None is not looked at, the empty string is an empty party."""
    if want is None:
        return True
    if not want or text is None:
        return not want and text is None
    return any(f" {_plain(want)} " in f" {_plain(name)} " for name in {text, *names})


def _names(extraction: Extraction, language: str, entity_id: str | None) -> frozenset[str]:
    if entity_id is None:
        return frozenset()
    known = _extractor(language).known.get(entity_id)
    names = {m.text for m in extraction.mentions if m.entity_id == entity_id}
    return frozenset(names | ({known.name_fr, known.name_en} if known else set()))


def _tells(row: Relation, example: Example, extraction: Extraction) -> bool:
    if (row.polarity, row.factuality) != (example.polarity, example.factuality):
        return False
    subject = row.subject_text, _names(extraction, row.language, row.subject_id)
    obj = row.object_text, _names(extraction, row.language, row.object_id)
    orders = [(subject, obj)]
    if row.relation in symmetric_relations():
        orders.append((obj, subject))
    return any(_is(example.subject, *a) and _is(example.object, *b) for a, b in orders)


def _rows(extraction: Extraction, relation: str) -> list[Relation]:
    return [row for row in extraction.relations if row.relation == relation]


def _shown(rows: list[Relation]) -> str:
    return "\n".join(
        f"{r.relation}({r.subject_text}, {r.object_text}) {r.polarity} {r.factuality} {r.rule}"
        for r in rows
    )


def _label(value: Rule | Example | str) -> str:
    if isinstance(value, Rule):
        return fold(value.name)
    text = value.text if isinstance(value, Example) else value
    return fold(text)[:40]


@needs_models
@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=_label)
def test_example_fires(rule: Rule, example: Example, read: Read) -> None:
    extraction = read(rule.language, example.text)
    rows = _rows(extraction, rule.relation)
    assert any(_tells(row, example, extraction) for row in rows), _shown(rows) or "nothing found"


@needs_models
@pytest.mark.parametrize(("rule", "text"), SILENT, ids=_label)
def test_counterexample_stays_silent(rule: Rule, text: str, read: Read) -> None:
    rows = _rows(read(rule.language, text), rule.relation)
    assert not rows, _shown(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_has_an_example(language: str) -> None:
    bare = [rule.name for rule in RULES[language] if not rule.entry.examples]
    assert not bare


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_for_two_entries_of_a_relation(language: str) -> None:
    told = [
        (rule.relation, example.text) for rule in RULES[language] for example in rule.entry.examples
    ]
    assert len(told) == len(set(told))


# ---- the loader ----------------------------------------------------------------------------------

SOUND = """
relation = "visits"
language = "fr"

[[verb]]
lemmas = ["Aller"]
object = [{ prep = ["à"], lemmas = ["Élysée"] }]
"""


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def _fault(folder: Path) -> str:
    with pytest.raises(LexiconError) as caught:
        load_rules("fr", (folder,))
    return str(caught.value)


def test_words_are_folded_and_rules_named(tmp_path: Path) -> None:
    _write(tmp_path, "visits.fr.toml", SOUND)
    (rule,) = load_rules("fr", (tmp_path,))
    assert rule.name == "visits.fr/aller"
    assert rule.entry.object[0].prep == ("a",)
    assert rule.entry.object[0].lemmas == ("elysee",)


def test_cues_and_other_languages_are_no_lexicon_files(tmp_path: Path) -> None:
    _write(tmp_path, "visits.fr.toml", SOUND)
    _write(tmp_path, "cues.fr.toml", "nothing = 'here'")
    _write(tmp_path, "visits.en.toml", "nothing = 'here'")
    assert len(load_rules("fr", (tmp_path,))) == 1


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (SOUND.replace('lemmas = ["Aller"]', 'lemma = ["aller"]'), "verb.0.lemma:"),
        (SOUND.replace('["Aller"]', "[]"), "verb.0.lemmas:"),
        (SOUND + 'prefer = "object"', "verb.0.prefer:"),
        (SOUND.replace("[[verb]]", '[[noun]]\nprefer = "both"'), "noun.0.prefer:"),
        (SOUND.replace("prep =", 'fits = ["town"], prep ='), "verb.0.object.0.fits.0:"),
        (SOUND.replace('"visits"', '"travels"'), "no relation 'travels'"),
        (SOUND.replace('"fr"', '"en"'), "language: 'en'"),
        (SOUND.replace("[[verb]]", "[[verb]"), "line 5"),
    ],
    ids=[
        "unknown-key",
        "no-lemma",
        "verb-prefer",
        "prefer",
        "fits",
        "relation",
        "language",
        "toml",
    ],
)
def test_a_fault_is_told_with_file_and_entry(tmp_path: Path, broken: str, told: str) -> None:
    _write(tmp_path, "visits.fr.toml", broken)
    message = _fault(tmp_path)
    assert "visits.fr.toml" in message
    assert told in message


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    _write(tmp_path, "hosts.fr.toml", SOUND.replace('"visits"', '"greets"'))
    _write(
        tmp_path,
        "visits.fr.toml",
        SOUND.replace('lemmas = ["Aller"]', 'lemma = ["aller"]') + "\ncolour = 1\n",
    )
    _write(tmp_path, "meets.fr.toml", "relation = [")
    message = _fault(tmp_path)
    for told in ("hosts.fr.toml", "'greets'", "meets.fr.toml", "verb.0.lemma:", "verb.0.colour:"):
        assert told in message


def test_a_list_stands_for_its_words(tmp_path: Path) -> None:
    (tmp_path / "lists.fr.toml").write_text('palaces = ["Élysée", "Kremlin"]\n', encoding="utf-8")
    text = SOUND.replace('["Élysée"]', '["@palaces", "Matignon"]')
    (tmp_path / "visits.fr.toml").write_text(text, encoding="utf-8")
    (rule,) = load_rules("fr", [tmp_path])
    assert rule.entry.object[0].lemmas == ("elysee", "kremlin", "matignon")


def test_an_unknown_list_is_named(tmp_path: Path) -> None:
    text = SOUND.replace('["Élysée"]', '["@palaces"]')
    (tmp_path / "visits.fr.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match="@palaces"):
        load_rules("fr", [tmp_path])


def test_a_faulty_list_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "lists.fr.toml").write_text("palaces = 3\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"lists\.fr\.toml"):
        load_rules("fr", [tmp_path])
