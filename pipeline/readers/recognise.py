"""Which format some content is in: by its first bytes, then by its name.

Containers and binary formats are known by their bytes alone. Text formats look alike, so there
the name counts, unless the bytes plainly say otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.errors import RejectError
from pipeline.readers.content import Content
from pipeline.readers.decode import MARKS, refuse_binary, refuse_utf16

PACKED: dict[str, tuple[re.Pattern[bytes], str]] = {
    "gz": (re.compile(rb"\x1f\x8b\x08"), ".gz"),
    "bz2": (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), ".bz2"),
    "xz": (re.compile(rb"\xfd7zXZ\x00"), ".xz"),
    "zst": (re.compile(rb"\x28\xb5\x2f\xfd"), ".zst"),
}
"""Containers of one stream: their first bytes and suffix."""
ARCHIVES: dict[str, tuple[re.Pattern[bytes], str]] = {
    "zip": (re.compile(rb"PK(?:\x03\x04|\x05\x06)"), ".zip"),
    "tar": (re.compile(rb"(?s).{257}ustar"), ".tar"),
}
"""Containers of members."""
BINARY: dict[str, tuple[re.Pattern[bytes], str]] = {
    "parquet": (re.compile(rb"PAR[1E]"), ".parquet"),
    "warc": (re.compile(rb"WARC/\d"), ".warc"),
}
"""Formats known by their first bytes."""
SHORT = {
    ".tgz": ".tar.gz",
    ".tbz2": ".tar.bz2",
    ".tbz": ".tar.bz2",
    ".txz": ".tar.xz",
    ".tzst": ".tar.zst",
    ".gzip": ".gz",
    ".zstd": ".zst",
    ".pq": ".parquet",
    ".warc.wet": ".warc",
    ".wet": ".warc",
}
"""Suffixes that stand for others."""
SUFFIXES = {
    ".txt": "txt",
    ".text": "txt",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".xml": "feed",
    ".eml": "mail",
    ".parquet": "parquet",
    ".warc": "warc",
}
"""Formats by suffix."""
DOCUMENTS = frozenset(
    {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".apk", ".whl"}
)
"""Suffixes of what is a zip archive only inside."""
HTML_HEAD = re.compile(
    rb"(?i)\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)?<(?:!doctype html|html)"
)
FEED_HEAD = re.compile(
    rb"(?s)\s*+(?:(?>"
    rb"<\?.{0,500}?\?>|<!--.{0,2000}?-->|<!DOCTYPE[^\[>]{0,300}(?:\[.{0,4000}?\]\s*)?>"
    rb")\s*+){0,9}+<(?:[\w-]{1,20}:)?(?:rss|feed|RDF)[\s>]"
)
"""Nothing in it is tried twice: it ends soon on any bytes."""
_TAG = re.compile(rb"<[A-Za-z!/]")
_MAIL_FIELD = re.compile(rb"([!-9;-~]{1,76}):|[ \t]")
_MAIL_NAMES = frozenset({b"mime-version", b"message-id", b"received", b"return-path"})
_JSON_LINE = re.compile(rb'\s*\{\s*"')
_JSON_ARRAY = re.compile(rb'\s*\[\s*\{\s*"')
_JSON_BROKEN = re.compile(rb'\s*\{[ \t\r]*\n\s*"')
"""An object on several lines."""
_JSON_LINES = re.compile(rb'\s*\{\s*"[^\n]*\}\s*\n\s*\{\s*"')


@dataclass(frozen=True, slots=True)
class Recognised:
    """What some content is."""

    format: str
    """A key of PACKED, ARCHIVES, BINARY, or a text format."""
    inner: str
    """The name without the suffix of this layer."""
    lies: bool
    """The name says something else."""


def recognise(content: Content) -> Recognised:
    """The format of some content.

    Raises RejectError (`empty`, `unsupported_format`, `not_text`, `corrupt`).
    """
    name = _spelled_out(content.name)
    stem, dot, last = name.rpartition(".")
    suffix = dot + last if stem or dot else ""
    head = content.head
    if not head:
        next(content.chunks(), None)  # where it is empty because it could not be unpacked
        raise RejectError("decode", "empty", "empty: no byte in it")
    if suffix in DOCUMENTS:
        raise _unsupported(suffix)
    for kind, (magic, own) in (PACKED | ARCHIVES | BINARY).items():
        if magic.match(head):
            return Recognised(kind, stem if suffix == own else name, suffix != own)
    packed = {own: kind for kind, (_, own) in (PACKED | ARCHIVES).items()}
    if suffix in packed:  # by its bytes it is none: the name lies
        return _plain(head, stem, packed[suffix])
    return _plain(head, name, None)


def _plain(head: bytes, name: str, claimed: str | None) -> Recognised:
    """The format of what is no container; `claimed` is the container that the name tells of."""
    refuse_binary(head)
    suffix = "." + name.rpartition(".")[2] if "." in name else ""
    known = SUFFIXES.get(suffix)
    if known in BINARY:
        detail = f"{known}_corrupt: it does not begin as {known} does; copy the file again"
        raise RejectError("read", "corrupt", detail)
    found = _sniffed(head, known)
    if found is None and claimed:
        detail = f"{claimed}_corrupt: it does not begin as {claimed} does; copy the file again"
        raise RejectError("read", "corrupt", detail)
    if found is None:
        raise _unsupported(suffix)
    return Recognised(found, name, claimed is not None or found != known)


def _sniffed(head: bytes, known: str | None) -> str | None:
    """The text format of some bytes, given what the name says."""
    head = unmarked(head)
    if HTML_HEAD.match(head):
        return "html"
    if FEED_HEAD.match(head):
        return "feed"
    if known == "mail" or _is_mail(head):
        return "mail"
    if known == "feed" and not head.strip():
        return "feed"
    if known == "feed":
        refuse_utf16(head)
        detail = "unsupported_format: neither RSS, Atom nor RDF; convert it to JSON lines"
        raise RejectError("open", "unsupported_format", detail)
    if known == "html":
        return "html" if _TAG.search(head) else "txt"
    if known in ("jsonl", "json", "txt") or (known == "csv" and _JSON_LINE.match(head)):
        return _json_kind(head, known)
    return known or _json_kind(head, None)


def unmarked(head: bytes) -> bytes:
    """The first bytes as UTF-8, where a byte order mark says what they are in."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            cut = len(head) - (len(head) - len(mark)) % 4
            return head[len(mark) : cut].decode(encoding, "replace").encode()
    return head


