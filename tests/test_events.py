"""Entities and events: what is counted, what is merged, and that order is nothing."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.events import entity_rows, event_rows
from pipeline.records import Event, Known, Relation
from tests.rows import mention, relation

SYMMETRIC = frozenset({"meets"})
MAY_1, MAY_2, MAY_9 = date(2025, 5, 1), date(2025, 5, 2), date(2025, 5, 9)
PUBLISHED = {"a1": MAY_1, "a2": MAY_2, "a9": MAY_9, "undated": None}


def events(*rows: Relation) -> list[Event]:
    return event_rows(rows, PUBLISHED, SYMMETRIC)


def members(*rows: Relation) -> list[tuple[str, ...]]:
    return [event.relation_ids for event in events(*rows)]


# --- entities


def test_known_entities_bear_their_gazetteer_names() -> None:
    known = {"Q7184": Known("Q7184", "ORG", "OTAN", "NATO", None, "Q7184")}
    (row,) = entity_rows(
        [
            mention("Alliance atlantique", "Q7184", 0),
            mention("Alliance atlantique", "Q7184", 1, article_id="b" * 20),
            mention("mardi", None, 2, label="DATE"),
        ],
        known,
    )
    assert (row.name_fr, row.name_en, row.type) == ("OTAN", "NATO", "ORG")
    assert (row.n_mentions, row.n_articles, row.wikidata_id) == (2, 2, "Q7184")


def test_a_slug_is_named_by_the_mention_it_is_made_of() -> None:
    rows = [mention("Rutte", "per:mark-rutte", i) for i in range(3)]
    rows += [mention("Mark Rutte", "per:mark-rutte", 3), mention("il", "per:mark-rutte", 4)]
    (row,) = entity_rows(rows, {})
    assert (row.name_fr, row.type, row.n_mentions) == ("Mark Rutte", "PER", 5)


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_names_are_most_frequent_then_longest_then_first(order: tuple[int, ...]) -> None:
    rows = [
        mention("les Riverains", "org:collectif", 0),
        mention("le Collectif", "org:collectif", 1),
        mention("un groupe de gens en colère", "org:collectif", 2, kind="description"),
        mention("un groupe de gens en colère", "org:collectif", 3, kind="description"),
    ]
    (row,) = entity_rows([rows[i] for i in order], {})
    assert row.name_fr == row.name_en == "les Riverains"


def test_names_follow_the_language_of_the_mention() -> None:
    rows = [
        mention("Élysée", "org:x", 0),
        mention("Élysée", "org:x", 1),
        mention("Elysee Palace", "org:x", 2, language="en"),
    ]
    (row,) = entity_rows(rows, {})
    assert (row.name_fr, row.name_en) == ("Élysée", "Elysee Palace")


def test_a_described_actor_is_named_by_its_first_description() -> None:
    key = f"desc:{'a' * 20}:1"
    rows = [
        mention("deux touristes", key, 1, kind="description"),
        mention("touristes", key, 2, kind="description"),
        mention("touristes", key, 3, kind="description"),
    ]
    (row,) = entity_rows(rows, {})
    assert (row.name_fr, row.type, row.wikidata_id) == ("deux touristes", "PER", None)


def test_an_unknown_wikidata_item_keeps_its_id_and_takes_its_label() -> None:
    (row,) = entity_rows([mention("Erbil", "Q128147", label="LOC")], {})
    assert (row.type, row.wikidata_id, row.name_fr) == ("LOC", "Q128147", "Erbil")


# --- events


def test_symmetric_pairs_are_one_event_smaller_id_first() -> None:
    (event,) = events(
        relation("r2", relation="meets", subject_id="Q2", object_id="Q1", article_id="a1"),
        relation("r1", relation="meets", subject_id="Q1", object_id="Q2", article_id="a1"),
    )
    assert (event.event_id, event.subject_id, event.object_id) == ("er1", "Q1", "Q2")
    assert (event.n_relations, event.n_articles) == (2, 1)


def test_direction_matters_elsewhere() -> None:
    rows = relation("r1"), relation("r2", subject_id="Q2", object_id="Q1")
    assert members(*rows) == [("r1",), ("r2",)]


@pytest.mark.parametrize(
    "other", [{"polarity": "negated"}, {"relation": "hosts"}, {"object_id": "Q3"}]
)
def test_relation_polarity_and_parties_must_be_equal(other: dict[str, str]) -> None:
    assert len(events(relation("r1"), relation("r2", **other))) == 2


def test_overlapping_dates_are_narrowed_to_what_all_agree_on() -> None:
    (event,) = events(
        relation("r1", article_id="a9", date_start=date(2025, 5, 1), date_end=date(2025, 5, 31)),
        relation("r2", article_id="a1", date_start=MAY_1, date_end=MAY_1, factuality="planned"),
    )
    assert (event.date_start, event.date_end) == (MAY_1, MAY_1)
    assert event.factuality == "actual"
    assert (event.first_published_on, event.last_published_on) == (MAY_1, MAY_9)


def test_a_vague_date_does_not_bridge_two_precise_ones() -> None:
    rows = (
        relation("r1", article_id="a1", date_start=MAY_1, date_end=MAY_1),
        relation("r2", article_id="a1", date_start=MAY_9, date_end=MAY_9),
        relation("r3", article_id="a9", date_start=date(2025, 5, 1), date_end=date(2025, 5, 31)),
    )
    assert members(*rows) == [("r1",), ("r2", "r3")]


def test_a_missing_date_joins_what_was_told_or_dated_nearby() -> None:
    dated = relation("r1", article_id="undated", date_start=MAY_1, date_end=MAY_1)
    assert members(dated, relation("r2", article_id="a2")) == [("r1", "r2")]
    assert members(dated, relation("r2", article_id="a9")) == [("r1",), ("r2",)]
    assert members(relation("r1", article_id="a1"), relation("r2", article_id="a2")) == [
        ("r1", "r2")
    ]


def test_a_missing_date_is_rather_that_of_its_own_article() -> None:
    rows = (
        relation("r1", article_id="a1", date_start=MAY_9, date_end=MAY_9),
        relation("r2", article_id="a2", date_start=MAY_2, date_end=MAY_2),
        relation("r3", article_id="a1"),
    )
    assert members(*rows) == [("r1", "r3"), ("r2",)]


def test_undated_tellings_do_not_drift_from_day_to_day() -> None:
    published = {f"d{day:02}": date(2025, 5, day) for day in range(1, 29)}
    rows = [relation(f"r{50 - day}", article_id=f"d{day:02}") for day in range(1, 29)]
    found = event_rows(rows, published)
    assert [event.n_articles for event in found] == [4] * 7


def test_without_any_date_only_the_same_article_is_merged() -> None:
    rows = relation("r1", article_id="undated"), relation("r2", article_id="undated")
    assert members(*rows) == [("r1", "r2")]
    assert (
        len(event_rows([relation("r1", article_id="x"), relation("r2", article_id="y")], {})) == 2
    )


def test_a_whole_year_is_no_date_to_be_near_to() -> None:
    year = relation(
        "r1", article_id="undated", date_start=date(2025, 1, 1), date_end=date(2025, 12, 31)
    )
    assert members(year, relation("r2", article_id="a1")) == [("r1",), ("r2",)]


def test_places_must_not_differ() -> None:
    here, there = (relation(f"r{i}", article_id="a1", place_id=f"Q9{i}") for i in (1, 2))
    nowhere = relation("r3", article_id="a1")
    assert members(here, there) == [("r1",), ("r2",)]
    (event,) = events(here, nowhere)
    assert event.place_id == "Q91"


def test_what_is_not_stated_is_never_merged_across_articles() -> None:
    empty = {"object_id": None, "object_text": None}
    assert members(
        relation("r1", article_id="a1", **empty), relation("r2", article_id="a2", **empty)
    ) == [("r1",), ("r2",)]
    assert members(
        relation("r1", article_id="a1", **empty), relation("r2", article_id="a1", **empty)
    ) == [("r1", "r2")]
    assert members(relation("r1", article_id="a1", **empty), relation("r2", article_id="a1")) == [
        ("r1",),
        ("r2",),
    ]


def test_things_are_merged_across_articles_only_by_a_proper_name() -> None:
    def two(text: str) -> list[tuple[str, ...]]:
        return members(
            relation("r1", article_id="a1", object_id=None, object_text=text),
            relation("r2", article_id="a2", object_id=None, object_text=text.upper()),
        )

    assert two("accord de Paris") == [("r1", "r2")]
    assert two("accord") == [("r1",), ("r2",)]


days = st.none() | st.dates(date(2025, 1, 1), date(2025, 2, 28))


@st.composite
def some_relations(draw: st.DrawFn) -> list[Relation]:
    rows = []
    for number in range(draw(st.integers(0, 12))):
        start = draw(days)
        length = draw(st.sampled_from([0, 0, 6, 40]))
        rows.append(
            relation(
                f"r{number:02}",
                relation="meets",
                article_id=draw(st.sampled_from(["a1", "a2", "a3", "undated"])),
                subject_id=draw(st.sampled_from(["Q1", "Q2", None])),
                object_id=draw(st.sampled_from(["Q1", "Q2"])),
                date_start=start,
                date_end=start and date.fromordinal(start.toordinal() + length),
                place_id=draw(st.sampled_from([None, "Q8", "Q9"])),
                factuality=draw(st.sampled_from(["actual", "planned", "possible"])),
            )
        )
    return rows


@settings(max_examples=150, deadline=None)
@given(rows=some_relations(), seed=st.randoms())
def test_events_do_not_depend_on_order_and_hold_every_relation_once(
    rows: list[Relation], seed: object
) -> None:
    published = {"a1": date(2025, 1, 10), "a2": date(2025, 1, 12), "a3": date(2025, 2, 1)}
    found = event_rows(rows, published, SYMMETRIC)
    shuffled = list(rows)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert event_rows(shuffled, published, SYMMETRIC) == found
    assert sorted(i for event in found for i in event.relation_ids) == [r.relation_id for r in rows]
    by_id = {row.relation_id: row for row in rows}
    for event in found:
        told = [by_id[i] for i in event.relation_ids]
        assert event.event_id == "e" + min(event.relation_ids)
        assert len({row.place_id for row in told} - {None}) <= 1
        dated = [row for row in told if row.date_start]
        assert (event.date_start is None) == (not dated)
        for row in dated:
            assert row.date_start <= event.date_start <= event.date_end <= row.date_end


def test_many_tellings_of_one_pair_take_seconds_not_hours() -> None:
    published = {f"a{i}": date.fromordinal(737000 + i % 3000) for i in range(20_000)}
    rows = [relation(f"r{i:05}", article_id=f"a{i}") for i in range(20_000)]
    assert len(event_rows(rows, published)) == 750
