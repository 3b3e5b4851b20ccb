"""One row per language; a third language is a model, a row here and lexicon files."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What the code must know of a language before any model is loaded."""

    code: str
    """ISO 639-1."""
    name: str
    function_words: frozenset[str]
    """Frequent words that tell it from its neighbours; elided forms without apostrophe."""
    letters: frozenset[str]
    """Letters beyond a-z that it uses."""
    headline_words: frozenset[str] = frozenset()
    """Verb forms and the like that tell a headline without function words."""
    endings: tuple[str, ...] = ()
    """Word endings that tell it from the other languages of the table."""
    charging: frozenset[str] = frozenset()
    """Verbs (lemmas, folded) with a complement of what their object is charged, praised or
    threatened with, which parsers take for a part of the object."""
    charges: frozenset[str] = frozenset()
    """Prepositions (lemmas) of that complement."""
    agents: frozenset[str] = frozenset()
    """Prepositions of who does what a passive tells."""
    roles: frozenset[str] = frozenset()
    """Prepositions of what somebody is taken or named for."""
    belonging: frozenset[str] = frozenset()
    """Prepositions of what a noun belongs to."""
    days: frozenset[str] = frozenset()
    """Days of the week that stand without preposition between a copula and its predicate."""
    relative_object: frozenset[str] = frozenset()
    """Folded forms of the relative pronoun of objects, which parsers take for a conjunction."""
    relative_full: frozenset[str] = frozenset()
    """Folded relative pronouns that show gender and number, alone or joined to a preposition."""
    relative_of: frozenset[str] = frozenset()
    """Folded relative pronouns that hold the preposition of belonging."""
    relative_place: frozenset[str] = frozenset()
    """Folded relative adverbs of place."""
    resulting: frozenset[str] = frozenset()
    """Prepositions of the state that a deed noun right before them puts into: `mise en liberté`."""
    lacking: frozenset[str] = frozenset()
    """Nouns that without an article are prepositions of what there is not: `faute de`."""
    relative_person: frozenset[str] = frozenset()
    """Folded relative pronouns of people behind a preposition."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FRENCH = Language(
    "fr",
    "French",
    _words(
        "le la les l un une des du de d et est en que qu qui dans pour sur pas au aux avec par se "
        "s ce cette ces son sa ses il elle ils elles on nous vous je ne n plus été sont a ont "
        "mais ou où leur leurs après selon être était entre sans sous c y dont depuis j m me mon "
        "mes nos vos tout tous comme si cet lui avait très ainsi contre quand quelle même jusqu"
    ),
    frozenset("àâäæçéèêëîïôœùûüÿ"),
    _words(
        "retire rencontre annonce annule accueille menace suspend appelle refuse exige promet "
        "arrive quitte visite condamne accuse propose signe veut va doit peut ira sera fait dit "
        "prend perd gagne meurt vote ministre sommet accord crise guerre paix grève vers"
    ),
    ("eux", "euse", "aux", "eur", "eurs", "oire", "aire", "aise", "ois", "iques", "ique", "elle"),
    _words(
        "accuser menacer feliciter remercier soupconner louer blamer taxer prevenir avertir "
        "informer aviser charger priver accabler inculper convaincre complimenter suspecter assurer"
    ),
    charges=_words("de"),
    agents=_words("par"),
    roles=_words("comme"),
    belonging=_words("de"),
    days=_words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    relative_object=_words("que qu'"),
    relative_full=_words(
        "lequel laquelle lesquels lesquelles auquel auxquels auxquelles duquel desquels desquelles"
    ),
    relative_of=_words("dont"),
    relative_place=_words("ou"),
    resulting=_words("en"),
    lacking=_words("faute"),
    relative_person=_words("qui"),
)
ENGLISH = Language(
    "en",
    "English",
    _words(
        "the of and to in a is that for it on with as was at by be this are from his her he she "
        "they their have has had not but its an which who will would said after were been or "
        "we you i there about between into over my your our them him these those what how when "
        "where than could should do does did am if out up"
    ),
    frozenset(),
    _words(
        "meets met says visits hosts cancels quits withdraws urges seeks warns vows slams hits "
        "wins loses kills dies talks summit deal leaves calls backs bans signs wants faces cuts "
        "makes takes gets sees holds pulls drops rejects accuses announces arrives strikes new"
    ),
    ("ing", "ly", "ness", "ship", "ck", "sh", "ght", "wn", "ows", "eed", "ries", "ies"),
    _words(
        "accuse suspect convict acquit warn inform assure remind deprive strip blame praise thank "
        "criticise criticize condemn punish charge"
    ),
    charges=_words("of for"),
    agents=_words("by"),
    roles=_words("as"),
    belonging=_words("of"),
    relative_person=_words("whom"),
)
LANGUAGES: dict[str, Language] = {row.code: row for row in (FRENCH, ENGLISH)}
# Of all languages together: forms that are nothing else in the others.
RELATIVE_OBJECT = frozenset[str]().union(*(row.relative_object for row in LANGUAGES.values()))
RELATIVE_FULL = frozenset[str]().union(*(row.relative_full for row in LANGUAGES.values()))
RELATIVE_OF = frozenset[str]().union(*(row.relative_of for row in LANGUAGES.values()))
RELATIVE_PLACE = frozenset[str]().union(*(row.relative_place for row in LANGUAGES.values()))
RELATIVE_PERSON = frozenset[str]().union(*(row.relative_person for row in LANGUAGES.values()))

_TOKEN = re.compile(r"[^\W\d_]+'?")


def token_counts(text: str) -> Counter[str]:
    """Words of `text`, case-folded; an elided word keeps its (plain) apostrophe: `l'`."""
    return Counter(_TOKEN.findall(text.casefold().replace("’", "'")))


def function_word_hits(tokens: Counter[str]) -> dict[str, int]:
    """For each language, how many tokens are function words that no other language here has."""
    forms = [(_form(token), n) for token, n in tokens.items()]
    return {
        code: sum([n for form, n in forms if form in words]) for code, words in _EXCLUSIVE.items()
    }


def _form(token: str) -> str:
    """The token as function words are written: an elided one without its apostrophe.

    A lone letter without one (`Trump's` gives `s`) is no French elision and matches nothing.
    """
    if token.endswith("'"):
        return token[:-1]
    return "" if len(token) == 1 and token not in "aày" else token


def _exclusive(row: Language) -> frozenset[str]:
    others = (other.function_words for other in LANGUAGES.values() if other is not row)
    return row.function_words.difference(*others)


_EXCLUSIVE = {code: _exclusive(row) for code, row in LANGUAGES.items()}
