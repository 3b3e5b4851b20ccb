"""Files as people and programs really write them, which no standard foresees."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline import cli, options
from pipeline.errors import UsageError
from pipeline.readers.html import page_from_bytes
from pipeline.records import Page, Reject
from pipeline.settings import Settings
from tests.faults import inject
from tests.faults.inject import FRENCH, read_one, told

RECORD = json.dumps({"text": FRENCH})


def texts(path: Path, raw: bytes) -> list[str]:
    """The text of each page; the first word of what was rejected."""
    items = read_one(path, raw)
    return [i.text if isinstance(i, Page) else i.detail.partition(":")[0] for i in items]


# Tables


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("sep=;\r\nid;text\r\n1;Merz dit oui\r\n", ["Merz dit oui"]),
        ('id, text\n1, "Merz, lui, dit"\n2, "Non, merci"\n', ["Merz, lui, dit", "Non, merci"]),
        ('id,text\n1,"Il dit \\"oui, oui\\", et part"\n', ['Il dit "oui, oui", et part']),
        ("id,text\n1, Merz \\ Macron\n", [" Merz \\ Macron"]),
        ("id,text\n1,Merz dit oui,\n2,Merz dit non,,\n", ["Merz dit oui", "Merz dit non"]),
        ('id,text\n1,"Il dit ""C:\\"""\n', ['Il dit "C:\\"']),
    ],
)
def test_tables_of_spreadsheets_and_databases(tmp_path: Path, raw: str, wanted: list[str]) -> None:
    assert texts(tmp_path / "a.csv", raw.encode()) == wanted


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_utf_16_without_a_mark_is_told_in_every_format(tmp_path: Path, name: str) -> None:
    raw = f"id,text\n1,{FRENCH}\n" if name == "a.csv" else RECORD
    for encoding in ("utf-16-le", "utf-16-be"):
        assert texts(tmp_path / name, raw.encode(encoding)) == ["encoding_unknown"]


# JSON


def test_json_lines_with_the_line_ends_of_old_macs(tmp_path: Path) -> None:
    assert texts(tmp_path / "a.jsonl", f"{RECORD}\r{RECORD}\r".encode()) == [FRENCH] * 2


def test_json_lines_that_are_spread_over_lines(tmp_path: Path) -> None:
    spread = json.dumps({"text": FRENCH, "id": 1}, indent=2)
    items = read_one(tmp_path / "a.jsonl", f"{spread}\n{spread}\n".encode())
    assert told(items) == ["a.jsonl#1 ok", "a.jsonl#2 ok"]


def test_json_that_is_a_text_is_one_reject(tmp_path: Path) -> None:
    assert told(read_one(tmp_path / "a.json", FRENCH.encode())) == ["a.json malformed_record"]
    got = read_one(tmp_path / "a.json", f"{RECORD}\nune ligne de texte\n{RECORD}".encode())
    assert told(got) == ["a.json#1 ok", "a.json#2 malformed_record", "a.json#3 ok"]


@pytest.mark.parametrize(
    "value",
    [
        {"response": {"docs": [{"body": FRENCH, "lead": "x"}]}},
        {"data": {"articles": [{"text": FRENCH}], "next": None}},
        {"articles": [{"text": FRENCH}], "sources": [{"name": "a"}]},
        {"status": "ok", "articles": [{"content": FRENCH, "source": {"name": "a"}}]},
    ],
)
def test_lists_of_articles_in_wrappers(tmp_path: Path, value: object) -> None:
    assert texts(tmp_path / "a.json", json.dumps(value).encode()) == [FRENCH]


def test_json_lines_with_the_commas_of_an_array(tmp_path: Path) -> None:
    assert texts(tmp_path / "a.jsonl", f"{RECORD},\r\n{RECORD},\n{RECORD}".encode()) == [FRENCH] * 3


def test_json_text_sequences(tmp_path: Path) -> None:
    assert texts(tmp_path / "a.json", f"\x1e{RECORD}\n\x1e{RECORD}\n".encode()) == [FRENCH] * 2


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt"])
def test_json_lines_under_another_name(tmp_path: Path, name: str) -> None:
    (first, second) = read_one(tmp_path / name, f"{RECORD}\n{RECORD}\n".encode())
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert first.text_flags == second.text_flags == ("format_sniffed",)


def test_columns_that_pandas_had_nothing_for(tmp_path: Path) -> None:
    raw = io.BytesIO()
    missing = [float("nan")]
    pq.write_table(pa.table({"text": [FRENCH], "title": missing, "date": missing}), raw)
    (got,) = read_one(tmp_path / "a.pq", raw.getvalue())
    assert isinstance(got, Page)
    assert (got.title, got.published, got.text_flags) == (None, None, ())


