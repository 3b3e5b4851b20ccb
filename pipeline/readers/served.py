"""What a web server answered, as a WARC record holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.errors import RejectError
from pipeline.readers.content import too_large
from pipeline.readers.recognise import HTML_HEAD

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

MAX_HEADER_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Served:
    """One answer; its body is still packed."""

    status: int | None
    """None where it was not served over HTTP."""
    media: str
    charset: str | None
    record: bytes
    """The whole record."""

    def body(self, limit: int) -> bytes:
        """The body as the server meant it. Raises RejectError (`corrupt`, `too_large`).

        Some crawlers unpack a body and leave the header that says it is packed.
        """
        try:
            body = _parsed(self.record, "all").reader.read(limit + 1)
        except OSError as error:
            body = self._as_it_stands(limit)
            if not HTML_HEAD.match(body):
                raise _http(error) from None
        if len(body) > limit:
            raise too_large("an unpacked record", len(body), limit)
        return body

    def _as_it_stands(self, limit: int) -> bytes:
        try:
            return _parsed(self.record, "transfer").reader.read(limit + 1)
        except OSError:
            return b""


def served(headers: Mapping[str, str], block: bytes) -> Served:
    """The answer in the block of a record. Raises RejectError `corrupt`."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    raw = f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
    try:
        record = _parsed(raw, "none")
    except OSError as error:
        raise _http(error) from None
    if record.is_http:
        media, charset = record.http_content_type or "", record.http_charset
        return Served(record.http_headers.status_code, media.strip().lower(), charset, raw)
    media, _, parameters = (headers.get("Content-Type") or "").partition(";")
    charset = parameters.partition("charset=")[2].strip(' "') or None
    return Served(None, media.strip().lower(), charset, raw)


def check_digest(headers: Mapping[str, str], record: bytes) -> None:
    """Raise RejectError `corrupt` where the record has a digest, and it is another's."""
    from fastwarc.warc import WarcRecord

    if "WARC-Block-Digest" in headers and not WarcRecord.from_bytes(record).verify_block_digest():
        detail = "warc_digest: the bytes are not those its digest tells; fetch it again"
        raise RejectError("read", "corrupt", detail)


def _parsed(record: bytes, decode: Literal["none", "all", "transfer"]) -> WarcRecord:
    from fastwarc.warc import WarcRecord

    parsed = WarcRecord.from_bytes(record)
    parsed.parse_http(auto_decode=decode, max_header_len=MAX_HEADER_BYTES)
    return parsed


def _http(error: OSError) -> RejectError:
    said = " ".join(str(error).split())[:100]
    return RejectError("read", "corrupt", f"warc_http: {said}; fetch it again")
