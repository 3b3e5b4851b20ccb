"""Where a trigger, its sentence and a quoted party stand in the passage."""

from __future__ import annotations

from pipeline.nodes import Node, Phrase
from pipeline.relations.model import Tokens
from pipeline.trees import dep

OPENING, CLOSING = ("«", "“"), ("»", "”")
STRAIGHT = '"'
LONGEST_TRIGGER = 8
"""Tokens beyond which only the head of a discontinuous trigger is marked."""


def trigger_span(tokens: Tokens) -> tuple[int, int]:
    """Character span of the trigger in its passage; of its head where it is torn apart."""
    first, last = min(t.i for t in tokens), max(t.i for t in tokens)
    doc = tokens[0].doc
    if last - first > LONGEST_TRIGGER:
        first = last = tokens[0].i
    span = doc[first : last + 1]
    return span.start_char, span.end_char


def trimmed(sentence: Phrase) -> tuple[int, int]:
    """Character span of a sentence without the white space round it."""
    text = sentence.text
    start = sentence.start_char + len(text) - len(text.lstrip())
    return start, start + len(text.strip())


def quoted_whole(phrase: Phrase, head: Node) -> Phrase:
    """Without a quotation mark whose partner stands outside: `« premier pas`.

    Of straight marks, what is behind the one that ends the head's quotation is not quoted.
    """
    start, end = phrase.start, phrase.end
    words = [t.text for t in phrase]
    if words[0] in OPENING and not set(words) & set(CLOSING):
        start += 1
    if words[-1] in CLOSING and not set(words) & set(OPENING):
        end -= 1
    before = sum(t.text == STRAIGHT for t in phrase.doc[head.sent.start : start])
    mark = words.index(STRAIGHT) + phrase.start if STRAIGHT in words else start
    if before % 2 and mark > head.i:
        end = mark
    return phrase.doc[start:end] if start < end else phrase


def numbered_start(noun: Node, text: str, start: int) -> int:
    """Where a phrase of `text` that begins at `start` begins with the number right before it."""
    numbers = [c.left_edge.idx for c in noun.children if dep(c) == "nummod" and c.i < noun.i]
    first = min((at for at in numbers if at < start), default=start)
    between = "".join(text[first:start].split())  # the thousands may be parted by a space
    return first if between.isalnum() else start
