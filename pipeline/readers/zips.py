"""Zip archives: checked as a whole first, then read member by member, never extracted."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO

from pipeline.errors import RejectError
from pipeline.readers.content import Content, bomb
from pipeline.readers.files import is_skipped, to_reject
from pipeline.readers.unpack import FREE_BYTES, PIECE_BYTES, Meter
from pipeline.records import Reject, Skipped
from pipeline.settings import Settings

DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"})
"""Members that come first in what is a zip only inside: docx, xlsx, odt, epub, jar."""
ENTRY_BYTES = 200
"""Of the directory for one member, on average at most: it is held as a whole."""
_LOCAL = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
    struct.error,
    OverflowError,
)


def zip_members(content: Content, settings: Settings) -> Iterator[Content | Reject | Skipped]:
    """The members of a zip archive; a reject for each that cannot be read.

    Raises RejectError (`corrupt`, `archive_bomb`, `too_large`, `unsupported_format`, `empty` …)
    for the archive as a whole.
    """
    file = content.random(settings.max_held_bytes)
    _refuse_directory(file, settings)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [i for i in archive.infolist() if not i.filename.endswith("/")]
            if not infos:
                raise RejectError("read", "empty", "empty: no member in it")
            _refuse(infos, file, settings)
            for info in infos:
                if is_skipped(info.filename):
                    yield content.skipped(info.filename)
                    continue
                try:
                    yield _member(archive, info, content, settings)
                except RejectError as fault:
                    yield to_reject(content.member_source(info.filename), None, fault)
    except (*_FAULTS, NotImplementedError) as error:
        raise _corrupt(error) from None
    content.check_unchanged()


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, content: Content, settings: Settings
) -> Content:
    if info.flag_bits & _ENCRYPTED:
        raise RejectError("open", "encrypted", "encrypted: decrypt it first, then rerun")
    try:
        file = archive.open(info)
    except NotImplementedError as error:
        detail = f"unsupported: {error}; pack it again with deflate"
        raise RejectError("open", "unsupported_format", detail) from None
    except _FAULTS as error:
        raise _corrupt(error) from None
    meter = Meter(settings, taken=info.compress_size)
    return content.member(info.filename, _bytes(file, meter))


def _bytes(file: object, meter: Meter) -> Iterator[bytes]:
    assert isinstance(file, zipfile.ZipExtFile)
    with file:
        while True:
            try:
                piece = file.read(PIECE_BYTES)
            except _FAULTS as error:
                raise _corrupt(error) from None
            if not piece:
                return
            yield piece
            meter.add(len(piece))


def _refuse_directory(file: BinaryIO, settings: Settings) -> None:
    """Refuse a directory too large to be held, by the size that it is said to have."""
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - zipfile.ZIP_MAX_COMMENT - 100))
    tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[found + 12 : found + 16], "little") if found >= 0 else 0
    if size == 0xFFFFFFFF:  # then it is in the record of zip64
        found = tail.rfind(b"PK\x06\x06")
        size = int.from_bytes(tail[found + 40 : found + 48], "little") if found >= 0 else 0
    if size > ENTRY_BYTES * settings.max_members:
        what = f"a directory of {size:,} bytes, for more than {settings.max_members:,} members"
        raise bomb(what, "max_members")


def _refuse(infos: Sequence[zipfile.ZipInfo], file: BinaryIO, settings: Settings) -> None:
    """Refuse an archive for what its directory says. Raises RejectError."""
    if any(info.filename in DOCUMENTS for info in infos[:1]):
        detail = "unsupported_format: a document, not an archive; save it as text or HTML"
        raise RejectError("open", "unsupported_format", detail)
    if len(infos) > settings.max_members:
        raise bomb(f"{len(infos):,} members, over {settings.max_members:,}", "max_members")
    packed, declared = sum(i.compress_size for i in infos), sum(i.file_size for i in infos)
    if declared > FREE_BYTES and declared > settings.max_ratio * packed:
        what = f"{declared:,} bytes out of {packed:,} in, over {settings.max_ratio} to 1"
        raise bomb(what, "max_ratio")
    spans = sorted((i.header_offset, _end(i, file)) for i in infos)
    if any(end > after for (_, end), (after, _) in pairwise(spans)):
        detail = "bomb: members lie over each other; unpack it yourself if it is right"
        raise RejectError("read", "archive_bomb", detail)


def _end(info: zipfile.ZipInfo, file: BinaryIO) -> int:
    """Where the packed bytes of a member end."""
    file.seek(info.header_offset)
    magic, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    if magic != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"no member at offset {info.header_offset}")
    return info.header_offset + _LOCAL.size + int(name) + int(extra) + info.compress_size


def _corrupt(error: Exception) -> RejectError:
    said = " ".join(str(error).split())[:100] or type(error).__name__
    return RejectError("read", "corrupt", f"zip_corrupt: {said}; copy the file again")
