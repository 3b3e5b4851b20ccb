"""Text files: one page a file."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.readers.content import Content
from pipeline.readers.decode import decode
from pipeline.readers.pages import is_markup
from pipeline.records import Page, Reject
from pipeline.settings import Settings


def read_txt(content: Content, settings: Settings) -> Iterator[Page | Reject]:
    """The page of the file. Raises RejectError (`too_large`, `changed_during_read`, decoding's)."""
    decoded = decode(content.whole(settings.max_record_bytes))
    markup = is_markup(decoded.text)
    yield Page(
        source=content.source,
        source_format="txt",
        raw_sha256=content.digest or "",
        text=decoded.text,
        encoding=decoded.encoding,
        text_flags=(*decoded.flags, "markup_suspect") if markup else decoded.flags,
    )
