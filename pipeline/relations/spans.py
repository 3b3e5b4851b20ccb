"""Where a trigger and its sentence stand in the passage."""

from __future__ import annotations

from pipeline.nodes import Phrase
from pipeline.relations.model import Tokens

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
