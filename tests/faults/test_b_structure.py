"""Section B: the structure of files and records."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import time
import tracemalloc
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import RejectError
from pipeline.extract import draft
from pipeline.readers import aside, page_from_text
from pipeline.records import Page, Reject
from pipeline.settings import Settings
from tests import fakes
from tests.faults.inject import (
    ENGLISH,
    FRENCH,
    SETTINGS,
    feed,
    html,
    jsonl,
    page,
    paragraphs,
    read,
    read_one,
    records,
    reject,
    skips,
    tarred,
    told,
    warc,
    words,
    zipped,
)
from tests.faults.registry import fault
from tests.inline import extract

TEXT = "txt jsonl ndjson json csv tsv html rss atom xml eml"
PACKED = "parquet warc gz jsonl.gz txt.bz2 json.xz csv.zst zip tar tgz"


# 16, 17: nothing, or not yet all


@fault(16)
@pytest.mark.parametrize("suffix", f"{TEXT} {PACKED}".split())
def test_an_empty_file(tmp_path: Path, suffix: str) -> None:
    assert reject(tmp_path / f"a.{suffix}", b"").reason == "empty"


@fault(16)
@pytest.mark.parametrize("suffix", ["txt", "jsonl", "json", "csv", "html", "rss", "eml"])
def test_only_blank_lines(tmp_path: Path, suffix: str) -> None:
    assert reject(tmp_path / f"a.{suffix}", b"\n\n \r\n\n").reason == "empty"


@fault(16)
def test_an_archive_without_members(tmp_path: Path) -> None:
    folder = tarfile.TarInfo("d")
    folder.type = tarfile.DIRTYPE
    for name, raw in (("a.zip", zipped({})), ("b.tar", tarred({}, folder))):
        assert reject(tmp_path / name, raw).reason == "empty"


@fault(16)
def test_an_empty_dump_changes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    extract(fakes.dump(tmp_path / "raw", fakes.articles(2)), out)
    before = fakes.published(out)
    (tmp_path / "none").mkdir()
    outcome = extract(tmp_path / "none", out)
    assert (outcome.inputs, outcome.published, fakes.published(out)) == (0, False, before)


@fault(17)
def test_a_dump_still_being_written(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "a.jsonl").write_bytes(jsonl(3)[:-20])
    items = read(raw)
    assert told(items) == ["a.jsonl#1 ok", "a.jsonl#2 ok", "a.jsonl#3 truncated"]
    assert words(items)[2] == "truncated_record"
    assert extract(raw, out).done == 3
    (raw / "a.jsonl").write_bytes(jsonl(4))
    assert extract(raw, out, prune=True).done == 2
    extract(raw, tmp_path / "control")
    assert fakes.published(out) == fakes.published(tmp_path / "control")


@fault(17)
def test_an_array_that_is_cut_off(tmp_path: Path) -> None:
    whole = json.dumps(records(3)).encode()
    assert told(read_one(tmp_path / "a.json", whole[:-20]))[2] == "a.json#3 truncated"
    assert told(read_one(tmp_path / "a.json", whole[:-1]))[3] == "a.json truncated"


# 18: too long


@fault(18)
@pytest.mark.parametrize(("name", "begin"), [("a.txt", b""), ("a.jsonl", b'{"text": "')])
@pytest.mark.parametrize("packed", [False, True])
def test_a_hundred_megabytes_on_one_line(
    tmp_path: Path, name: str, begin: bytes, packed: bool
) -> None:
    block = random.Random(1).randbytes(500_000).hex().encode()
    with (tmp_path / name).open("wb") as file:
        file.write(begin)
        for _ in range(100):
            file.write(block)
    if packed:
        raw = begin + gzip.decompress(gzip.compress(block, 1)) * 30
        (tmp_path / name).unlink()
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(raw, 1))
    tracemalloc.start()
    (got,) = read(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(got, Reject)
    assert (got.reason, words([got])) == ("too_large", ["record_too_large"])
    assert "16,000,000" in got.detail
    assert "--set max_record_bytes=" in got.detail
    assert peak < 3 * SETTINGS.max_record_bytes


# 19, 20: JSON that is none, or not an article


@fault(19)
@pytest.mark.parametrize(
    ("value", "reason", "word"),
    [
        ('[{"text": "Un texte."}, {"text": "Deux."}]', "ok", "ok"),
        ("12", "malformed_record", "schema"),
        ('"texte"', "malformed_record", "schema"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep", "json_depth"),
        ("[" * 100_000 + "]" * 100_000, "too_deep", "json_depth"),
        ('{"text": "a", "text": "b"}', "malformed_record", "schema"),
        ('{"text": "a", "n": NaN}', "malformed_record", "schema"),
        ('{"text": "a", "n": ' + "1" * 10_000 + "}", "malformed_record", "schema"),
    ],
)
def test_json_of_another_shape(tmp_path: Path, value: str, reason: str, word: str) -> None:
    first = read_one(tmp_path / "a.json", value.encode())[0]
    place = "#1" if value[0] in "[{" else ""
    assert (told([first]), words([first])) == ([f"a.json{place} {reason}"], [word])


@fault(19)
def test_a_broken_element_is_lost_alone(tmp_path: Path) -> None:
    good = json.dumps(records(1)[0])
    raw = f'[{good}, {{"text": "a" "b"}}, {{"text": "[{{\\"" }}, 12, null, {good}]'
    assert told(read_one(tmp_path / "a.json", raw.encode())) == [
        "a.json#1 ok",
        "a.json#2 malformed_record",
        "a.json#3 ok",
        "a.json#4 malformed_record",
        "a.json#5 malformed_record",
        "a.json#6 ok",
    ]


@fault(20)
@pytest.mark.parametrize("value", [None, 12, ["a"], {"a": "b"}, True])
def test_a_text_of_the_wrong_type(tmp_path: Path, value: object) -> None:
    got = reject(tmp_path / "a.jsonl", json.dumps({"text": value}).encode())
    assert (got.reason, got.detail.partition(": ")[0]) == ("wrong_type", "schema:text")
    missing = reject(tmp_path / "b.jsonl", json.dumps({"corps": "Un texte."}).encode())
    assert (missing.reason, "'corps'" in missing.detail) == ("malformed_record", True)


# 21: tables


@fault(21)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_separators_and_quotes_are_found(tmp_path: Path, separator: str, quote: str) -> None:
    def cell(text: str) -> str:
        return quote + text.replace(quote, quote * 2) + quote

    texts = [f"Il dit, {n} ; «{quote}oui{quote}» | non\nà la ligne." for n in range(4)]
    lines = [separator.join(map(cell, ("id", "text", "titre")))]
    lines += [separator.join((cell(str(n)), cell(t), cell("Un"))) for n, t in enumerate(texts)]
    items = read_one(tmp_path / "a.csv", "\r\n".join(lines).encode())
    assert [isinstance(i, Page) and i.text for i in items] == [f"Un\n\n{t}" for t in texts]
    assert told(items) == [f"a.csv#{n} ok" for n in (2, 4, 6, 8)]


@fault(21)
def test_a_quote_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    rows = [f'{n},"Le texte {n}."' for n in range(20)]
    rows[7] = '7,"jamais fermé'
    rows[19] = '19,"non plus'
    items = read_one(tmp_path / "a.csv", "\n".join(["id,text", *rows]).encode())
    assert len(items) == 20
    lost = [(i.source, i.reason) for i in items if isinstance(i, Reject)]
    assert lost == [("a.csv#9", "malformed_record"), ("a.csv#21", "malformed_record")]


@fault(21)
def test_long_cells_ragged_rows_and_formulas(tmp_path: Path) -> None:
    long = "mot " * 50_000
    raw = f'id,text\n1,"{long}"\n2,a,b\n3\n4,=cmd|calc\n5,"x"y\n6,fin du texte\n'
    items = read_one(tmp_path / "a.csv", raw.encode())
    assert words(items) == ["ok", "csv_ragged", "csv_ragged", "ok", "csv", "ok"]
    assert isinstance(items[3], Page)
    assert items[3].text == "=cmd|calc"
    small = read_one(tmp_path / "a.csv", raw.encode(), Settings(max_record_bytes=1000))
    assert words(small)[0] == "csv_field_limit"
    assert isinstance(small[0], Reject)
    assert "--set max_record_bytes=" in small[0].detail
    assert words(small)[-1] == "ok"


@fault(21)
def test_quotes_that_are_text(tmp_path: Path) -> None:
    texts = ['"Non", a dit Merz.', "Rien de neuf.", '"Oui" ou "non", dit Macron.', "Fin du texte."]
    raw = "id\ttext\n" + "".join(f"{n}\t{text}\n" for n, text in enumerate(texts))
    items = read_one(tmp_path / "a.tsv", raw.encode())
    assert [isinstance(i, Page) and i.text for i in items] == texts


@fault(21)
def test_a_row_of_several_lines_with_a_bad_byte_is_one_reject(tmp_path: Path) -> None:
    raw = b'id,text\n1,"Merz dit\nnon, \xff, oui,\nencore"\n2,Merz dit oui\n'
    assert told(read_one(tmp_path / "a.csv", raw)) == ["a.csv#2 bad_encoding", "a.csv#5 ok"]


@fault(21)
def test_a_quote_before_very_many_lines(tmp_path: Path) -> None:
    raw = b'id,text\n1,"une fin"\n2,"ouvert\n' + b"3,une ligne\n" * 25_000
    items = read_one(tmp_path / "a.csv", raw)
    assert len(items) == 25_002
    assert words(items[:3]) == ["ok", "csv_field_limit", "ok"]
    assert all(isinstance(i, Page) for i in items[2:])


@fault(21)
@pytest.mark.parametrize("raw", [b"id,chapo\n1,a\n", b"id,text,text\n1,a,b\n", b"\x01\x02,"])
def test_a_header_without_a_text(tmp_path: Path, raw: bytes) -> None:
    got = reject(tmp_path / "a.csv", raw)
    assert (got.reason, words([got])) == ("malformed_record", ["schema"])


# 22, 23, 24: HTML


@fault(22)
@pytest.mark.parametrize("depth", [300, 1000, 50_000])
def test_html_nested_too_deep(tmp_path: Path, depth: int) -> None:
    deep = html("<div>" * depth + paragraphs() + "</div>" * depth)
    got = reject(tmp_path / "a.html", deep.encode())
    assert (got.reason, words([got])) == ("too_deep", ["html_depth"])


@fault(22)
def test_html_nested_as_deep_as_may_be_is_kept(tmp_path: Path) -> None:
    deep = html("<div>" * 180 + paragraphs() + "</div>" * 180)
    assert FRENCH in page(tmp_path / "a.html", deep.encode()).text
    flat = html("<p>court" * 3000 + paragraphs())
    assert FRENCH in page(tmp_path / "b.html", flat.encode()).text


@fault(23)
def test_html_of_monstrous_size_ends_in_time(tmp_path: Path) -> None:
    settings = Settings(read_seconds=1)
    table = html("<table>" + "<tr><td>1</td><td>mot</td></tr>" * 1_000_000 + "</table>")
    big = reject(tmp_path / "a.html", table.encode(), settings)
    assert big.reason == "too_large"
    started = time.monotonic()
    for name, body in {
        "b": "<table>" + "<tr><td>1</td><td>mot</td></tr>" * 400_000 + "</table>",
        "c": "<p " + " ".join(f"a{n}=1" for n in range(1_000_000)) + ">texte",
    }.items():
        (item,) = read_one(tmp_path / f"{name}.html", html(body).encode(), settings)
        if isinstance(item, Reject):
            assert item.reason in {"timeout", "memory", "too_short"}
    assert time.monotonic() - started < 30
    assert FRENCH in page(tmp_path / "a.html", html(paragraphs()).encode()).text


@fault(23)
@pytest.mark.parametrize(
    "tail", ["<script>var a = '", "<!-- jamais fermé", "<style>p {", "<p title='"]
)
def test_html_that_is_not_closed(tmp_path: Path, tail: str) -> None:
    raw = html(paragraphs()).replace("</body></html>", tail)
    assert FRENCH in page(tmp_path / "a.html", raw.encode()).text


@fault(23)
def test_entities_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("le mot de passe")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    entities = f'<!ENTITY e0 "haha">{bomb}<!ENTITY x SYSTEM "file://{tmp_path}/secret">'
    body = f"<html><body><article>{paragraphs()}<p>&e11; &x;</p></article></body></html>"
    raw = f'<?xml version="1.0"?><!DOCTYPE html [{entities}]>{body}'
    dump = tmp_path / "dump"
    dump.mkdir()
    got = page(dump / "a.xhtml", raw.encode())
    assert FRENCH in got.text
    assert "mot de passe" not in got.text
    assert "hahahaha" not in got.text


@fault(24)
def test_pages_without_an_article(tmp_path: Path) -> None:
    wall = "<html><body><div id='cookies'><button>Tout accepter</button></div></body></html>"
    for got in (page(tmp_path / "a.html", wall.encode()), page_from_text("Lire aussi")):
        with pytest.raises(RejectError) as caught:
            draft(got, SETTINGS)
        assert caught.value.reason == "too_short"
        assert "--set min_words=" in caught.value.detail
    images = "<html><body><img src='a.png'><script>var a = 1</script></body></html>"
    assert reject(tmp_path / "b.html", images.encode()).reason == "too_short"
    assert draft(page_from_text("Merz dément tout."), SETTINGS).article_id


# 25, 26: what the flow makes of it


@fault(25)
def test_a_text_of_more_than_a_million_characters() -> None:
    text = "\n\n".join([FRENCH] * 5_000)
    assert len(text) > 1_000_000
    found = draft(page_from_text(text), SETTINGS)
    assert all(p.end - p.start <= SETTINGS.max_passage_chars for p in found.passages)
    kept = "".join(text[p.start : p.end] for p in found.passages)
    assert "".join(kept.split()) == "".join(text.split())
    one_block = draft(page_from_text(FRENCH.replace(".", ",") * 5_000), SETTINGS)
    assert len(one_block.passages) > 9
    with pytest.raises(RejectError) as caught:
        draft(page_from_text(text), Settings(max_article_chars=1_000_000))
    assert caught.value.detail.startswith("too_long: ")
    assert "--set max_article_chars=" in caught.value.detail


@fault(26)
def test_languages_are_told_the_same_in_any_order() -> None:
    texts = {
        "fr": FRENCH * 2,
        "en": ENGLISH * 2,
        "mixed": f"{FRENCH}\n\n{ENGLISH}\n\n{FRENCH}",
        "capitals": FRENCH.upper(),
        "german": "Der Bundeskanzler hat am Dienstag den französischen Präsidenten empfangen. " * 3,
        "none": "12 34 56 ??? !!! 78 %%% 90",
    }

    def label(text: str) -> tuple[str, ...]:
        try:
            found = draft(page_from_text(text), SETTINGS)
        except RejectError as error:
            return (error.reason, error.detail)
        return (found.detection.language, *(p.language for p in found.passages))

    first = {name: label(text) for name, text in texts.items()}
    assert first["fr"] == ("fr", "fr")
    assert first["en"] == ("en", "en")
    assert first["mixed"] == ("fr", "fr", "en", "fr")
    assert first["capitals"][0] == "fr"
    assert first["german"][0] == "unsupported_language"
    assert first["none"][0] == "too_short"
    names = sorted(texts)
    for seed in range(100):
        name = random.Random(seed).choice(names)
        assert label(texts[name]) == first[name]


# 27: Parquet


def parquet(rows: int = 300, **options: object) -> bytes:
    raw = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records(rows)), raw, **options)
    return raw.getvalue()


@fault(27)
def test_parquet_that_is_damaged(tmp_path: Path) -> None:
    good = parquet(compression="none", write_page_checksum=True, use_dictionary=False)
    assert len(read_one(tmp_path / "a.parquet", good)) == 300
    at = good.index(b"Fait 150")
    codec = good.rindex(b"text\x15\x00") + 5
    variants = {
        "cut": good[:-100],
        "no end": good[:-1],
        "magic": b"PAR2" + good[4:],
        "footer": good[:-60] + bytes(40) + good[-20:],
        "length": good[:-8] + b"\xff\xff\xff\x7f" + good[-4:],
        "checksum": good[:at] + b"X" + good[at + 1 :],
        "zeros": good[:4] + bytes(2000) + good[2004:],
        "codec": good[:codec] + b"\x2e" + good[codec + 1 :],
    }
    for name, raw in variants.items():
        *kept, last = read_one(tmp_path / "a.parquet", raw)
        assert isinstance(last, Reject), name
        assert last.reason in {"corrupt", "truncated", "malformed_record", "memory"}, name
        assert words([last]) == ["parquet_corrupt"], (name, last)
        assert all(isinstance(i, Page) for i in kept), name


@fault(27)
def test_parquet_flipped_anywhere_never_ends_the_run(tmp_path: Path) -> None:
    good = parquet(20)
    for seed in range(30):
        chance = random.Random(seed)
        raw = bytearray(good)
        for _ in range(4):
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        read_one(tmp_path / "a.parquet", bytes(raw))
    assert len(read_one(tmp_path / "a.parquet", good)) == 20


@fault(27)
def test_parquet_types_of_text(tmp_path: Path) -> None:
    for kind in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary(), pa.string_view()):
        raw = io.BytesIO()
        pq.write_table(pa.table({"text": pa.array([FRENCH, None]).cast(kind)}), raw)
        got, null = read_one(tmp_path / "a.parquet", raw.getvalue())
        assert isinstance(got, Page)
        assert got.text == FRENCH
        assert told([null]) == ["a.parquet#2 wrong_type"]
    raw = io.BytesIO()
    coded = pa.array([FRENCH]).dictionary_encode()
    day = pa.array([19_800], pa.date32())
    extension = pa.array([b"0123456789abcdef"], pa.uuid().storage_type).cast(pa.uuid())
    pq.write_table(pa.table({"text": coded, "date": day, "id": extension}), raw)
    item = read_one(tmp_path / "a.parquet", raw.getvalue())[0]
    assert isinstance(item, Page)
    assert (item.text, item.published, item.source_id) == (
        FRENCH,
        "2024-03-18",
        "30313233-3435-3637-3839-616263646566",
    )
    raw = io.BytesIO()
    pq.write_table(pa.table({"text": pa.array([b"\xff\xfe caf\xe9"])}), raw)
    assert words(read_one(tmp_path / "a.parquet", raw.getvalue())) == ["invalid_utf8"]


@fault(27)
def test_parquet_without_a_text_or_encrypted(tmp_path: Path) -> None:
    raw = io.BytesIO()
    pq.write_table(pa.table({"corps": ["a"]}), raw)
    assert words(read_one(tmp_path / "a.parquet", raw.getvalue())) == ["schema"]
    sealed = b"PARE" + bytes(40) + b"PARE"
    assert reject(tmp_path / "b.parquet", sealed).reason == "encrypted"


@fault(27)
def test_a_reader_that_crashes_takes_nobody_with_it(tmp_path: Path) -> None:
    call = aside.one

    def crash(*_: object) -> object:
        return call("os:abort", (), 5)

    with mock.patch("pipeline.readers.html.aside.one", crash):
        got = reject(tmp_path / "a.html", html(paragraphs()).encode())
    assert (got.reason, "SIGABRT" in got.detail) == ("crashed", True)
    with pytest.raises(RejectError, match="timeout"):
        aside.one("time:sleep", (30,), 0.2)
    assert FRENCH in page(tmp_path / "a.html", html(paragraphs()).encode()).text


# 28: WARC


@fault(28)
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("packing", ["plain", "by record", "as a whole"])
def test_warc_pages_and_what_is_skipped(tmp_path: Path, chunked: bool, packing: str) -> None:
    raw = warc(packed=packing == "by record", chunked=chunked)
    path = tmp_path / ("a.warc" if packing == "plain" else "a.warc.gz")
    items = read_one(path, gzip.compress(raw) if packing == "as a whole" else raw)
    assert told(items) == [f"{path.name}#{n} ok" for n in (3, 6, 9)]
    assert [isinstance(i, Page) and i.url for i in items] == [
        f"https://exemple.fr/{n}" for n in range(3)
    ]
    assert [s.what for s in skips(tmp_path)] == [
        "3 records: request",
        "3 records: status 404",
        "1 records: warcinfo",
    ]


@fault(28)
def test_warc_that_is_damaged(tmp_path: Path) -> None:
    good = warc()
    start = good.index(b"Content-Length", good.index(b"WARC-Type: response"))
    length = good[start : start + 40].partition(b"\r")[0]
    last = good.rindex(b"WARC/1.0")
    variants = {
        "cut in a block": (good[: last - 300], "warc_truncated"),
        "cut in a header": (good[: last + 60], "warc_corrupt"),
        "digest": (good.replace(b"Page 1", b"Page X"), "warc_digest"),
        "too long": (good.replace(length, b"Content-Length: 99999999999", 1), "warc_truncated"),
        "too short": (good.replace(length, b"Content-Length: 70", 1), "warc_digest"),
        "no number": (good.replace(length, b"Content-Length: abc", 1), "warc_corrupt"),
        "garbage": (good[:last] + b"garbage\r\n" * 9 + good[last:], "warc_corrupt"),
    }
    for name, (raw, word) in variants.items():
        items = read_one(tmp_path / "a.warc", raw)
        found = [w for w in words(items) if w != "ok"]
        assert found[:1] == [word], (name, items)
    assert reject(tmp_path / "b.warc", b"pas du tout").reason == "corrupt"


@fault(28)
@pytest.mark.parametrize("extra", ["trafilatura", "fastwarc"])
def test_a_missing_extra_is_named(tmp_path: Path, extra: str) -> None:
    from importlib import util

    found = util.find_spec

    def absent(name: str) -> object:
        return None if name == extra else found(name)

    with mock.patch("pipeline.readers.html.find_spec", absent):
        items = read_one(tmp_path / "a.warc", warc(1))
        items += read_one(tmp_path / "b.rss", feed().encode()) if extra == "trafilatura" else []
    assert {i.reason for i in items if isinstance(i, Reject)} == {"missing_extra"}
    assert all("pip install 'depeche[" in i.detail for i in items if isinstance(i, Reject))
