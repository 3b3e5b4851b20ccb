"""Mails (`.eml`), as newsletters and press offices send them: one page a mail.

The text part is taken, or else the HTML part; attachments are left alone. Parsed aside, for a mail
may nest its parts as deep as it likes.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parseaddr

from pipeline.errors import RejectError
from pipeline.readers import aside
from pipeline.readers.content import Content
from pipeline.readers.decode import Decoded, decode
from pipeline.readers.html import declared_charset, require_extra
from pipeline.readers.markup import text_of
from pipeline.readers.pages import one_line, page_text
from pipeline.records import Page, Reject
from pipeline.settings import Settings

MAX_PARTS = 1_000
MAX_HEADER_CHARS = 10_000
"""Of one field; the library takes long over more."""
_SEALED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


def read_mail(content: Content, settings: Settings) -> Iterator[Page | Reject]:
    """The page of the mail. Raises RejectError (`empty`, `encrypted`, `too_deep` …)."""
    raw = content.whole(settings.max_record_bytes)
    page = aside.one(f"{__name__}:page_of", (raw,), settings.read_seconds)
    assert isinstance(page, Page)
    yield replace(page, source=content.source, raw_sha256=content.digest or "")


def page_of(raw: bytes) -> Iterator[Page]:
    """The page of a mail, without source and digest; run in a child process.

    Raises RejectError.
    """
    try:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        decoded, is_html = _text_part(list(_parts(message)))
    except RecursionError:
        detail = "mail_depth: parts nested too deep; save the text alone"
        raise RejectError("read", "too_deep", detail) from None
    if is_html:
        require_extra("html", "trafilatura")
    title = one_line(_header(message, "Subject"))
    text, flags = page_text(text_of(decoded.text) if is_html else decoded.text, title)
    before = (flag for flag in decoded.flags if flag not in (*flags, "mojibake_suspect"))
    sender = parseaddr(_header(message, "From") or "")[0]
    yield Page(
        source="",
        source_format="mail",
        raw_sha256="",
        text=text,
        encoding=decoded.encoding,
        text_flags=(*before, *flags),
        source_id=one_line((_header(message, "Message-ID") or "").strip("<> \t")),
        url=one_line((_header(message, "Archived-At") or "").strip("<> \t")),
        title=title,
        published=one_line(_header(message, "Date")),
        byline=one_line(sender) if "@" not in sender else None,
    )


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for count, part in enumerate(message.walk()):
        if count >= MAX_PARTS:
            detail = f"mail_depth: more than {MAX_PARTS:,} parts; save the text alone"
            raise RejectError("read", "too_deep", detail)
        if part.get_content_type() in _SEALED:
            raise RejectError("open", "encrypted", "encrypted: decrypt it first, then rerun")
        if part.get_content_disposition() != "attachment":
            assert isinstance(part, EmailMessage)
            yield part


def _text_part(parts: list[EmailMessage]) -> tuple[Decoded, bool]:
    """The first text that is not blank, plain ones before HTML; whether it is HTML."""
    fault = RejectError("read", "empty", "empty: a mail without text")
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            payload = part.get_payload(decode=True)
            if part.get_content_type() != wanted or not isinstance(payload, bytes):
                continue
            try:
                return decode(payload, part.get_content_charset() or declared_charset(payload)), (
                    wanted == "text/html"
                )
            except RejectError as error:  # perhaps another part is sound
                fault = error if error.reason != "empty" else fault
    raise fault


def _header(message: EmailMessage, name: str) -> str | None:
    """A header, decoded as far as it can be; the library trips over some that are damaged."""
    written = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    given = next(written, None)
    if given is None or len(given) > MAX_HEADER_CHARS:
        return None
    raw = given.encode("utf-8", "surrogateescape")
    if not raw.isascii():  # not as it should be written, but so it is
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("cp1252", "replace")
    try:
        return str(message[name])
    except Exception:
        return None
