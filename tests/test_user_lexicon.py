"""`--lexicon DIR`: triggers and relations of the user's own, held to what ours are held to."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import cli, options
from pipeline.errors import LexiconError, UsageError
from pipeline.extract import load
from pipeline.readers import page_from_text
from pipeline.records import Extraction
from pipeline.relations.inventory import load_inventory, symmetric_relations
from pipeline.settings import ROOT, Settings
from pipeline.store.fingerprint import fingerprint

RELATION = """
[debates]
fr = "débat avec"
en = "debates"
symmetric = true
needs = ["subject", "object"]
object = ["actor"]
"""
DEBATES = """
relation = "debates"
language = "fr"

[[verb]]
lemmas = ["débattre"]
reciprocal = true
object = [{ prep = ["avec"] }]
examples = [
  { text = "Emmanuel Macron a débattu avec Marine Le Pen.", subject = "Macron", object = "Le Pen" }
]
counterexamples = ["Le Sénat a débattu du budget."]
"""
VISITS = """
relation = "visits"
language = "fr"

[[verb]]
lemmas = ["gloubiboulguer"]
object = [{ direct = true }]
examples = [{ text = "Emmanuel Macron gloubiboulgue Berlin.", subject = "Angela Merkel" }]
"""  # its example cannot hold: nobody of that name is in it
needs_models = pytest.mark.skipif(
    not (ROOT / "models" / "fr" / "meta.json").exists(), reason="models not trained yet"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "relations.toml").write_text(RELATION, encoding="utf-8")
    (tmp_path / "debates.fr.toml").write_text(DEBATES, encoding="utf-8")
    return tmp_path


@needs_models
def test_rows_of_a_relation_of_ones_own_beside_ours(folder: Path) -> None:
    text = "Emmanuel Macron a débattu avec Marine Le Pen. Elle a été reçue par Viktor Orban."
    [found] = load(Settings(lang="fr", lexicon=str(folder))).extract([page_from_text(text)])
    assert isinstance(found, Extraction)
    rows = {(r.relation, r.subject_text, r.object_text) for r in found.relations}
    assert ("debates", "Emmanuel Macron", "Marine Le Pen") in rows
    assert "hosts" in {relation for relation, _, _ in rows}
    rules = {r.rule for r in found.relations if r.relation == "debates"}
    assert all(rule.startswith("debates.fr/debattre") for rule in rules)


def test_a_new_relation_stands_behind_ours_and_may_be_symmetric(folder: Path) -> None:
    assert list(load_inventory(folder))[:-1] == list(load_inventory())
    assert "debates" in symmetric_relations(folder) - symmetric_relations()


def test_ours_cannot_be_defined_again(folder: Path) -> None:
    again = RELATION.replace("[debates]", "[meets]")
    (folder / "relations.toml").write_text(again, encoding="utf-8")
    with pytest.raises(LexiconError, match="meets: in our inventory already"):
        load_inventory(folder)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("debates.fr.toml", DEBATES.replace("lemmas", "lemma"), r"debates\.fr\.toml: verb\.0"),
        ("debates.fr.toml", DEBATES.replace('"debates"', '"quarrels"'), "no relation 'quarrels'"),
        ("relations.toml", RELATION.replace("fr =", "de ="), r"relations\.toml"),
        ("relations.toml", RELATION.replace("[debates]", "[De-bates]"), r"relations\.toml"),
        ("cues.fr.toml", "", "cues cannot be added"),
    ],
)
def test_faulty_files_are_refused(folder: Path, name: str, text: str, fault: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=fault):
        load(Settings(lexicon=str(folder)))


def test_what_the_folder_holds_is_part_of_the_fingerprint(folder: Path, tmp_path: Path) -> None:
    models = tmp_path / "no-models"
    ours = fingerprint(Settings(), models).units
    before = fingerprint(Settings(lexicon=str(folder)), models).units
    (folder / "debates.fr.toml").write_text(DEBATES + "# changed\n", encoding="utf-8")
    assert len({ours, before, fingerprint(Settings(lexicon=str(folder)), models).units}) == 3


def test_a_folder_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        options.settings(None, tmp_path / "none")


@needs_models
def test_the_command_says_which_examples_fail(folder: Path) -> None:
    sound = CliRunner().invoke(cli.app, ["lexicon", str(folder)])
    assert (sound.exit_code, sound.stdout) == (
        0,
        "1 entries, 0 of their sentences not read as they say\n",
    )
    (folder / "visits.fr.toml").write_text(VISITS, encoding="utf-8")
    faulty = CliRunner().invoke(cli.app, ["lexicon", str(folder)])
    assert faulty.exit_code == 1
    assert "visits.fr/gloubiboulguer: Emmanuel Macron gloubiboulgue Berlin." in faulty.stdout
