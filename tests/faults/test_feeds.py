"""What goes wrong with feeds and mails: the faults of sections A and B that they have as well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.clean import clean_page
from pipeline.records import Page, Reject
from pipeline.settings import Settings
from tests.faults.inject import FRENCH, feed, mail, page, read_one, reject, told, words
from tests.faults.registry import fault

BOMB = "<!DOCTYPE rss [{}]>"
LAUGHS = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'


def deep_mail(depth: int) -> bytes:
    """A mail with parts in each other."""
    parts = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth)
    )
    return mail(f"--B\n{parts}\n{FRENCH}", "multipart/mixed; boundary=B")


# 4: declarations that lie


@fault(4)
@pytest.mark.parametrize(
    ("declared", "written", "flags"),
    [
        ("utf-8", "cp1252", ("encoding_guessed", "encoding_conflict")),
        ("iso-8859-1", "utf-8", ("encoding_conflict",)),
        ("iso-8859-1", "cp1252", ()),
        ("klingon", "utf-8", ()),
        ("utf-16", "utf-8", ("encoding_conflict",)),
    ],
)
def test_a_feed_or_mail_in_another_encoding(
    tmp_path: Path, declared: str, written: str, flags: tuple[str, ...]
) -> None:
    text = feed(head=f'<?xml version="1.0" encoding="{declared}"?>')
    items = read_one(tmp_path / "a.rss", text.encode(written))
    assert [isinstance(i, Page) and (i.encoding, i.text_flags) for i in items] == [
        (written, flags)
    ] * 3
    assert all(isinstance(i, Page) and FRENCH in i.text for i in items)
    raw = mail(FRENCH, f"text/plain; charset={declared}").decode().encode(written)
    got = page(tmp_path / "a.eml", raw)
    assert (FRENCH in got.text, got.encoding, got.text_flags) == (True, written, flags)


@fault(8, 9)
def test_characters_that_xml_does_not_have(tmp_path: Path) -> None:
    inside = "<description>un&#0;deux&#x1;trois\x0bquatre&#146;&nbsp;cinq &toto; &</description>"
    got = page(tmp_path / "a.rss", feed(f"<item>{inside}</item>").encode())
    assert got.text == "un\ufffddeux\ufffdtrois\ufffdquatre’\xa0cinq &toto; &"
    blocks = clean_page(got).blocks
    assert "".join(got.text[b.start : b.end] for b in blocks) == got.text


# 17: cut off


@fault(17)
def test_a_feed_that_is_cut_off_keeps_what_is_whole(tmp_path: Path) -> None:
    raw = feed().encode()
    ends = [match.end() for match in re.finditer(b"</item>", raw)]
    for place in range(raw.index(b"<channel>") + 9, len(raw) - len(b"</rss>"), 7):
        items = read_one(tmp_path / "a.rss", raw[:place])
        whole = sum(end <= place for end in ends)
        assert told(items) == [*(f"a.rss#{n + 1} ok" for n in range(whole)), "a.rss truncated"]
    broken = raw.replace(b"<title>Titre 1</title>", b"<title>Titre 1</titre>")
    items = read_one(tmp_path / "a.rss", broken)
    assert (told(items), words(items)[1]) == (["a.rss#1 ok", "a.rss corrupt"], "feed_corrupt")


@fault(16)
def test_a_feed_without_items_and_xml_that_is_none(tmp_path: Path) -> None:
    assert reject(tmp_path / "a.rss", b"<rss><channel/></rss>").reason == "empty"
    assert reject(tmp_path / "a.xml", b"<?xml version='1.0'?><urlset/>").reason == (
        "unsupported_format"
    )
    items = read_one(
        tmp_path / "b.rss", feed("<item/>", "<item><title>Un titre</title></item>").encode()
    )
    assert told(items) == ["b.rss#1 empty", "b.rss#2 ok"]


@fault(18)
def test_a_feed_over_the_limit(tmp_path: Path) -> None:
    got = reject(tmp_path / "a.rss", feed().encode(), Settings(max_record_bytes=1_000))
    assert (got.reason, "max_record_bytes" in got.detail) == ("too_large", True)


# 22, 23: depth and bombs


@fault(22)
@pytest.mark.parametrize("depth", [300, 50_000])
def test_items_and_feeds_nested_too_deep(tmp_path: Path, depth: int) -> None:
    deep = f"<item><description><![CDATA[{'<div>' * depth}{FRENCH}]]></description></item>"
    good = "<item><title>Un titre</title></item>"
    items = read_one(tmp_path / "a.rss", feed(deep, good).encode())
    assert told(items) == ["a.rss#1 too_deep", "a.rss#2 ok"]
    items = read_one(
        tmp_path / "b.rss", feed(good, f"<item>{'<a>' * depth}{'</a>' * depth}</item>").encode()
    )
    assert told(items) == ["b.rss#1 ok", "b.rss corrupt"]


@fault(22)
def test_mails_nested_too_deep(tmp_path: Path) -> None:
    assert FRENCH in page(tmp_path / "a.eml", deep_mail(20)).text
    assert reject(tmp_path / "a.eml", deep_mail(5_000)).reason == "too_deep"
    parts = "--B\nContent-Type: image/png\n\nx\n" * 3_000
    many = mail(parts, "multipart/mixed; boundary=B")
    assert reject(tmp_path / "a.eml", many).reason == "too_deep"


@fault(23)
@pytest.mark.parametrize(
    "inside",
    [
        LAUGHS,
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;',
    ],
)
def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path, inside: str) -> None:
    items = "<item><title>Il dit &b; et &a; à Paris</title></item>"
    for head in (BOMB.format(inside), "<?xml version='1.0'?><!-- a -->\n" + BOMB.format(inside)):
        got = reject(tmp_path / "a.rss", feed(items, head=head).encode())
        assert (got.reason, words([got])) == ("unsupported_format", ["xml_entities"])
    late = feed(items).replace("<channel>", f"<channel>{BOMB.format(inside)}")
    assert told(read_one(tmp_path / "a.rss", late.encode())) == ["a.rss corrupt"]


@fault(23)
def test_a_doctype_alone_is_harmless(tmp_path: Path) -> None:
    head = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/">'
    )
    assert len(told(read_one(tmp_path / "a.rss", feed(head=head).encode()))) == 3


# Dates, and headers that are damaged


@fault(20)
@pytest.mark.parametrize("date", ["naguère", "Mar, 99 Foo 20244", "0000-00-00", "-1", "&#1;"])
def test_dates_that_are_none_lose_nothing(tmp_path: Path, date: str) -> None:
    item = f"<item><title>Un titre</title><pubDate>{date}</pubDate></item>"
    got = page(tmp_path / "a.rss", feed(item).encode())
    assert clean_page(got).published_on is None
    assert clean_page(page(tmp_path / "a.eml", mail(FRENCH, date=date))).published_on is None


@fault(20)
@pytest.mark.parametrize(
    "header",
    [
        "From: \x01\xff <<<@>>, =?x?y?z?=",
        "Subject: =?utf-8?b?!!!?= =?iso-8859-1?q?=?=",
        "Date: =?utf-8?q??=",
        "Message-ID: <",
        "Content-Type: text/plain; charset*=x'y'%zz; name==?",
        "Content-Type: ;;;",
        "Content-Disposition: =",
    ],
)
def test_headers_that_are_damaged(tmp_path: Path, header: str) -> None:
    raw = f"{header}\nReceived: a\nMIME-Version: 1.0\n\n{FRENCH}".encode()
    got = page(tmp_path / "a.eml", raw)
    assert FRENCH in got.text


@fault(1, 20)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_headers_that_are_not_encoded(tmp_path: Path, encoding: str) -> None:
    raw = f"From: Léa B. <a@b.fr>\nSubject: L’été\n à Paris\nMIME-Version: 1.0\n\n{FRENCH}"
    got = page(tmp_path / "a.eml", raw.encode(encoding))
    assert (got.title, got.byline) == ("L’été à Paris", "Léa B.")
    endless = page(
        tmp_path / "b.eml", mail(FRENCH).replace(b"Subject: ", b"Subject: a" + b"(" * 90_000)
    )
    assert (endless.title, FRENCH in endless.text) == (None, True)


@fault(34)
def test_mails_that_hold_no_text(tmp_path: Path) -> None:
    sealed = mail("--B\n\nx\n--B--\n", "multipart/encrypted; boundary=B")
    assert reject(tmp_path / "a.eml", sealed).reason == "encrypted"
    image = mail("--B\nContent-Type: image/png\n\nx\n--B--\n", "multipart/mixed; boundary=B")
    got = reject(tmp_path / "a.eml", image)
    assert isinstance(got, Reject)
    assert got.reason == "empty"
