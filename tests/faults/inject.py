"""What the fault tests share: good text to damage, and reading it as a dump."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.readers import read_dump
from pipeline.records import Page, Reject, Skipped
from pipeline.settings import Settings

FRENCH = (
    "Le président français a reçu à l’Élysée, mardi, le chancelier allemand. Les deux dirigeants "
    "ont parlé de l’Europe et de la défense ; ils se reverront à Berlin dans un mois, selon "
    "une source diplomatique. Coût : 5 €."
)
ENGLISH = (
    "The president received the German chancellor in Paris on Tuesday. The two leaders have spoken "
    "of Europe and of defence, and they will meet again in Berlin, said a source."
)
SETTINGS = Settings()


def read(path: Path, settings: Settings = SETTINGS) -> list[Page | Reject]:
    """Pages and rejects of a dump, in order."""
    return [item for item in read_dump(path, settings) if not isinstance(item, Skipped)]


def skips(path: Path) -> list[Skipped]:
    """What a dump holds that is no input."""
    return [item for item in read_dump(path, SETTINGS) if isinstance(item, Skipped)]


def read_one(path: Path, raw: bytes, settings: Settings = SETTINGS) -> list[Page | Reject]:
    """Pages and rejects of one file."""
    path.write_bytes(raw)
    items = read(path, settings)
    check(items)
    return items


def check(items: Iterable[Page | Reject]) -> None:
    """What holds of whatever a reader gives: it can be written, and a reject can be acted on."""
    for item in items:
        if isinstance(item, Page):
            item.text.encode("utf-8")
            assert item.text.strip()
            assert len(item.raw_sha256) == 64
            assert "\0" not in item.text
            assert "\r" not in item.text
        else:
            item.detail.encode("utf-8")
            assert "\n" not in item.detail
            assert ":" in item.detail
        assert item.source.isprintable()


def page(path: Path, raw: bytes, settings: Settings = SETTINGS) -> Page:
    """The one page of a file."""
    (item,) = read_one(path, raw, settings)
    assert isinstance(item, Page), item
    return item


def reject(path: Path, raw: bytes, settings: Settings = SETTINGS) -> Reject:
    """The one reject of a file."""
    (item,) = read_one(path, raw, settings)
    assert isinstance(item, Reject), item
    return item


def told(items: Iterable[Page | Reject]) -> list[str]:
    """Each item as the end of its source, and its reason if it is a reject."""
    return [
        f"{i.source.rpartition('/')[2]} {i.reason if isinstance(i, Reject) else 'ok'}"
        for i in items
    ]


def words(items: Iterable[Page | Reject]) -> list[str]:
    """The first word of the detail of each reject; `ok` for a page."""
    return [i.detail.partition(":")[0] if isinstance(i, Reject) else "ok" for i in items]


def records(count: int, start: int = 0) -> list[dict[str, object]]:
    """Articles as records."""
    return [
        {"id": n, "title": f"Titre {n}", "text": f"{FRENCH} Fait {n}.", "date": "2024-03-12"}
        for n in range(start, start + count)
    ]


def jsonl(count: int, start: int = 0) -> bytes:
    """Articles as JSON lines."""
    return b"".join(json.dumps(r).encode() + b"\n" for r in records(count, start))


def html(body: str, head: str = '<meta charset="utf-8">') -> str:
    """A page with a menu and an article."""
    return (
        f"<!DOCTYPE html><html><head>{head}<title>Merz à Paris</title></head><body>"
        f"<nav><a href='/'>Accueil</a></nav><article><h1>Merz à Paris</h1>{body}</article>"
        "<footer>Mentions légales</footer></body></html>"
    )


def feed(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """An RSS feed of items, of three articles where none are given."""
    articles = items or tuple(
        f"<item><title>Titre {n}</title><link>https://exemple.fr/{n}</link><guid>g{n}</guid>"
        f"<pubDate>Tue, 12 Mar 2024 18:42:00 +0100</pubDate><category>Europe</category>"
        f"<description><![CDATA[<p>{FRENCH} Fait {n}.</p>]]></description></item>"
        for n in range(3)
    )
    return (
        f'{head}<rss version="2.0"><channel><title>Le Journal</title>{"".join(articles)}'
        "</channel></rss>"
    )


def mail(body: str, kind: str = "text/plain; charset=utf-8", date: str = "") -> bytes:
    """A mail of one part, or of those that `body` holds."""
    return (
        "From: =?utf-8?q?L=C3=A9a_B=2E?= <lea@exemple.fr>\nTo: tous@exemple.fr\n"
        "Subject: =?utf-8?q?Merz_=C3=A0_Paris?=\nMessage-ID: <1@exemple.fr>\nMIME-Version: 1.0\n"
        f"Date: {date or 'Tue, 12 Mar 2024 18:42:00 +0100'}\nContent-Type: {kind}\n"
        f"Content-Transfer-Encoding: 8bit\n\n{body}"
    ).encode()


def paragraphs(count: int = 4) -> str:
    """Paragraphs of HTML, enough for an article."""
    return "".join(f"<p>{FRENCH} Fait {n}. {FRENCH}</p>" for n in range(count))


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return raw.getvalue()


def tarred(members: Mapping[str, bytes], *others: tarfile.TarInfo) -> bytes:
    """A tar archive, with members that are no files at its end."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in others:
            archive.addfile(info)
    return raw.getvalue()


def warc(count: int = 3, *, packed: bool = False, chunked: bool = False) -> bytes:
    """A WARC file: a header, and for each page its request, itself, and one that is missing."""
    raw = io.BytesIO()
    writer = WARCWriter(raw, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "test"}))
    for number in range(count):
        address = f"https://exemple.fr/{number}"
        body = html(f"<p>Page {number}.</p>{paragraphs()}").encode()
        headers = [("Content-Type", "text/html; charset=utf-8")]
        if chunked:
            body = gzip.compress(body)
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
            headers += [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
        request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "exemple.fr")], is_http_request=True)
        answer = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        missing = StatusAndHeaders("404 Not Found", headers, protocol="HTTP/1.1")
        for kind, what, payload in (
            ("request", request, b""),
            ("response", answer, body),
            ("response", missing, b"<html>404</html>"),
        ):
            record = writer.create_warc_record(
                address, kind, payload=io.BytesIO(payload), http_headers=what
            )
            writer.write_record(record)
    return raw.getvalue()
