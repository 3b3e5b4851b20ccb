from __future__ import annotations

import gzip
import hashlib
import json
import os
import socket
import tracemalloc
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RejectError, UnusableError
from pipeline.readers import SUFFIXES, page_from_text, read_dump, skipped
from pipeline.readers.decode import decode
from pipeline.readers.lines import lines_of
from pipeline.readers.unpack import unpack
from pipeline.records import Page, Reject
from pipeline.settings import FieldNames, Settings

FRENCH = (
    "Le président français a reçu à l’Élysée, mardi, le chancelier allemand. Les deux dirigeants "
    "ont parlé de l’Europe et de la défense ; ils se reverront à Berlin dans un mois, selon "
    "une source diplomatique. Coût : 5 €."
)
SETTINGS = Settings()


def dump(root: Path, settings: Settings = SETTINGS) -> list[Page | Reject]:
    return list(read_dump(root, settings))


def one(path: Path, raw: bytes, settings: Settings = SETTINGS) -> Page | Reject:
    path.write_bytes(raw)
    (item,) = dump(path, settings)
    return item


def page(path: Path, raw: bytes) -> Page:
    item = one(path, raw)
    assert isinstance(item, Page), item
    return item


def reject(path: Path, raw: bytes, settings: Settings = SETTINGS) -> Reject:
    item = one(path, raw, settings)
    assert isinstance(item, Reject), item
    assert "\n" not in item.detail
    return item


def told(items: list[Page | Reject]) -> list[str]:
    """Each item as its source's line and reason or text."""
    return [
        f"{i.source.partition('#')[2]}:{i.reason if isinstance(i, Reject) else i.text}"
        for i in items
    ]


# Text files and decoding


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (FRENCH.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + FRENCH.encode(), "utf-8"),
        (b"\xff\xfe" + FRENCH.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + FRENCH.encode("utf-16-be"), "utf-16-be"),
        (FRENCH.encode("cp1252"), "cp1252"),
        (unicodedata.normalize("NFD", FRENCH).encode(), "utf-8"),
    ],
)
def test_every_encoding_gives_the_same_text(tmp_path: Path, raw: bytes, encoding: str) -> None:
    got = page(tmp_path / "a.txt", raw)
    assert got.text == FRENCH
    assert got.encoding == encoding
    assert ("encoding_guessed" in got.text_flags) == (encoding == "cp1252")
    assert got.raw_sha256 == hashlib.sha256(raw).hexdigest()
    assert got.source == "a.txt"
    assert got.source_format == "txt"


