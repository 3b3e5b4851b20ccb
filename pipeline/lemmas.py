"""Lemma tables: a form's lemmas by the book, where the trained lemmatizer invents a word.

The tables are those of spacy-lookups-data (MIT): some 200,000 French forms, 40,000 English ones.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.nodes import Node, Tree

INFLECTED = frozenset({"VERB", "NOUN", "ADJ"})
LETTERS = 3
"""A form up to so many letters has no ending to lose."""
VERB_FORMS = {"fr": 10, "en": 2}
"""Forms that a verb of the language has at least in its table."""


PARTICIPLES = {
    "fr": {
        "er": "é", "ir": "i", "re": "u", "mettre": "mis", "prendre": "pris", "tenir": "tenu",
        "venir": "venu", "cevoir": "çu", "uire": "uit", "vrir": "vert", "ffrir": "ffert",
        "crire": "crit", "dire": "dit", "faire": "fait", "voir": "vu", "courir": "couru",
        "quérir": "quis", "indre": "int", "naître": "né", "connaître": "connu", "lire": "lu",
        "vivre": "vécu", "mourir": "mort", "suivre": "suivi", "croire": "cru", "paraître": "paru",
        "soudre": "sous", "résoudre": "résolu", "traire": "trait", "nuire": "nui", "plaire": "plu",
        "taire": "tu", "asseoir": "assis", "valoir": "valu", "vouloir": "voulu", "rire": "ri",
        "clure": "clu", "inclure": "inclus", "roître": "ru", "boire": "bu",
        "vêtir": "vêtu", "devoir": "dû", "pouvoir": "pu", "clore": "clos",
    }
}  # fmt: skip
"""Ending of an infinitive -> of its past participle, which the table lacks for most verbs."""


HOMOGRAPHS = {"fr": {"dément": "démentir"}}
"""Forms of a verb that the table has for another word alone."""


CONTRACTIONS = {"fr": {"du": "de le", "des": "de le", "au": "à le", "aux": "à le"}}
"""Preposition and article in one word -> its lemma, which a net mixes up with the article's."""


@cache
def load_table(language: str) -> dict[str, tuple[str, ...]]:
    """Form in lower case -> its lemmas; empty where the language has no table.

    Past participles by rule stand behind what the table says.
    """
    path = files("spacy_lookups_data") / "data" / f"{language}_lemma_lookup.json.gz"
    if not path.is_file():
        return {}
    given: dict[str, str | list[str]] = json.loads(gzip.decompress(path.read_bytes()))
    table = {
        form.lower(): (lemmas,) if isinstance(lemmas, str) else tuple(lemmas)
        for form, lemmas in given.items()
    }
    for form, verb in HOMOGRAPHS.get(language, {}).items():
        table[form] = (*table.get(form, ()), verb)
    sizes = Counter(lemma for lemmas in table.values() for lemma in lemmas)
    verbs = [word for word, size in sizes.items() if size >= VERB_FORMS.get(language, 1)]
    for verb in verbs:
        for form in participles(verb, language):
            if verb not in table.get(form, ()):
                table[form] = (*table.get(form, ()), verb)
    return table


def participles(verb: str, language: str) -> tuple[str, ...]:
    """Past participles of an infinitive in all genders and numbers, by its longest known ending."""
    endings = PARTICIPLES.get(language, {})
    ends = [end for end in endings if verb.endswith(end) and len(verb) >= len(end)]
    if not ends:
        return ()
    end = max(ends, key=len)
    bare = verb[: -len(end)] + endings[end]
    plural = bare if bare.endswith("s") else f"{bare}s"
    return tuple(dict.fromkeys((bare, f"{bare}e", plural, f"{bare}es")))


@cache
def _forms_of(language: str) -> Counter[str]:
    """How many forms each lemma has: a verb has dozens, a noun or adjective a few."""
    return Counter(lemma for lemmas in load_table(language).values() for lemma in lemmas)


def _may_inflect(lemma: str, form: str) -> bool:
    """The form begins with the lemma, or has other vowels at its end: `gunman`, `gunmen`."""
    vowels = len(lemma) == len(form) and lemma[:-2] == form[:-2] and lemma[-1] == form[-1]
    return form.startswith(lemma) or vowels


def _singular(token: Node) -> tuple[str, ...]:
    """A plural noun or adjective without its ending, in French and English alike."""
    form = token.lower_
    if token.text[-1:] == "s" and token.text[:-1].isupper() and len(form) >= LETTERS:
        return (token.text[:-1],)  # `MPs`
    plural = "Plur" in token.morph.get("Number", []) and form.endswith("s")
    return (form[:-1],) if plural and len(form) > LETTERS else ()


def third_person(form: str, language: str) -> str | None:
    """The verb of which a plural noun's form may be the third person: `lands` of `land`."""
    sizes, least = _forms_of(language), VERB_FORMS.get(language, 1)
    found = [x for x in load_table(language).get(form, ()) if form.startswith(x)]
    return next((x for x in found if sizes[x] > least), None)


def correct_lemmas(doc: Tree, language: str) -> None:
    """Replace, in place, every lemma that is no word of its part of speech by the table's.

    Of a verb, that is one with fewer forms than a verb has; of others, one the table never saw.
    """
    table, sizes = load_table(language), _forms_of(language)
    least = VERB_FORMS.get(language, 1)
    contractions = CONTRACTIONS.get(language, {})
    for token in doc.nodes:
        if token.pos_ not in INFLECTED:
            if token.pos_ == "ADP" and token.lower_ in contractions:
                token.lemma_ = contractions[token.lower_]
            continue
        verb = token.pos_ == "VERB"
        if sizes[token.lemma_] >= (least if verb else 1) or (not verb and token.lemma_ in table):
            continue
        lemmas = table.get(token.lower_, ())
        if not verb:  # the table has `gendarmes` under a verb `gendarmer`
            lemmas = tuple(x for x in lemmas if _may_inflect(x, token.lower_)) or _singular(token)
        best = max(lemmas, key=lambda lemma: sizes[lemma], default=None)
        if best is not None and (not verb or sizes[best] >= least):
            token.lemma_ = best
