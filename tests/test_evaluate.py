"""Each clause of relations.md, 'Scoring', and the gold validator."""

from __future__ import annotations

import io
import json
import random
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from rich.console import Console

from pipeline import extract
from pipeline.errors import UnusableError, UsageError
from pipeline.evaluate import (
    Gold,
    GoldArticle,
    Scores,
    compare,
    gold_digest,
    gold_report,
    load_gold,
)
from pipeline.evaluate.changes import MAY_CHANGE, difference, print_changes
from pipeline.evaluate.matching import _NO_MATCH, Judged, Prediction, assign, judge, prediction
from pipeline.evaluate.names import accepts, words_of
from pipeline.evaluate.report import _kept, print_scores
from pipeline.evaluate.scores import attribution_f1, factuality_f1, implemented_relations
from pipeline.records import Entity
from pipeline.settings import Settings
from tests.rows import relation

if TYPE_CHECKING:
    from pipeline.extract import Extractor

TEXT = "Rutte a rencontré Trump. Ils se sont revus. Rutte a rencontré Trump."
FIRST, SECOND = (0, 24), (25, 43)


def gold(**given: Any) -> Gold:
    values: dict[str, Any] = {
        "relation": "visits",
        "subject": ("Mark Rutte",),
        "object": ("Palm Beach",),
        "polarity": "affirmed",
        "factuality": "actual",
        "attribution": None,
        "evidence": "Rutte a rencontré Trump.",
        "trigger": "rencontré",
    }
    return Gold(**(values | given))


def found(
    subject: str = "Rutte",
    other: str | None = "Palm Beach",
    source: str | None = None,
    sentence: tuple[int, int] = FIRST,
    **given: Any,
) -> Prediction:
    row = relation(
        subject_id=None,
        subject_text=subject,
        object_id=None,
        object_text=other,
        attribution_text=source,
        sentence_start=sentence[0],
        sentence_end=sentence[1],
        **given,
    )
    return prediction(row, {})


def judged(rows: list[Gold], predictions: list[Prediction]) -> Judged:
    article = GoldArticle("x", "fr", TEXT, tuple(rows))
    return judge(article, predictions, frozenset({"meets"}), "fr")


def matches(row: Gold, *predictions: Prediction) -> bool:
    return bool(judged([row], list(predictions)).pairs)


# --- names


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("l’Élysée", ("elysee",)),
        ("La Corée du Sud", ("coree", "du", "sud")),
        ("de l'Union européenne", ("union", "europeenne")),
        ("M. Faye", ("faye",)),
        ("Mme Parly", ("parly",)),
        ("Mr. Key", ("key",)),
        ("Mrs May", ("may",)),
        ("leurs ministres", ("ministres",)),
        ("their ministers", ("ministers",)),
        ("procédure d’arbitrage", ("procedure", "d", "arbitrage")),
        ("Lee Jae-myung", ("lee", "jae-myung")),
        ("‘NATO + IP4’", ("nato", "ip4")),
        ("Workers' Party", ("workers", "party")),
        ("œuvre", ("oeuvre",)),
        ("les leurs", ("les", "leurs")),
        ("…", ()),
    ],
)
def test_words_that_count(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("gold_name", "name", "same"),
    [
        ("Cédéao", "la CEDEAO", True),
        ("Mark Rutte", "secrétaire général de l'Otan Mark Rutte", True),
        ("Mark Rutte", "le chef deux trois quatre cinq six Mark Rutte", True),
        ("Mark Rutte", "le chef deux trois quatre cinq six sept Mark Rutte", False),
        ("Mark Rutte", "Mark de Rutte", False),
        ("Rutte", "Mark Rutte", False),
        ("Mark Rutte", "Rutte", True),
        ("Mark Rutte", "Mark", False),
        ("procédure d’arbitrage", "arbitrage", True),
        ("La Haye", "sommet de La Haye", False),
        ("Trump", "Trumpisme", False),
    ],
)
def test_one_name_against_one(gold_name: str, name: str, same: bool) -> None:
    assert accepts([gold_name], [name]) is same


def test_any_name_on_either_side_will_do_and_empty_gold_accepts_any() -> None:
    assert accepts(["Mark Rutte", "Otan"], ["il", "Rutte"])
    assert accepts([], []) is accepts([], ["quoi que ce soit"]) is True
    assert not accepts(["Otan"], [])
    assert not accepts(["Otan"], ["…"])


