"""Descriptions and possessives that mean somebody named elsewhere; names with their article."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.entities import Found, find_mentions
from pipeline.entities.gazetteer import Gazetteer, load_gazetteer
from pipeline.nodes import Tree
from pipeline.records import Mention, Passage
from pipeline.settings import ROOT


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@lru_cache(maxsize=2)
def model(language: str) -> Language:
    path: Path = ROOT / "models" / language
    if not (path / "meta.json").exists():
        pytest.skip(f"no model under {path}; run make train")
    return spacy.load(path)


def read(docs: list[Doc], gazetteer: Gazetteer, language: str = "fr") -> Found:
    passages, start = [], 0
    for i, doc in enumerate(docs):
        passages.append(
            (Passage("a", i, "body", start, start + len(doc.text), "fr", 1, True), Tree(doc))
        )
        start += len(doc.text) + 1
    text = "\n".join(doc.text for doc in docs)
    return find_mentions("a", text, language, passages, gazetteer, None)


def parsed(text: str, gazetteer: Gazetteer, language: str = "fr") -> Found:
    return read([model(language)(line) for line in text.split("\n")], gazetteer, language)


def tree(table: str, entities: dict[int, str] | None = None) -> Doc:
    """A Doc from lines `word POS relation head-number [Features]`, with entities of one token."""
    rows = [line.split() for line in table.strip().splitlines()]
    tags = [(entities or {}).get(i + 1) for i in range(len(rows))]
    return Doc(
        Vocab(),
        words=[row[0] for row in rows],
        pos=[row[1] for row in rows],
        deps=[row[2] for row in rows],
        heads=[int(row[3]) - 1 if row[3] != "0" else i for i, row in enumerate(rows)],
        morphs=[row[4] if len(row) > 4 else "" for row in rows],
        lemmas=[row[0].lower() for row in rows],
        ents=[f"B-{tag}" if tag else "O" for tag in tags],
    )


def one(found: Found, text: str) -> Mention:
    fitting = [m for m in found.mentions if m.text == text]
    assert fitting, (text, [m.text for m in found.mentions])
    return fitting[-1]


# ---- descriptions ----


@pytest.mark.parametrize(
    ("text", "description", "expected"),
    [
        ("Elon Musk arrive à Tokyo. Le milliardaire quitte la Chine.", "milliardaire", True),
        ("Elon Musk et Jeff Bezos dînent. Le milliardaire est parti.", "milliardaire", False),
        ("Un milliardaire est mort. Elon Musk écrit que le milliardaire l’aidait.", "", False),
    ],
)
def test_a_noun_for_a_person_means_the_only_one_of_its_paragraph(
    gazetteer: Gazetteer, text: str, description: str, expected: bool
) -> None:
    found = parsed(text, gazetteer)
    ids = {m.entity_id for m in found.mentions if m.text == "Elon Musk"}
    assert len(ids) == 1
    assert (one(found, description or "milliardaire").entity_id in ids) == expected


def test_a_post_that_one_holds_at_a_time_is_not_given_to_anybody(gazetteer: Gazetteer) -> None:
    text = "Le chercheur Paul Vardon écrit un livre. Le Premier ministre ne l’a pas lu."
    assert (one(parsed(text, gazetteer), "Premier ministre").entity_id or "").startswith("desc:")


def test_the_former_president_is_the_one_just_named(gazetteer: Gazetteer) -> None:
    text = "François Hollande est en visite à Dakar. L’ancien président a salué la foule."
    found = parsed(text, gazetteer)
    name = one(found, "François Hollande").entity_id
    assert one(found, "ancien président").entity_id == name


def test_a_counterpart_holds_the_same_post_for_the_other_state(gazetteer: Gazetteer) -> None:
    text = (
        "Le président français Emmanuel Macron et le président ukrainien Volodymyr Zelensky "
        "se connaissent.\nEmmanuel Macron a rencontré son homologue ukrainien."
    )
    found = parsed(text, gazetteer)
    zelensky = one(found, "Volodymyr Zelensky").entity_id
    assert one(found, "homologue ukrainien").entity_id == zelensky
    alone = parsed("Emmanuel Macron a rencontré son homologue ukrainien.", gazetteer)
    assert (one(alone, "homologue ukrainien").entity_id or "").startswith("desc:")


def test_english_descriptions(gazetteer: Gazetteer) -> None:
    found = parsed("Donald Trump landed in Tokyo. The billionaire left on Monday.", gazetteer, "en")
    assert one(found, "billionaire").entity_id == one(found, "Donald Trump").entity_id


# ---- objects and clitics ----


@pytest.mark.parametrize(
    ("text", "clitic", "expected"),
    [
        ("Mohamed Bazoum est détenu. Ses geôliers l’ont menacé.", "l’", "Mohamed Bazoum"),
        ("Emmanuel Macron a reçu Viktor Orban. Il l'a félicité.", "l'", "Viktor Orban"),
        ("Emmanuel Macron a vu Viktor Orban. Le Hongrois l'a dit.", "l'", None),
        ("La Finlande a rejoint l’Otan. La Suède y a adhéré ensuite.", "y", "Otan"),
        ("Emmanuel Macron a parlé du Liban. Il s'y rendra en mars.", "y", "Liban"),
        ("La Hongrie quitte l'Unesco. Le Burundi s'en est déjà retiré.", "en", "Unesco"),
        (
            "Donald Trump a appelé Vladimir Poutine. Ce dernier a refusé.",
            "dernier",
            "Vladimir Poutine",
        ),
    ],
)
def test_whom_an_object_or_clitic_means(
    gazetteer: Gazetteer, text: str, clitic: str, expected: str | None
) -> None:
    found = parsed(text, gazetteer)
    if expected is None:
        assert not [m for m in found.mentions if m.text == clitic]
    else:
        assert one(found, clitic).entity_id == one(found, expected).entity_id


def test_it_stands_for_what_was_said_only_as_an_object(gazetteer: Gazetteer) -> None:
    found = parsed("Germany left the meeting on Monday. It said no.", gazetteer, "en")
    assert one(found, "It").entity_id == one(found, "Germany").entity_id


@pytest.mark.parametrize(
    ("text", "pronoun", "expected"),
    [
        ("Les manifestants sont partis. Ils ont promis de revenir.", "Ils", "manifestants"),
        ("Honda a dit vendredi qu'il quittait la Chine.", "il", "Honda"),
        ("PARIS – La Hongrie a annoncé qu'elle quittait l'Unesco.", "elle", "Hongrie"),
        ("La ministre Rachida Dati a refusé. Elle n'ira pas à Rabat.", "Elle", "Rachida Dati"),
        ("Trump et Poutine ont vu Xi Jinping. Viktor Orban est avec lui.", "lui", "Xi Jinping"),
        ("La France a rencontré Joe Biden pour l'avertir.", "l'", "Joe Biden"),
        ("Xi Jinping hésite. La Norvège, elle, a signé le traité.", "elle", "Norvège"),
        ("Depuis Dakar, où il vit en exil, Joe Biden appelle ses amis.", "il", "Joe Biden"),
        ("Joe Biden parle. « Xi Jinping est parti hier soir », a-t-il dit.", "il", "Joe Biden"),
    ],
)
def test_whom_a_personal_pronoun_means(
    gazetteer: Gazetteer, text: str, pronoun: str, expected: str
) -> None:
    found = parsed(text, gazetteer)
    assert one(found, pronoun).entity_id == one(found, expected).entity_id


@pytest.mark.parametrize(
    ("text", "plural", "names"),
    [
        ("Honda négocie avec Nissan. Les deux groupes espèrent.", "groupes", ("Honda", "Nissan")),
        (
            "La Suisse aide. Le Mali et le Niger parlent. Le Mali insiste. Le Niger cède. "
            "La Chine observe. Les deux gouvernements signent.",
            "gouvernements",
            ("Mali", "Niger"),
        ),
    ],
)
def test_whom_a_plural_sums_up(
    gazetteer: Gazetteer, text: str, plural: str, names: tuple[str, ...]
) -> None:
    found = parsed(text, gazetteer)
    members = found.members[one(found, plural).mention_index]
    assert {found.mentions[i].text for i in members} == set(names)


# ---- possessives ----


def test_tous_deux_are_the_two_just_named(gazetteer: Gazetteer) -> None:
    text = "Emmanuel Macron et Olaf Scholz se sont vus. Tous deux ont signé un accord."
    found = parsed(text, gazetteer)
    members = found.members[one(found, "deux").mention_index]
    assert [found.mentions[i].text for i in members] == ["Emmanuel Macron", "Olaf Scholz"]
    alone = parsed("Les voyages ont été reportés. Tous deux étaient prévus en mai.", gazetteer)
    assert not alone.members


def test_one_named_in_passing_inside_another_phrase_is_not_meant(gazetteer: Gazetteer) -> None:
    text = "Une cyberattaque a visé le port de Paul Vardon. Elle a été revendiquée."
    assert not [m for m in parsed(text, gazetteer).mentions if m.kind == "pronoun"]


def test_a_possessive_before_its_subject(gazetteer: Gazetteer) -> None:
    text = "Avant son départ pour Tokyo, Joe Biden a reçu la presse."
    assert one(parsed(text, gazetteer), "son").entity_id == "Q6279"


def test_a_possessive_in_front_of_a_state_is_left_open(gazetteer: Gazetteer) -> None:
    text = "Depuis son élection en 2016, la Chine refuse de parler."
    assert not [m for m in parsed(text, gazetteer).mentions if m.kind == "pronoun"]


def test_their_withdrawal_announced_by_two_of_whom_the_tree_has_one(gazetteer: Gazetteer) -> None:
    rows = """
    Le DET det 2
    Mali PROPN dep 6
    et CCONJ cc 5
    le DET det 5
    Niger PROPN nsubj 6
    annoncent VERB root 0 VerbForm=Fin
    leur DET det 8
    retrait NOUN obj 6
    """
    found = read([tree(rows)], gazetteer)
    members = found.members[one(found, "leur").mention_index]
    assert [found.mentions[i].text for i in members] == ["Mali", "Niger"]


# ---- seats ----


@pytest.mark.parametrize(("verb", "expected"), [("Fin", "Q159"), ("Inf", "Q649")])
def test_a_capital_parsed_as_the_root_acts_by_its_verb(
    gazetteer: Gazetteer, verb: str, expected: str
) -> None:
    rows = f"""
    Moscou PROPN root 0
    , PUNCT punct 4
    hier ADV advmod 4
    refuse VERB acl 1 VerbForm={verb}
    """
    assert one(read([tree(rows)], gazetteer), "Moscou").entity_id == expected


# ---- names ----


@pytest.mark.parametrize(
    ("text", "name", "entity_id"),
    [
        ("Le sommet de La Haye commence.", "La Haye", "Q36600"),
        ("Il est arrivé au Caire lundi.", "Caire", "Q85"),
        ("Des pèlerins marchent vers La Mecque.", "La Mecque", "Q5806"),
        ("Le maire de Los Angeles a démissionné.", "Los Angeles", "Q65"),
    ],
)
def test_an_article_with_a_capital_is_part_of_the_name(
    gazetteer: Gazetteer, text: str, name: str, entity_id: str
) -> None:
    assert one(parsed(text, gazetteer), name).entity_id == entity_id


def test_the_article_of_a_place_that_is_not_known(gazetteer: Gazetteer) -> None:
    rows = """
    Il PRON nsubj 2
    quitte VERB root 0 VerbForm=Fin
    La DET det 4
    Vardelle PROPN obj 2
    """
    doc = tree(rows)
    doc.set_ents([spacy.tokens.Span(doc, 2, 4, "LOC")])
    assert one(read([doc], gazetteer), "La Vardelle").entity_id == "loc:la-vardelle"


def test_airbus_is_a_company(gazetteer: Gazetteer) -> None:
    rows = "Airbus PROPN nsubj 2\nembauche VERB root 0 VerbForm=Fin\n"
    assert one(read([tree(rows, {1: "PRODUCT"})], gazetteer), "Airbus").label == "ORG"


def test_a_word_that_the_article_has_in_small_letters_is_no_name(gazetteer: Gazetteer) -> None:
    heading, body = "Vendange PROPN root 0\n", "la DET det 2\nvendange NOUN root 0\n"
    found = read([tree(heading, {1: "ORG"}), tree(body)], gazetteer)
    assert not found.mentions
    assert read([tree(heading, {1: "ORG"})], gazetteer).mentions


def test_a_town_s_name_is_a_person_s_where_the_article_has_the_person(
    gazetteer: Gazetteer,
) -> None:
    rows = """
    Karl PROPN nsubj 3
    Tokyo PROPN flat 1
    parle VERB root 0 VerbForm=Fin
    """
    later = "Tokyo PROPN nsubj 2\nparle VERB root 0 VerbForm=Fin\n"
    place = "Il PRON nsubj 2\nvit VERB root 0 VerbForm=Fin\nà ADP case 4\nTokyo PROPN obl 2\n"
    doc = tree(rows)
    doc.set_ents([spacy.tokens.Span(doc, 0, 2, "PER")])
    found = read([doc, tree(later), tree(place)], gazetteer)
    told = [(m.label, m.entity_id) for m in found.mentions if m.text == "Tokyo"]
    assert told == [("PER", "per:karl-tokyo"), ("LOC", "Q1490")]


@pytest.mark.parametrize(
    ("name", "model_says", "label"),
    [("Helen Vardelle", "ORG", "PER"), ("Vardelle Energy", "PER", "ORG")],
)
def test_a_name_is_what_its_own_words_tell(
    name: str, model_says: str, label: str, gazetteer: Gazetteer
) -> None:
    first, last = name.split()
    doc = tree(f"{first} PROPN nsubj 3\n{last} PROPN flat 1\nquits VERB root 0 VerbForm=Fin\n")
    doc.set_ents([spacy.tokens.Span(doc, 0, 2, model_says)])
    assert one(read([doc], gazetteer, "en"), name).label == label
