from __future__ import annotations

import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import clean_page, dates, parse_published, rules
from pipeline.clean.words import vocabulary
from pipeline.errors import RejectError
from pipeline.readers import page_from_text, read_dump
from pipeline.records import Cleaned, Page
from pipeline.settings import Settings
from pipeline.texts import fold

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="../shared, with the customer's pages, is not here"
)

BODY = (
    "Le chancelier allemand a exclu mardi tout envoi de troupes. Il a contredit ainsi son ministre "
    "de la défense, qui avait dit le contraire la veille devant les députés."
)
BODY_2 = (
    "Les alliés en ont pris acte. Une réunion se tiendra lundi à Bruxelles, où les ministres "
    "tenteront de s’accorder sur une position commune, selon un diplomate."
)


def page(text: str, title: str | None = None, published: str | None = None) -> Page:
    return page_from_text(text, title, published)


def kinds(text: str, title: str | None = None) -> list[tuple[str, str]]:
    """Kind and first words of each block."""
    got = page(text, title)
    return [(b.kind, got.text[b.start : b.end]) for b in clean_page(got).blocks]


def kind_of(line: str, text: str) -> str:
    return next(kind for kind, block in kinds(text) if block == line)


def header(line: str) -> Cleaned:
    return clean_page(page(f"Merz refuse d’envoyer des soldats\n\n{line}\n\n{BODY}\n\n{BODY_2}\n"))


# Dates


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Jun 26, 2025", date(2025, 6, 26)),
        ("June 26th, 2025", date(2025, 6, 26)),
        ("26 June 2025", date(2025, 6, 26)),
        ("Tuesday 15 October 2019", date(2019, 10, 15)),
        ("Tue, 15 Oct 2019", date(2019, 10, 15)),
        ("Tuesday, October 15, 2019 at 6:05 p.m. EDT", date(2019, 10, 15)),
        ("12 mars 2024 à 18h42", date(2024, 3, 12)),
        ("1er août 2023", date(2023, 8, 1)),
        ("mardi 12 MARS 2024", date(2024, 3, 12)),
        ("Publié le 16 décembre 2024 à 07h15", date(2024, 12, 16)),
        ("Publié le 27 octobre 2025 à 06h15, mis à jour le 28 octobre 2025", date(2025, 10, 27)),
        ("Mis à jour le 28 octobre 2025, publié le 27 octobre 2025", date(2025, 10, 27)),
        ("26 nov. 2024 à 19:05 - Mis à jour à 21:40", date(2024, 11, 26)),
        ("22 septembre 2021 à 20h17, mis à jour à 21h03", date(2021, 9, 22)),
        ("2024-03-12T18:42:00+01:00", date(2024, 3, 12)),
        ("2024-03-12", date(2024, 3, 12)),
        ("12/03/2024", date(2024, 3, 12)),
        ("12/03/2024 18:42", date(2024, 3, 12)),
        ("Publié le : 12/03/2024 - 22:17", date(2024, 3, 12)),
        ("12/25/2024", date(2024, 12, 25)),
        ("Updated 22 April 2024, 18:42 GMT", date(2024, 4, 22)),
        ("Published 21 April 2024 | Updated 22 April 2024", date(2024, 4, 21)),
        ("By our correspondents | Updated 22 April 2024, 18:42 GMT", date(2024, 4, 22)),
        ("Par Nada Khoury, publié le 12 mars 2024 à 18h42", date(2024, 3, 12)),
        ("Nada Khoury | 12 mars 2024 | 5 min de lecture", date(2024, 3, 12)),
        ("Jane Doe • March 3, 2024 • 5 min read", date(2024, 3, 3)),
    ],
)
def test_date_lines(line: str, wanted: date) -> None:
    got = header(line)
    assert got.published_on == wanted
    assert got.published_precision == "day"
    assert [b.kind for b in got.blocks] == ["title", "cruft", "body", "body"]


