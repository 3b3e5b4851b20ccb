"""Every example of the lexicon fires as it says, every counterexample stays silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from pipeline.errors import LexiconError
from pipeline.evaluate import examples
from pipeline.extract import Extractor, load
from pipeline.languages import LANGUAGES
from pipeline.records import Extraction, Relation
from pipeline.relations.lexicon import Example, Rule, load_rules
from pipeline.settings import ROOT, Settings
from pipeline.texts import fold

Read = Callable[[str, str], Extraction]

RULES = {language: load_rules(language) for language in LANGUAGES}
EXAMPLES = [(r, e) for rules in RULES.values() for r in rules for e in r.entry.examples]
SILENT = [(r, t) for rules in RULES.values() for r in rules for t in r.entry.counterexamples]

needs_models = pytest.mark.skipif(
    not all((ROOT / "models" / code / "meta.json").exists() for code in LANGUAGES),
    reason="models not trained yet",
)


@cache
def _extractor(language: str) -> Extractor:
    return load(Settings(lang=language))


@pytest.fixture(scope="session")
def read() -> Read:
    """Extraction of a sentence of the lexicon; all of a language are parsed in one batch."""

    @cache
    def batch(language: str) -> Mapping[str, Extraction]:
        texts = [text for rule in RULES[language] for text in examples.sentences(rule)]
        return examples.read(texts, _extractor(language))

    return lambda language, text: batch(language)[text]


def _shown(rows: Iterable[Relation]) -> str:
    return "\n".join(examples.shown(row) for row in rows)


def _label(value: Rule | Example | str) -> str:
    if isinstance(value, Rule):
        return fold(value.name)
    text = value.text if isinstance(value, Example) else value
    return fold(text)[:40]


@needs_models
@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=_label)
def test_example_fires(rule: Rule, example: Example, read: Read) -> None:
    extraction = read(rule.language, example.text)
    rows = examples.rows_of(extraction, rule)
    extractor = _extractor(rule.language)
    told = any(examples.tells(row, example, extraction, extractor) for row in rows)
    assert told, _shown(rows) or "nothing found"


@needs_models
@pytest.mark.parametrize(("rule", "text"), SILENT, ids=_label)
def test_counterexample_stays_silent(rule: Rule, text: str, read: Read) -> None:
    rows = examples.rows_of(read(rule.language, text), rule)
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
    assert rule.entry.object[0].prep == {"a"}
    assert rule.entry.object[0].lemmas == {"elysee"}


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
    assert rule.entry.object[0].lemmas == {"elysee", "kremlin", "matignon"}


def test_articles_inside_a_preposition_do_not_count(tmp_path: Path) -> None:
    text = SOUND.replace('prep = ["à"]', 'prep = ["à l’égard de", "hors de"]')
    assert text != SOUND
    (tmp_path / "visits.fr.toml").write_text(text, encoding="utf-8")
    (rule,) = load_rules("fr", [tmp_path])
    assert rule.entry.object[0].prep == {"a egard de", "hors de"}


def test_an_unknown_list_is_named(tmp_path: Path) -> None:
    text = SOUND.replace('["Élysée"]', '["@palaces"]')
    (tmp_path / "visits.fr.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match="@palaces"):
        load_rules("fr", [tmp_path])


def test_a_faulty_list_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "lists.fr.toml").write_text("palaces = 3\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"lists\.fr\.toml"):
        load_rules("fr", [tmp_path])
