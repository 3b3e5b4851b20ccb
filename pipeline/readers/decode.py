"""Bytes to text: which encoding, said how surely, and no more change than tables.md allows.

Guessing is a last resort: almost any bytes decode as windows-1252, so a guess is believed only
where the result reads as French or English.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pipeline.errors import RejectError
from pipeline.languages import function_word_hits, token_counts

MAX_NUL_SHARE = 0.1
"""Of the bytes; above it this is UTF-16 without a mark, or no text."""
MIN_FUNCTION_SHARE = 0.12
"""Of the words, below which a guessed text does not read as a known language."""
SAMPLE_CHARS = 20_000
"""Of a guessed text, looked at to judge the guess."""

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a zip archive (or docx, odt, epub)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh9", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstandard data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a rar archive"),
    (b"PAR1", "Parquet"),
    (b"ARROW1", "Arrow"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"RIFF", "audio or video"),
    (b"OggS", "audio or video"),
)
MOJIBAKE = re.compile("Ã[\x80-\xbf©ª«¨§®´¹»¢¼¶‰€¤ ]|â€[™œ˜“”¦\x80-\xbf]|Â[«»°\xa0]")
_TAG = re.compile("<[^<>]*>")
_NOT_OF_PAGES = frozenset({"unicode-escape", "raw-unicode-escape", "utf-7", "idna", "punycode"})
"""Names that Python knows and no page is written in: their text would not be what was written."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the encoding it came from and what had to be done to it."""

    text: str
    encoding: str
    flags: tuple[str, ...]


def decode(raw: bytes, declared: str | None = None) -> Decoded:
    """The text of a page's bytes, tidied; `declared` is the encoding that it says it is in.

    Raises RejectError (`not_text`, `bad_encoding`, `empty`).
    """
    refuse_binary(raw)
    encoding, text, flags = _decoded(raw, declared)
    text, changes = tidy(text)
    if not text or text.isspace():
        raise RejectError("decode", "empty", "empty: nothing but white space")
    flags = (*flags, *changes)
    if is_mojibake(text):
        flags = (*flags, "mojibake_suspect")
    return Decoded(text, encoding, flags)


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    """Line ends as `\\n`, NFC, NUL and lone surrogates one for one U+FFFD; flags for the latter."""
    flags: list[str] = []
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and "\0" not in text:
        return text, ()
    if "\0" in text:
        flags.append("nul_replaced")
        text = text.replace("\0", "\ufffd")
    if _has_surrogate(text):
        flags.append("surrogate_replaced")
        text = _SURROGATE.sub("\ufffd", text)
    return unicodedata.normalize("NFC", text), tuple(flags)


def is_mojibake(text: str) -> bool:
    """Some letters look like UTF-8 that was read as windows-1252 (`Ã©`, `â€™`)."""
    suspect = "Ã" in text or "â€" in text or "Â" in text  # far faster than the pattern
    return suspect and MOJIBAKE.search(text) is not None


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")  # far faster than a pattern
    except UnicodeEncodeError:
        return True
    return False


def refuse_binary(raw: bytes) -> None:
    """Raise RejectError `not_text` where the first bytes are those of another format."""
    for magic, name in MAGIC:
        if raw.startswith(magic):
            raise RejectError(
                "decode", "not_text", f"not_text: the bytes are {name}; convert it to text first"
            )


def refuse_utf16(raw: bytes) -> None:
    """Raise RejectError `bad_encoding` where NULs tell UTF-16 that has no mark."""
    if raw.count(0) > MAX_NUL_SHARE * len(raw):
        raise RejectError(
            "decode",
            "bad_encoding",
            "encoding_unknown: many NUL bytes, as in UTF-16 without a byte order mark; "
            "save it as UTF-8",
        )


def invalid_utf8(error: UnicodeDecodeError) -> RejectError:
    """The reject for bytes that claim to be UTF-8 and are not."""
    byte = error.object[error.start]
    return RejectError(
        "decode",
        "bad_encoding",
        f"invalid_utf8: byte 0x{byte:02X} at offset {error.start}; save it again as UTF-8",
    )


def _decoded(raw: bytes, declared: str | None) -> tuple[str, str, tuple[str, ...]]:
    """Encoding, text, and flags: that it is a guess, that another one was declared."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return encoding, _strict(raw[len(mark) :], encoding), ()
    refuse_utf16(raw)
    wanted = _known_as(declared)
    try:
        text = _without_inner_marks(raw).decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(raw):
            raise invalid_utf8(error) from None
    else:
        differs = wanted not in (None, "utf-8") and not raw.isascii()
        return "utf-8", text, ("encoding_conflict",) if differs else ()
    if wanted not in (None, "utf-8") and (text := _tried(raw, wanted)):
        return wanted, text, ()
    encoding, text = _guessed(raw)
    return encoding, text, ("encoding_guessed", *(("encoding_conflict",) if wanted else ()))


def _known_as(declared: str | None) -> str | None:
    """Python's name of a declared encoding; as browsers do, Latin-1 is taken for windows-1252."""
    try:
        name = codecs.lookup(declared).name if declared else None
    except (LookupError, ValueError):
        return None
    if name in _NOT_OF_PAGES:
        return None
    return "cp1252" if name in ("iso8859-1", "ascii") else name


def _tried(raw: bytes, encoding: str) -> str:
    """The text in an encoding, empty where it is not in it (or that is no encoding of text)."""
    try:
        return raw.decode(encoding)
    except (UnicodeError, LookupError):
        return ""


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return _without_inner_marks(raw).decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise invalid_utf8(error) from None
        detail = f"invalid_{encoding}: at byte {error.start}, after a byte order mark that says so"
        raise RejectError("decode", "bad_encoding", f"{detail}; save it as UTF-8") from None


def _without_inner_marks(raw: bytes) -> bytes:
    """Marks at a line's beginning are left from files joined with `cat`: not text."""
    return raw.replace(b"\n" + codecs.BOM_UTF8, b"\n")


def _mostly_utf8(raw: bytes) -> bool:
    """Damaged UTF-8 rather than another encoding: more letters in UTF-8 than bad bytes."""
    text = raw.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(1 for c in text if c > "\x7f") - bad >= bad


def _guessed(raw: bytes) -> tuple[str, str]:
    for encoding in chain(("cp1252",), _candidates(raw)):
        text = _tried(raw, encoding)
        if text and _reads_as_known_language(text):
            return encoding, text
    raise RejectError(
        "decode",
        "bad_encoding",
        "encoding_unknown: neither UTF-8 nor a text that reads as French or English in another "
        "encoding; save it as UTF-8",
    )


def _candidates(raw: bytes) -> Iterator[str]:
    """What charset-normalizer thinks of the bytes, best first."""
    from charset_normalizer import from_bytes  # slow to import, and seldom needed

    for match in from_bytes(raw[: 4 * SAMPLE_CHARS]):
        yield match.encoding


def _reads_as_known_language(text: str) -> bool:
    """At least three words in twenty-five, tags left out, are function words of one language."""
    tokens = token_counts(_TAG.sub(" ", text[:SAMPLE_CHARS]))
    hits = function_word_hits(tokens)
    return max(hits.values()) >= max(3, MIN_FUNCTION_SHARE * tokens.total())