def test_fields_in_objects(tmp_path: Path) -> None:
    record = {
        "texte": FRENCH,
        "auteurs": [{"name": "A. B."}, {"name": "C. D.", "role": "photo"}],
        "site": {"name": "Le Journal", "id": 3},
        "date": {"$date": "2025-11-25T10:00:00Z"},
        "id": {"$oid": "5f"},
        "lien": "https://exemple.fr/a",
    }
    (got,) = read_one(tmp_path / "a.jsonl", json.dumps(record).encode())
    assert isinstance(got, Page)
    assert (got.byline, got.site, got.source_id) == ("A. B., C. D.", "Le Journal", "5f")
    assert (got.published, got.url) == ("2025-11-25T10:00:00Z", "https://exemple.fr/a")


def test_a_record_without_a_text_says_how_to_name_it(tmp_path: Path) -> None:
    (got,) = read_one(tmp_path / "a.jsonl", b'{"chapo": "Un texte."}')
    assert isinstance(got, Reject)
    assert "--fields text=" in got.detail


# WARC


def answered(body: bytes, *headers: tuple[str, str]) -> bytes:
    """A WARC file with one answer."""
    raw = io.BytesIO()
    writer = WARCWriter(raw, gzip=False)
    answer = StatusAndHeaders("200 OK", list(headers), protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            "https://exemple.fr/", "response", payload=io.BytesIO(body), http_headers=answer
        )
    )
    return raw.getvalue()


@pytest.mark.parametrize(
    "headers",
    [
        [("Content-Type", 'TEXT/HTML; charset="UTF-8"')],
        [],
        [("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
        [("Content-Type", "text/html"), ("Content-Encoding", "br")],
    ],
)
def test_answers_with_careless_headers(tmp_path: Path, headers: list[tuple[str, str]]) -> None:
    page = inject.html(inject.paragraphs()).encode()
    assert told(read_one(tmp_path / "a.warc", answered(page, *headers))) == ["a.warc#1 ok"]


def test_texts_of_common_crawl_are_no_wrong_suffix(tmp_path: Path) -> None:
    body = FRENCH.encode()
    head = "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    raw = f"{head}Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    (got,) = read_one(tmp_path / "a.warc.wet", raw + body + b"\r\n\r\n")
    assert isinstance(got, Page)
    assert (got.text, got.text_flags) == (FRENCH, ())


# Archives


@pytest.mark.parametrize("archive", [inject.zipped, inject.tarred])
def test_what_a_mac_or_a_repository_adds_is_skipped(tmp_path: Path, archive: object) -> None:
    names = ("a.txt", "__MACOSX/._a.txt", "README.md", ".git/config", "..b.txt")
    assert callable(archive)
    (tmp_path / "a.bin").write_bytes(archive(dict.fromkeys(names, FRENCH.encode())))
    assert told(inject.read(tmp_path)) == ["a.bin!a.txt ok"]
    assert {skip.what for skip in inject.skips(tmp_path)} == {"README or dot-file"}
    assert len(inject.skips(tmp_path)) == 4


# HTML


def test_a_charset_that_no_page_is_written_in(tmp_path: Path) -> None:
    raw = inject.html(inject.paragraphs(), '<meta charset="unicode_escape">').encode("cp1252")
    (got,) = read_one(tmp_path / "a.html", raw)
    assert isinstance(got, Page)
    assert got.encoding == "cp1252"
    assert "l’Élysée" in got.text


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv"])
def test_html_that_was_left_in_a_text_is_flagged(tmp_path: Path, name: str) -> None:
    for text, flags in ((f"<p>{FRENCH}</p><p>Fin</p>", ("markup_suspect",)), ("1 </ 2 </p>", ())):
        raw = {"a.txt": text, "a.csv": f"id;text\n1;{text}\n"}.get(name, json.dumps({"text": text}))
        (got,) = read_one(tmp_path / name, raw.replace(" ; ", ", ").encode())
        assert isinstance(got, Page)
        assert got.text_flags == flags


# The command


def test_strict_holds_for_standard_input() -> None:
    for options_, code in ((["--strict"], 1), ([], 0)):
        done = CliRunner().invoke(cli.app, ["extract", "-", *options_], input="oui non")
        assert done.exit_code == code
        assert "not extracted: too_short: " in done.output


def test_a_page_on_standard_input_is_no_text() -> None:
    raw = inject.html(inject.paragraphs(1)).encode("utf-16")
    for given in (raw, raw.decode("utf-16").encode()):
        got = page_from_bytes(given, Settings())
        assert (got.source, got.title) == ("-", "Merz à Paris")
        assert "<p>" not in got.text
    assert page_from_bytes(FRENCH.encode("cp1252"), Settings()).text == FRENCH


def test_a_wrong_limit_and_a_marked_file_of_fields(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--set max_ratio=1e3: it should be a valid integer"):
        options.settings(None, None, ["max_ratio=1e3"])
    path = tmp_path / "champs.toml"
    path.write_bytes(b'\xef\xbb\xbftext = "corps"\n')
    assert options.settings(str(path)).fields.text == ("corps",)
    with pytest.raises(UsageError, match=r"none\.toml: No such file"):
        options.settings(str(tmp_path / "none.toml"))
