"""Feeds and mails as they are meant to be; what is wrong with them is in `faults`."""

from __future__ import annotations

import base64
import html
import quopri
from pathlib import Path

import pytest

from pipeline.readers.markup import line_of, text_of
from pipeline.records import Page
from tests.faults.inject import FRENCH, feed, mail, page, paragraphs, read_one, told

MODULES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
)
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Le Blog</title>{}</feed>'
RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns="http://purl.org/rss/1.0/" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="a"><title>Le Site</title>'
    "</channel>{}</rdf:RDF>"
)


def item(inside: str, name: str = "item") -> str:
    return f"<{name} {MODULES}>{inside}</{name}>"


def of_rss(path: Path, inside: str) -> Page:
    return page(path / "a.rss", feed(item(inside)).encode())


def of_atom(path: Path, inside: str) -> Page:
    return page(path / "a.atom", ATOM.format(f"<entry>{inside}</entry>").encode())


# RSS


def test_all_fields_of_an_item(tmp_path: Path) -> None:
    got = of_rss(
        tmp_path,
        "<title>Merz &amp;#224; Paris</title><link>https://exemple.fr/1?a=1&b=2</link>"
        '<guid isPermaLink="false">g1</guid><pubDate>Tue, 12 Mar 2024 18:42:00 +0100</pubDate>'
        "<dc:creator><![CDATA[A. B.]]></dc:creator><author>c@exemple.fr (C. D.)</author>"
        "<category><![CDATA[Europe & Asie]]></category><category>Otan</category>"
        f"<description>Résumé.</description><content:encoded><![CDATA[{paragraphs(1)}<p>Fin</p>"
        "<script>x()</script>]]></content:encoded><media:title>Une image</media:title>"
        "<media:content><media:description>Une légende</media:description></media:content>",
    )
    assert got.text == f"Merz à Paris\n\n{FRENCH} Fait 0. {FRENCH}\nFin"
    assert (got.source, got.source_format, got.title) == ("a.rss#1", "feed", "Merz à Paris")
    assert (got.url, got.source_id) == ("https://exemple.fr/1?a=1&b=2", "g1")
    assert (got.published, got.byline) == ("Tue, 12 Mar 2024 18:42:00 +0100", "A. B., C. D.")
    assert (got.site, got.tags) == ("Le Journal", ("Europe & Asie", "Otan"))


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<title>Merz est venu</title>", "Merz est venu"),
        ("<description>Merz est venu</description>", "Merz est venu"),
        ("<title>Non</title><description>Il part.</description>", "Non\n\nIl part."),
        (
            "<description>&lt;p&gt;L&amp;#39;été&lt;br/&gt;finit&lt;/p&gt;</description>",
            "L'été\nfinit",
        ),
        ("<description>deux\nlignes</description>", "deux\nlignes"),
        ("<content:encoded> </content:encoded><description>Il part.</description>", "Il part."),
        ("<description>1 &lt; 2 et A &amp;amp; B</description>", "1 < 2 et A & B"),
    ],
)
def test_a_teaser_is_an_article(tmp_path: Path, inside: str, text: str) -> None:
    assert of_rss(tmp_path, inside).text == text


def test_addresses(tmp_path: Path) -> None:
    permanent = "<title>Un titre</title><guid>https://exemple.fr/2</guid>"
    assert of_rss(tmp_path, permanent).url == "https://exemple.fr/2"
    assert of_rss(tmp_path, "<title>Un titre</title><guid>x</guid>").url is None
    clicks = "<title>Un titre</title><link>https://compte.fr/3</link>"
    original = (
        '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">https://exemple.fr/3'
    )
    assert of_rss(tmp_path, f"{clicks}{original}</f:origLink>").url == "https://exemple.fr/3"
    assert of_rss(tmp_path, "<title>Un titre</title><author>a@b.fr</author>").byline is None


def test_an_item_that_changes_is_another_input(tmp_path: Path) -> None:
    first, *_, last = read_one(tmp_path / "a.rss", feed().encode())
    again, *_ = read_one(tmp_path / "b.rss", feed().replace("Fait 2", "Fait 9").encode())
    assert first.raw_sha256 == again.raw_sha256 != last.raw_sha256


# Atom and RDF


