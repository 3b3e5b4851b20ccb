"""Which language an article and each of its passages is in.

Function words, letters and script settle nearly everything at the cost of one pass over the
words; langdetect is slow and wild on short text, so it is asked only about what they leave open,
and never about fewer than a hundred Latin letters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import RejectError, UsageError
from pipeline.languages import LANGUAGES, function_word_hits, token_counts
from pipeline.records import Block

HOUSE = "fr"
"""The language of a headline that nothing tells."""
UNDETERMINED = "und"
ENOUGH_LETTERS = 100
"""Of Latin script, for langdetect's answer to mean anything."""
ASKED_LETTERS = 600
"""The first of an article, shown to langdetect."""
SAMPLE_CHARS = 4_000
"""Of an article or passage, whose words are counted."""
MIN_SHARE = 0.12
"""Function words among all words, below which a language is not settled by them."""
MAX_RIVAL = 0.35
"""Function words of a foreign neighbour to those of the language, above which it is in doubt."""
SURE = 0.95
"""Probability at which langdetect outweighs the function words."""
SENTENCE_WORDS = 8
"""A passage in the other language is longer than this; a shorter one is a name or a title."""


@dataclass(frozen=True, slots=True)
class Detection:
    """Languages of an article and, in their order, of its blocks."""

    language: str
    """A code of `LANGUAGES`."""
    score: float | None
    """langdetect's probability where it was asked, else None."""
    passages: tuple[tuple[str, float | None], ...]
    """ISO 639-1 or `und`, and the score, of each block."""


_NEIGHBOUR_WORDS = {
    "es": "el los las es por con para del su como más pero fue una lo muy también desde sus ha",
    "it": "il lo gli di è per della nel nella del dei da sono ha alla anche più come una si dal",
    "pt": "o os as do da dos das em no na um uma não para por foi ao é mais pelo com são",
    "ca": "els amb per és dels una i al ha va més aquest seva són com pel",
    "ro": "și în cu nu pe este din care să la a fost pentru mai lui au",
    "de": "der die das und ist nicht ein eine mit von zu den dem für auf im sich hat als wird auch",
    "nl": "het een van niet dat met voor zijn op aan door naar ook wordt heeft bij maar om uit",
    "sv": "och att det som är av för med den till på ett inte har var",
    "da": "og det er på som til af ikke med den har ved fra det om også",
    "pl": "i w na z się że do nie jest po przez od jak oraz ale dla był",
    "tr": "ve bir bu için ile da olarak daha çok olan ise gibi kadar",
}
_SUPPORTED_WORDS = frozenset[str]().union(*(row.function_words for row in LANGUAGES.values()))
_NEIGHBOURS = {
    code: frozenset(words.split()) - _SUPPORTED_WORDS for code, words in _NEIGHBOUR_WORDS.items()
}
"""Function words of languages that are mistaken for ours, less the words they share with them."""

_LETTERS_OF_OURS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789'’-_").union(
    *(row.letters for row in LANGUAGES.values())
)

_SHARED_WORDS = frozenset(
    {"de", "la", "en", "que", "se", "un", "a", "des", "du", "son", "sa", "ne", "je", "il"}
    | {"in", "is", "of", "was", "had", "we", "at", "for", "an", "i", "to", "he"}
)
"""Function words of ours that the neighbours have too: alone they settle nothing."""
MIN_OWN = 3
"""Different function words that no neighbour has, for them to settle a language."""

