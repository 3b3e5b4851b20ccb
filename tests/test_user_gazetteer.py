"""`--gazetteer FILE`: names of the user's own, before ours, checked and part of the fingerprint."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import options
from pipeline.entities.gazetteer import load_gazetteer
from pipeline.errors import LexiconError, UsageError
from pipeline.extract import load
from pipeline.readers import page_from_text
from pipeline.records import Extraction
from pipeline.settings import ROOT, Settings
from pipeline.store.fingerprint import fingerprint

OWN = """
[body."org:cercle-polaire"]
fr = "Cercle polaire"
en = "Polar Circle"
also = ["CPX"]

[person."per:jeanne-ferrandon"]
fr = "Jeanne Ferrandon"
en = "Jeanne Ferrandon"
alone = ["Ferrandon"]
gender = "Fem"
country = "FRA"
posts = [["minister", "FRA", "2024-01-01", ""]]

[region."loc:val-perdu"]
fr = "Val Perdu"
en = "Lost Vale"
country = "FRA"
"""
needs_models = pytest.mark.skipif(
    not (ROOT / "models" / "fr" / "meta.json").exists(), reason="models not trained yet"
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


@needs_models
def test_own_names_are_found_and_linked(own: Path) -> None:
    text = "Hier, Ferrandon a rencontré des élus du CPX à Val Perdu. Elle est repartie."
    settings = Settings(lang="fr", gazetteer=str(own))
    [found] = load(settings).extract([page_from_text(text)])
    assert isinstance(found, Extraction)
    ids = {m.text: m.entity_id for m in found.mentions}
    assert ids["Ferrandon"] == ids["Elle"] == "per:jeanne-ferrandon"
    assert ids["CPX"] == "org:cercle-polaire"
    assert ids["Val Perdu"] == "loc:val-perdu"


def test_what_is_known_of_them(own: Path) -> None:
    gazetteer = load_gazetteer([own])
    person = gazetteer.known["per:jeanne-ferrandon"]
    assert (person.type, person.country, person.wikidata_id) == ("PER", "FRA", None)
    assert gazetteer.posts[person.entity_id] == (("minister", "Q142", "2024-01-01", ""),)


def test_own_names_come_before_ours(own: Path) -> None:
    own.write_text('[body."org:onu-club"]\nfr = "ONU"\nen = "UN"\n', encoding="utf-8")
    alias = load_gazetteer([own]).forms("fr", ("onu",))
    assert alias is not None
    assert alias.entity_id == "org:onu-club"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (OWN.replace("also =", "alsoo ="), "alsoo"),
        (OWN.replace("org:cercle-polaire", "Cercle polaire"), "body"),
        (OWN.replace('country = "FRA"', 'country = "France"'), "country"),
        (OWN.replace("[body", "[club"), "club"),
        ("[body", "own.toml"),
    ],
)
def test_every_fault_is_named(own: Path, text: str, fault: str) -> None:
    own.write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=fault):
        load_gazetteer([own])


def test_what_the_file_holds_is_part_of_the_fingerprint(own: Path, tmp_path: Path) -> None:
    models = tmp_path / "no-models"
    ours = fingerprint(Settings(), models).units
    before = fingerprint(Settings(gazetteer=str(own)), models).units
    own.write_text(OWN + "# changed\n", encoding="utf-8")
    assert len({ours, before, fingerprint(Settings(gazetteer=str(own)), models).units}) == 3


def test_a_file_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        options.settings(gazetteer=tmp_path / "none.toml")