@pytest.mark.parametrize("line", ["Il y a 3 heures", "3 hours ago", "Publié hier à 18h42", "18h42"])
def test_date_lines_without_a_date_are_cruft(line: str) -> None:
    got = header(line)
    assert got.published_on is None
    assert got.blocks[1].kind == "cruft"


def test_a_month_is_dated_as_a_month() -> None:
    got = header("Mars 2024")
    assert (got.published_on, got.published_precision) == (date(2024, 3, 1), "month")


@pytest.mark.parametrize(
    "line",
    ["Le 12 mars 2024, tout a changé", "Trois ans de guerre : 2022, 2023, 2024", "En mai 2024"],
)
def test_headings_with_dates_are_no_date_lines(line: str) -> None:
    if line == "En mai 2024":
        assert dates.is_date_line(fold(line))
    else:
        assert header(line).blocks[1].kind == "heading"


@pytest.mark.parametrize(
    ("given_date", "wanted"),
    [
        ("2024-03-12", (date(2024, 3, 12), "day")),
        ("2024-03-12T23:59:59-11:00", (date(2024, 3, 12), "day")),
        ("20240312", (date(2024, 3, 12), "day")),
        ("2024-03", (date(2024, 3, 1), "month")),
        ("2024", (date(2024, 1, 1), "year")),
        ("1710268920", (date(2024, 3, 12), "day")),
        ("1710268920.5", (date(2024, 3, 12), "day")),
        ("1710268920000", (date(2024, 3, 12), "day")),
        ("Tue, 12 Mar 2024 18:42:00 +0100", (date(2024, 3, 12), "day")),
        ("12 mars 2024 à 18h42", (date(2024, 3, 12), "day")),
        ("mardi 12 mars 2024", (date(2024, 3, 12), "day")),
        ("12/03/24", (date(2024, 3, 12), "day")),
        ("2024-02-31", None),
        ("99/99/2024", None),
        ("hier", None),
        ("", None),
        ("9" * 500, None),
    ],
)
def test_published_of_the_dump(given_date: str, wanted: object) -> None:
    assert parse_published(given_date) == wanted


@pytest.mark.parametrize(
    "given_date",
    [
        *("20251125T120000Z", "20251125120000", "202511251200", "20251125T12:00:00+01:00"),
        *("25-Nov-25", "Tuesday, 25-Nov-25 14:00:00 GMT", "Tue Nov 25 14:00:00 +0000 2025"),
        *("Tue Nov 25 14:00:00 CET 2025", "Tue Nov 25 14:00:00 2025"),
        *("Mis à jour le 26/11/2025, publié le 25/11/2025", "mis à jour le 25 novembre 2025"),
    ],
)
def test_stamps_of_machines_and_updates(given_date: str) -> None:
    assert parse_published(given_date) == (date(2025, 11, 25), "day")


@pytest.mark.parametrize(
    ("given_date", "wanted"),
    [
        ("2025-11-00", (date(2025, 11, 1), "month")),
        ("2025-00-00 00:00:00", (date(2025, 1, 1), "year")),
        ("11/2025", (date(2025, 11, 1), "month")),
        ("1 er mai 2025", (date(2025, 5, 1), "day")),
        ("1ᵉʳ mai 2025", (date(2025, 5, 1), "day")),
        ("15 juill. 2025", (date(2025, 7, 15), "day")),
        ("11/09/01", (date(2001, 9, 11), "day")),
        ("11/09/89", (date(1989, 9, 11), "day")),
        ("-86400", (date(1969, 12, 31), "day")),
    ],
)
def test_dates_that_are_rarer(given_date: str, wanted: tuple[date, str]) -> None:
    assert parse_published(given_date) == wanted


@pytest.mark.parametrize(
    "number",
    ["45000", "202511", "00000", "0000-00-00", "99999999999999", "-99999999999999", "1e10"],
)
def test_a_number_that_may_be_anything_is_no_date(number: str) -> None:
    assert parse_published(number) is None


