"""The shipped models: they load without our code and give the scores that are written down."""

import json
import random
import sys
from pathlib import Path

import pytest
import spacy

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "models"
CORPORA = ROOT.parent / "shared" / "corpora"
SCORES = json.loads((MODELS / "scores.json").read_text(encoding="utf-8"))
TOLERANCE = 0.015  # of LAS: processors differ in the last bits
GRAMMAR_LABELS = {
    "ROOT", "acl", "acl:relcl", "advcl", "advmod", "amod", "appos", "aux:pass", "case", "cc",
    "ccomp", "conj", "cop", "csubj", "det", "iobj", "mark", "nmod", "nsubj", "nsubj:pass", "obj",
    "obl:agent", "parataxis", "punct", "xcomp",
}  # fmt: skip
OWN_LABELS = {
    "fr": {"aux:tense", "expl:pass", "expl:pv", "expl:subj", "flat:name", "obl:arg", "obl:mod"},
    "en": {"aux", "compound", "expl", "flat", "nmod:poss", "obl"},
}
VERSIONS = {"fr": "0.2.0", "en": "0.2.0"}
ENTITY_LABELS = {
    "fr": {"PER", "LOC", "ORG", "EVENT", "PRODUCT", "DATE"},
    "en": {"PER", "LOC", "ORG"},
}


@pytest.fixture(scope="module", params=["fr", "en"])
def nlp(request):
    return spacy.load(MODELS / request.param)


@pytest.fixture
def training_code(monkeypatch):
    """The modules of models/ are scripts, not part of the package."""
    monkeypatch.syspath_prepend(str(MODELS))
    yield
    for name in ("augment", "extras", "prepare", "score", "ship", "tokens"):
        sys.modules.pop(name, None)


def test_one_pass_gives_all_layers(nlp):
    assert {"morphologizer", "trainable_lemmatizer", "parser", "ner"} <= set(nlp.pipe_names)
    assert {"senter", "sentencizer"}.isdisjoint(nlp.pipe_names)


def test_labels_are_those_the_grammar_reads(nlp):
    assert GRAMMAR_LABELS | OWN_LABELS[nlp.lang] <= set(nlp.get_pipe("parser").labels)
    assert set(nlp.get_pipe("ner").labels) == ENTITY_LABELS[nlp.lang]


def test_meta_tells_name_version_licence_sources(nlp):
    assert (nlp.meta["name"], nlp.meta["version"]) == ("depeche_news", VERSIONS[nlp.lang])
    assert nlp.meta["license"]
    assert all(s["license"] and "NC" not in s["license"] for s in nlp.meta["sources"])
    meta = json.loads((MODELS / nlp.lang / "meta.json").read_text(encoding="utf-8"))
    assert meta["performance"]["parse"] == SCORES[nlp.lang]["parse"]


def test_digest_is_the_scored_one(nlp, training_code):
    import ship

    assert ship.digest(MODELS / nlp.lang) == SCORES[nlp.lang]["digest"], (
        f"models/{nlp.lang} is not the model that was scored: run `make train` (stage score)"
    )


def test_gives_the_scores_written_down(nlp, training_code):
    if not CORPORA.is_dir():
        pytest.skip(f"no corpora at {CORPORA}")
    import score

    recorded = SCORES[nlp.lang]["parse"][f"first_{score.SUBSET}"]
    now = score.parse_scores(nlp, score.subset(nlp, CORPORA, nlp.lang))
    assert now["las"] == pytest.approx(recorded["las"], abs=TOLERANCE)
    assert now["lemma"] == pytest.approx(recorded["lemma"], abs=TOLERANCE)


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_french_tokens(apostrophe):
    nlp = spacy.load(MODELS / "fr", enable=[])
    text = "Aujourd'hui, le maire de Saint-Denis s'est retiré à 20h30, a-t-il dit.".replace(
        "'", apostrophe
    )
    assert [t.text.replace("’", "'") for t in nlp(text)] == [
        "Aujourd'hui", ",", "le", "maire", "de", "Saint-Denis", "s'", "est", "retiré", "à", "20",
        "h", "30", ",", "a", "-t-il", "dit", ".",
    ]  # fmt: skip


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_english_negation_keeps_its_own_token(apostrophe):
    nlp = spacy.load(MODELS / "en", enable=[])
    words = [
        t.text.replace("’", "'")
        for t in nlp(f"They don{apostrophe}t meet Trump{apostrophe}s aide.")
    ]
    assert words == ["They", "do", "n't", "meet", "Trump", "'s", "aide", "."]


def test_french_contractions_are_one_token_with_both_lemmas():
    nlp = spacy.load(MODELS / "fr")
    lemmas = {t.text: t.lemma_ for t in nlp("Le retrait du Japon est annoncé au sommet des chefs.")}
    assert (lemmas["du"], lemmas["au"]) == ("de le", "à le")


def test_iob1_becomes_iob2(training_code):
    import prepare

    tags = ["I-ORG", "I-ORG", "O", "I-PER", "I-LOC", "B-LOC", "I-LOC"]
    fixed = ["B-ORG", "I-ORG", "O", "B-PER", "B-LOC", "B-LOC", "I-LOC"]
    assert prepare._iob2(tags) == fixed
    assert [prepare._clean_tag(t) for t in ("B-PER", "B-OTH", "I-MISC", "B-O", "O")] == [
        "B-PER", "O", "O", "O", "O",
    ]  # fmt: skip


def test_augmentation_changes_form_only(training_code):
    import augment

    nlp = spacy.blank("fr")
    words = ["L'", "Élysée", "a", "dit", "«", "non", "»"]
    rng = random.Random(0)
    assert {len(augment.typography(words, rng)) for _ in range(9)} == {len(words)}
    shouted = {augment.shout(words, rng)[1] for _ in range(20)}
    assert shouted == {"ÉLYSÉE", "ELYSEE"}
    doc = spacy.tokens.Doc(nlp.vocab, words=words, ents=["O", "B-LOC", *["O"] * 5])
    restyled = augment.restyle(doc, [w.upper() for w in words], lemmas=[""] * 7)
    assert [(e.text, e.label_) for e in restyled.ents] == [("ÉLYSÉE", "LOC")]