def _is_mail(head: bytes) -> bool:
    """Begins with the header of a mail, which a page saved by a browser has as well."""
    names: set[bytes] = set()
    for line in head.split(b"\n")[:200]:
        if not line.strip():
            break
        field = _MAIL_FIELD.match(line)
        if not field:
            return False
        names.add((field.group(1) or b"").lower())
    sent = b"from" in names and bool(names & {b"date", b"subject"})
    return sent and bool(names & _MAIL_NAMES) and b"snapshot-content-location" not in names


def _json_kind(head: bytes, known: str | None) -> str | None:
    if _JSON_ARRAY.match(head) or (known == "jsonl" and _JSON_BROKEN.match(head)):
        return "json"
    if _JSON_LINES.match(head):
        return "jsonl"
    if known == "jsonl" or (known == "json" and not _JSON_LINE.match(head)):
        return known
    return "json" if _JSON_LINE.match(head) and known != "txt" else known


def _spelled_out(name: str) -> str:
    for short, long in SHORT.items():
        if name.endswith(short):
            return name.removesuffix(short) + long
    return name


def _unsupported(suffix: str) -> RejectError:
    what = suffix.removeprefix(".") or "no suffix"
    return RejectError(
        "open",
        "unsupported_format",
        f"unsupported_format: {what[:40]!r}; convert it to {', '.join(SUFFIXES)}, or move it away",
    )