@given(st.text(max_size=60))
def test_parse_published_never_raises(text: str) -> None:
    parse_published(text)


def test_the_dumps_date_comes_first_and_an_unreadable_one_is_passed_over() -> None:
    text = f"Merz refuse\n\n12 mars 2024\n\n{BODY}"
    assert clean_page(page(text, published="2020-01-02")).published_on == date(2020, 1, 2)
    assert clean_page(page(text, published="naguère")).published_on == date(2024, 3, 12)


@pytest.mark.parametrize(
    ("dateline", "wanted"),
    [
        ("BAMAKO, 25 nov. 2025 - ", date(2025, 11, 25)),
        ("BAMAKO, 25 novembre 2025 (AFP) – ", date(2025, 11, 25)),
        ("WASHINGTON, Nov. 25, 2025 (Reuters) — ", date(2025, 11, 25)),
        ("Paris, le 12 mars 2024 – ", date(2024, 3, 12)),
        ("PARIS (AFP) – ", None),
        ("WASHINGTON (AP) — ", None),
        ("", None),
    ],
)
def test_wire_datelines(dateline: str, wanted: date | None) -> None:
    got = clean_page(page(f"Merz refuse d’envoyer des soldats\n\n{dateline}{BODY}\n\nbur/ako"))
    assert got.published_on == wanted
    assert [b.kind for b in got.blocks] == ["title", "body", "cruft"]


def test_a_date_inside_the_story_is_not_its_date() -> None:
    assert (
        clean_page(page(f"Merz refuse\n\nLe 12 mars 2024 - un mardi - {BODY}")).published_on is None
    )
    text = f"Merz refuse\n\n{BODY}\n\n{BODY_2}\n\n12 mars 2024\n\n{BODY_2}\n\n{BODY}"
    assert clean_page(page(text)).published_on is None
    assert kind_of("12 mars 2024", text) == "heading"


# Header


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Par Nada Khoury, correspondante à Beyrouth", "Nada Khoury, correspondante à Beyrouth"),
        ("Par notre correspondant à Abuja", "notre correspondant à Abuja"),
        ("Par Laurent Debrosse", "Laurent Debrosse"),
        ("Par la rédaction", "la rédaction"),
        ("Par Nada Khoury, publié le 12 mars 2024", "Nada Khoury"),
        ("By Jane Doe and John Roe", "Jane Doe and John Roe"),
        ("By our correspondents | Updated 22 April 2024, 18:42 GMT", "our correspondents"),
        ("Nada Khoury | 12 mars 2024", "Nada Khoury"),
        ("AFP", "AFP"),
        ("Le Monde avec AFP", "Le Monde avec AFP"),
        ("Par Jean Dupont avec AFP", "Jean Dupont avec AFP"),
    ],
)
def test_bylines(line: str, wanted: str) -> None:
    got = header(line)
    assert got.byline == wanted
    assert got.blocks[1].kind == "cruft"


@pytest.mark.parametrize("line", ["Par la force des choses", "By the sea", "Parole contre parole"])
def test_headings_that_begin_like_bylines(line: str) -> None:
    got = header(line)
    assert got.byline is None
    assert got.blocks[1].kind == "heading"


@pytest.mark.parametrize(
    "line",
    [
        "ActualitésInternational",
        "Actualités",
        "AFRIQUE",
        "Accueil › Monde › Diplomatie",
        "World / Middle East",
        "Home > News > Africa",
        "International | Europe",
        "BEIRUT / ANKARA",
        "3 min read",
        "Temps de lecture : 4 min.",
        "Partager",
    ],
)
def test_lines_beside_the_title_are_cruft(line: str) -> None:
    title = "Merz refuse d’envoyer des soldats en Ukraine"
    for text in (f"{title}\n\n{line}\n\n{BODY}", f"{line}\n\n{title}\n\n{BODY}"):
        if line == "BEIRUT / ANKARA" and text.startswith(line):
            continue  # above a title it might be one
        assert kinds(text) == [(("title" if b == title else k), b) for k, b in kinds(text)]
        assert kind_of(line, text) == "cruft"
        assert clean_page(page(text)).title == title


