"""The words of one language that entity rules look for, read from `data/words.<lang>.toml`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from pipeline.entities.datafiles import made_from
from pipeline.entities.letters import split_words
from pipeline.texts import fold

Words = frozenset[str]
Sort = Literal["people", "states", "bodies"]
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Office:
    """A phrase that names a post."""

    words: tuple[str, ...]
    post: str


Form = tuple[str | None, bool]
"""Gender, where the form tells one, and whether it means several."""


@dataclass(frozen=True, slots=True)
class Pronouns:
    """The pronouns that can be arguments."""

    personal: dict[str, Form]
    possessive: dict[str, Form]
    people: Words
    """Forms that mean people only."""
    things: Words
    """Forms that never mean people."""
    impersonal: dict[str, Words]
    neuter: dict[str, Words]
    """Objects that stand for a clause, and the verbs whose objects they are then: `l'a dit`."""
    places: dict[str, Words]
    """Clitics that stand for a place or body, and the verbs that they do so with: `s'y rendre`."""
    not_own: Words
    """Nouns whose possessive is not the subject of their own clause (`à ses côtés`)."""
    emphatic: Words
    """Forms that take up the subject between commas: `X, lui, reste`."""
    topics: Words
    """Words that open a sentence with whom it is about: `quant à X, il …`, `as for X, he …`."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything folded; nouns are lemmas."""

    former: tuple[str, ...]
    """Prefixes of nouns for people: `ex-`."""
    articles: Words
    definite: Words
    coordinators: Words
    name_articles: Words
    """Articles that with a capital may be part of a place's name."""
    loose: Words
    """Small words at the edges of what the model takes for a name: no part of it."""
    particles: Words
    numbers: dict[str, int]
    both: Words
    pairs: Words
    """Nouns that mean two: `the pair`."""
    all_of: Words
    """`tous` of `tous deux`."""
    titles: dict[str, str]
    given: dict[str, str]
    """Given names, with the gender that they tell ("" where none)."""
    genders: dict[str, str]
    """Given names, those that open a person's name and others, with the gender that they tell."""
    offices: dict[str, tuple[Office, ...]]
    """Head noun of an office phrase -> the phrases, longest first."""
    office_words: Words
    """All words of office phrases."""
    people: Words
    person_anaphors: Words
    """Heads that alone may mean a person just named: `le milliardaire`."""
    relational: Words
    """Heads that say what one is to another, or in an event: `le rival`, `la victime`."""
    others: Words
    """Adjectives that tell somebody else: `l'autre joueur`."""
    nobodies: Words
    """Heads that without a determiner are nobody: `personne`."""
    loose_posts: Words
    """Posts that many hold: their names alone may mean a person just named too."""
    counterparts: Words
    bodies: Words
    body_endings: Words
    """Last words of bodies' names: `Norvik Energy`."""
    body_anaphors: Words
    company_anaphors: Words
    courts: Words
    """Nouns for a court: any of them may mean the one court named."""
    places: Words
    place_anaphors: Words
    capitals: Words
    polities: Words
    """Nouns that with an adjective are the state itself (`l'Etat malien`)."""
    portfolios: Words
    """Heads whose complement is no name (`ministre de la Défense`)."""
    before_places: Words
    """Words right before the name of a town."""
    plural: dict[Sort, Words]
    """What `les deux …` may stand for, by sort."""
    ordinals: tuple[Words, Words]
    latest: Words
    """`dernier` of `ce dernier`."""
    these: Words
    """The demonstratives before it."""
    pronouns: Pronouns
    actors: dict[str, Words]

    def label_of(self, noun: str) -> str | None:
        """The label of a description with this head noun, if it can be one."""
        if noun in self.offices or noun in self.people:
            return "PER"
        if noun.startswith(self.former):
            return self.label_of(noun.partition("-")[2])
        if noun in self.bodies:
            return "ORG"
        return "LOC" if noun in self.places else None


@lru_cache(maxsize=8)
def vocabulary(language: str) -> Vocabulary:
    """Load and fold the words of a language."""
    return made_from(f"words.{language}", _vocabulary)


