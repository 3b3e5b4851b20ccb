"""Section C: archives, and the file system that inputs lie on."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import socket
import struct
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.readers import files
from pipeline.readers.tars import BLOCK
from pipeline.records import Page, Reject
from pipeline.settings import Settings
from tests import fakes
from tests.faults.inject import (
    FRENCH,
    html,
    jsonl,
    page,
    paragraphs,
    read,
    read_one,
    reject,
    tarred,
    told,
    words,
    zipped,
)
from tests.faults.registry import fault
from tests.inline import extract


def zst(raw: bytes) -> bytes:
    packed: bytes = pa.compress(raw, codec="zstd", asbytes=True)
    return packed


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zst,
}


def all_in(raw: bytes) -> dict[str, bytes]:
    """The same bytes in every container."""
    packed = {f"a.jsonl.{name}": pack(raw) for name, pack in PACKERS.items()}
    inside = {"d/a.jsonl": raw}
    archives = {"a.zip": zipped(inside), "a.tar": tarred(inside)}
    archives |= {f"a.tar.{name}": pack(archives["a.tar"]) for name, pack in PACKERS.items()}
    return packed | archives


@pytest.mark.parametrize("name", [*all_in(b"{}"), "a.tgz"])
def test_every_container_gives_the_same(tmp_path: Path, name: str) -> None:
    raw = jsonl(40)
    plain = read_one(tmp_path / "p.jsonl", raw)
    (tmp_path / "p.jsonl").unlink()
    packed = (all_in(raw) | {"a.tgz": gzip.compress(tarred({"d/a.jsonl": raw}))})[name]
    got = read_one(tmp_path / name, packed)
    assert [(i.raw_sha256, isinstance(i, Page) and i.text) for i in got] == [
        (i.raw_sha256, isinstance(i, Page) and i.text) for i in plain
    ]
    member = "!d/a.jsonl" if "jsonl" not in name else ""
    assert got[3].source == f"{name}{member}#4"


def test_containers_in_each_other(tmp_path: Path) -> None:
    inner = {"x.jsonl.gz": gzip.compress(jsonl(2)), "y.html": html(paragraphs()).encode()}
    outer = {"in.zip": zipped(inner), "b/c.txt.xz": lzma.compress(FRENCH.encode())}
    got = read_one(tmp_path / "a.tgz", gzip.compress(tarred(outer)))
    assert [i.source for i in got] == [
        "a.tgz!in.zip!x.jsonl.gz#1",
        "a.tgz!in.zip!x.jsonl.gz#2",
        "a.tgz!in.zip!y.html",
        "a.tgz!b/c.txt.xz",
    ]
    assert all(isinstance(i, Page) for i in got)
    few = read_one(tmp_path / "a.tgz", gzip.compress(tarred(outer)), Settings(max_layers=3))
    assert told(few) == [
        "a.tgz!in.zip!y.html ok",
        "c.txt.xz ok",
        "a.tgz!in.zip!x.jsonl.gz archive_bomb",
    ]


# 29, 30: bombs


@fault(29)
@pytest.mark.parametrize("kind", PACKERS)
def test_a_bomb_is_not_unpacked(tmp_path: Path, kind: str) -> None:
    """Ten gigabytes of zeros, in members of 50 MB; what comes out is counted, not believed."""
    member = PACKERS[kind](bytes(50_000_000))
    started = time.monotonic()
    tracemalloc.start()
    got = reject(tmp_path / f"a.jsonl.{kind}", member * 200)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (got.reason, words([got])) == ("archive_bomb", ["bomb"])
    assert "--set max_ratio=" in got.detail
    assert peak < 60_000_000
    assert time.monotonic() - started < 20


@fault(29)
def test_limits_on_what_comes_out(tmp_path: Path) -> None:
    packed = gzip.compress(jsonl(200))
    *kept, last = read_one(tmp_path / "a.jsonl.gz", packed, Settings(max_member_bytes=30_000))
    assert words([last]) == ["bomb"]
    assert isinstance(last, Reject)
    assert "--set max_member_bytes=" in last.detail
    assert 20 < len(kept) < 200
    nested = FRENCH.encode()
    for _ in range(5):
        nested = gzip.compress(nested)
    deep = reject(tmp_path / "b.txt.gz", nested)
    assert (deep.reason, "--set max_layers=" in deep.detail) == ("archive_bomb", True)
    assert page(tmp_path / "b.txt.gz", nested, Settings(max_layers=5)).text == FRENCH


@fault(30)
def test_zip_bombs_are_refused_before_reading(tmp_path: Path) -> None:
    flat = zipped({f"{n}.txt": bytes(40_000_000) for n in range(3)})
    assert words(read_one(tmp_path / "a.zip", flat)) == ["bomb"]
    nested = zipped({"b.zip": flat})
    assert words(read_one(tmp_path / "a.zip", nested)) == ["bomb"]
    quine = flat
    for _ in range(5):
        quine = zipped({"c.zip": quine}, zipfile.ZIP_STORED)
    assert words(read_one(tmp_path / "a.zip", quine)) == ["bomb"]


@fault(30)
def test_zip_members_that_lie_over_each_other(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": FRENCH.encode(), "b.txt": FRENCH.encode()}))
    second = raw.rindex(b"PK\x01\x02")
    raw[second + 42 : second + 46] = struct.pack("<L", 0)
    got = reject(tmp_path / "a.zip", bytes(raw))
    assert (got.reason, "over each other" in got.detail) == ("archive_bomb", True)


@fault(30)
def test_a_member_that_is_larger_than_it_says(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": bytes(90_000_000), "b.txt": FRENCH.encode()}))
    for magic, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = raw.index(magic) + place
        raw[at : at + 4] = struct.pack("<L", 1000)
    items = read_one(tmp_path / "a.zip", bytes(raw))
    assert told(items)[0] == "a.zip!b.txt ok"
    assert isinstance(items[1], Reject)
    assert items[1].reason in {"corrupt", "not_text", "bad_encoding", "too_large"}


# 31: damaged streams


@fault(31)
@pytest.mark.parametrize("kind", PACKERS)
def test_damaged_streams_keep_what_stands_before(tmp_path: Path, kind: str) -> None:
    pack, path, raw = PACKERS[kind], tmp_path / f"a.jsonl.{kind}", jsonl(3000)
    packed = pack(raw)
    *kept, last = read_one(path, packed[: -len(packed) // 4])
    assert isinstance(last, Reject)
    assert last.reason == "truncated"
    assert kept or kind in {"bz2", "zst", "xz"}
    both = read_one(path, pack(jsonl(50)) + pack(jsonl(50, 50)))
    assert [i.source.partition("#")[2] for i in both] == [str(n) for n in range(1, 101)]
    assert all(isinstance(i, Page) for i in both)
    *kept, last = read_one(path, packed + b"garbage")
    assert isinstance(last, Reject)
    assert last.reason in {"corrupt", "truncated"}
    assert len(kept) >= 2900


@fault(31)
@pytest.mark.parametrize("kind", ["gz", "xz"])
def test_a_wrong_checksum(tmp_path: Path, kind: str) -> None:
    raw = bytearray(PACKERS[kind](jsonl(50)))
    at = -6 if kind == "gz" else -20
    raw[at] ^= 0xFF
    *kept, last = read_one(tmp_path / f"a.jsonl.{kind}", bytes(raw))
    assert isinstance(last, Reject)
    assert last.reason == "corrupt"
    assert len(kept) >= (50 if kind == "gz" else 35)


@fault(31)
def test_damaged_archives(tmp_path: Path) -> None:
    members = {f"{n}.txt": f"{FRENCH} Fait {n}.".encode() for n in range(5)}
    tar = tarred(members)
    assert told(read_one(tmp_path / "a.tar", tar[: 512 * 5 + 100]))[-1] == "a.tar!2.txt truncated"
    cut = read_one(tmp_path / "a.tar", tar[: 512 * 4 + 100])
    assert told(cut)[:2] == ["a.tar!0.txt ok", "a.tar!1.txt ok"]
    assert isinstance(cut[-1], Reject)
    torn = bytearray(tar)
    torn[512 * 4 + 10 : 512 * 4 + 300] = b"\xff" * 290
    assert told(read_one(tmp_path / "a.tar", bytes(torn))) == [
        "a.tar!0.txt ok",
        "a.tar!1.txt ok",
        "a.tar corrupt",
    ]
    packed = bytearray(zipped(members, zipfile.ZIP_STORED))
    packed[packed.index(b"Fait 2")] ^= 1
    assert told(read_one(tmp_path / "b.zip", bytes(packed))) == [
        "b.zip!0.txt ok",
        "b.zip!1.txt ok",
        "b.zip!3.txt ok",
        "b.zip!4.txt ok",
        "b.zip!2.txt corrupt",
    ]
    assert told(read_one(tmp_path / "b.zip", bytes(packed)[:-30])) == ["b.zip corrupt"]


# 32, 33, 34: members


NAMES = ["../../etc/x.txt", "/etc/x.txt", "C:\\x.txt", "a\\b.txt", "é" * 150 + ".txt", "a\nb.txt"]


@fault(32)
@pytest.mark.parametrize("name", [*NAMES, "x\0y.txt"])
def test_names_are_labels_only(tmp_path: Path, name: str) -> None:
    root = tmp_path / "a" / "b" / "dump"
    root.mkdir(parents=True)
    for archive in ("z.zip", "t.tar"):
        members = {name: FRENCH.encode()}
        (root / archive).write_bytes(zipped(members) if archive == "z.zip" else tarred(members))
    items = read(root)
    assert len(items) == 2
    if "\0" not in name:
        assert [isinstance(i, Page) and i.text for i in items] == [FRENCH] * 2
    assert all(i.source.isprintable() for i in items)
    everything = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")}
    assert everything == {"a", "a/b", "a/b/dump", "a/b/dump/z.zip", "a/b/dump/t.tar"}


@fault(33)
def test_members_that_are_no_files(tmp_path: Path) -> None:
    others = []
    for kind in (
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
    ):
        info = tarfile.TarInfo(f"m{kind.decode()}.txt")
        info.type, info.linkname = kind, "/etc/passwd"
        others.append(info)
    empty = tarfile.TarInfo("")
    empty.type = tarfile.SYMTYPE
    folder = tarfile.TarInfo("d")
    folder.type = tarfile.DIRTYPE
    items = read_one(tmp_path / "a.tar", tarred({"a.txt": FRENCH.encode()}, *others, empty, folder))
    assert told(items)[0] == "a.tar!a.txt ok"
    assert [i.reason for i in items[1:] if isinstance(i, Reject)] == ["not_a_file"] * 6
    assert all(i.raw_sha256 for i in items), "they have the digest of the archive"


@fault(33)
def test_a_tar_header_that_claims_gigabytes(tmp_path: Path) -> None:
    name = tarfile.TarInfo("a.txt")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 5_000_000_000
    good = tarred({"b.txt": FRENCH.encode()})
    raw = good[: good.index(bytes(BLOCK), BLOCK * 2)] + name.tobuf() + bytes(20_000)
    assert told(read_one(tmp_path / "a.tar", raw)) == ["a.tar!b.txt ok", "a.tar corrupt"]


@fault(34)
def test_zip_members_that_cannot_be_read(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": FRENCH.encode(), "b.txt": FRENCH.encode(), "c.txt": b"x y z"}))
    first = raw.index(b"PK\x01\x02")
    raw[first + 8] |= 1
    raw[raw.index(b"PK\x03\x04") + 6] |= 1
    second = raw.index(b"PK\x01\x02", first + 4)
    raw[second + 10 : second + 12] = struct.pack("<H", 97)
    items = read_one(tmp_path / "a.zip", bytes(raw))
    reasons = {i.source[-5:]: i.reason for i in items if isinstance(i, Reject)}
    assert reasons.get("a.txt") == "encrypted"
    assert "a.zip!c.txt ok" in told(items)


@fault(34)
def test_an_unsupported_method(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": FRENCH.encode(), "b.txt": FRENCH.encode()}))
    for magic, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = raw.index(magic) + place
        raw[at : at + 2] = struct.pack("<H", 97)
    items = read_one(tmp_path / "a.zip", bytes(raw))
    assert told(items) == ["a.zip!b.txt ok", "a.zip!a.txt unsupported_format"]


@fault(34)
def test_zip64_and_very_many_members(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(FRENCH.encode())
    assert page(tmp_path / "a.zip", raw.getvalue()).text == FRENCH
    few = Settings(max_members=10)
    many = {f"{n}.txt": FRENCH.encode() for n in range(11)}
    crowd = reject(tmp_path / "b.zip", zipped(many), few)
    assert (crowd.reason, "--set max_members=" in crowd.detail) == ("archive_bomb", True)
    directory = reject(tmp_path / "b.zip", zipped({f"{n:0999}": b"" for n in range(10)}), few)
    assert (directory.reason, "directory" in directory.detail) == ("archive_bomb", True)
    *kept, last = read_one(tmp_path / "c.tar", tarred(many), few)
    assert (len(kept), words([last])) == (10, ["bomb"])


@fault(34)
def test_documents_that_are_zips_inside(tmp_path: Path) -> None:
    document = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    for name in ("a.docx", "b.zip"):
        assert reject(tmp_path / name, document).reason == "unsupported_format"


# 35 to 39: the file system


@fault(35)
def test_what_is_no_file_is_never_waited_for(tmp_path: Path) -> None:
    root = tmp_path / "dump"
    root.mkdir()
    (tmp_path / "outside.txt").write_text(FRENCH)
    (root / "a.txt").write_text(FRENCH)
    (root / "loop.txt").symlink_to("loop.txt")
    (root / "outside.txt").symlink_to(tmp_path / "outside.txt")
    (root / "zero.txt").symlink_to("/dev/zero")
    (root / "up").symlink_to("..")
    os.mkfifo(root / "fifo.jsonl")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(root / "socket.zip"))
        items = read(root)
    assert told(items) == [
        "a.txt ok",
        *(f"{name} not_a_file" for name in ("fifo.jsonl", "loop.txt", "outside.txt")),
        *(f"{name} not_a_file" for name in ("socket.zip", "up", "zero.txt")),
    ]


@fault(36)
def test_names_of_files(tmp_path: Path) -> None:
    for name in (b"caf\xe9.txt", b"a\nb.txt", b"-rf.txt", b"a!b#c.txt"):
        try:
            fd = os.open(os.fsencode(tmp_path) + b"/" + name, os.O_CREAT | os.O_WRONLY)
        except OSError:
            pytest.skip("this file system takes UTF-8 names only")
        os.write(fd, FRENCH.encode())
        os.close(fd)
    items = read(tmp_path)
    assert [i.source for i in items] == ["-rf.txt", "a\\nb.txt", "a!b#c.txt", "caf\\xe9.txt"]
    assert all(isinstance(i, Page) for i in items)


@fault(37, 39)
@pytest.mark.parametrize(
    ("call", "error", "reason"),
    [
        ("open", PermissionError(13, "Permission denied"), "permission"),
        ("read", OSError(5, "Input/output error"), "io_error"),
        ("pread", OSError(5, "Input/output error"), "io_error"),
    ],
)
def test_a_file_that_cannot_be_read_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: OSError, reason: str
) -> None:
    name = "b.zip" if call == "pread" else "b.jsonl"
    good = zipped({"x.jsonl": jsonl(1)}) if call == "pread" else jsonl(1)
    raw = fakes.dump(tmp_path / "raw", {"a.txt": FRENCH, name: good, "c.txt": FRENCH + " Oui."})
    bad = (raw / name).stat().st_ino
    true = getattr(os, call)

    def faulty(target: object, *rest: object) -> object:
        path = target if isinstance(target, Path) else None
        if path == raw / name or (isinstance(target, int) and os.fstat(target).st_ino == bad):
            raise error
        return true(target, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(files.os, call, faulty)
        items = read(raw)
        assert told(items) == ["a.txt ok", f"{name} {reason}", "c.txt ok"]
        outcome = extract(raw, tmp_path / "out")
    assert dict(outcome.rejected) == {reason: 1}
    again = extract(raw, tmp_path / "out")
    assert (again.done, again.rejected.total()) == (1, 0)


@fault(38)
@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.txt", FRENCH.encode()),
        ("a.jsonl", jsonl(9)),
        ("a.json", b"[" + jsonl(1) + b"]"),
        ("a.csv", b"text\nMerz dit non\n"),
        ("a.jsonl.gz", gzip.compress(jsonl(9))),
        ("a.tar", tarred({"b.txt": FRENCH.encode()})),
    ],
)
def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, raw: bytes
) -> None:
    path = tmp_path / "dump" / name
    path.parent.mkdir()
    path.write_bytes(raw)
    true = os.read

    def touched(fd: int, size: int) -> bytes:
        got = true(fd, size)
        os.utime(path, ns=(1, time.monotonic_ns()))
        return got

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "read", touched)
        *_, last = read(path.parent)
        assert isinstance(last, Reject)
        assert (last.reason, last.raw_sha256) == ("changed_during_read", None)
        extract(path.parent, tmp_path / "out")
    again = extract(path.parent, tmp_path / "out")
    assert again.rejected.total() == 0
    assert again.published


@fault(38)
def test_a_file_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.dump(tmp_path, {"a.txt": FRENCH, "b.txt": FRENCH})
    found = list(files.walk(tmp_path))
    (tmp_path / "a.txt").unlink()
    monkeypatch.setattr("pipeline.readers.walk", lambda root: iter(found))
    assert told(read(tmp_path)) == ["a.txt changed_during_read", "b.txt ok"]


# 40: names that lie


@fault(40)
@pytest.mark.parametrize(
    ("name", "raw", "format_"),
    [
        ("a.jsonl.gz", jsonl(1), "jsonl"),
        ("a.gz", FRENCH.encode(), None),
        ("a.txt", html(paragraphs()).encode(), "html"),
        ("a.html", FRENCH.encode(), "txt"),
        ("a.jsonl", gzip.compress(jsonl(1)), "jsonl"),
        ("a.jsonl", b"[" + jsonl(1) + b"]", "json"),
        ("a.json", jsonl(2), "jsonl"),
        ("a.data", jsonl(1), "json"),
        ("dump", jsonl(2), "jsonl"),
        ("a.txt", zipped({"b.txt": FRENCH.encode()}), "txt"),
        ("a.zip", gzip.compress(tarred({"b.txt": FRENCH.encode()})), "txt"),
        ("a.jsonl", b"%PDF-1.7", "not_text"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "not_text"),
        ("a.parquet", b"id,text\n1,a", "corrupt"),
        ("a.zip", b"pas un zip", "corrupt"),
        ("a.xyz", b"quelque chose", "unsupported_format"),
    ],
)
def test_names_that_lie(tmp_path: Path, name: str, raw: bytes, format_: str | None) -> None:
    for item in read_one(tmp_path / name, raw):
        if isinstance(item, Page):
            assert item.source_format == format_
            assert "format_sniffed" in item.text_flags
        else:
            assert item.reason == (format_ or "corrupt")
