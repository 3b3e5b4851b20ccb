"""`depeche explain` tells the parse, the triggers and why one did not fire."""

from __future__ import annotations

from pipeline.explain import explain_json, explain_phrase, explain_text
from pipeline.extract import Extractor
from pipeline.settings import Settings


def test_says_what_matched(extractor: Extractor) -> None:
    told = explain_text("Mark Rutte a été reçu par Donald Trump.", Settings(), extractor)
    fired = [t for t in told.triggers if t.construction == "passive"]
    assert [t.rule for t in fired] == ["hosts.fr/recevoir"]
    assert fired[0].subjects == ("Donald",) or fired[0].subjects == ("Trump",)
    assert [r.relation for r in told.relations] == ["hosts"]


def test_says_what_failed(extractor: Extractor) -> None:
    told = explain_text("Le ministre a reçu une lettre de protestation.", Settings(), extractor)
    assert not told.relations
    assert any(t.failed for t in told.triggers if t.rule.startswith("hosts.fr"))


def test_shows_a_phrase_and_its_markup_as_text() -> None:
    shown = explain_phrase("Macron a rencontré [bold]Merz[/bold] à Berlin.", Settings())
    assert shown.count("bold") >= 2
    assert "rencontrer" in shown


def test_json_is_plain() -> None:
    told = explain_json("Macron a rencontré Merz à Berlin.", Settings())
    assert told["language"] == "fr"
    assert told["words"][0]["text"] == "Macron"
