"""The gazetteer's data: what it must hold, and that it loads fast and without spaCy."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from datetime import date

import pytest

from pipeline.entities.datafiles import DATA
from pipeline.entities.gazetteer import Gazetteer, load_gazetteer
from pipeline.entities.language import vocabulary
from pipeline.entities.letters import split_words


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def form(gazetteer: Gazetteer, language: str, name: str) -> str | None:
    alias = gazetteer.forms(language, tuple(w[0] for w in split_words(name)))
    return alias.entity_id if alias else None


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("names", "entity"),
    [
        (
            ["OTAN", "NATO", "Alliance atlantique", "Organisation du traité de l’Atlantique nord"],
            "Q7184",
        ),
        (["États-Unis", "Etats-Unis", "USA", "US", "U.S.", "United States"], "Q30"),
        (["Corée du Sud", "South Korea"], "Q884"),
        (["RDC", "République démocratique du Congo", "DRC"], "Q974"),
        (["ONU", "UN", "Nations unies", "United Nations"], "Q1065"),
        (["UE", "EU", "Union européenne"], "Q458"),
        (["Cédéao", "ECOWAS"], "org:cedeao"),
        (["Kiev", "Kyiv"], "Q1899"),
        (["Poutine", "Vladimir Putin"], "Q7747"),
    ],
)
def test_names_of_both_languages_are_one_entity(
    gazetteer: Gazetteer, language: str, names: list[str], entity: str
) -> None:
    assert {form(gazetteer, language, name) for name in names} == {entity}


def test_a_name_means_what_it_means_in_its_language(gazetteer: Gazetteer) -> None:
    mexico_city, mexico = "Q1489", "Q96"
    assert form(gazetteer, "fr", "Mexico") == mexico_city
    assert form(gazetteer, "en", "Mexico") == mexico


def test_every_state_has_a_code_and_french_adjectives_name_it(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.states) >= 240
    assert gazetteer.known[gazetteer.states["FRA"]].country == "FRA"
    french = gazetteer.adjectives["fr"]
    forms = ("americain", "americaine", "americains", "americaines")
    assert {french[f] for f in forms} == {"Q30"}
    assert french["sud-coreenne"] == gazetteer.states["KOR"]
    assert french["nigerienne"] == gazetteer.states["NER"]
    assert french["nigeriane"] == gazetteer.states["NGA"]
    assert french["congolais"] == ""  # two states


def test_capitals_stand_for_states_and_brussels_for_the_union(gazetteer: Gazetteer) -> None:
    assert gazetteer.seats["Q649"] == gazetteer.states["RUS"]
    assert gazetteer.seats["loc:kremlin"] == gazetteer.states["RUS"]
    assert gazetteer.seats["Q239"] == "Q458"


def test_ids_and_references_are_sound(gazetteer: Gazetteer) -> None:
    for key, known in gazetteer.known.items():
        assert key == known.entity_id
        assert re.fullmatch(r"Q\d+|(?:per|org|loc|norp):[a-z0-9-]+", key), key
        assert known.wikidata_id == (key if key[0] == "Q" else None)
        assert known.name_fr, key
        assert known.name_en, key
    for place, actor in gazetteer.seats.items():
        assert place in gazetteer.known
        assert actor in gazetteer.known
    for terms in gazetteer.posts.values():
        for post, of, start, end in terms:
            assert of in gazetteer.known, of
            assert not end or start <= end
            assert post in {o.post for os in vocabulary("fr").offices.values() for o in os}


def test_every_data_file_says_where_it_comes_from() -> None:
    for path in (*DATA.glob("*.toml"), *DATA.glob("*.tsv")):
        head = path.read_text(encoding="utf-8")[:600].partition("\n\n")[0]
        assert head.startswith("#"), path
        assert re.search(r"by hand|ource|Generated", head, re.IGNORECASE), path


def test_every_term_written_by_hand_says_where_it_stands() -> None:
    text = (DATA.parent / "generate" / "terms.txt").read_text(encoding="utf-8")
    for line in (line for line in text.splitlines() if not line.startswith("#")):
        name, _, _, start, end, source = line.split("|")
        assert " " in name, line
        assert date.fromisoformat(start) <= date.fromisoformat(end or "9999-01-01"), line
        places = r"(holders|factbook|known|reader|[\w.-]+\.\w+)"
        assert re.fullmatch(rf"{places}(, {places})*", source), line


def test_the_two_vocabularies_name_the_same_posts() -> None:
    posts = [
        {o.post for offices in vocabulary(lang).offices.values() for o in offices}
        for lang in ("fr", "en")
    ]
    assert posts[0] == posts[1]


def test_first_offices_have_one_holder_a_day(gazetteer: Gazetteer) -> None:
    holders: dict[tuple[str, str], set[str]] = {}
    for person, posts in gazetteer.posts.items():
        for post, of, start, end in posts:
            assert re.fullmatch(r"\d{4}(-\d\d-\d\d)?", start), person
            assert re.fullmatch(r"(\d{4}(-\d\d-\d\d)?)?", end), person
            assert not end or start <= end, person
            if post in ("leader", "head_of_government") and start <= "2026-05-01" <= (end or "9"):
                holders.setdefault((post, of), set()).add(person)
    assert len(holders) >= 250
    assert [h for h in holders.items() if len(h[1]) > 1] == []


@pytest.mark.parametrize(
    ("day", "post", "state", "name"),
    [
        ("2016-06-01", "leader", "FRA", "François Hollande"),
        ("2024-06-01", "leader", "FRA", "Emmanuel Macron"),
        ("2019-06-01", "head_of_government", "DEU", "Angela Merkel"),
        ("2023-06-01", "head_of_government", "DEU", "Olaf Scholz"),
        ("2025-06-01", "head_of_government", "DEU", "Friedrich Merz"),
        ("2024-01-01", "leader", "SEN", "Macky Sall"),
        ("2024-06-01", "leader", "SEN", "Bassirou Diomaye Faye"),
    ],
)
def test_offices_are_dated(
    gazetteer: Gazetteer, day: str, post: str, state: str, name: str
) -> None:
    of = gazetteer.states[state]
    found = [
        gazetteer.known[person].name_fr
        for person, posts in gazetteer.posts.items()
        for p, s, start, end in posts
        if (p, s) == (post, of) and start <= day <= (end or "9")
    ]
    assert found == [name]


def test_loads_fast_without_spacy() -> None:
    code = (
        "import sys\nfrom pipeline.entities.gazetteer import load_gazetteer\n"
        "import pipeline.entities\nload_gazetteer()\nassert 'spacy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    start = time.process_time()
    load_gazetteer()
    assert time.process_time() - start < 1.5  # about 0.2 s on a quiet machine