def _vocabulary(table: dict[str, Any]) -> Vocabulary:
    return Vocabulary(
        former=tuple(table["former"]),
        articles=_folded(table["articles"]),
        definite=_folded(table["definite"]),
        coordinators=_folded(table["coordinators"]),
        name_articles=_folded(table["name_articles"]),
        loose=_folded(table["articles"] + table["inside_names"] + table["coordinators"])
        - _folded(table["particles"]),
        particles=_folded(table["particles"]),
        numbers={fold(k): v for k, v in table["two"].items()},
        both=_folded(table["both"]),
        pairs=_folded(table["pairs"]),
        all_of=_folded(table["all_of"]),
        titles={fold(k): v for k, v in table["titles"].items()},
        given=_by_name(table["given"]),
        genders=_by_name(table["given"]) | _by_name(table["genders"]),
        offices=_offices(table["offices"]),
        office_words=frozenset(
            w[0] for phrases in table["offices"].values() for p in phrases for w in split_words(p)
        ),
        people=_folded(table["people"]["words"]),
        person_anaphors=_folded(table["people"]["anaphoric"]),
        relational=_folded(table["people"]["relational"]),
        others=_folded(table["people"]["others"]),
        nobodies=_folded(table["people"]["nobodies"]),
        loose_posts=frozenset(table["people"]["loose_posts"]),
        counterparts=_folded(table["people"]["counterparts"]),
        bodies=_folded(table["bodies"]["words"]),
        body_endings=_folded(table["bodies"]["endings"]),
        body_anaphors=_folded(table["bodies"]["anaphoric"]),
        company_anaphors=_folded(table["bodies"]["companies"]),
        places=_folded(table["places"]["words"]),
        place_anaphors=_folded(table["places"]["anaphoric"]),
        capitals=_folded(table["places"]["capital"]),
        polities=_folded(table["places"]["polity"]),
        courts=_folded(table["bodies"]["courts"]),
        portfolios=_folded(table["bodies"]["portfolios"]),
        before_places=_folded(table["places"]["before"]),
        plural={sort: _folded(table["plural"][sort]) for sort in SORTS},
        ordinals=(_folded(table["ordinals"]["first"]), _folded(table["ordinals"]["second"])),
        latest=_folded(table["ordinals"]["latest"]),
        these=_folded(table["ordinals"]["these"]),
        pronouns=_pronouns(table["pronouns"]),
        actors={k: _folded(v) for k, v in table["actors"].items()},
    )


def _pronouns(table: dict[str, Any]) -> Pronouns:
    def forms(rows: dict[str, list[str]]) -> dict[str, Form]:
        return {fold(k): (gender or None, number == "Plur") for k, (gender, number) in rows.items()}

    return Pronouns(
        personal=forms(table["personal"]),
        possessive=forms(table["possessive"]),
        people=_folded(table["only"]["people"]),
        things=_folded(table["only"]["things"]),
        not_own=_folded(table["only"]["not_own"]),
        emphatic=_folded(table["only"]["emphatic"]),
        topics=_folded(table["only"]["topics"]),
        impersonal={k: _folded(v) for k, v in table["impersonal"].items()},
        places={k: _folded(v) for k, v in table["places"].items()},
        neuter={k: _folded(v) for k, v in table["neuter"].items()},
    )


def _folded(words: Iterable[str]) -> Words:
    return frozenset(fold(w).rstrip("'") for w in words)


def _offices(table: dict[str, list[str]]) -> dict[str, tuple[Office, ...]]:
    found: dict[str, list[Office]] = {}
    for post, phrases in table.items():
        for phrase in phrases:
            words = tuple(w[0] for w in split_words(phrase))
            mark = phrase.partition("~")[2]
            head = split_words(mark)[0][0] if mark else fold(phrase.split()[0])
            phrase = phrase.replace("~", "")
            # `vice-président` is one token in one tokenizer and three in another
            for key in {head, fold(phrase)}:
                found.setdefault(key, []).append(Office(words, post))
    return {
        word: tuple(sorted(offices, key=lambda o: (-len(o.words), o.words)))
        for word, offices in found.items()
    }


def _by_name(genders: dict[str, list[str]]) -> dict[str, str]:
    """Names by gender as genders by folded name."""
    return {fold(name): gender for gender, names in genders.items() for name in names}
