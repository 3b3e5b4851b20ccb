"""A folder of everything: two hundred good files of all formats, and thirty broken ones."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests import fakes
from tests.faults.inject import (
    FRENCH,
    feed,
    html,
    jsonl,
    mail,
    paragraphs,
    read,
    records,
    tarred,
    warc,
    zipped,
)
from tests.inline import extract
from tests.test_cli import inside


def parquet(number: int) -> bytes:
    raw = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records(1, number)), raw)
    return raw.getvalue()


def table(number: int) -> bytes:
    return f"id;text\n{number};Merz dit {number} fois non\n".encode()


def page(number: int) -> bytes:
    return html(f"<p>Fait {number}.</p>{paragraphs()}").encode()


GOOD: dict[str, Callable[[int], bytes]] = {
    "txt": lambda n: f"{FRENCH} Fait {n} de texte.".encode(),
    "TXT": lambda n: f"{FRENCH} Fait {n} en cp1252.".encode("cp1252"),
    "jsonl": lambda n: jsonl(1, n),
    "json": lambda n: json.dumps(records(1, n)).encode(),
    "csv": table,
    "tsv": lambda n: table(n).replace(b";", b"\t"),
    "html": page,
    "parquet": parquet,
    "rss": lambda n: feed(f"<item><title>Merz dit {n} fois non</title></item>").encode(),
    "eml": lambda n: mail(f"{FRENCH} Fait {n} de courriel."),
    "jsonl.gz": lambda n: gzip.compress(jsonl(1, n)),
    "csv.bz2": lambda n: bz2.compress(table(n)),
    "json.xz": lambda n: lzma.compress(json.dumps(records(1, n)[0]).encode()),
    "jsonl.zst": lambda n: bytes(pa.compress(jsonl(1, n), codec="zstd", asbytes=True)),
    "zip": lambda n: zipped({"a/b.html": page(n)}),
    "tar": lambda n: tarred({"b.jsonl": jsonl(1, n)}),
    "tgz": lambda n: gzip.compress(tarred({"b.parquet": parquet(n)})),
}
BROKEN: dict[str, tuple[bytes, str]] = {
    "01.txt": (b"", "empty"),
    "02.txt": (FRENCH.encode("utf-16-le"), "bad_encoding"),
    "03.txt": (b"\x89PNG\r\n\x1a\n", "not_text"),
    "04.txt": (FRENCH.encode().replace("ç".encode(), b"\xff"), "bad_encoding"),
    "05.txt": ("Президент встретился с канцлером".encode("cp1251"), "bad_encoding"),
    "06.jsonl": (jsonl(1)[:-9], "truncated"),
    "07.jsonl": (b'{"text": "a", "text": "b"}\n', "malformed_record"),
    "08.jsonl": (b'{"text": null}\n', "wrong_type"),
    "09.jsonl": (b'{"titre": "sans texte"}\n', "malformed_record"),
    "10.json": (b"[" * 5000, "too_deep"),
    "11.json": (b"12", "malformed_record"),
    "12.csv": (b"titre,corps\na,b\n", "malformed_record"),
    "13.csv": (b"id,text\n1,a,b\n", "malformed_record"),
    "14.csv": (b'id,"text"\n1,"jamais\n', "malformed_record"),
    "15.html": (html("<div>" * 400).encode(), "too_deep"),
    "16.html": (b"<html><body><img src='a'></body></html>", "too_short"),
    "17.parquet": (parquet(1)[:-50], "truncated"),
    "18.parquet": (b"PAR1" + bytes(60) + b"PAR1", "corrupt"),
    "19.warc": (warc(1)[:400], "corrupt"),
    "20.jsonl.gz": (gzip.compress(jsonl(1))[:20], "truncated"),
    "21.txt.gz": (gzip.compress(bytes(90_000_000)), "too_large"),
    "22.jsonl.bz2": (b"BZh91AY&SY" + bytes(50), "corrupt"),
    "23.zip": (zipped({"a.txt": FRENCH.encode()})[:-10], "corrupt"),
    "24.zip": (zipped({"word/a.xml": b"<x/>"}), "unsupported_format"),
    "25.zip": (zipped({"a.txt": bytes(90_000_000)}, zipfile.ZIP_BZIP2), "archive_bomb"),
    "26.tar": (tarred({"a.txt": FRENCH.encode()})[:700], "truncated"),
    "27.docx": (zipped({"[Content_Types].xml": b"<x/>"}), "unsupported_format"),
    "28.pdf": (b"%PDF-1.7", "not_text"),
    "29.xyz": (b"1;2", "unsupported_format"),
    "30.txt": (b"oui non", "too_short"),
}


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    root = tmp_path / "dump"
    root.mkdir()
    suffixes = sorted(GOOD)
    for number in range(200):
        suffix = suffixes[number % len(suffixes)]
        (root / f"good{number:03d}.{suffix}").write_bytes(GOOD[suffix](number))
    for name, (raw, _) in BROKEN.items():
        (root / f"broken{name}").write_bytes(raw)
    return root


def test_the_good_are_extracted_and_the_broken_named(
    mixed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome = extract(mixed, tmp_path / "out")
    assert (outcome.rows["articles"], outcome.rows["rejects"]) == (200, 30)
    reasons = {item.source: getattr(item, "reason", "") for item in read(mixed)}
    for name, (_, reason) in BROKEN.items():
        found = {r for source, r in reasons.items() if source.startswith(f"broken{name}")}
        assert found == ({reason} if name != "30.txt" else {""}), name
    given = ("extract", mixed, "--out", tmp_path / "out")
    assert inside(monkeypatch, capsys, *given)[0] == 0
    assert inside(monkeypatch, capsys, *given, "--strict")[0] == 1
    code, shown, _ = inside(monkeypatch, capsys, "check", mixed)
    assert code == 0
    assert "201 pages, 29 rejects" in shown
    for word in ("parquet", "html", "cp1252", "encoding_guessed", "published", "archive_bomb"):
        assert word in shown
    assert fakes.published(tmp_path / "out")


def test_check_tells_what_is_skipped_and_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.warc").write_bytes(warc(2))
    (tmp_path / "b.csv").write_text("titre;corps\nUn;Merz dit non\n")
    shown = inside(monkeypatch, capsys, "check", tmp_path)[1]
    assert "skipped: 2 records: request" in shown
    assert "https://exemple.fr/0" in shown
    assert "'corps'" in shown
    shown = inside(monkeypatch, capsys, "check", tmp_path, "--fields", "text=corps")[1]
    assert "3 pages, 0 rejects" in shown
