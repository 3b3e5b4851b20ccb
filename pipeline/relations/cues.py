"""Cues of a language: negation, modality, saying, control, light verbs (`cues.<lang>.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache, cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import LexiconError
from pipeline.nodes import Node
from pipeline.relations.inventory import explain_faults
from pipeline.relations.lexicon import EMPTY, LEXICON, Folded, Words, WordSet
from pipeline.texts import fold
from pipeline.trees import lemma

Effect = Literal["actual", "planned", "possible", "hypothetical", "negated", "skip"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Governor(_Strict):
    """What a verb, noun or adjective does to a deed that depends on it."""

    lemmas: Words
    clause: tuple[Effect, ...] = ()
    """Effect on an infinitive or a clause: `compte se retirer`."""
    perfect: tuple[Effect, ...] = ()
    """The same in a compound past, where it differs: `a dû se retirer` did."""
    of_others: tuple[Effect, ...] = ()
    """The same where somebody else is to do it: `wants B to leave`."""
    noun: tuple[Effect, ...] = ()
    """Effect on a deed noun: `annule la rencontre`, `le risque d'un départ`."""
    control: Literal["subject", "object", "either"] = "subject"
    """Whose subject the infinitive has; `either`: the object's where there is one."""
    particle: Folded | None = None
    """Only with this particle: `call off`."""
    inert: bool = False
    """Its own negation does not reach the deed: `n'exclut pas de se retirer`."""
    denied: tuple[Effect, ...] = ()
    """Effect on a clause where it is negated itself: `n'exclut pas de se retirer`."""
    dated: tuple[Effect, ...] = ()
    """Effect on a deed noun where a new date is given: `reporte la visite à mardi`."""
    light: bool = False
    """Its subject is also the deed noun's: `annonce son retrait`."""