# --- one relation against one


def test_relation_polarity_and_both_arguments_must_be_equal() -> None:
    assert matches(gold(), found())
    assert not matches(gold(relation="hosts"), found())
    assert not matches(gold(polarity="negated"), found())
    assert not matches(gold(), found(subject="Trump"))
    assert not matches(gold(), found(other="Paris"))
    assert not matches(gold(), found(other=None))
    assert matches(gold(object=()), found(other=None))


def test_factuality_does_not_keep_a_match() -> None:
    assert matches(gold(factuality="possible"), found())


def test_names_of_the_entity_count_in_both_languages() -> None:
    row = relation(subject_id="Q7184", subject_text="l'Alliance", sentence_end=24)
    entities = {"Q7184": Entity("Q7184", "ORG", "OTAN", "NATO", None, None, 1, 1)}
    for name in ("Otan", "NATO", "Alliance"):
        assert matches(gold(subject=(name,), object=()), prediction(row, entities))


def test_only_symmetric_relations_match_crosswise() -> None:
    crossed = {"subject": "Palm Beach", "other": "Mark Rutte"}
    assert not matches(gold(), found(**crossed))
    assert matches(gold(relation="meets"), found(**crossed, relation="meets"))


def test_the_sentence_must_overlap_the_first_place_of_the_evidence() -> None:
    assert matches(gold(), found(sentence=(23, 30)))
    assert not matches(gold(), found(sentence=(24, 30)))
    assert not matches(gold(), found(sentence=SECOND))
    assert not matches(gold(), found(sentence=(44, 68)))  # the repetition
    second = gold(evidence="Ils se sont revus.", trigger="revus")
    assert matches(second, found(sentence=(0, 26)))
    assert not matches(second, found(sentence=(0, 25)))


# --- many against many


