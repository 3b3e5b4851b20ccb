"""Parties that stand further off: taken up, gone on about, one of each state, possessed."""

from __future__ import annotations

from functools import cache

import pytest

from pipeline.extract import Extractor, load
from pipeline.readers import page_from_text
from pipeline.records import Extraction
from pipeline.settings import ROOT, Settings

pytestmark = pytest.mark.skipif(
    not (ROOT / "models" / "fr" / "meta.json").exists(), reason="models not trained yet"
)


@cache
def _extractor() -> Extractor:
    return load(Settings(lang="fr"))


def _party(entity_id: str | None, text: str | None) -> str | None:
    """The item of Wikidata, else the words."""
    return entity_id if entity_id is not None and entity_id.startswith("Q") else text


def _told(text: str) -> set[tuple[str, str | None, str | None, str, str]]:
    """Relation, subject and object as entities or texts, polarity, factuality."""
    (found,) = _extractor().extract([page_from_text(text)])
    assert isinstance(found, Extraction)
    return {
        (
            r.relation,
            _party(r.subject_id, r.subject_text),
            _party(r.object_id, r.object_text),
            r.polarity,
            r.factuality,
        )
        for r in found.relations
    }


DONE = ("affirmed", "actual")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (  # an object pronoun takes up the one noun that agrees
            "La loi arrive au bout du parcours. Emmanuel Macron l’a signée lundi.",
            ("signs", "Q3052772", "loi", *DONE),
        ),
        (
            "Le syndicat IG Metall refuse la cession de la branche acier, à laquelle il s’oppose.",
            ("rejects", "syndicat", "cession de la branche acier", *DONE),
        ),
        (  # a participle that cannot agree with the complement is the subject's
            "Boualem Sansal a dormi derrière les barreaux, incarcéré par l’Algérie.",
            ("arrests", "Q262", "Boualem Sansal", *DONE),
        ),
        (  # `y` takes up the object before
            "Olivier Véran demande la fermeture des bars, Emmanuel Macron s’y oppose.",
            ("rejects", "Q3052772", "fermeture des bars", *DONE),
        ),
        (  # how many they are, whom nobody names
            "Le Hamas a libéré vingt otages lundi.",
            ("releases", "Hamas", "vingt otages", *DONE),
        ),
        (  # a capital acts behind words that no town is behind
            "Les Européens exigent de Téhéran un geste.",
            ("demands_of", "Européens", "Q794", *DONE),
        ),
        (
            "Viktor Orban s’est aligné sur Moscou.",
            ("supports", "Q57641", "Q159", *DONE),
        ),
        (  # what there is not was not agreed
            "Faute d’accord entre Paris et Berlin, le projet attend.",
            ("agrees_with", "Q142", "Q183", "negated", "actual"),
        ),
        (  # what a noun puts into, and a participle behind it, belong to the phrase
            "Les avocats ont demandé la mise en liberté immédiate de Boualem Sansal.",
            ("demands_of", "avocats", "mise en liberté immédiate de Boualem Sansal", *DONE),
        ),
        (  # a predicate's infinitive has its subject
            "Emmanuel Macron dit être le premier dirigeant à accueillir Ahmed al-Charaa.",
            ("hosts", "Q3052772", "Ahmed al-Charaa", *DONE),
        ),
        (  # a verb in small letters is no part of a name
            "Le syndicat Unite conjure Londres de renoncer.",
            ("demands_of", "syndicat Unite", "Q145", *DONE),
        ),
        (  # words that only negated tell the deed
            "La Hongrie ne veut pas de ce compromis.",
            ("rejects", "Q28", "compromis", *DONE),
        ),
        (
            "Le tribunal n’a pas jugé bon de libérer Boualem Sansal.",
            ("releases", "tribunal", "Boualem Sansal", "negated", "actual"),
        ),
        (
            "Pas question pour Israël de négocier avec le Hamas.",
            ("negotiates_with", "Q801", "Hamas", "negated", "possible"),
        ),
        (  # what a noun tells is denied with it
            "Moscou dément les informations selon lesquelles Poutine a rencontré Donald Trump.",
            ("meets", "Q7747", "Q22686", "negated", "actual"),
        ),
        (  # joined complements of a symmetric noun are its sides
            "Le deal passé par Emmanuel Macron et Donald Trump a déplu.",
            ("agrees_with", "Q3052772", "Q22686", *DONE),
        ),
        (
            "Volodymyr Zelensky et Friedrich Merz en visioconférence vendredi.",
            ("calls", "Q3874799", "Friedrich Merz", *DONE),
        ),
        (  # an amount is looked through
            "La CNIL a infligé 40 millions d’euros d’amende à Google.",
            ("sanctions", "CNIL", "Google", *DONE),
        ),
        (  # one of each state
            "Les armées chinoise et russe coopèrent depuis dix ans.",
            ("cooperates_with", "Q148", "Q159", *DONE),
        ),
    ],
)
def test_row(text: str, row: tuple[str, str, str, str, str]) -> None:
    told = _told(text)
    assert row in told, told


@pytest.mark.parametrize(
    "text",
    [
        # two nouns agree: nobody knows
        "La loi remplace une convention. Emmanuel Macron l’a signée lundi.",
        "La Hongrie veut de la fermeté.",
    ],
)
def test_silence(text: str) -> None:
    assert not _told(text)


@pytest.mark.parametrize(
    ("text", "description", "entity"),
    [
        ("Novak Djokovic souffrait. Le Serbe a déclaré forfait.", "Serbe", "per:novak-djokovic"),
        ("Emmanuel Macron a reçu Joe Biden. L’Américain repart.", "Américain", "Q6279"),
        ("Yannick Le Guen reste. Le sélectionneur est heureux.", "sélectionneur", "per:yannick-le"),
        ("Bernard Fontaine part : le fondateur de la firme est las.", "fondateur", "per:bernard"),
        # whoever he is to another
        ("Bernard Fontaine est blessé. Le conducteur a fui.", "conducteur", "desc:"),
        # nobody of another state
        ("Xi Jinping parle. Le dirigeant nord-coréen se tait.", "dirigeant", "desc:"),
    ],
)
def test_who_a_description_goes_on_about(text: str, description: str, entity: str) -> None:
    (found,) = _extractor().extract([page_from_text(text)])
    assert isinstance(found, Extraction)
    meant = [m.entity_id for m in found.mentions if m.text.startswith(description)]
    assert [str(i).startswith(entity) for i in meant] == [True], meant
