"""Streams of text in another encoding, turned into UTF-8 piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from pipeline.errors import RejectError
from pipeline.readers.content import Content
from pipeline.readers.decode import MARKS, refuse_utf16


def stream_encoding(head: bytes) -> str:
    """The encoding that a byte order mark tells, else UTF-8. Raises RejectError `bad_encoding`."""
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)
    if marked is None and 4 * head.count(b"\0\0") < head.count(0):  # no hole in a damaged file
        refuse_utf16(head)
    return marked or "utf-8"


def utf8_chunks(content: Content, encoding: str) -> Iterator[bytes]:
    """The bytes of some content as UTF-8, without a byte order mark at the beginning.

    What is not in the encoding stays wrong, so that the record it is in is refused; what is
    already UTF-8 is not looked at. Raises what `content.chunks` raises.
    """
    mark = next((m for m, name in MARKS if name == encoding and content.head.startswith(m)), b"")
    chunks = _without(mark, content.chunks())
    return chunks if encoding == "utf-8" else _transcoded(chunks, encoding)


def _without(mark: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk.removeprefix(mark)
        break
    yield from chunks


def _transcoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    errors = "surrogatepass" if encoding.startswith("utf") else "surrogateescape"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", errors)
        yield decoder.decode(b"", final=True).encode("utf-8", errors)
    except UnicodeDecodeError as error:
        detail = f"invalid_{encoding}: {error.reason}; save it as UTF-8"
        raise RejectError("decode", "bad_encoding", detail) from None
