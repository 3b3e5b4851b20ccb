"""Near duplicates: reprints are found, other articles on the same subject are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from pipeline.readers import page_from_text
from pipeline.records import Extraction, NearDuplicate, Passage
from pipeline.reprints import near_duplicates
from tests import fakes

pytest.importorskip("rensa", reason="the extra `dedup` is not installed")

WIRE = (
    "Le ministre de la Pêche a reçu mardi à Rabat les patrons de six armements venus demander des "
    "quotas plus larges pour la sardine. Selon son entourage, il leur a promis une réponse avant "
    "la fin du mois, mais il a exclu de rouvrir la zone du Sud, fermée depuis deux ans. Les "
    "armements menacent de laisser leurs bateaux à quai si rien ne change. Une grève avait déjà "
    "paralysé le port l’an dernier, et les conserveries disent manquer de poisson."
)
UPDATED = WIRE.replace("mardi", "mardi matin") + " Le ministère n’a pas commenté."
OTHER = (
    "Les conserveries de Rabat manquent de poisson depuis que la zone du Sud est fermée. Leurs "
    "patrons ont écrit au ministre de la Pêche pour demander qu’elle soit rouverte. Ils disent "
    "avoir perdu un tiers de leurs commandes, et trois cents ouvrières ont été mises au chômage. "
    "Une réunion doit se tenir la semaine prochaine avec les armements du port."
)


MAY_1, MAY_2 = date(2025, 5, 1), date(2025, 5, 2)
Told = tuple[str, date | None]


def article(text: str, day: date | None) -> Extraction:
    made = fakes.extraction(page_from_text(text))
    return replace(made, article=replace(made.article, published_on=day))


def found(*told: Told) -> list[NearDuplicate]:
    made = sorted((article(*one) for one in told), key=lambda e: e.article.article_id)
    articles = [one.article for one in made]
    passages = [passage for one in made for passage in one.passages]
    return near_duplicates(lambda: articles, lambda: passages)


def name(text: str) -> str:
    return article(text, None).article.article_id


def test_a_reprint_is_one_of_the_earliest() -> None:
    [row] = found((UPDATED, MAY_2), (WIRE, MAY_1), (OTHER, MAY_1))
    assert (row.article_id, row.near_duplicate_of) == (name(UPDATED), name(WIRE))
    assert 0.7 <= row.similarity < 1


def test_the_order_of_reading_is_nothing() -> None:
    told = [(WIRE, MAY_2), (UPDATED, None), (WIRE.upper(), MAY_1)]
    answers = [found(*order) for order in permutations(told)]
    assert all(answer == answers[0] for answer in answers)
    assert {row.near_duplicate_of for row in answers[0]} == {name(WIRE.upper())}
    assert {row.article_id for row in answers[0]} == {name(WIRE), name(UPDATED)}


def test_of_one_day_the_least_id_is_first() -> None:
    [row] = found((WIRE, None), (UPDATED, None))
    assert row.near_duplicate_of == min(name(WIRE), name(UPDATED))


def test_short_texts_are_not_compared() -> None:
    assert found(("Pas de titre ce matin.", MAY_1), ("Pas de titre, ce matin !", MAY_1)) == []


def test_cruft_is_not_compared() -> None:
    menu = " Accueil Monde Politique Sports Culture Météo Abonnez-vous Newsletter Contact" * 8
    texts = (WIRE + menu, UPDATED)
    made = sorted((article(text, MAY_1) for text in texts), key=lambda e: e.article.article_id)
    passages: list[Passage] = []
    for one in made:
        body = replace(one.passages[0], end=len(one.article.text.removesuffix(menu)))
        cruft = replace(body, passage_index=1, kind="cruft", start=body.end)
        passages += [body, replace(cruft, end=len(one.article.text))]
    rows = near_duplicates(lambda: [one.article for one in made], lambda: passages)
    assert len(rows) == 1
