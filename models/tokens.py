"""Tokenizer rules on top of spaCy's own, where those systematically differ from the treebanks.

The rules are plain regular expressions and exceptions, so spaCy saves them inside the model and
``spacy.load`` restores them without this module. What each rule is worth: models/README.md.
"""

import re
from collections.abc import Sequence

import spacy
from spacy.lang.char_classes import ALPHA, ALPHA_LOWER, ALPHA_UPPER, CONCAT_QUOTES, PUNCT
from spacy.language import Language
from spacy.symbols import NORM, ORTH
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

APOSTROPHES = "'’"
FR_CLITICS = "ce ci elle elles en il ils je là moi nous on toi tu vous"
# Words that look as if they held an elision or a clitic but are one token in the treebanks.
FR_WHOLE = (
    r"aujourd['’]hui|c['’]est-à-dire|l['’]on|quelqu['’]une?s?|presqu['’](?:île|ile)s?"
    r"|prud['’]hom\w+|entr['’]\w+|grand['’]\w+|(?:celui|celle|ceux|celles)-(?:ci|là)"
    r"|(?:au|par)-delà|jusque-là|là-bas|rendez-vous|garde-à-vous|sans-en|ceux-là|chez-moi"
    r"|chez-nous|chez-vous|qu['’]en-dira-t-on|j\.-c\."
)
EN_PREFIXES = "anti co counter ex inter mid mini multi non post pre pro re self semi sub un e"
EN_ABBREVIATIONS = "Ft. Lt. Mon. Tue. Wed. Thu. Fri. Sat. Sun. Sen. Rep. Gov. Gen. Sgt."


def _case_variants(words: str) -> str:
    forms = [*words.split(), *words.upper().split()]
    return "|".join(sorted(forms, key=len, reverse=True))


def _set_rules(
    nlp: Language, prefixes: list[str], suffixes: list[str], infixes: list[str], whole: str
) -> Tokenizer:
    """Compile the affix rules into the pipeline's tokenizer; ``whole`` words are never split."""
    tokenizer = nlp.tokenizer
    assert isinstance(tokenizer, Tokenizer)
    tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    tokenizer.token_match = re.compile(whole).match
    return tokenizer


def _patterns(rules: Sequence[object] | None) -> list[str]:
    return [str(rule) for rule in rules or ()]


def french() -> Language:
    """A blank French pipeline whose tokens follow Sequoia and GSD (contractions whole)."""
    nlp = spacy.blank("fr")
    hyphen_splitters = ("(?:-|–", "[+\\-\\*^]")  # gold keeps Saint-Denis and 36-32 whole
    infixes = [
        x for x in _patterns(nlp.Defaults.infixes) if not any(h in x for h in hyphen_splitters)
    ]
    infixes += [
        r"(?<=[0-9])[+*^](?=[0-9-])",
        r"(?<=[0-9])[hH](?=[0-9])",
        rf"(?<=[{ALPHA}])(?:–|—|--)(?=[{ALPHA}])",
        rf"(?<=[0-9])\.(?=[{ALPHA_UPPER}][{ALPHA_LOWER}])",  # `en 2020.Il a dit`
    ]
    clitics = _case_variants(FR_CLITICS)
    inverted = _case_variants("il elle on ils elles")
    suffixes = [x for x in _patterns(nlp.Defaults.suffixes) if "clés" not in x]
    suffixes += [
        rf"(?<=[{ALPHA}])-[tT]-(?:{inverted})",
        rf"(?<=[{ALPHA}])(?<!-[tT])-(?:{clitics})",
        r"(?<=[0-9])[hH]",
        rf"(?<=[{ALPHA}»\"])-",
        rf"(?<=[0-9{ALPHA_LOWER}%²{PUNCT}{CONCAT_QUOTES}])\.",
        rf"(?<=[{ALPHA_LOWER}][{ALPHA_UPPER}])\.",  # `l'AfD.`
    ]
    prefixes = [*_patterns(nlp.Defaults.prefixes), rf"-+(?=[{ALPHA}«\"])"]
    tokenizer = _set_rules(nlp, prefixes, suffixes, infixes, rf"(?iu)^(?:{FR_WHOLE})$")
    tokenizer.rules = {
        text: parts
        for text, parts in tokenizer.rules.items()
        if "-t-" not in text and text not in ("J.-C.", "h.")
    }
    return nlp


def english() -> Language:
    """A blank English pipeline whose tokens follow EWT (``do`` + ``n't``, never merged)."""
    nlp = spacy.blank("en")
    whole = "".join(rf"(?<!\b{p})(?<!\b{p.title()})" for p in EN_PREFIXES.split())
    infixes = [whole + x if "(?:-|–" in x else x for x in _patterns(nlp.Defaults.infixes)]
    runs = [r"[!?]{2,}", r"[*_=]{2,}", r"<<+", r">>+"]
    prefixes = [*runs, *_patterns(nlp.Defaults.prefixes)]
    suffixes = [*runs, r"(?<=[0-9])(?:[AaPp][Mm])", *_patterns(nlp.Defaults.suffixes)]
    tokenizer = _set_rules(nlp, prefixes, suffixes, infixes, r"^(?:\d{3}-)?\d{3}-\d{4}$")
    rules = dict(tokenizer.rules)
    rules.pop("wed.", None)
    for text, parts in list(rules.items()):
        if any(a in text for a in APOSTROPHES) and text.upper() not in rules:
            rules[text.upper()] = [{**p, ORTH: p[ORTH].upper()} for p in parts]
    for word in EN_ABBREVIATIONS.split():
        rules[word] = [{ORTH: word, NORM: word.lower()}]
    tokenizer.rules = rules
    return nlp


BLANK = {"fr": french, "en": english}
