"""Section A: bytes and encodings."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path

import pytest

from pipeline.clean import clean_page
from pipeline.extract import draft
from pipeline.records import Page
from pipeline.report.texts import plain
from pipeline.settings import Settings
from pipeline.store import work
from tests import fakes
from tests.faults.inject import (
    ENGLISH,
    FRENCH,
    SETTINGS,
    html,
    jsonl,
    page,
    paragraphs,
    read_one,
    reject,
    told,
    words,
)
from tests.faults.registry import fault


def offsets_hold(got: Page) -> None:
    """Every block is the text between its offsets, and they leave out white space only."""
    blocks = clean_page(got).blocks
    covered = "".join(got.text[b.start : b.end] for b in blocks)
    assert "".join(covered.split()) == "".join(got.text.split())
    assert all(got.text[b.start : b.end].strip() for b in blocks)


@fault(1)
def test_windows_1252_without_a_declaration(tmp_path: Path) -> None:
    got = page(tmp_path / "a.txt", FRENCH.encode("cp1252"))
    assert (got.text, got.encoding) == (FRENCH, "cp1252")
    assert got.text_flags == ("encoding_guessed",)


@fault(2)
def test_a_mark_at_the_beginning_and_in_the_middle(tmp_path: Path) -> None:
    mark = b"\xef\xbb\xbf"
    got = page(tmp_path / "a.txt", mark + FRENCH.encode() + b"\n" + mark + ENGLISH.encode())
    assert got.text == f"{FRENCH}\n{ENGLISH}"
    lines = read_one(tmp_path / "a.jsonl", mark + jsonl(1) + mark + jsonl(1, 1))
    assert told(lines) == ["a.jsonl#1 ok", "a.jsonl#2 ok"]


@fault(3)
@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16(tmp_path: Path, order: str) -> None:
    encoding = f"utf-16-{order}"
    mark = "\ufeff".encode(encoding)
    got = page(tmp_path / "a.txt", mark + FRENCH.encode(encoding))
    assert (got.text, got.encoding) == (FRENCH, encoding)
    lines = read_one(tmp_path / "b.jsonl", mark + jsonl(2).decode().encode(encoding))
    assert [isinstance(i, Page) and i.encoding for i in lines] == [encoding] * 2
    table = mark + f"titre\ttext\nUn\t{FRENCH}\n".encode(encoding)
    assert page(tmp_path / "c.tsv", table).text == f"Un\n\n{FRENCH}"
    bare = reject(tmp_path / "d.txt", FRENCH.encode(encoding))
    assert (bare.reason, words([bare])) == ("bad_encoding", ["encoding_unknown"])


@fault(4)
def test_a_declaration_that_lies(tmp_path: Path) -> None:
    right = page(tmp_path / "a.html", html(paragraphs()).encode())
    lying = page(tmp_path / "b.html", html(paragraphs()).encode("cp1252"))
    assert lying.text == right.text
    assert lying.encoding == "cp1252"
    assert set(lying.text_flags) == {"encoding_guessed", "encoding_conflict"}
    latin = html(paragraphs(), '<meta charset="iso-8859-1">')
    assert page(tmp_path / "c.html", latin.encode("cp1252")).text_flags == ()
    assert page(tmp_path / "d.html", latin.encode()).text_flags == ("encoding_conflict",)
    assert right.text_flags == ()


@fault(5)
def test_mojibake(tmp_path: Path) -> None:
    broken = "Le prÃ©sident a reÃ§u le chancelier, dit lâ€™Ã‰lysÃ©e ; « rien » n’est sûr."
    kept = page(tmp_path / "a.txt", broken.encode())
    assert (kept.text, kept.text_flags) == (broken, ("mojibake_suspect",))
    repaired = page(tmp_path / "a.txt", broken.encode(), Settings(repair_mojibake=True))
    assert repaired.text == "Le président a reçu le chancelier, dit l’Élysée ; « rien » n’est sûr."
    assert repaired.text_flags == ("mojibake_repaired",)
    correct = "L’œuvre ﬁne : « ½ » – 1 234 €, à l’Élysée…"
    assert page(tmp_path / "b.txt", correct.encode(), Settings(repair_mojibake=True)).text == (
        unicodedata.normalize("NFC", correct)
    )


@fault(6)
def test_one_bad_byte_in_a_line(tmp_path: Path) -> None:
    lines = jsonl(3).split(b"\n")
    lines[1] = lines[1][:40] + b"\xff" + lines[1][41:]
    raw = b"\n".join(lines)
    items = read_one(tmp_path / "a.jsonl", raw)
    assert told(items) == ["a.jsonl#1 ok", "a.jsonl#2 bad_encoding", "a.jsonl#3 ok"]
    assert words(items)[1] == "invalid_utf8"
    table = b"text\n" + b"bien dit\nmal \xe9\xff dit\nbien dit encore, d\xc3\xa9j\xc3\xa0\n"
    assert words(read_one(tmp_path / "a.csv", table)) == ["ok", "invalid_utf8", "ok"]


@fault(7)
def test_lone_surrogates_reach_no_table(tmp_path: Path) -> None:
    got = page(tmp_path / "a.jsonl", rb'{"text": "Merz \ud83d dit non", "title": "\udc00 oui"}')
    assert got.text == "\ufffd oui\n\nMerz \ufffd dit non"
    assert "surrogate_replaced" in got.text_flags
    extraction = fakes.extraction(got)
    assert work.encode("f", [(work.key_of(got.source, got.raw_sha256), extraction)], 0)


@fault(8)
def test_nul(tmp_path: Path) -> None:
    text = page(tmp_path / "a.txt", b"Merz dit\0non")
    escaped = page(tmp_path / "a.jsonl", rb'{"text": "Merz dit\u0000non"}')
    cell = page(tmp_path / "a.csv", b"id,text\n1,Merz dit\0non\n")
    for got in (text, escaped, cell):
        assert got.text == "Merz dit\ufffdnon"
        assert got.text_flags == ("nul_replaced",)


@fault(9)
def test_controls_are_kept_and_shown_escaped(tmp_path: Path) -> None:
    text = "Merz \x1b[31mdit\x07 \ufffe\uffff non\x85 et voilà"
    got = page(tmp_path / "a.txt", text.encode())
    assert got.text == text
    offsets_hold(got)
    assert plain(got.text) == "Merz \\x1b[31mdit\\x07 \\ufffe\\uffff non et voilà"
    named = reject(tmp_path / "b.jsonl", b'{"\x1b[31m": 1}'.replace(b"\x1b", rb"\u001b"))
    assert "\x1b" not in named.detail


@fault(10)
def test_decomposed_accents(tmp_path: Path) -> None:
    text = FRENCH + " L’ﬁn, ½ et œuvre."
    composed = page(tmp_path / "a.txt", text.encode())
    apart = page(tmp_path / "b.txt", unicodedata.normalize("NFD", text).encode())
    assert apart.text == composed.text == text
    offsets_hold(apart)
    one, other = draft(composed, SETTINGS), draft(apart, SETTINGS)
    assert (one.article_id, one.passages) == (other.article_id, other.passages)


@fault(11)
def test_invisible_characters_in_names(tmp_path: Path) -> None:
    text = (
        f"Mer\u200bz a re\u00adçu Mac\u200dron\u202f; «\u00a0non\u202f», dit \ufeffMerz. {FRENCH}"
    )
    got = page(tmp_path / "a.txt", text.encode())
    assert got.text == text
    offsets_hold(got)


@fault(12)
def test_bidi_overrides(tmp_path: Path) -> None:
    text = f"Merz \u202egnp.exe\u202c dit \u200fnon. {FRENCH}"
    got = page(tmp_path / "a.txt", text.encode())
    assert got.text == text
    offsets_hold(got)
    assert not {"\u202e", "\u202c", "\u200f"} & set(plain(got.text))


@fault(13)
@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\x85", "\x0b", "\x0c"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    got = page(tmp_path / "a.txt", f"{FRENCH}{end}{ENGLISH}".encode())
    assert got.text == f"{FRENCH}{end if end.strip(chr(13) + chr(10)) else chr(10)}{ENGLISH}"
    offsets_hold(got)
    record = json.dumps({"text": f"un{end}deux trois"}, ensure_ascii=end in "\r\n")
    assert len(read_one(tmp_path / "a.jsonl", f"{record}\n{record}\r\n".encode())) == 2


@fault(13)
def test_a_table_with_the_line_ends_of_old_macs(tmp_path: Path) -> None:
    items = read_one(tmp_path / "a.csv", b"id,text\r1,un texte\r2,deux textes\r")
    assert [isinstance(i, Page) and i.text for i in items] == ["un texte", "deux textes"]


@fault(14)
def test_astral_characters_count_once(tmp_path: Path) -> None:
    text = f"👩‍👩‍👧 Merz 𝒜 dit non. {FRENCH}"
    got = page(tmp_path / "a.txt", text.encode())
    blocks = clean_page(got).blocks
    start = got.text.index("Merz")
    assert blocks[0].start == 0
    assert start == len("👩‍👩‍👧 ")
    utf16 = got.text[:start].encode("utf-16-le")
    assert got.text.encode("utf-16-le")[len(utf16) :].decode("utf-16-le") == got.text[start:]


@fault(15)
@pytest.mark.parametrize(
    "word", ["a" * 300_000, "a:" * 16_000, "0.1." * 30_000, "é\u0301" * 90_000]
)
def test_endless_words(tmp_path: Path, word: str) -> None:
    started = time.monotonic()
    got = page(tmp_path / "a.txt", f"{word} a dit le ministre\n\n{FRENCH}".encode())
    found = draft(got, SETTINGS)
    assert time.monotonic() - started < 20
    assert all(p.end - p.start <= SETTINGS.max_passage_chars for p in found.passages)
    offsets_hold(got)
