"""The flow for one batch: what becomes of a page, whatever its batch mates."""

from __future__ import annotations

import re

import pytest

import pipeline
from pipeline.errors import ModelError, RejectError, UsageError
from pipeline.extract import Extractor, article_id, draft
from pipeline.readers import page_from_text
from pipeline.records import Extraction, Reject
from pipeline.settings import Settings

MEETING = "Emmanuel Macron a rencontré Friedrich Merz à Berlin."


def test_identity_ignores_white_space_only() -> None:
    assert article_id("a  b\n\nc ") == article_id("a b c")
    assert article_id("a b c") != article_id("a b C")
    assert len(article_id("")) == 20


def test_batch_mates_change_nothing(extractor: Extractor) -> None:
    pages = [
        page_from_text(MEETING, source="a"),
        page_from_text("Oui.", source="short"),
        page_from_text("Trump meets Putin in Alaska on Friday.", source="b"),
        page_from_text("Le Japon s'est retiré de l'accord.", source="c"),
    ]
    together = extractor.extract(pages)
    alone = [result for page in pages for result in extractor.extract([page])]
    assert together == alone
    assert isinstance(together[1], Reject)
    assert together[1].reason == "too_short"


def test_one_sentence_is_an_article(extractor: Extractor) -> None:
    [found] = extractor.extract([page_from_text(MEETING)])
    assert isinstance(found, Extraction)
    assert found.article.language == "fr"
    assert [r.relation for r in found.relations] == ["meets"]


@pytest.mark.parametrize("text", ["Bonjour monde", "…", "12 13 14 15"])
def test_too_short(text: str) -> None:
    with pytest.raises(RejectError) as caught:
        draft(page_from_text(text), Settings())
    assert caught.value.reason == "too_short"


def test_a_long_passage_is_parsed_in_pieces() -> None:
    sentence = "Le ministre a présenté son plan aux députés. "
    text = sentence * 200
    item = draft(page_from_text(text), Settings(max_passage_chars=1_000))
    pieces = [text[p.start : p.end] for p in item.passages]
    assert len(pieces) > 8
    assert max(map(len, pieces)) <= 1_000
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert all(piece.endswith(".") for piece in pieces)


def test_a_passage_without_a_break_is_cut_at_the_limit() -> None:
    text = "Voici un mot : " + "a" * 5_000
    item = draft(page_from_text(text), Settings(max_passage_chars=1_000, lang="fr"))
    assert max(p.end - p.start for p in item.passages) <= 1_000
    assert sum(p.end - p.start for p in item.passages) >= 5_000


def test_an_article_over_the_limit_says_how_to_raise_it() -> None:
    with pytest.raises(RejectError, match="max_article_chars") as caught:
        draft(page_from_text("mot " * 1_000), Settings(max_article_chars=1_000))
    assert caught.value.reason == "too_large"


def test_a_missing_model_is_named() -> None:
    extractor = Extractor(Settings(model_fr="/nowhere/model"))
    with pytest.raises(ModelError, match="/nowhere/model"):
        extractor.extract([page_from_text(MEETING)])


def test_a_model_of_another_language_is_refused() -> None:
    settings = Settings(model_fr=str(Extractor(Settings()).annotator.pipeline("en").path))
    with pytest.raises(ModelError, match="wanted 'fr'"):
        Extractor(settings).extract([page_from_text(MEETING)])


def test_extract_text_gives_tables() -> None:
    tables = pipeline.extract_text(MEETING, published="2025-06-27")
    [row] = tables.relations.to_dict("records")
    assert (row["subject_text"], row["relation"]) == ("Emmanuel Macron", "meets")
    assert set(tables.entities.entity_id) >= {row["subject_id"], row["object_id"]}
    assert len(tables.events) == 1
    assert len(tables.rejects) == 0


def test_extract_text_gives_the_reject() -> None:
    tables = pipeline.extract_text("Oui.")
    assert list(tables.rejects.reason) == ["too_short"]
    assert len(tables.articles) == 0


def test_extract_text_refuses_an_unknown_language() -> None:
    with pytest.raises(UsageError, match="lang='xx'"):
        pipeline.extract_text(MEETING, lang="xx")


def test_offsets_are_surfaces(extractor: Extractor) -> None:
    text = "Paris\n\nSelon l'Élysée, Emmanuel Macron se rendra à Berlin 🇪🇺 vendredi."
    [found] = extractor.extract([page_from_text(text)])
    assert isinstance(found, Extraction)
    for mention in found.mentions:
        assert text[mention.start : mention.end] == mention.text
    for row in found.relations:
        assert text[row.trigger_start : row.trigger_end] == row.trigger
        assert text[row.sentence_start : row.sentence_end] == row.sentence
        if row.subject_text is not None:
            assert text[row.subject_start : row.subject_end] == row.subject_text


WHOLE = {
    "fr": (
        "PARIS, 3 mars – « La France se retirera de l'accord », a fait savoir lundi le ministre.",
        "Selon l'Élysée, Emmanuel Macron, qui devait recevoir Friedrich Merz, l'a appelé mardi.",
        "Le sommet, a-t-il ajouté, n'aura pas lieu : ni Berlin ni Rome n'y enverront personne.",
        "Rutte reçu par Trump, la visite à Ankara reportée au 12 mai",
        "Le Japon se retirera du pacte, un haut diplomate japonais l'assure, si Séoul le veut.",
    ),
    "en": (
        'BRUSSELS (Reuters) - "We will not sign it," the minister said on Monday, "not today."',
        "According to Kyiv, the two leaders, one diplomat suggested, had agreed to meet in Oslo.",
        "Japan's withdrawal from the talks, which Seoul condemned, came after Ishiba's visit.",
        "Merz to meet Trump as NATO cancels Ankara summit",
        "Japan will withdraw from the pact, one senior diplomat suggested, if Seoul agrees.",
    ),
}


@pytest.mark.parametrize("language", WHOLE)
def test_a_text_may_stop_anywhere(extractor: Extractor, language: str) -> None:
    """What looks ahead or behind must not look past the ends."""
    texts = {
        sentence[: match.end()]
        for sentence in WHOLE[language]
        for match in re.finditer(r"\w+|[^\w\s]", sentence)
    }
    settings = Settings(lang=language, min_words=1)
    cut = Extractor(settings)
    cut.annotator = extractor.annotator
    pages = [page_from_text(text) for text in sorted(texts) if any(map(str.isalpha, text))]
    assert len(pages) > 50
    assert all(isinstance(found, Extraction) for found in cut.extract(pages))
