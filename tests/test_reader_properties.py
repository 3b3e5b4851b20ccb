"""Properties of the readers: what is written comes back, whatever the pieces; damage ends well."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean_page
from pipeline.errors import RejectError
from pipeline.readers.decode import MAGIC, decode, tidy
from pipeline.readers.json_values import values_of
from pipeline.readers.recognise import SUFFIXES
from pipeline.readers.unpack import unpack
from pipeline.records import Page
from tests import fuzz
from tests.faults.inject import SETTINGS, check, read_one

TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda raw: bytes(pa.compress(raw, codec="zstd", asbytes=True)),
}


def pieces(raw: bytes, size: int) -> list[bytes]:
    return [raw[at : at + size] for at in range(0, len(raw), size)]


@given(st.lists(JSON, max_size=6), st.integers(1, 9), st.sampled_from([None, 1]), st.booleans())
def test_the_elements_of_an_array(
    values: list[object], size: int, indent: int | None, escaped: bool
) -> None:
    raw = json.dumps(values, indent=indent, ensure_ascii=escaped).encode()
    got = list(values_of(pieces(raw, size), 10**6))
    assert [json.loads(value.raw) for value in got] == values
    assert all(value.terminated for value in got)


@given(st.lists(st.dictionaries(TEXTS, JSON, max_size=3), max_size=6), st.integers(1, 9))
def test_objects_after_one_another(values: list[object], size: int) -> None:
    raw = "\n".join(json.dumps(value) for value in values).encode()
    assert [json.loads(v.raw) for v in values_of(pieces(raw, size), 10**6)] == values


@given(st.binary(max_size=80), st.integers(1, 9), st.integers(1, 30))
def test_values_of_any_bytes_do_not_depend_on_pieces(raw: bytes, size: int, limit: int) -> None:
    def told(chunks: list[bytes]) -> list[object]:
        found: list[object] = []
        try:
            found += values_of(chunks, limit)
        except RejectError as fault:
            found.append(fault.detail)
        return found

    raw = b"[" + raw
    whole, parts = told([raw]), told(pieces(raw, size))
    assert [getattr(v, "sha256", v) for v in parts][: len(whole)] == [
        getattr(v, "sha256", v) for v in whole
    ][: len(parts)]


@given(
    st.lists(TEXTS.filter(lambda text: text.strip("\ufeff \t\r\n\v\f")), min_size=2, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from("\"'"),
)
def test_a_table_comes_back(texts: list[str], delimiter: str, quote: str) -> None:
    texts = [text.replace("\r", " ").strip("\ufeff") or "x" for text in texts]
    raw = io.StringIO()
    writer = csv.writer(
        raw, delimiter=delimiter, quotechar=quote, quoting=csv.QUOTE_ALL, lineterminator="\n"
    )
    writer.writerow(["id", "text", "date"])
    writer.writerows((f"n{n}", text, "2024") for n, text in enumerate(texts))
    with TemporaryDirectory() as folder:
        items = read_one(Path(folder) / "a.csv", raw.getvalue().encode())
    kept = {i.source_id: i.text for i in items if isinstance(i, Page)}
    for number, text in enumerate(texts):
        if text.strip():
            assert kept[f"n{number}"] == tidy(text)[0]


@given(st.binary(max_size=2000), st.sampled_from(sorted(PACKERS)), st.integers(1, 50))
def test_what_is_packed_comes_back(raw: bytes, kind: str, size: int) -> None:
    packed = PACKERS[kind](raw) + PACKERS[kind](raw[:7])
    assert b"".join(unpack(kind, pieces(packed, size), SETTINGS)) == raw + raw[:7]


@given(st.binary(max_size=300), st.sampled_from(sorted(PACKERS)), st.data())
def test_what_is_packed_and_damaged_ends_in_a_reject(
    raw: bytes, kind: str, data: st.DataObject
) -> None:
    packed = bytearray(PACKERS[kind](raw))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    reason = None
    try:
        list(unpack(kind, [bytes(packed)], SETTINGS))
    except RejectError as fault:
        reason = fault.reason
    assert reason in {None, "truncated", "corrupt"}


@given(TEXTS.filter(lambda text: text.strip()), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_unicode_comes_back(text: str, encoding: str) -> None:
    text = text.replace("\ufeff", "").lstrip("\0")  # a mark and two NULs are another mark
    raw = text.encode(encoding)
    refused = not text.strip() or any(raw.startswith(magic) for magic, _ in MAGIC)
    if refused or (encoding == "utf-8" and text.count("\0") > 0.1 * len(raw)):
        with pytest.raises(RejectError):
            decode(raw)
    else:
        assert decode(raw).text == tidy(text)[0]


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([*SUFFIXES, ".zip", ".tar", ".gz", ".bin", ""]))
def test_any_bytes_under_any_name(raw: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        check(read_one(Path(folder) / f"a{suffix}", raw))


@pytest.mark.parametrize("name", sorted(fuzz.seeds()))
def test_damaged_files(name: str, tmp_path: Path) -> None:
    """The fuzzer's first inputs of each format, and whatever it once found."""
    for number in range(25):
        fuzz.run_one(tmp_path, name, fuzz.mutated(fuzz.seeds()[name], number))
    for saved in sorted(fuzz.CORPUS.glob(f"{name}-*")):
        fuzz.run_one(tmp_path, name, saved.read_bytes())


@given(st.lists(TEXTS, max_size=8).map("\n".join))
def test_blocks_cover_the_text(text: str) -> None:
    text = tidy(text)[0]
    blocks = clean_page(Page("a", "txt", "", text, "utf-8")).blocks
    covered = "".join(text[b.start : b.end] for b in blocks)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(blocks))