def test_categories_above_the_title() -> None:
    text = f"Économie\nAllemagne\n\nMerz refuse\n\nPublié le 12 mars 2024\n\n{BODY}"
    assert [k for k, _ in kinds(text)] == ["cruft", "cruft", "title", "cruft", "body"]


def test_a_title_that_a_dump_repeats() -> None:
    title = "Merz refuse : l’Ukraine attend"
    text = f"{title}\n\nJun 26, 2025\nActualités\n{title}\n\nUn refus attendu\n\n{BODY}"
    assert [k for k, _ in kinds(text)] == ["title", "cruft", "cruft", "cruft", "heading", "body"]


def test_the_title_of_a_record() -> None:
    title = "Merz refuse : l’Ukraine attend | Le Journal"
    text = f"Actualités\nMerz refuse : l’Ukraine attend\n\n{BODY}"
    assert [k for k, _ in kinds(text, title)] == ["title", "cruft", "cruft", "body"]
    assert clean_page(page(text, title)).title == title


def test_a_title_inside_the_first_sentence() -> None:
    got = clean_page(page("Merz refuse de partir. Il reste.", title="Merz refuse"))
    assert (got.title, [b.kind for b in got.blocks]) == ("Merz refuse", ["body"])


@pytest.mark.parametrize(
    "text", ["Trump se retire", "Macron reçoit Merz", "Qui a gagné la guerre ?"]
)
def test_a_page_of_a_headline(text: str) -> None:
    assert kinds(text) == [("title", text)]


@pytest.mark.parametrize("text", ["La Norvège s’est retirée de l’accord.", BODY, BODY * 20])
def test_a_page_of_a_paragraph_has_no_title(text: str) -> None:
    assert kinds(text) == [("body", text)]
    assert clean_page(page(text)).title is None


def test_leads() -> None:
    chapo = (
        "Le chancelier contredit son ministre. Les alliés s’inquiètent de ce revirement soudain."
    )
    after_date = f"Merz refuse\n\n{chapo}\n\nPar Anna Vidal\n12 mars 2024\n\n{BODY}\n\n{BODY_2}"
    assert [k for k, _ in kinds(after_date)] == ["title", "lead", "cruft", "cruft", "body", "body"]
    teaser = f"Merz refuse\n\n{chapo[:-1]}...\n\n{BODY}\n\n{BODY_2}"
    assert [k for k, _ in kinds(teaser)] == ["title", "lead", "body", "body"]
    plain = f"Merz refuse\n\n{chapo}\n\n{BODY}\n\n{BODY_2}"
    assert [k for k, _ in kinds(plain)] == ["title", "body", "body", "body"]


# Middle


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Deux émissaires, zéro résultat", "heading"),
        ("Pourquoi ce refus ?", "heading"),
        ("Et après ? L’avenir des alliances", "heading"),
        ("Quelle surprise !", "heading"),
        ("« Jamais »", "heading"),
        ('"La victoire file entre nos doigts"', "heading"),
        ("La surprise fut totale.", "body"),
        ("Voici les faits :", "body"),
        (
            "« Nous n’enverrons pas un seul soldat dans ce pays, et je le dirai à nos alliés. »",
            "quote",
        ),
        ("“We will not accept this offer, and our partners know it all too well.”", "quote"),
        ("« Non », a dit le ministre. « Jamais »", "body"),
        ("- Premier point de la liste", "list"),
        ("• Second point", "list"),
        ("Crédit photo : Jean Dupont", "caption"),
        ("(AP Photo/Evan Vucci)", "caption"),
        ("Le chancelier à Berlin, le 12 mars. JOHN MACDOUGALL / AFP", "caption"),
        ("© Reuters", "caption"),
        ("관련 이미지", "caption"),
        ("Lire aussi : Berlin, la grande peur", "cruft"),
        ("À lire aussi Berlin, la grande peur", "cruft"),
        ("READ MORE: What is the M4 and why does it matter?", "cruft"),
        ("Publicité", "cruft"),
        ("La suite après la publicité", "cruft"),
        ("* * *", "cruft"),
        ("https://exemple.fr/a?b=c", "cruft"),
    ],
)
def test_between_paragraphs(line: str, kind: str) -> None:
    text = f"Merz refuse d’envoyer des soldats\n\n{BODY}\n\n{line}\n\n{BODY_2}\n\n{BODY}\n"
    assert kind_of(line, text) == kind
    assert [k for k, b in kinds(text) if b != line] == ["title", "body", "body", "body"]


