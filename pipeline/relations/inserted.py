"""`…, a fait savoir lundi l'industriel.`: an inserted clause of saying, read from its words.

A parser makes of it a sentence of its own or a clause of any kind, so that the tree does not
lead to its speaker; comma, verb and speaker stand in this order whatever the tree says.
"""

from __future__ import annotations

from pipeline.nodes import Node
from pipeline.relations.cues import Cues
from pipeline.trees import feature, fold, lemma, prepositions

ENDS = frozenset({".", "!", "?", "…", "\n", ";", ":"})
OPENERS = frozenset({",", "»", '"', "”", "—", "–"})
CLOSED = frozenset({",", ".", "—", "–"})
LONGEST = 6
"""Tokens between the verb and its speaker, at most."""
REACH = 80
"""Tokens looked at on either side."""
SMALL = frozenset({"DET", "ADJ", "NUM"})


def inserted_verb(head: Node, cues: Cues) -> tuple[Node, Node] | None:
    """The verb of saying inserted in the sentence of `head`, and the first noun behind it."""
    doc = head.doc
    first, last = _sentence(head)
    for i in range(first, last - 1):
        if doc[i].text in OPENERS:
            verb = _verb(doc[i + 1], cues, last)
            speaker = _speaker(verb, last) if verb is not None else None
            if verb is not None and speaker is not None and not verb.i <= head.i <= speaker.i:
                return verb, speaker
            before = _speaker_before(doc[i + 1], cues, last)
            if before is not None and not i < head.i <= before[0].i:
                return before
    return None


def source_phrase(head: Node, cues: Cues) -> Node | None:
    """`Selon X, …`, `…, selon X, …` set off by commas in the sentence of `head`."""
    doc = head.doc
    first, last = _sentence(head)
    for i in range(first, last):
        token = doc[i]
        if token.pos_ not in {"NOUN", "PROPN"} or not prepositions(token) & cues.source_preps:
            continue
        cases = [c.i for c in token.children if c.dep_ == "case" and c.i < token.i]
        if cases and (cases[0] == first or doc[cases[0] - 1].text in OPENERS):
            return token
    return None


def parted(a: Node, b: Node) -> bool:
    """A colon or semicolon stands between the two."""
    low, high = sorted((a.i, b.i))
    return any(t.text in {":", ";"} for t in a.doc[low:high])


def _sentence(head: Node) -> tuple[int, int]:
    """From one full stop to the next, whatever sentences the parser made."""
    doc, first, last = head.doc, head.i, head.i
    while first > max(0, head.i - REACH) and doc[first - 1].text not in ENDS:
        first -= 1
    while last < min(len(doc), head.i + REACH) and doc[last].text not in ENDS:
        last += 1
    return first, last


def _verb(token: Node, cues: Cues, last: int) -> Node | None:
    """A finite verb of saying right here, after an auxiliary, adverbs or a reflexive clitic."""
    doc, i, bare = token.doc, token.i, True
    while i < last and (doc[i].pos_ in {"AUX", "ADV"} or lemma(doc[i]) in cues.reflexives):
        bare = bare and doc[i].pos_ != "AUX"
        i += 1
    if i >= last:
        return None
    verb = doc[i]
    if lemma(verb) in cues.causatives and i + 1 < last:
        verb = doc[i + 1]  # `a fait savoir`
    elif bare and feature(verb, "VerbForm") not in {"Fin", None}:
        return None
    says = lemma(verb) in cues.saying or fold(verb.text) in cues.saying
    return verb if says and (verb.pos_ in {"VERB", "AUX", "NOUN"}) else None


def _speaker_before(token: Node, cues: Cues, last: int) -> tuple[Node, Node] | None:
    """`…, one diplomat suggested, …`: the speaker, the verb right behind it, and a comma."""
    doc, i = token.doc, token.i
    while i < min(last, token.i + LONGEST) and doc[i].pos_ in SMALL | {"NOUN", "PROPN"}:
        i += 1
    if i == token.i or i + 1 >= len(doc) or doc[i + 1].text not in CLOSED:
        return None
    verb, speaker = doc[i], doc[i - 1]
    if speaker.pos_ not in {"NOUN", "PROPN"}:
        return None
    says = verb.pos_ == "VERB" and lemma(verb) in cues.saying
    return (verb, speaker) if says else None


def _speaker(verb: Node, last: int) -> Node | None:
    """The noun or name behind the verb, past adverbs and days; nothing in between."""
    doc = verb.doc
    for i in range(verb.i + 1, min(last, verb.i + 1 + LONGEST)):
        token = doc[i]
        if token.pos_ in {"ADP", "SCONJ", "CCONJ", "PRON", "VERB", "PUNCT"}:
            return None
        if token.ent_type_ == "DATE" or token.pos_ in SMALL or token.pos_ == "ADV":
            continue
        if token.pos_ in {"NOUN", "PROPN"}:
            return token
    return None
