"""Cues of a language: negation, modality, saying, control, light verbs (`cues.<lang>.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache, cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import LexiconError
from pipeline.relations.lexicon import LEXICON, explain_faults

Effect = Literal["actual", "planned", "possible", "hypothetical", "negated", "skip"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Governor(_Strict):
    """What a verb, noun or adjective does to a deed that depends on it."""

    lemmas: tuple[str, ...]
    clause: tuple[Effect, ...] = ()
    """Effect on an infinitive or a clause: `compte se retirer`."""
    noun: tuple[Effect, ...] = ()
    """Effect on a deed noun: `annule la rencontre`, `le risque d'un départ`."""
    control: Literal["subject", "object"] = "subject"
    """Whose subject the infinitive has."""
    light: bool = False
    """Its subject is also the deed noun's: `annonce son retrait`."""


class Cues(_Strict):
    """All cues of one language; words are lemmas or folded forms."""

    language: str
    negators: tuple[str, ...]
    """Adverbs and determiners that negate what they depend on."""
    weak_negators: tuple[str, ...] = ()
    """Words that negate only beside a negation clitic (`plus`, `aucun`)."""
    negation_clitics: tuple[str, ...] = ()
    """`ne`, which alone (expletive, `ne … que`) negates nothing."""
    reflexives: tuple[str, ...] = ()
    agent_preps: tuple[str, ...]
    between: tuple[str, ...]
    partitives: dict[str, str] = {}
    """Determiners that hide a preposition (`des` after a verb with `de`)."""
    relatives: dict[str, tuple[str, ...]] = {}
    """Relative pronouns that hold a preposition: `dont` = `de`."""
    clitics: dict[str, tuple[str, ...]] = {}
    """Pronouns that hold a preposition: `lui` = `à`."""
    unaccusatives: tuple[str, ...] = ()
    """Verbs whose bare participle is active (`arrivé à Paris`)."""
    causatives: tuple[str, ...] = ()
    """`se faire recevoir`: with a reflexive they make a passive."""
    light_verbs: tuple[str, ...]
    proxies: tuple[str, ...] = ()
    """Nouns that act for their owner (`l'armée de X`, `the government of X`)."""
    event_nouns: tuple[str, ...]
    place_nouns: tuple[str, ...]
    saying: tuple[str, ...]
    announcing: tuple[str, ...]
    """Saying verbs that do the deed when it is the speaker's own."""
    source_preps: tuple[str, ...]
    """`selon`, `according to`."""
    negative_preps: tuple[str, ...]
    """`sans rencontrer`, `without`."""
    purpose_preps: tuple[str, ...]
    """`pour rencontrer`, `en vue de`."""
    place_preps: tuple[str, ...]
    if_marks: tuple[str, ...]
    if_preps: tuple[str, ...]
    adverbs: dict[str, Effect]
    adjectives: dict[str, Effect]
    future_auxiliaries: tuple[str, ...] = ()
    auxiliaries: dict[str, Effect] = {}
    """Modal auxiliaries where they are not governors (English `may`, `will`)."""
    governor: tuple[Governor, ...]

    @cached_property
    def governors(self) -> dict[str, Governor]:
        """Governors by lemma."""
        return {lemma: row for row in self.governor for lemma in row.lemmas}


@cache
def load_cues(language: str) -> Cues:
    """The cues of a language.

    Raises LexiconError that lists every fault of the file.
    """
    path = LEXICON / f"cues.{language}.toml"
    try:
        return Cues.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        lines = "\n  ".join(explain_faults(error))
        raise LexiconError(f"{path.name}:\n  {lines}") from error