@pytest.mark.parametrize(
    ("raw", "reason", "word"),
    [
        (b"", "empty", "empty"),
        (b" \r\n\t\n", "empty", "empty"),
        (b"\xef\xbb\xbf", "empty", "empty"),
        (FRENCH.encode("utf-16-le"), "bad_encoding", "encoding_unknown"),
        (b"The president went to Berlin.".replace(b"", b"\0")[1:], "bad_encoding", "encoding_"),
        (b"\xff\xfea", "bad_encoding", "invalid_utf-16-le"),
        ("Президент встретился с канцлером".encode("cp1251"), "bad_encoding", "encoding_unknown"),
        ("Prezydent spotkał się z kanclerzem".encode("cp1250"), "bad_encoding", "encoding_"),
        (FRENCH.encode().replace("ç".encode(), b"\xff"), "bad_encoding", "invalid_utf8"),
        (FRENCH.encode()[:-5] + b"\xe2\x82", "bad_encoding", "invalid_utf8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_text", "not_text"),
        (b"%PDF-1.7\n%\xe2\xe3", "not_text", "not_text"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, raw: bytes, reason: str, word: str) -> None:
    got = reject(tmp_path / "a.txt", raw)
    assert got.reason == reason
    assert got.detail.startswith(word)
    assert got.stage == "decode"
    assert got.raw_sha256 == hashlib.sha256(raw).hexdigest()


def test_line_ends_nul_and_marks(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbfUn\r\ndeux\rtrois\n\xef\xbb\xbfqu\0tre \xe2\x80\xa8 cinq\x0c six"
    got = page(tmp_path / "a.txt", raw)
    assert got.text == "Un\ndeux\ntrois\nqu\ufffdtre \u2028 cinq\x0c six"
    assert got.text_flags == ("nul_replaced",)


def test_mojibake_is_flagged_and_kept(tmp_path: Path) -> None:
    broken = "Le président a dit l’accord".encode().decode("cp1252")
    got = page(tmp_path / "a.txt", broken.encode())
    assert got.text == broken
    assert "mojibake_suspect" in got.text_flags
    assert page(tmp_path / "b.txt", "SÃO PAULO, à l’Élysée".encode()).text_flags == ()


@given(st.binary(max_size=400))
def test_decode_raises_rejects_only(raw: bytes) -> None:
    try:
        got = decode(raw)
    except RejectError:
        return
    got.text.encode("utf-8")
    assert "\0" not in got.text
    assert "\r" not in got.text


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_is_a_page_or_empty(text: str) -> None:
    if not text.replace("\ufeff", "").strip():
        with pytest.raises(RejectError, match="empty"):
            page_from_text(text.replace("\ufeff", ""), title="Titre")
        return
    got = page_from_text(text, title="Titre")
    got.text.encode("utf-8")
    assert unicodedata.is_normalized("NFC", got.text)


def test_too_large_names_the_limit(tmp_path: Path) -> None:
    small = Settings(max_record_bytes=1000)
    raw = b"mot " * 300
    got = reject(tmp_path / "a.txt", raw, small)
    assert got.reason == "too_large"
    assert "1,000" in got.detail
    assert "max_record_bytes" in got.detail
    assert got.raw_sha256 == hashlib.sha256(raw).hexdigest()


# JSON lines


def test_lines_around_broken_ones_are_kept(tmp_path: Path) -> None:
    good = json.dumps({"text": "Un texte."}).encode()
    lines = [
        good,
        b'{"text": "cass',
        b'{"text": "caf\xe9"}',
        b"",
        b'{"titre": "sans texte"}',
        b'{"text": null}',
        b'{"text": 12}',
        b'{"text": ["a"]}',
        b"[1, 2]",
        b"12",
        b'{"text": "a", "text": "b"}',
        b'{"text": "a", "x": NaN}',
        b'{"text": "a", "x": ' + b"9" * 10_000 + b"}",
        b'{"text": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"text": "   "}',
        b'{"text": "a", "title": {"fr": "b"}}',
        '{"text": "un\u2028deux\x85"}'.encode(),
        good,
    ]
    path = tmp_path / "d.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert told(dump(path)) == [
        "1:Un texte.",
        "2:malformed_record",
        "3:bad_encoding",
        "5:malformed_record",
        "6:wrong_type",
        "7:wrong_type",
        "8:wrong_type",
        "9:malformed_record",
        "10:malformed_record",
        "11:malformed_record",
        "12:malformed_record",
        "13:malformed_record",
        "14:too_deep",
        "15:empty",
        "16:wrong_type",
        "17:un\u2028deux\x85",
        "18:Un texte.",
    ]


def test_brackets_inside_strings_are_not_depth(tmp_path: Path) -> None:
    text = '["{' * 200 + '\\"'
    assert page(tmp_path / "a.jsonl", json.dumps({"text": text}).encode()).text == text


def test_fields_of_a_record(tmp_path: Path) -> None:
    record = {
        "body": "Corps.",
        "headline": " Un\ntitre ",
        "date": 1719360000,
        "link": "https://exemple.fr/a",
        "id": 7,
        "authors": ["A. B.", "C. D."],
        "publisher": "Le Journal",
        "keywords": "Otan; Japon",
        "extra": [None, {"a": 1.5}],
    }
    got = page(tmp_path / "a.ndjson", json.dumps(record).encode())
    assert got.text == "Un titre\n\nCorps."
    assert (got.title, got.published, got.url) == (
        "Un titre",
        "1719360000",
        "https://exemple.fr/a",
    )
    assert (got.source_id, got.byline, got.site) == ("7", "A. B., C. D.", "Le Journal")
    assert got.tags == ("Otan", "Japon")
    assert got.source == "a.ndjson#1"


def test_title_is_not_put_before_a_body_that_begins_with_it(tmp_path: Path) -> None:
    raw = json.dumps({"title": "Un titre", "text": "Un titre\n\nCorps."}).encode()
    assert page(tmp_path / "a.jsonl", raw).text == "Un titre\n\nCorps."


def test_field_names_are_settings(tmp_path: Path) -> None:
    settings = Settings(fields=FieldNames(text=("corps",)))
    item = one(tmp_path / "a.jsonl", '{"corps": "Été", "text": 3}'.encode(), settings)
    assert isinstance(item, Page)
    assert item.text == "Été"


def test_surrogates_are_replaced_or_joined(tmp_path: Path) -> None:
    got = page(tmp_path / "a.jsonl", rb'{"text": "a\ud83d b\ud83d\ude00", "id": "x\udc00"}')
    assert got.text == "a\ufffd b😀"
    assert got.text_flags == ("surrogate_replaced",)
    assert got.source_id == "x\ufffd"
    faulty = reject(tmp_path / "b.jsonl", rb'{"\ud83d": 1}')
    faulty.detail.encode("utf-8")


def test_truncated_last_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "un"}\n{"text": "de')
    assert told(dump(path)) == ["1:un", "2:truncated"]
    path.write_bytes(b'{"text": "un"}\r\n{"text": "deux"}')
    assert told(dump(path)) == ["1:un", "2:deux"]


def test_too_long_a_line_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    long = b'{"text": "' + b"x" * 30_000_000 + b'"}'
    path.write_bytes(b'{"text": "un"}\n' + long + b'\n{"text": "deux"}\n')
    settings = Settings(max_record_bytes=100_000)
    tracemalloc.start()
    items = dump(path, settings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told(items) == ["1:un", "2:too_large", "3:deux"]
    assert items[1].raw_sha256 == hashlib.sha256(long).hexdigest()
    assert peak < 3_000_000


@given(st.binary(max_size=300), st.integers(1, 7), st.integers(1, 40))
def test_lines_do_not_depend_on_pieces(raw: bytes, size: int, limit: int) -> None:
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert list(lines_of(pieces, limit)) == list(lines_of([raw], limit))
    whole = [line.raw for line in lines_of(pieces, 1000)]
    wanted = raw.split(b"\n")
    assert whole == [line.removesuffix(b"\r") for line in (wanted if wanted[-1] else wanted[:-1])]


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n \n", b"%PDF-1.7", b"\xff\xfe \0"], ids=["empty", "blank", "pdf", "utf16"]
)
def test_a_jsonl_without_records_is_one_reject(tmp_path: Path, raw: bytes) -> None:
    got = reject(tmp_path / "a.jsonl", raw)
    assert got.source == "a.jsonl"
    assert got.reason in {"empty", "not_text", "bad_encoding"}


# gzip


def records(count: int) -> bytes:
    return b"".join(
        json.dumps({"text": f"texte {n} " + "é" * n}).encode() + b"\n" for n in range(count)
    )


def test_gzip_is_known_by_its_bytes_and_equal_to_plain(tmp_path: Path) -> None:
    plain = dump_of(tmp_path / "a.jsonl", records(50))
    packed = gzip.compress(records(20)) + gzip.compress(records(50)[len(records(20)) :]) + b"\0" * 9
    assert len(plain) == 50
    for name in ("a.jsonl.gz", "b.jsonl"):
        got = dump_of(tmp_path / name, packed)
        assert [(i.raw_sha256, told([i])) for i in got] == [
            (i.raw_sha256, told([i])) for i in plain
        ]
    assert len(dump_of(tmp_path / "c.jsonl.gz", records(50))) == 50


def dump_of(path: Path, raw: bytes) -> list[Page | Reject]:
    path.write_bytes(raw)
    return dump(path)


@pytest.mark.parametrize("fault", ["cut", "checksum", "garbage"])
def test_records_before_a_gzip_fault_are_kept(tmp_path: Path, fault: str) -> None:
    packed = gzip.compress(records(50))
    raw, reason = {
        "cut": (packed[:-12], "truncated"),
        "checksum": (packed[:-8] + b"\0\0\0\0" + packed[-4:], "corrupt"),
        "garbage": (packed + b"garbage", "corrupt"),
    }[fault]
    *pages, last = dump_of(tmp_path / "a.jsonl.gz", raw)
    assert isinstance(last, Reject)
    assert last.reason == reason
    assert last.source == "a.jsonl.gz"
    assert last.raw_sha256 == hashlib.sha256(raw).hexdigest()
    assert all(isinstance(p, Page) for p in pages)
    assert len(pages) >= (50 if fault != "cut" else 30)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b"0" * 200_000_000)
    (got,) = dump_of(tmp_path / "a.jsonl.gz", packed)
    assert isinstance(got, Reject)
    assert got.reason == "archive_bomb"
    assert got.detail.startswith("bomb")


@given(st.binary(max_size=200), st.integers(0, 60))
def test_unpack_raises_rejects_only(raw: bytes, flip: int) -> None:
    packed = bytearray(gzip.compress(raw))
    packed[flip % len(packed)] ^= 0x55
    reason = None
    try:
        list(unpack("gz", [bytes(packed)], SETTINGS))
    except RejectError as fault:
        reason = fault.reason
    assert reason in {None, "truncated", "corrupt"}


# Folders


def test_a_folder_in_order_with_its_oddities(tmp_path: Path) -> None:
    root = tmp_path / "dump"
    (root / "b").mkdir(parents=True)
    (root / "a.txt").write_text("Un.")
    (root / "b" / "c.TXT").write_text("Deux.")
    (root / "d.docx").write_bytes(b"PK")
    (root / "e").write_text("x")
    (root / "README.md").write_text("x")
    (root / ".hidden").write_text("x")
    (root / "b" / ".cache").mkdir()
    (root / "b" / ".cache" / "z.txt").write_text("x")
    (tmp_path / "outside.txt").write_text("secret")
    (root / "f.txt").symlink_to(tmp_path / "outside.txt")
    (root / "g.txt").symlink_to("a.txt")
    (root / "h.txt").symlink_to("nowhere.txt")
    (root / "i.txt").symlink_to("i.txt")
    (root / "j").symlink_to(root)
    os.mkfifo(root / "k.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(root / "l.txt"))
        items = dump(root)
    assert [(i.source, getattr(i, "reason", "")) for i in items] == [
        ("a.txt", ""),
        ("b/c.TXT", ""),
        ("d.docx", "unsupported_format"),
        ("e", "unsupported_format"),
        ("f.txt", "not_a_file"),
        ("g.txt", ""),
        ("h.txt", "changed_during_read"),
        ("i.txt", "not_a_file"),
        ("j", "not_a_file"),
        ("k.txt", "not_a_file"),
        ("l.txt", "not_a_file"),
    ]
    assert items[2].raw_sha256 == hashlib.sha256(b"PK").hexdigest()
    assert skipped(root) == [".hidden", "README.md", "b/.cache"]


def test_names_that_are_not_utf8_are_escaped(tmp_path: Path) -> None:
    try:
        fd = os.open(os.fsencode(tmp_path) + b"/caf\xe9\n\\.txt", os.O_CREAT | os.O_WRONLY)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    os.write(fd, b"Un texte.")
    os.close(fd)
    (item,) = dump(tmp_path)
    assert isinstance(item, Page)
    assert item.source == "caf\\xe9\\n\\\\.txt"


def test_no_such_dump(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="no such file"):
        dump(tmp_path / "rien")
    assert dump(tmp_path) == []
    assert skipped(tmp_path) == []


def test_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Un.")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    (got,) = dump(tmp_path)
    assert isinstance(got, Reject)
    assert (got.reason, got.stage, got.raw_sha256) == ("permission", "open", None)


def test_io_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Un.")

    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    (got,) = dump(tmp_path)
    assert isinstance(got, Reject)
    assert (got.reason, got.stage, got.raw_sha256) == ("io_error", "read", None)


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_a_file_that_grows_while_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b'{"text": "un"}\n')
    read = os.read

    def slow_read(fd: int, size: int) -> bytes:
        got = read(fd, size)
        with path.open("ab") as more:
            more.write(b'{"text": "deux"}\n' * (path.stat().st_size < 200))
        return got

    monkeypatch.setattr(os, "read", slow_read)
    *_, last = dump(tmp_path)
    assert isinstance(last, Reject)
    assert (last.reason, last.raw_sha256) == ("changed_during_read", None)


def test_every_suffix_has_a_reader_that_takes_an_empty_file(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        assert reject(tmp_path / f"a{suffix}", b"").reason == "empty"


def test_page_from_text() -> None:
    got = page_from_text("Corps.\r\n", title="Titre", published="2024-03-12")
    assert got.text == "Titre\n\nCorps.\n"
    assert (got.source, got.title, got.published) == ("-", "Titre", "2024-03-12")
    with pytest.raises(RejectError, match="empty"):
        page_from_text(" \n")