# Footer


@pytest.mark.parametrize(
    "line",
    [
        "Découvrir plus",
        "Vers la liste",
        "Réagir (42)",
        "Comments (14)",
        "Related stories",
        "Sign up to our morning newsletter",
        "© 2024 All rights reserved",
        "Newsletter « En bref » : l’actualité du vendredi dans votre boîte mail. S’inscrire",
        "Recevez chaque matin l’essentiel de l’actualité dans votre boîte mail. Je m’inscris",
        "Pour explorer les options de sponsoring, contactez-nous.",
        "Nous utilisons des cookies pour améliorer votre expérience.",
        "bur/ako",
        "cf-ab/tes",
        "Suivez-nous sur Facebook",
        "Reuters",
        "By Jane Doe",
    ],
)
def test_footers(line: str) -> None:
    text = f"Merz refuse d’envoyer des soldats\n\n{BODY}\n\n{BODY_2}\n\n{line}\n"
    assert kind_of(line, text) == "cruft"
    assert [k for k, b in kinds(text) if b != line] == ["title", "body", "body"]


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        ("OTAN\nCorée du Sud\ndéfense", ("OTAN", "Corée du Sud", "défense")),
        ("OTAN\n\nTrump\n\nDécouvrir plus", ("OTAN", "Trump")),
        ("Mots-clés : OTAN, Corée du Sud", ("OTAN", "Corée du Sud")),
        ("Tags: NATO | Japan", ("NATO", "Japan")),
        ("#OTAN #Japon", ("OTAN", "Japon")),
    ],
)
def test_tags(lines: str, tags: tuple[str, ...]) -> None:
    got = clean_page(page(f"Merz refuse d’envoyer des soldats\n\n{BODY}\n\n{lines}"))
    assert got.tags == tags
    assert "list" in {b.kind for b in got.blocks}


def test_a_last_sentence_without_a_stop_is_kept() -> None:
    text = f"Merz refuse\n\n{BODY}\n\nLes deux hommes ont parlé des livraisons d’armes"
    assert [k for k, _ in kinds(text)] == ["title", "body", "body"]


# Lines and paragraphs


def test_lines_broken_to_fit_are_one_block() -> None:
    text = (
        "Le Premier ministre japonais, Shigeru Ishiba, a annulé lundi sa visite à\n"
        "Washington, ont annoncé ses services dans un communiqué publié à Tokyo. Il\n"
        "devait y rencontrer Donald Trump et plusieurs élus du Congrès.\n"
        "Cette annulation intervient après des semaines de tension entre les deux\n"
        "pays à propos des droits de douane.\n\n"
        "Le ministre des Affaires étrangères se rendra pour sa part à Séoul, où il\n"
        "rencontrera son homologue.\n\nOTAN\nJapon\n"
    )
    got = kinds(text)
    assert [k for k, _ in got] == ["body", "body", "body", "list", "list"]
    assert got[0][1].startswith("Le Premier")
    assert got[0][1].endswith("Congrès.")