_SCRIPT_STARTS = """
0000 Latin, 0370 el, 0400 Cyrillic, 0530 hy, 0590 he, 0600 ar, 0780 und, 0900 hi, 0980 bn,
0A00 pa, 0A80 gu, 0B00 und, 0B80 ta, 0C00 te, 0C80 kn, 0D00 ml, 0D80 si, 0E00 th, 0E80 lo,
0F00 bo, 1000 my, 10A0 ka, 1100 ko, 1200 am, 13A0 und, 1780 km, 1800 und, 1C80 Cyrillic,
1C90 ka, 1CC0 und, 1D00 Latin, 1F00 el, 2000 Latin, 2DE0 Cyrillic, 2E00 Han, 3040 ja, 3100 Han,
3130 ko, 3190 Han, A000 und, A640 Cyrillic, A6A0 und, A720 Latin, A800 und, A960 ko, A980 und,
AC00 ko, D800 und, F900 Han, FB00 Latin, FB13 hy, FB1D he, FB50 ar, FE70 ar, FF00 Latin,
FF66 ja, FFA0 ko, 10000 und, 20000 Han
"""
"""Hexadecimal code point at which a stretch begins, and the script or the language it tells."""
_ROWS = [row.split() for row in _SCRIPT_STARTS.split(",")]
_SCRIPTS = tuple((int(start, 16), name) for start, name in _ROWS)
_STARTS = tuple(start for start, _ in _SCRIPTS)

_UKRAINIAN, _RUSSIAN = frozenset("їєґі"), frozenset("ыэъё")
_CONTRACTION = re.compile(r"[^\W\d_]['’]s\b|n['’]t\b|['’](?:re|ve|ll)\b", re.IGNORECASE)
"""English only: `Trump's`, `don't`, `they've`."""
_ENDLESS = re.compile("[!-~À-ɏ\u0300-\u036f]{61,}")
"""What is no word of any language: addresses, data."""
_LETTERS = re.compile(r"[^\W\d_]")


def detect_languages(text: str, blocks: Sequence[Block], forced: str | None = None) -> Detection:
    """The language of an article and of each block of it.

    `forced` is taken for the article and all that is in Latin script. Raises RejectError
    `unsupported_language` for an article in no language of `LANGUAGES`, UsageError where `forced`
    is none of them.
    """
    if forced is not None and forced not in LANGUAGES:
        raise UsageError(f"--lang {forced}: not one of {', '.join(LANGUAGES)}")
    score: float | None = None
    language = forced
    if language is None:
        language, score = _article(_sample(text, blocks))
    if language not in LANGUAGES:
        raise _unsupported(language, score)
    return Detection(
        language,
        score,
        tuple(_passage(text[b.start : b.end], language, forced is not None) for b in blocks),
    )


def _unsupported(language: str, score: float | None) -> RejectError:
    if language == UNDETERMINED:
        return RejectError(
            "detect", "unsupported_language", "detected und: no language can be told from it"
        )
    sure = f" ({score:.2f})" if score is not None else ""
    known = ", ".join(LANGUAGES)
    return RejectError(
        "detect",
        "unsupported_language",
        f"detected {language}{sure}, only {known} are extracted; "
        f"if it is one of them, force it with --lang {HOUSE}",
    )


def _sample(text: str, blocks: Sequence[Block]) -> str:
    """Beginning of what is not cruft; of everything, where all is."""
    kept: list[str] = []
    length = 0
    for block in blocks:
        if block.kind != "cruft":
            kept.append(_ENDLESS.sub(" ", text[block.start : block.end])[:SAMPLE_CHARS])
            length += len(kept[-1])
        if length >= SAMPLE_CHARS:
            break
    sample = "\n".join(kept)[:SAMPLE_CHARS]
    return sample if _LETTERS.search(sample) else text[:SAMPLE_CHARS]


def _article(sample: str) -> tuple[str, float | None]:
    script = _script(sample)
    if script != "Latin":
        return _by_script(sample, script)
    tokens = token_counts(sample)
    hits = function_word_hits(tokens)
    best = max(hits, key=lambda code: (hits[code], code == HOUSE))
    foreign, rival = _strongest_neighbour(tokens)
    enough = hits[best] >= max(3, MIN_SHARE * tokens.total())
    settled = enough and _n_own(tokens, best) >= MIN_OWN
    if settled and rival <= MAX_RIVAL * hits[best]:
        return best, None
    if _n_letters(sample) < ENOUGH_LETTERS:
        if not _n_own(tokens, best):
            if rival >= 3:
                return foreign, None
            if _n_strange(tokens) >= MIN_OWN:
                return UNDETERMINED, None
        return _headline(sample, tokens, hits), None
    asked, score = _ask(sample)
    if asked not in LANGUAGES and settled and (score or 0) < SURE and rival < hits[best]:
        return best, None
    return asked, score