def test_atom(tmp_path: Path) -> None:
    got = of_atom(
        tmp_path,
        '<title type="html">Merz &amp;amp; &lt;b&gt;lui&lt;/b&gt;</title><id>tag:1</id>'
        '<link rel="self" href="https://exemple.fr/self"/><link href="https://exemple.fr/1"/>'
        "<updated>2024-03-13T00:00:00Z</updated><published>2024-03-12T10:00:00Z</published>"
        "<author><name>A. B.</name><email>a@exemple.fr</email></author>"
        '<category term="otan" label="Otan"/><summary>Résumé.</summary><content type="xhtml">'
        f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs(2)}</div></content>',
    )
    assert got.text.startswith(f"Merz & lui\n\n{FRENCH} Fait 0.")
    assert got.text.count(FRENCH) == 4
    assert (got.title, got.url, got.published) == (
        "Merz & lui",
        "https://exemple.fr/1",
        "2024-03-12T10:00:00Z",
    )
    assert (got.byline, got.site, got.tags, got.source_id) == (
        "A. B.",
        "Le Blog",
        ("Otan",),
        "tag:1",
    )


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('<summary type="text">a &lt;b> et &amp;eacute;</summary>', "a <b> et &eacute;"),
        (f'<content type="html">{html.escape("<p>Il <i>part</i>.</p>")}</content>', "Il part."),
        ('<content type="image/png" src="a"/><summary>Il part.</summary>', "Il part."),
    ],
)
def test_types_of_atom(tmp_path: Path, inside: str, text: str) -> None:
    assert of_atom(tmp_path, inside).text == text


def test_rdf(tmp_path: Path) -> None:
    inside = (
        '<item rdf:about="https://exemple.fr/1"><title>Été</title><dc:date>2024-03-12</dc:date>'
        "<description>Il fait chaud.</description><dc:subject>Climat</dc:subject></item>"
    )
    got = page(tmp_path / "a.rdf", RDF.format(inside).encode())
    assert (got.text, got.site, got.published) == ("Été\n\nIl fait chaud.", "Le Site", "2024-03-12")
    assert (got.source_id, got.tags) == ("https://exemple.fr/1", ("Climat",))


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a", "a.json"])
def test_a_feed_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    head = "\n<?xml version='1.0'?>\n<?xml-stylesheet href='a'?><!-- un fil -->\n"
    items = read_one(tmp_path / name, feed(head=head).encode())
    assert told(items) == [f"{name}#{n} ok" for n in (1, 2, 3)]
    lies = name != "a.xml"
    assert all(isinstance(i, Page) and ("format_sniffed" in i.text_flags) == lies for i in items)


# Mails


def test_all_fields_of_a_mail(tmp_path: Path) -> None:
    got = page(tmp_path / "a.eml", mail(FRENCH))
    assert (got.text, got.title) == (f"Merz à Paris\n\n{FRENCH}", "Merz à Paris")
    assert (got.source, got.source_format, got.byline) == ("a.eml", "mail", "Léa B.")
    assert (got.published, got.source_id) == ("Tue, 12 Mar 2024 18:42:00 +0100", "1@exemple.fr")


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ([("text/plain; charset=utf-8", FRENCH), ("text/html", "<p>Autre</p>")], FRENCH),
        ([("text/plain", " \n"), ("text/html; charset=utf-8", f"<p>{FRENCH}</p>")], FRENCH),
        ([("text/html; charset=utf-8", f"<table><tr><td>{FRENCH}</table>")], FRENCH),
        ([("text/plain\nContent-Disposition: attachment", "Non"), ("text/plain", "Oui.")], "Oui."),
    ],
)
def test_parts_of_a_mail(tmp_path: Path, parts: list[tuple[str, str]], wanted: str) -> None:
    body = "".join(f"--B\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    got = page(tmp_path / "a.eml", mail(f"{body}--B--\n", "multipart/mixed; boundary=B"))
    assert got.text.strip() == f"Merz à Paris\n\n{wanted}"


@pytest.mark.parametrize("way", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_ways_to_write_a_mail(tmp_path: Path, way: str, charset: str) -> None:
    raw = FRENCH.encode(charset)
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(way, bytes)(
        raw
    )
    head = mail("", f"text/plain; charset={charset}").replace(b"8bit", way.encode())
    got = page(tmp_path / "a.txt", (head + body).replace(b"\n", b"\r\n"))
    assert got.text.strip() == f"Merz à Paris\n\n{FRENCH}"
    assert got.text_flags == ("format_sniffed",)


@pytest.mark.parametrize(
    "raw",
    ["From: a\nDate: b\n\nUn texte.", "Paris : un texte.\nDate: x\n", "MIME-Version: 1.0\n\na b"],
)
def test_a_text_that_begins_like_a_mail_is_none(tmp_path: Path, raw: str) -> None:
    assert page(tmp_path / "a.txt", raw.encode()).source_format == "txt"


# Fragments


def test_fragments_keep_all_their_text() -> None:
    rows = "".join(f"<tr><td>{FRENCH}</td><td>Fait {n}</td></tr>" for n in range(3))
    assert text_of(f"<table>{rows}</table>").count(FRENCH) == 3
    assert text_of("<p>un\n<b>deux</b>  trois</p><style>x</style><ul><li>a<li>b</ul>fin") == (
        "un deux trois\na\nb\nfin"
    )
    assert text_of("<!-- rien -->") == ""
    assert line_of("A &amp;lt; <i>B</i>\nC") == "A < B C"
