"""Mentions, their entities and their antecedents: on trees made by hand and on real parses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from itertools import pairwise
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

SEEDS = ROOT.parent / "shared/seeds"
PUBLISHED = date(2024, 11, 25)
Read = Callable[..., Found]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def tree(table: str, entities: str = "") -> Doc:
    """A Doc from lines `word POS relation head-number [Features]`; heads count from 1, 0 is root.

    `entities` are `LABEL first-last` by number, separated by commas.
    """
    rows = [line.split() for line in table.strip().splitlines()]
    heads = [int(row[3]) - 1 if row[3] != "0" else i for i, row in enumerate(rows)]
    tags = ["O"] * len(rows)
    for entity in filter(None, entities.split(",")):
        label, _, span = entity.strip().partition(" ")
        first, _, last = span.partition("-")
        for i in range(int(first), int(last or first) + 1):
            tags[i - 1] = ("B-" if i == int(first) else "I-") + label
    return Doc(
        Vocab(),
        words=[row[0] for row in rows],
        spaces=[row[0][-1] not in "'’" for row in rows],
        pos=[row[1] for row in rows],
        deps=[row[2] for row in rows],
        heads=heads,
        morphs=[row[4] if len(row) > 4 else "" for row in rows],
        lemmas=[row[5] if len(row) > 5 else row[0].lower() for row in rows],
        ents=tags,
        sent_starts=[i == 0 for i in range(len(rows))],
    )


def read(docs: list[Doc], gazetteer: Gazetteer, language: str = "fr") -> Found:
    passages, texts, start = [], [], 0
    for i, doc in enumerate(docs):
        end = start + len(doc.text)
        passages.append((Passage("a", i, "body", start, end, language, None, True), Tree(doc)))
        texts.append(doc.text)
        start = end + 1
    return find_mentions("a", "\n".join(texts), language, passages, gazetteer, PUBLISHED)


def entity(found: Found, text: str, kind: str | None = None) -> str | None:
    return one(found, text, kind).entity_id


def one(found: Found, text: str, kind: str | None = None) -> Mention:
    fitting = [m for m in found.mentions if m.text == text and kind in (None, m.kind)]
    assert fitting, (text, [m.text for m in found.mentions])
    return fitting[0]


def members(found: Found, text: str) -> list[str]:
    return [found.mentions[i].text for i in found.members.get(one(found, text).mention_index, ())]


# ---- trees made by hand ----

VISIT = """
Le      DET   det    2 Number=Sing|Gender=Masc
chef    NOUN  nsubj  8 Number=Sing|Gender=Masc
de      ADP   case   5
l'      DET   det    5 Number=Sing
Otan    PROPN nmod   2
Karl    PROPN appos  2
Vorn    PROPN flat   6
arrive  VERB  root   0 VerbForm=Fin|Tense=Pres
à       ADP   case   10
Moscou  PROPN obl    8
"""


def test_a_title_and_its_name_are_one_person(gazetteer: Gazetteer) -> None:
    found = read([tree(VISIT, "PER 6-7")], gazetteer)
    assert entity(found, "Karl Vorn") == "per:karl-vorn"
    assert entity(found, "chef de l'Otan") == "per:karl-vorn"
    assert entity(found, "Otan") == "Q7184"
    assert entity(found, "Moscou") == "Q649"


def test_later_descriptions_of_the_post_and_the_surname_are_the_same_person(
    gazetteer: Gazetteer,
) -> None:
    later = """
    Le      DET   det   2 Number=Sing
    patron  NOUN  nsubj 6 Number=Sing|Gender=Masc
    de      ADP   case  5
    l'      DET   det   5 Number=Sing
    Alliance PROPN nmod 2
    salue   VERB  root  0 VerbForm=Fin
    M.      NOUN  obj   6
    Vorn    PROPN nmod  7
    """
    found = read([tree(VISIT, "PER 6-7"), tree(later)], gazetteer)
    assert entity(found, "Vorn") == "per:karl-vorn"
    assert entity(found, "Alliance") == "Q7184"
    assert entity(found, "patron de l'Alliance") == "per:karl-vorn"
    title = next(m for m in found.mentions if m.text == "Vorn")
    assert found.at[title.start - len("M. ")] == title.mention_index


def test_a_surname_of_two_people_means_neither(gazetteer: Gazetteer) -> None:
    names = """
    Karl PROPN root 0
    Vorn PROPN flat 1
    et CCONJ cc 4
    Lise PROPN conj 1
    Vorn PROPN flat 4
    et CCONJ cc 7
    Vorn PROPN conj 1
    """
    found = read([tree(names, "PER 1-2, PER 4-5, PER 7")], gazetteer)
    assert [m.entity_id for m in found.mentions] == ["per:karl-vorn", "per:lise-vorn", None]


@pytest.mark.parametrize(
    ("relation", "preposition", "verb", "expected"),
    [
        ("nsubj", "", "accuser", "Q159"),
        ("obj", "", "accuser", "Q159"),
        ("obj", "", "visiter", "Q649"),
        ("obl:agent", "par", "accuser", "Q159"),
        ("obl", "avec", "négocier", "Q159"),
        ("obl", "à", "arriver", "Q649"),
        ("obl:arg", "à", "livrer", "Q159"),
        ("obl", "vers", "partir", "Q649"),
    ],
)
def test_a_capital_acts_or_is_a_place_by_its_syntax(
    gazetteer: Gazetteer, relation: str, preposition: str, verb: str, expected: str
) -> None:
    rows = [f"fait VERB root 0 VerbForm=Fin {verb}"]
    if preposition:
        rows.append(f"{preposition} ADP case 3")
    rows.append(f"Moscou PROPN {relation} 1")
    found = read([tree("\n".join(rows))], gazetteer)
    assert entity(found, "Moscou") == expected


def test_nationality_adjectives_and_compounds(gazetteer: Gazetteer) -> None:
    rows = """
    Une DET det 2
    frappe NOUN root 0 Number=Sing
    américaine ADJ amod 2
    et CCONJ cc 5
    un DET det 6
    accord NOUN conj 2 Number=Sing
    russo-nord-coréen ADJ amod 6
    pro-iranien ADJ amod 6
    """
    found = read([tree(rows)], gazetteer)
    assert [(m.text, m.label, m.kind, m.entity_id) for m in found.mentions] == [
        ("américaine", "NORP", "description", "Q30"),
        ("russo", "NORP", "description", "Q159"),
        ("nord-coréen", "NORP", "description", "Q423"),
    ]
    assert members(found, "russo") == ["russo", "nord-coréen"]


def test_names_are_found_again_where_the_model_missed_them(gazetteer: Gazetteer) -> None:
    headline = "Vorn PROPN nsubj 2\nPart VERB root 0\n"
    found = read([tree(headline), tree(VISIT, "PER 6-7")], gazetteer)
    assert [m.entity_id for m in found.mentions if m.text == "Vorn"] == ["per:karl-vorn"]


def test_a_longer_unknown_name_is_not_the_known_one(gazetteer: Gazetteer) -> None:
    rows = "Ivan PROPN nsubj 3\nTrump PROPN flat 1\nparle VERB root 0\n"
    found = read([tree(rows)], gazetteer)
    assert [(m.text, m.entity_id) for m in found.mentions] == [("Ivan Trump", "per:ivan-trump")]


def test_an_acronym_in_brackets_is_the_body_before_it(gazetteer: Gazetteer) -> None:
    rows = """
    Ligue PROPN root 0
    du ADP case 3
    Nord PROPN nmod 1
    ( PUNCT punct 5
    LDN PROPN appos 1
    ) PUNCT punct 5
    LDN PROPN conj 1
    """
    doc = tree(rows, "ORG 1-3, ORG 5, ORG 7")
    tight = Doc(
        doc.vocab,
        words=[t.text for t in doc],
        spaces=[t.text not in "(LDN" or t.i == 6 for t in doc],
        heads=[t.head.i for t in doc],
        deps=[t.dep_ for t in doc],
        pos=[t.pos_ for t in doc],
        ents=[f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in doc],
    )
    found = read([tight], gazetteer)
    assert {m.entity_id for m in found.mentions} == {"org:ligue-du-nord"}


def test_the_same_words_give_the_same_entity_of_their_own(gazetteer: Gazetteer) -> None:
    rows = """
    La DET det 2 Number=Sing
    junte NOUN nsubj 3 Number=Sing|Gender=Fem
    parle VERB root 0
    """
    found = read([tree(rows), tree(rows)], gazetteer)
    assert {m.entity_id for m in found.mentions} == {"desc:a:0"}


def test_impersonal_il_is_no_mention(gazetteer: Gazetteer) -> None:
    rows = """
    Karl PROPN nsubj 3
    Vorn PROPN flat 1
    part VERB root 0 VerbForm=Fin|Tense=Pres partir
    """
    must = "Il PRON nsubj 2 Gender=Masc il\nfaut VERB root 0 VerbForm=Fin falloir\n"
    comes = "Il PRON nsubj 2 Gender=Masc il\nrevient VERB root 0 VerbForm=Fin revenir\n"
    assert len(read([tree(rows, "PER 1-2"), tree(must)], gazetteer).mentions) == 1
    found = read([tree(rows, "PER 1-2"), tree(comes)], gazetteer)
    assert entity(found, "Il", "pronoun") == "per:karl-vorn"


def test_no_two_names_overlap_and_mentions_are_in_order(gazetteer: Gazetteer) -> None:
    found = read([tree(VISIT, "PER 6-7, LOC 10")], gazetteer)
    names = [m for m in found.mentions if m.kind == "name"]
    assert all(a.end <= b.start for a, b in pairwise(names))
    assert [m.mention_index for m in found.mentions] == list(range(len(found.mentions)))
    assert list(found.mentions) == sorted(found.mentions, key=lambda m: (m.start, m.end))


# ---- real parses ----


@lru_cache(maxsize=2)
def model(language: str) -> Language:
    path = ROOT / "models" / language
    if not (path / "meta.json").exists():
        pytest.skip(f"no model under {path}; run make train")
    return spacy.load(path)


def parsed(text: str, language: str, gazetteer: Gazetteer) -> Found:
    return read([model(language)(p) for p in text.split("\n")], gazetteer, language)


def test_two_leaders_are_the_two_just_named(gazetteer: Gazetteer) -> None:
    text = (
        "Le président français Emmanuel Macron a rencontré Olaf Scholz à Berlin. "
        "Les deux dirigeants ont parlé de l’Ukraine. Le président français est reparti mardi."
    )
    found = parsed(text, "fr", gazetteer)
    assert members(found, "dirigeants") == ["Emmanuel Macron", "Olaf Scholz"]
    assert {m.entity_id for m in found.mentions if "président" in m.text} == {"Q3052772"}
    assert one(found, "mardi").value == "2024-11-19"


def test_english_pronouns_and_titles(gazetteer: Gazetteer) -> None:
    text = "President Joe Biden met Rishi Sunak in London. He praised his guest."
    found = parsed(text, "en", gazetteer)
    assert entity(found, "President") == "Q6279"
    assert entity(found, "He") == "Q6279"
    assert entity(found, "London") == "Q84"


def test_the_same_article_gives_the_same_mentions(gazetteer: Gazetteer) -> None:
    text = "Moscou accuse Kiev. Les Russes et les Ukrainiens négocient à Genève avec l’ONU."
    first, second = (parsed(text, "fr", gazetteer) for _ in range(2))
    assert first == second
    assert entity(first, "Moscou") == "Q159"
    assert entity(first, "Russes") == "norp:rus"


# ---- the seeds ----


def seed(name: str, gazetteer: Gazetteer) -> Found:
    files = sorted(SEEDS.glob(f"{name}*.txt")) if SEEDS.is_dir() else []
    if not files:
        pytest.skip(f"no seed articles under {SEEDS}")
    text = Path(files[0]).read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if max(line, default="") < "한"]
    return read([model("fr")(line) for line in lines if line.strip()], gazetteer)


def test_seed_004(gazetteer: Gazetteer) -> None:
    found = seed("004", gazetteer)
    nato = {"Otan", "L’Otan", "Alliance atlantique"}
    assert {m.entity_id for m in found.mentions if m.text in nato} == {"Q7184"}
    rutte = {"Mark Rutte", "Rutte", "patron de l’Otan", "patron de l'Otan"}
    assert {m.entity_id for m in found.mentions if m.text in rutte} == {"Q57792"}
    assert entity(found, "secrétaire général de l’Otan") == "Q57792"
    assert {m.entity_id for m in found.mentions if m.text == "Moscou"} == {"Q159"}
    assert one(found, "Palm Beach").label == "LOC"
    assert gazetteer.known[entity(found, "Palm Beach") or ""].country == "USA"
    assert members(found, "dirigeants") == ["Mark Rutte", "Donald Trump"]
    assert entity(found, "organisation") == "Q7184"


def test_seed_000(gazetteer: Gazetteer) -> None:
    found = seed("000", gazetteer)
    assert {m.entity_id for m in found.mentions if m.text in ("OTAN", "NATO")} == {"Q7184"}
    pair = next(m for m in found.mentions if m.text == "pays" and m.mention_index in found.members)
    ids = {found.mentions[i].entity_id for i in found.members[pair.mention_index]}
    assert ids == {"Q884", "Q17"}
    assert members(found, "leur") == ["Corée du Sud", "Japon"]
