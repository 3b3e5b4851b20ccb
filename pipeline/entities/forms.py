"""What the letters of a token tell: found once for each form, whatever article it stands in."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pipeline.entities.dates import may_date
from pipeline.entities.gazetteer import Gazetteer
from pipeline.entities.language import vocabulary
from pipeline.entities.letters import fold_word, split_words
from pipeline.entities.quantities import may_count

MOST_FORMS = 200_000
TRANSPARENT = frozenset("-‐‑'’")
"""Tokens that may stand between two words of one name."""
NAME, NATION, PRONOUN, DATE, AMOUNT, NOUN = 1, 2, 4, 8, 16, 32
"""What a token may begin."""
NEVER = 9
"""More capitals than a word can have."""
KINDS = (NAME, NATION, PRONOUN, DATE, AMOUNT, NOUN)


class Form(NamedTuple):
    """What is known of a token by its letters."""

    folded: str
    parts: tuple[tuple[str, int, int, int], ...]
    """Its words: folded, capitals, start and end in the token."""
    texts: tuple[str, ...]
    """Its words, folded."""
    may: int


class Forms:
    """The forms of one language met so far; emptied before they grow too many."""

    def __init__(self, gazetteer: Gazetteer, language: str) -> None:
        self._seen: dict[str, Form] = {}
        self._bases: dict[str, int] = {}
        words = vocabulary(language)
        pronouns = words.pronouns
        firsts, seconds = words.ordinals
        self._names = {
            word: min(alias.capitals[0] for alias in aliases)
            for word, aliases in gazetteer.names.get(language, {}).items()
        }
        """First word of a name -> how it must at least be written."""
        self._nations = {
            *gazetteer.demonym_words.get(language, ()),
            *gazetteer.prefixes.get(language, ()),
        }
        self._pronouns = {*pronouns.personal, *pronouns.possessive, *pronouns.places}
        self._language = language
        self._label_of = words.label_of
        self._ordinals = firsts | seconds | words.latest

    def read(self, texts: list[str]) -> list[Form]:
        """The forms of a text's tokens."""
        if len(self._seen) > MOST_FORMS:
            self._seen.clear()
        seen = self._seen
        for text in set(texts).difference(seen):
            seen[text] = self._form(text)
        return [seen[text] for text in texts]

    def nouns(self, lemmas: list[str]) -> list[int]:
        """Positions of the lemmas that may begin a description."""
        if len(self._bases) > MOST_FORMS:
            self._bases.clear()
        bases = self._bases
        for lemma in set(lemmas).difference(bases):
            bases[lemma] = self._noun(fold_word(lemma)) if lemma else 0
        return [i for i, lemma in enumerate(lemmas) if bases[lemma]]

    def _noun(self, folded: str) -> int:
        is_noun = folded in self._ordinals or self._label_of(folded) is not None
        return NOUN if is_noun else 0

    def _form(self, text: str) -> Form:
        parts = split_words(text)
        folded = parts[0][0] if len(parts) == 1 else fold_word(text)
        may = self._noun(folded)
        for word, capitals, *_ in parts:
            if capitals >= self._names.get(word, NEVER):
                may |= NAME
            if word in self._nations:
                may |= NATION
        if bare_pronoun(folded) in self._pronouns:
            may |= PRONOUN
        if may_date(folded, self._language):
            may |= DATE
        if may_count(folded, self._language):
            may |= AMOUNT
        if not parts and text not in TRANSPARENT:
            parts = (("", 0, 0, len(text)),)
        return Form(folded, parts, tuple([part[0] for part in parts]), may)


def forms_of(gazetteer: Gazetteer, language: str) -> Forms:
    """The forms met so far with this gazetteer."""
    if language not in gazetteer.met:
        gazetteer.met[language] = Forms(gazetteer, language)
    forms: Forms = gazetteer.met[language]
    return forms


@lru_cache(maxsize=10_000)
def bare_pronoun(folded: str) -> str:
    """`-t-il`, `-elle` without what the inversion adds."""
    return folded.lstrip("-").removeprefix("t-")
