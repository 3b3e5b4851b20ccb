"""Raw French news as tokenized paragraphs, for vectors, pretraining and distillation.

Titles and standfirsts are paragraphs of their own, as they are in page dumps. The texts stay in
``.work``: they may be read for training but never be redistributed.
"""

import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from spacy.language import Language

FIELDS = ("title", "heading", "article")
GLUED = re.compile(r"(?<=[a-zéèêàùûîôç0-9»\"%)][.!?])(?=[A-ZÉÈÀÎÔÇ«][\w'’ ])")
SPACES = re.compile(r"[ \t\u00a0\u202f\u2009]+")
SENTENCE_BREAK = re.compile(r"(?<=[.!?…»]) (?=[A-ZÉÈÀÎÔÇ«\"])")
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


def paragraphs(archive: Path, plain: Path) -> Iterator[str]:
    """Title, standfirst and pieces of the body of every article, then the plain text."""
    for article in articles(archive):
        for field in FIELDS:
            for line in str(article.get(field) or "").splitlines():
                yield from pieces(unglued(line))
    yield from pieces(" ".join(plain.read_text(encoding="utf-8").split()))


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


def write(nlp: Language, archive: Path, plain: Path, target: Path) -> int:
    """One paragraph a line, tokens between tabs with ``_`` after those that a space follows.

    Returns the number of tokens.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    total = 0
    with target.open("w", encoding="utf-8") as out:
        for text in paragraphs(archive, plain):
            doc = nlp.make_doc(text)
            total += len(doc)
            out.write("\t".join(t.text + ("_" if t.whitespace_ else "") for t in doc) + "\n")
    return total