def test_a_paragraph_a_line_stays_so() -> None:
    assert [b for _, b in kinds(f"{BODY}\n{BODY_2}\n{BODY}")] == [BODY, BODY_2, BODY]


def test_no_space_after_full_stops() -> None:
    text = f"Merz refuse\n\n{BODY.replace('. ', '.')}\n\n{BODY_2.replace('. ', '.')}"
    assert [k for k, _ in kinds(text)] == ["title", "body", "body"]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "World\n" * 20_000,
        (BODY + "\n\n") * 5_000,
        "(AP Photo " * 100_000,
        "A/" * 500_000,
    ]
    + [(mark * 75 + "\n") * 1_000 for mark in ("a-", "« ", "12 ", "Par ", "@a.", "| ")],
    ids=range(11),
)
def test_time_is_linear(text: str) -> None:
    given_page = page(text)
    begun = time.monotonic()
    clean_page(given_page)
    assert time.monotonic() - begun < 5


LINES = st.one_of(
    st.text(alphabet=st.characters(), max_size=60),
    st.sampled_from(["", "\n", " ", "\u2028", "\xa0", "\x85", BODY, "Jun 26, 2025", "AFP", "OTAN"]),
    st.sampled_from(["Par Anna Vidal", "« Non »", "Actualités", "Lire aussi : a", "관련", "- a"]),
    st.sampled_from(["Tags: a, b", "Il y a 3 h", "Ainsi va le monde", "a" * 70]),
)


@given(
    st.lists(LINES, max_size=14).map("\n".join), st.one_of(st.none(), LINES), st.text(max_size=9)
)
def test_blocks_cover_any_page(text: str, title: str | None, published: str) -> None:
    try:
        given_page = page(text, title, published)
    except RejectError:
        return
    whole = given_page.text
    got = clean_page(given_page)
    assert got == clean_page(given_page)
    for block in got.blocks:
        surface = whole[block.start : block.end]
        assert surface
        assert surface == surface.strip()
    assert all(a.end <= b.start for a, b in pairwise(got.blocks))
    outside = list(whole)
    for block in got.blocks:
        outside[block.start : block.end] = " " * (block.end - block.start)
    assert not "".join(outside).strip()
    assert sum(block.kind == "title" for block in got.blocks) <= 1


def test_the_words_are_folded_and_no_month_is_missing() -> None:
    words = vocabulary()
    assert set(words.months.values()) == set(range(1, 13))
    assert all(phrase == fold(phrase) for phrase in words.cruft_lines | set(words.cruft_starts))
    assert all(rules.is_cruft(line) for line in words.cruft_lines)


# The customer's pages


def cleaned(name: str) -> tuple[Page, Cleaned]:
    (path,) = (SHARED / "seeds").glob(name)
    (item,) = read_dump(path, Settings())
    assert isinstance(item, Page)
    return item, clean_page(item)


@needs_shared
def test_seed_000() -> None:
    item, got = cleaned("000_*.txt")
    assert (got.published_on, got.published_precision) == (date(2025, 6, 26), "day")
    assert got.title is not None
    assert got.title.startswith("Trump se retire")
    names = [b.kind for b in got.blocks]
    assert names[:5] == ["title", "cruft", "cruft", "cruft", "heading"]
    assert [names.count(k) for k in ("body", "heading", "list", "caption")] == [7, 7, 14, 1]
    assert names[-2:] == ["cruft", "cruft"]
    assert got.tags[:3] == ("OTAN", "Trump", "IP4")
    assert [item.text[b.start : b.end] for b in got.blocks if b.kind == "caption"] == [
        "관련 이미지"
    ]


@needs_shared
def test_seed_004() -> None:
    _, got = cleaned("004_*.txt")
    names = [b.kind for b in got.blocks]
    assert names[:4] == ["cruft", "title", "lead", "body"]
    assert names[-1] == "cruft"
    assert names.count("heading") == 3
    assert got.published_on is None