def _n_own(tokens: Counter[str], code: str) -> int:
    """How many different function words tell the language from its neighbours as well."""
    own = LANGUAGES[code].function_words - _SHARED_WORDS
    return len(own & {token.rstrip("'") for token in tokens})


def _n_strange(tokens: Counter[str]) -> int:
    """How many words have letters that none of the supported languages writes."""
    return sum(n for token, n in tokens.items() if not _LETTERS_OF_OURS.issuperset(token))


def _strongest_neighbour(tokens: Counter[str]) -> tuple[str, int]:
    met = tokens.keys()
    counts = {c: sum(tokens[word] for word in words & met) for c, words in _NEIGHBOURS.items()}
    code = max(counts, key=lambda code: counts[code])
    return code, counts[code]


def _headline(sample: str, tokens: Counter[str], hits: dict[str, int]) -> str:
    """The likeliest of the supported languages for a few words."""

    def weight(code: str) -> tuple[float, bool]:
        row = LANGUAGES[code]
        words = sum(n for token, n in tokens.items() if token in row.headline_words)
        ends = sum(
            n for token, n in tokens.items() if len(token) > 3 and token.endswith(row.endings)
        )
        letters = sum(1 for c in sample.casefold() if c in row.letters)
        contracted = len(_CONTRACTION.findall(sample)) if code == "en" else 0
        return 2 * hits[code] + 2 * words + ends + letters + 2 * contracted, code == HOUSE

    return max(LANGUAGES, key=weight)


def _passage(text: str, article: str, forced: bool) -> tuple[str, float | None]:
    sample = text[:SAMPLE_CHARS]
    script = _script(sample)
    if script == UNDETERMINED and not _LETTERS.search(sample) and len(text) > SAMPLE_CHARS:
        script = _script(text)
    if script != "Latin":
        return _by_script(sample, script)
    if forced:
        return article, None
    tokens = token_counts(sample)
    n_words = tokens.total()
    if n_words <= SENTENCE_WORDS:
        return article, None
    hits = function_word_hits(tokens)
    best = max(hits, key=lambda code: (hits[code], code == article))
    if hits[best] >= max(3, MIN_SHARE * n_words) and hits[article] * 3 <= hits[best]:
        return best, None
    _, rival = _strongest_neighbour(tokens)
    if rival <= hits[article] or rival < max(3, MIN_SHARE * n_words):
        return article, None
    return _ask(sample) if _n_letters(sample) >= ENOUGH_LETTERS else (article, None)


def _n_letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _script(text: str) -> str:
    """The script, or language that a script tells, of most letters; `und` without letters."""
    if text.isascii():
        return "Latin" if _LETTERS.search(text) else UNDETERMINED
    counts: Counter[str] = Counter()
    for character, n in Counter(text).items():
        if character.isalpha():
            counts[_SCRIPTS[bisect_right(_STARTS, ord(character)) - 1][1]] += n
    if counts["ja"] and counts["ja"] + counts["Han"] > counts["Latin"]:
        return "ja"
    return max(sorted(counts), key=lambda script: counts[script], default=UNDETERMINED)


def _by_script(text: str, script: str) -> tuple[str, float | None]:
    if script == "Han":
        return "zh", None
    if script != "Cyrillic":
        return script, None
    letters = set(text.casefold())
    if letters & _UKRAINIAN and not letters & _RUSSIAN:
        return "uk", None
    if letters & _RUSSIAN and not letters & _UKRAINIAN:
        return "ru", None
    return _ask(text)


def _ask(text: str) -> tuple[str, float | None]:
    """langdetect's answer on the first letters of a text, the same every time."""
    from langdetect import DetectorFactory, detect_langs  # slow to import, and seldom needed
    from langdetect.lang_detect_exception import LangDetectException

    DetectorFactory.seed = 0
    try:
        best = detect_langs(text[:ASKED_LETTERS].lower())[0]
    except LangDetectException:
        return UNDETERMINED, None
    return str(best.lang).partition("-")[0], round(float(best.prob), 4)