def test_each_gold_row_is_matched_once() -> None:
    result = judged([gold()], [found(), found(relation_id="r2")])
    assert (len(result.pairs), len(result.invented), len(result.missed)) == (1, 1, 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_greedy_choice_does_not_cost_a_match(order: tuple[int, ...]) -> None:
    rows = [gold(object=()), gold()]
    predictions = [found(other="Palm Beach", relation_id="r1"), found(other=None, relation_id="r2")]
    result = judged(rows, [predictions[i] for i in order])
    assert len(result.pairs) == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_equal_factuality_is_preferred(order: tuple[int, ...]) -> None:
    rows = [gold(factuality="possible"), gold(factuality="actual")]
    predictions = [found(relation_id="r1"), found(relation_id="r2", factuality="possible")]
    result = judged(rows, [predictions[i] for i in order])
    assert factuality_f1(result.pairs) == 1


def test_assignment_is_the_best_of_all() -> None:
    draw = random.Random(0)
    for _ in range(300):
        height, width = draw.randint(0, 5), draw.randint(0, 5)
        costs = [[draw.choice([0, 1, _NO_MATCH]) for _ in range(width)] for _ in range(height)]
        chosen = assign(costs)
        assert len(set(chosen.values())) == len(chosen)
        assert all(costs[row][column] < _NO_MATCH for row, column in chosen.items())
        total = sum(costs[row][column] for row, column in chosen.items())
        assert (-len(chosen), total) == min(_all_assignments(costs, height, width))


def _all_assignments(costs: list[list[int]], height: int, width: int) -> list[tuple[int, int]]:
    padded = range(width + height)
    results = [(0, 0)]
    for columns in permutations(padded, height):
        used = [(r, c) for r, c in enumerate(columns) if c < width and costs[r][c] < _NO_MATCH]
        results.append((-len(used), sum(costs[r][c] for r, c in used)))
    return results


# --- figures


def test_figures_are_micro_averaged_and_can_be_restricted() -> None:
    scores = Scores(
        (
            judged([gold(), gold(relation="meets")], [found()]),
            judged([], [found(relation="signs")]),
        )
    )
    figures = scores.figures()
    assert (figures.matched, figures.predicted, figures.gold) == (1, 2, 2)
    assert figures.precision == figures.recall == figures.f1 == 0.5
    assert scores.figures(relations=["visits"]).f1 == 1
    assert scores.figures(language="en").f1 is None
    assert scores.relations == ("meets", "visits", "signs")


def test_a_relation_is_implemented_where_every_language_has_its_lexicon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("meets.fr", "meets.en", "hosts.fr", "cues.fr"):
        (tmp_path / f"{name}.toml").touch()
    monkeypatch.setattr("pipeline.evaluate.scores.LEXICON", tmp_path)
    assert implemented_relations() == {"meets"}
    assert Scores((judged([], []),)).implemented() == {"meets", "hosts"}


def test_factuality_is_averaged_over_the_values_that_occur() -> None:
    rows = [gold(), gold(object=("Paris",)), gold(object=("Rome",), factuality="planned")]
    predictions = [
        found(relation_id="r1"),
        found(relation_id="r2", other="Paris"),
        found(relation_id="r3", other="Rome"),
    ]
    # actual: 2 right of 2 gold and 3 predicted = .8; planned: 0
    assert factuality_f1(judged(rows, predictions).pairs) == pytest.approx(0.4)
    assert factuality_f1([]) is None


@pytest.mark.parametrize(
    ("wanted", "given", "score"),
    [
        (["Séoul", None], ["Séoul", None], 1.0),
        (["Séoul", None], ["Tokyo", None], 0.0),
        (["Séoul", "Séoul"], ["Séoul", "Tokyo"], 2 / 3),
        (["Séoul", "Séoul"], ["Séoul", None], 2 / 3),
        (["Séoul", None], ["Séoul", "Séoul"], 2 / 3),
        ([None, None], [None, None], None),
    ],
)
def test_attribution(
    wanted: list[str | None], given: list[str | None], score: float | None
) -> None:
    rows = [gold(object=(place,), attribution=w) for place, w in zip("AB", wanted, strict=True)]
    predictions = [
        found(relation_id=place, other=place, source=source)
        for place, source in zip("AB", given, strict=True)
    ]
    assert attribution_f1(judged(rows, predictions).pairs) == score


def test_the_report_shows_misses_inventions_and_unequal_rows() -> None:
    result = judged(
        [gold(factuality="planned"), gold(relation="hosts", evidence="Ils se sont revus.")],
        [found(), found(relation="meets", relation_id="r2", rule="meets.fr/[x]")],
    )
    out = io.StringIO()
    print_scores(Scores((result,)), Console(file=out, width=100))
    text = out.getvalue()
    assert "missed      hosts(Mark Rutte, Palm Beach) affirmed actual" in text
    assert "invented    meets(Rutte, Palm Beach)" in text
    assert "[meets.fr/[x]]" in text
    assert "factuality  visits" in text
    assert "0.500" in text
    assert "\x1b" not in text


def test_the_report_can_be_restricted_but_always_shows_the_whole() -> None:
    result = judged([gold(), gold(relation="hosts", evidence="Ils se sont revus.")], [found()])
    out = io.StringIO()
    print_scores(Scores((result,)), Console(file=out, width=100), frozenset({"visits"}))
    text = out.getvalue()
    assert "hosts" not in text
    assert "0.667" in text  # F1 over all
    assert "1.000" in text


def test_an_unknown_relation_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="teases"):
        _kept(["teases"], False)


# --- gold files


def write(folder: Path, *rows: dict[str, Any], name: str = "fr-01", text: str = TEXT) -> None:
    folder.joinpath(f"{name}.txt").write_text(text, encoding="utf-8")
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    folder.joinpath(f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_gold_is_read_with_its_language(tmp_path: Path) -> None:
    write(tmp_path, gold().model_dump(), name="fr-01")
    write(tmp_path, name="seed-01")
    (tmp_path / "en").mkdir()
    write(tmp_path / "en", name="a")
    assert [(a.name, a.language, len(a.gold)) for a in load_gold(tmp_path)] == [
        ("en/a", "en", 0),
        ("fr-01", "fr", 1),
        ("seed-01", None, 0),
    ]
    assert [a.name for a in load_gold(tmp_path, "seed-*")] == ["seed-01"]


def test_all_faults_are_reported_together(tmp_path: Path) -> None:
    row = gold().model_dump()
    write(
        tmp_path,
        row | {"relation": "teases"},
        row | {"evidence": "Rutte a vu Trump.", "trigger": "vu"},
        row | {"evidence": "a rencontré Trump."},
        row | {"trigger": "revus"},
        row | {"subject": [], "object": []},
        row | {"factuality": "certain"},
        row | {"extra": 1},
    )
    write(tmp_path, name="fr-02")
    (tmp_path / "fr-02.txt").unlink()
    write(tmp_path, name="fr-03", text=" \n")
    with pytest.raises(UnusableError) as caught:
        load_gold(tmp_path)
    for fault in (
        "row 1 (teases): no such relation",
        "row 2 (visits): evidence is not in the article",
        "row 3 (visits): evidence is not unique",
        "row 4 (visits): trigger is not in the evidence",
        "row 5 (visits): neither subject nor object",
        "fr-01:6: factuality",
        "fr-01:7: extra",
        "fr-02: ",
        "fr-03: the article is empty",
    ):
        assert fault in str(caught.value)


def test_no_gold_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="no gold files"):
        load_gold(tmp_path)


