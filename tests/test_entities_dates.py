"""Dates and amounts, by expression."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pipeline.entities.dates import find_dates, may_date
from pipeline.entities.quantities import find_amounts, may_count
from pipeline.texts import fold

MONDAY = date(2024, 11, 25)
TOKEN = re.compile(r"[A-Za-z]['’]|[\w’'-]+|[^\w\s]")


def dates(
    text: str, language: str, today: date | None = MONDAY, tense: int = 0
) -> list[tuple[str, str | None]]:
    words = [(m.start(), fold(m.group()).strip("'")) for m in TOKEN.finditer(text)]
    starts = [(start, word) for start, word in words if may_date(word, language)]
    found = find_dates(text, starts, language, today, lambda offset: tense)
    return [(text[d.start : d.end], d.value) for d in found]


@pytest.mark.parametrize(
    ("text", "told", "value"),
    [
        ("élu le 5 novembre", "5 novembre", "2024-11-05"),
        ("signé le 26 juin 2025", "26 juin 2025", "2025-06-26"),
        ("le 1er mai 2024", "1er mai 2024", "2024-05-01"),
        ("en mars 2024", "mars 2024", "2024-03-01/2024-03-31"),
        ("en 2035", "2035", "2035-01-01/2035-12-31"),
        ("d’ici 2035", "2035", "2024-11-25/2035-12-31"),
        ("depuis 2022", "2022", "2022-01-01/2024-11-25"),
        ("vendredi", "vendredi", "2024-11-22"),
        ("lundi", "lundi", "2024-11-25"),
        ("lundi dernier", "lundi dernier", "2024-11-18"),
        ("vendredi prochain", "vendredi prochain", "2024-11-29"),
        ("dimanche soir", "dimanche soir", "2024-11-24"),
        ("hier", "hier", "2024-11-24"),
        ("aujourd’hui", "aujourd’hui", "2024-11-25"),
        ("avant-hier", "avant-hier", "2024-11-23"),
        ("la semaine prochaine", "la semaine prochaine", "2024-12-02/2024-12-08"),
        ("le mois dernier", "le mois dernier", "2024-10-01/2024-10-31"),
        ("cette année", "cette année", "2024-01-01/2024-12-31"),
        ("l’an dernier", "l’an dernier", "2023-01-01/2023-12-31"),
        ("il y a trois jours", "il y a trois jours", "2024-11-22"),
        ("dans deux semaines", "dans deux semaines", "2024-12-09/2024-12-15"),
        ("fin octobre", "fin octobre", "2024-10-21/2024-10-31"),
        ("à la fin du mois d’octobre", "à la fin du mois d’octobre", "2024-10-21/2024-10-31"),
        ("début 2024", "début 2024", "2024-01-01/2024-04-30"),
        ("du 5 au 7 novembre", "du 5 au 7 novembre", "2024-11-05/2024-11-07"),
        ("l’été 2021", "l’été 2021", "2021-06-01/2021-08-31"),
        ("les années 1990", "années 1990", "1990-01-01/1999-12-31"),
    ],
)
def test_french_dates(text: str, told: str, value: str) -> None:
    assert dates(f"Tout cela {text}, dit-on.", "fr") == [(told, value)]


@pytest.mark.parametrize(
    ("text", "told", "value"),
    [
        ("on November 5", "November 5", "2024-11-05"),
        ("on Nov. 5, 2023", "Nov. 5, 2023", "2023-11-05"),
        ("on 22 April 2024", "22 April 2024", "2024-04-22"),
        ("on Monday", "Monday", "2024-11-25"),
        ("next Friday", "next Friday", "2024-11-29"),
        ("yesterday", "yesterday", "2024-11-24"),
        ("last week", "last week", "2024-11-18/2024-11-24"),
        ("by 2030", "2030", "2024-11-25/2030-12-31"),
        ("since March 2023", "March 2023", "2023-03-01/2024-11-25"),
        ("three days ago", "three days ago", "2024-11-22"),
        ("in May", "May", "2024-05-01/2024-05-31"),
    ],
)
def test_english_dates(text: str, told: str, value: str) -> None:
    assert dates(f"It all came {text}, they say.", "en", tense=-1) == [(told, value)]


def test_small_may_is_no_month() -> None:
    assert dates("They may leave and march on.", "en") == []


def test_without_publication_date_what_is_relative_has_no_value() -> None:
    assert dates("Vendredi, puis le 5 novembre.", "fr", None) == [
        ("Vendredi", None),
        ("5 novembre", None),
    ]
    assert dates("Le 5 novembre 2024.", "fr", None) == [("5 novembre 2024", "2024-11-05")]


def test_the_tense_tells_which_february_or_friday() -> None:
    assert dates("en février", "fr", tense=-1)[0][1] == "2024-02-01/2024-02-29"
    assert dates("en février", "fr", tense=1)[0][1] == "2025-02-01/2025-02-28"
    assert dates("vendredi", "fr", tense=1)[0][1] == "2024-11-29"


def test_a_date_that_does_not_exist_has_no_value() -> None:
    assert dates("le 31 février 2024", "fr") == [("31 février 2024", None)]


@pytest.mark.parametrize(
    ("language", "text", "told", "label", "value"),
    [
        ("fr", "5 % du PIB", "5 %", "PERCENT", "5 %"),
        ("fr", "1,5 milliard d’euros", "1,5 milliard d’euros", "MONEY", "1500000000 EUR"),
        ("fr", "75 millions de dollars", "75 millions de dollars", "MONEY", "75000000 USD"),
        ("fr", "20 000 hommes", "20 000 hommes", "QUANTITY", "20000 people"),
        (
            "fr",
            "une centaine de manifestants",
            "centaine de manifestants",
            "QUANTITY",
            "100 people",
        ),
        ("en", "$1.5 billion", "$1.5 billion", "MONEY", "1500000000 USD"),
        ("en", "20,000 troops", "20,000 troops", "QUANTITY", "20000 people"),
        ("en", "50 percent", "50 percent", "PERCENT", "50 %"),
    ],
)
def test_amounts(language: str, text: str, told: str, label: str, value: str) -> None:
    text = f"Soit {text} enfin."
    starts = [m.start() for m in TOKEN.finditer(text) if may_count(fold(m.group()), language)]
    found = [
        (text[a.start : a.end], a.label, a.value) for a in find_amounts(text, starts, language, [])
    ]
    assert found == [(told, label, value)]


def test_a_pair_of_people_is_no_quantity() -> None:
    assert list(find_amounts("les deux hommes", [4], "fr", [])) == []