class Cues(_Strict):
    """All cues of one language; words are lemmas or folded forms."""

    language: str
    negators: WordSet
    """Adverbs and determiners that negate what they depend on."""
    weak_negators: WordSet = EMPTY
    """Words that negate only beside a negation clitic (`plus`, `aucun`)."""
    negation_clitics: WordSet = EMPTY
    """`ne`, which alone (expletive, `ne … que`) negates nothing."""
    ever: WordSet = EMPTY
    """Negators that beside a word of degree say that it was never so much: `jamais autant`."""
    degrees: WordSet = EMPTY
    none_the_less: WordSet = EMPTY
    """Words that together undo the negation beside them: `n'en … pas moins`."""
    restrictors: WordSet = EMPTY
    """`que` of `ne … que`, which may be parsed as a preposition of the object."""
    negated_articles: WordSet = EMPTY
    """`de` of `n'a pas de plan`, which may be parsed as a preposition of the object."""
    reflexives: WordSet = EMPTY
    agent_preps: Words
    vague_preps: Words
    """Prepositions too common to look for far from their verb, the vaguest first."""
    locutions: WordSet = EMPTY
    """Prepositions with nouns that are no party: `au cours de`, `à l'occasion`."""
    extending: WordSet = EMPTY
    """Prepositions that with another make one of their own: `jusqu'à` is no `à`."""
    between: WordSet
    partitives: dict[Folded, Folded] = {}
    """Determiners that hide a preposition (`des` after a verb with `de`)."""
    relatives: dict[Folded, WordSet] = {}
    """Relative pronouns that hold a preposition: `dont` = `de`."""
    clitics: dict[Folded, WordSet] = {}
    """Pronouns that hold a preposition: `lui` = `à`."""
    unaccusatives: WordSet = EMPTY
    """Verbs whose bare participle is active (`arrivé à Paris`)."""
    causatives: WordSet = EMPTY
    """`se faire recevoir`: with a reflexive they make a passive."""
    light_verbs: WordSet
    bringing: WordSet = EMPTY
    """Verbs whose object is there through them: `tente d'arracher une trêve` is no truce yet."""
    happening: WordSet = EMPTY
    """Verb and object with which a deed noun as subject takes place: `avoir lieu`."""
    proxies: WordSet = EMPTY
    """Nouns that act for their owner (`l'armée de X`, `the government of X`)."""
    event_nouns: WordSet
    place_nouns: WordSet
    saying: WordSet
    announcing: WordSet
    """Saying verbs that do the deed when it is the speaker's own."""
    source_preps: WordSet
    """`selon`, `according to`."""
    source_nouns: WordSet = EMPTY
    """Things that speak: `communiqué`, `report`."""
    inside_preps: WordSet = EMPTY
    """`Tué dans un raid`, `killed in a strike`: what stands before the deed that did it."""
    argument_preps: WordSet
    """Prepositions of a verb's own complement: `renoncer à`, not `en visite`."""
    addressing: WordSet = EMPTY
    """Prepositions before whom one asks or forbids: `demander à B de`, `call on B to`."""
    dative_preps: WordSet = EMPTY
    """Prepositions whose complement may stand bare before the object: `gave A a call`."""
    light_preps: WordSet
    """Prepositions between a light verb and its deed noun: `procéder à l'arrestation`."""
    instruments: WordSet = EMPTY
    """What a deed is done by that is no doer: `élu par 300 voix`, `nommé par décret`."""
    indefinite: WordSet = EMPTY
    """Pronouns that name nobody: a subject that counts as none (`on a arrêté A`)."""
    measures: WordSet = EMPTY
    """Nouns of quantity, which are of the kind of what they count: `des milliers d'ouvriers`."""
    circumstances: WordSet
    """`Après une rencontre avec B, A …`: prepositions under which the missing party is the
    clause's subject."""
    annulling: WordSet = EMPTY
    """`Non sans reprocher`: what makes a negative preposition say yes."""
    negative_preps: WordSet
    """`sans rencontrer`, `without`."""
    purpose_preps: WordSet
    """`pour rencontrer`, `en vue de`."""
    place_preps: WordSet
    event_preps: WordSet
    """`lors de`, `devant`: what stands behind one, at a place, tells the place of the deed."""
    if_marks: WordSet
    conceding: WordSet = EMPTY
    """`Même si`: what stands before an `if` that supposes nothing."""
    if_preps: WordSet
    adverbs: dict[Folded, Effect]
    adjectives: dict[Folded, Effect]
    calendar: WordSet = EMPTY
    """Nouns of dates: `jeudi`, `mars`, `an`."""
    date_preps: WordSet = EMPTY
    """`Reporté à jeudi`: what stands before a new date."""
    mutual: WordSet = EMPTY
    """`s'accusent mutuellement`, `accuse each other`: each is the other's object."""
    reciprocals: WordSet = EMPTY
    """Verbs that several do to each other with no such word: `A et B s'accusent de …`."""
    future_endings: WordSet = EMPTY
    """Endings that behind the infinitive make a future, whatever tense the parser gives."""
    conditional_endings: WordSet = EMPTY
    """The same of the conditional, which parsers take for an imperfect: `retirer` + `ait`."""
    future_stems: dict[Folded, Folded] = {}
    """Ending of an infinitive -> what its future has instead: `ir` + `a` of `aller`."""
    future_auxiliaries: WordSet = EMPTY
    past_futures: WordSet = EMPTY
    """Auxiliaries that are a future under a verb of saying in the past (`would`)."""
    planning_marks: WordSet = EMPTY
    """`Is to meet`, `A to meet B` as a headline: marks of an infinitive that is a plan."""
    auxiliaries: dict[Folded, Effect] = {}
    """Modal auxiliaries where they are not governors (English `may`, `will`)."""
    governor: tuple[Governor, ...]

    @cached_property
    def mutual_beginnings(self) -> frozenset[str]:
        """Whatever a word of `mutual` may begin with."""
        return frozenset(word[:n] for word in self.mutual for n in range(1, len(word) + 1))

    @cached_property
    def _governors(self) -> dict[str, list[Governor]]:
        rows: dict[str, list[Governor]] = {}
        for row in sorted(self.governor, key=lambda row: row.particle is None):
            for word in row.lemmas:
                rows.setdefault(word, []).append(row)
        return rows

    def governor_of(self, token: Node) -> Governor | None:
        """What a verb, noun or adjective does to a deed under it, or None."""
        for row in self._governors.get(lemma(token), ()):
            if row.particle is None or any(fold(c.text) == row.particle for c in token.children):
                return row
        return None


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