def test_the_digest_covers_articles_and_gold(tmp_path: Path) -> None:
    write(tmp_path, gold().model_dump())
    before = gold_digest(tmp_path)
    assert gold_digest(tmp_path) == before
    write(tmp_path, gold().model_dump(), text=TEXT + "\n")
    assert gold_digest(tmp_path) != before


# --- two snapshots


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    blank = dict.fromkeys((*MAY_CHANGE, "subject_text", "object_text"))
    full = {"relation": "meets", "polarity": "affirmed", "factuality": "actual", "rule": "r"}
    full |= {"article_id": "x", "subject_start": 0, "object_start": 9, "sentence": "S."}
    return pd.DataFrame([blank | full | deed(row["relation_id"]) | row for row in rows])


def deed(name: str) -> dict[str, Any]:
    return {"trigger_start": ord(name[0])}


def test_rows_gained_lost_and_changed() -> None:
    changes = difference(
        frame({"relation_id": "a"}, {"relation_id": "b"}, {"relation_id": "c"}),
        frame({"relation_id": "b"}, {"relation_id": "c", "tense": "past"}, {"relation_id": "d"}),
    )
    assert list(changes.gained["relation_id"]) == ["d"]
    assert list(changes.lost["relation_id"]) == ["a"]
    assert changes.changed[["relation_id", "column", "old", "new"]].to_numpy().tolist() == [
        ["c", "tense", "–", "past"]
    ]
    out = io.StringIO()
    print_changes(changes, Console(file=out))
    assert out.getvalue().endswith("relations: 1 gained, 1 lost, 1 changed\n")


def test_a_deed_is_the_same_though_a_mention_before_it_is_new() -> None:
    changes = difference(
        frame({"relation_id": "a", "subject_id": "desc:x:1"}),
        frame({"relation_id": "a2", "subject_id": "desc:x:2"}),
    )
    assert (len(changes.gained), len(changes.lost), len(changes.changed)) == (0, 0, 0)


def test_a_snapshot_compared_with_itself_has_no_difference(extracted: Path) -> None:
    changes = compare(extracted, extracted / "current", Console(file=io.StringIO()))
    assert (len(changes.gained), len(changes.lost), len(changes.changed)) == (0, 0, 0)
    assert (changes.articles_gained, changes.articles_lost) == (0, 0)


# --- the whole way


def test_an_invention_in_an_article_without_relations_is_counted(
    tmp_path: Path, extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "Emmanuel Macron a rencontré Joe Biden à Paris."
    row = {"relation": "meets", "subject": ["Emmanuel Macron"], "object": ["Joe Biden"]}
    told = gold().model_dump() | row | {"evidence": sentence, "trigger": "rencontré"}
    write(tmp_path, told, name="fr-01", text=f"Diplomatie\n\n{sentence}\n")
    write(tmp_path, name="fr-02", text=f"Diplomatie\n\n{sentence.replace('Joe', 'Jill')}\n")
    write(tmp_path, name="fr-03", text="Non.\n")  # rejected: too short
    monkeypatch.setattr(extract, "load", lambda _: extractor)
    scores = gold_report(tmp_path, Settings(), Console(file=io.StringIO()), ["meets"])
    figures = scores.figures(relations=["meets"])
    assert (figures.matched, figures.predicted, figures.gold) == (1, 2, 1)
