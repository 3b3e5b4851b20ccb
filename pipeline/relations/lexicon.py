"""Lexicon files: which words, with which prepositions and parties, tell a relation.

A file `<relation>.<language>.toml` holds `[[verb]]` and `[[noun]]` entries. All faults of all
files are collected and raised together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)

from pipeline.errors import LexiconError
from pipeline.languages import LANGUAGES
from pipeline.relations.inventory import Fits, explain_faults, load_inventory
from pipeline.texts import fold
from pipeline.trees import without_article

LEXICON = Path(__file__).with_name("lexicon")
LISTS = "lists.<language>.toml"


Folded = Annotated[str, AfterValidator(fold)]
"""A word compared with case and accents folded."""


def _listed(words: Iterable[str], info: ValidationInfo) -> tuple[str, ...]:
    """Words with every `@name` replaced by the words of that list, each once."""
    lists: Mapping[str, tuple[str, ...]] = (info.context or {}).get("lists", {})
    found: dict[str, None] = {}
    for word in words:
        if not word.startswith("@"):
            found[word] = None
        elif word in lists:
            found.update(dict.fromkeys(lists[word]))
        else:
            raise ValueError(f"no list {word!r} in {LISTS}")
    return tuple(found)


Words = Annotated[tuple[Folded, ...], AfterValidator(_listed)]
"""Words, and lists of words by name: `@weapons`."""


def _set(words: frozenset[str], info: ValidationInfo) -> frozenset[str]:
    return frozenset(_listed(words, info))


WordSet = Annotated[frozenset[Folded], AfterValidator(_set)]
"""The same where nobody asks for their order."""
EMPTY: frozenset[str] = frozenset()


Preps = Annotated[frozenset[Annotated[str, AfterValidator(without_article)]], AfterValidator(_set)]
"""Prepositions, with or without the articles inside: `à l'égard de`."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Slot(_Strict):
    """Where a party stands: direct object and/or after one of the prepositions."""

    direct: bool = False
    """Object of the active, subject of the passive."""
    undergoer: bool = False
    """Grammatical subject of a verb without agent: `la visite est tombée à l'eau`."""
    prep: Preps = EMPTY
    """First word of the adposition's lemma, or several words (`hors de`)."""
    clause: bool = False
    """An infinitive or `que` clause under the word, behind one of the prepositions if there are
    any: `promettre de se retirer`. Where actors fit, the subject of a `que` clause: `demande que
    Kiev libère A`."""
    within: WordSet = EMPTY
    """Participles on a party or on the idiom's noun that have the complement: `les soldats
    stationnés au Niger partiront`."""
    owner: bool = False
    """The party is the owner of what stands there: `a expulsé dix diplomates russes`."""
    fits: tuple[Fits, ...] = ()
    """What may fill it; the inventory's where empty."""
    lemmas: WordSet = EMPTY
    """Only these head words, where given."""
    not_lemmas: WordSet = EMPTY
    required: bool = False
    """Without it the entry does not fire."""


class Part(_Strict):
    """A word that must depend on the trigger: the rest of an idiom."""

    lemmas: Words = Field(min_length=1)
    prep: Preps = EMPTY


class Example(_Strict):
    """A sentence in which the entry must fire, with what it must give.

    Arguments are compared with the text of the mention, folded.
    """

    text: str
    subject: str | None = None
    object: str | None = None
    polarity: str = "affirmed"
    factuality: str = "actual"


class _Entry(_Strict):
    lemmas: Words = Field(min_length=1)
    parts: tuple[Part, ...] = ()
    object: tuple[Slot, ...] = ()
    without: tuple[Slot, ...] = ()
    """Dependents that make it another sense: `se retirer` with troops. A slot with lemmas alone
    means any dependent."""
    factuality: Literal["actual", "planned", "possible"] = "actual"
    """What the word itself makes of the deed: an invitation is a reception planned."""
    negation: Literal["free", "required"] = "free"
    """`required`: words that only negated tell the deed, as done: `ne veut pas de N` rejects."""
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[str, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """All lemmas that the entry looks for."""
        return frozenset((*self.lemmas, *(w for part in self.parts for w in part.lemmas)))

    @property
    def name(self) -> str:
        """What the `rule` column calls it."""
        words = [self.lemmas[0], *(part.lemmas[0] for part in self.parts)]
        return "_".join(words).replace(" ", "_")


class VerbEntry(_Entry):
    """A verb, alone or with the rest of an idiom."""

    pronominal: bool | None = None
    """Must (true) or must not (false) bear a reflexive clitic; either where absent."""
    copula: bool = False
    """The word links a subject to a place: `X est à Berlin`."""
    adjective: bool = False
    """The words are adjectives: `favorable à un accord`."""
    reciprocal: bool = False
    """A plural subject alone states both parties (`se sont rencontrés`)."""
    subject: Slot | None = None
    """Where the subject is not the grammatical one."""


class NounEntry(_Entry):
    """A noun that names the deed."""

    subject: Slot = Slot(prep=frozenset({"de", "par", "of", "by"}))
    between: bool = False
    """`entre A et B` states both parties."""
    adjunct: bool = False
    """`Lors d'une visite à B, A a dit …`: the missing subject is the clause's (of symmetric
    relations always)."""
    carriers: WordSet = EMPTY
    """Verbs whose subject or agent the noun is and whose object is the deed's: `des frappes ont
    visé Gaza`, `tué dans un raid`."""
    predicative: WordSet = frozenset({"en", "on", "in"})
    """`A, en visite à B`: prepositions under which the noun says what its clause's subject does."""
    light_verbs: WordSet = EMPTY
    """Verbs beside those of the cues whose subject is the deed's."""
    prefer: str = Field("subject", pattern="^(subject|object)$")
    """The party of a complement that fits both."""
    possessive: str = Field("subject", pattern="^(subject|object)$")
    """The party of a possessive: whose arrest, `son arrestation`, is that of the object."""


class LexiconFile(_Strict):
    """One file as it stands on disk."""

    relation: str
    language: str
    verb: tuple[VerbEntry, ...] = ()
    noun: tuple[NounEntry, ...] = ()


Entry = VerbEntry | NounEntry


class Rule(_Strict):
    """An entry with the relation it tells."""

    relation: str
    language: str
    entry: Entry

    @cached_property
    def name(self) -> str:
        """`withdraws_from.fr/retirer`."""
        return f"{self.relation}.{self.language}/{self.entry.name}"


def load_rules(
    language: str, folders: Iterable[Path] = (LEXICON,), more: Path | None = None
) -> tuple[Rule, ...]:
    """All rules of a language, files in order of name; `more` is a user's folder beside ours.

    Raises LexiconError that lists every fault of every file, with file and entry.
    """
    folders = (*folders, *([more] if more else ()))
    rules: list[Rule] = []
    faults: list[str] = []
    if more is not None and (cues := next(more.glob("cues.*.toml"), None)):
        raise LexiconError(f"{cues.name}: cues cannot be added, only relations, entries and lists")
    lists = load_lists(language, folders)
    for path in sorted(p for folder in folders for p in folder.glob(f"*.{language}.toml")):
        if path.name in {f"cues.{language}.toml", f"lists.{language}.toml"}:
            continue
        try:
            rules.extend(_rules(path, language, lists, more))
        except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.extend(f"{path.name}: {line}" for line in explain_faults(error))
        except LexiconError as error:
            faults.append(f"{path.name}: {error}")
    if faults:
        raise LexiconError("faulty lexicon\n  " + "\n  ".join(faults))
    return tuple(rules)


def load_lists(language: str, folders: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """Named lists of words of a language, `@name` -> folded words; later folders add and replace.

    Raises LexiconError.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path in (folder / f"lists.{language}.toml" for folder in folders):
        if not path.is_file():
            continue
        try:
            lists = _LISTS.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
        except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            lines = "\n  ".join(explain_faults(error))
            raise LexiconError(f"{path.name}:\n  {lines}") from error
        found |= {f"@{name}": words for name, words in lists.items()}
    return found


_LISTS = TypeAdapter(dict[str, tuple[Folded, ...]])


def _rules(
    path: Path, language: str, lists: Mapping[str, tuple[str, ...]], more: Path | None
) -> list[Rule]:
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    file = LexiconFile.model_validate(content, context={"lists": lists})
    if file.relation not in load_inventory(more):
        raise LexiconError(f"relation: no relation {file.relation!r} in relations.toml")
    if file.language not in LANGUAGES or file.language != language:
        raise LexiconError(f"language: {file.language!r} does not fit the file's name")
    entries: list[Entry] = [*file.verb, *file.noun]
    return [Rule(relation=file.relation, language=language, entry=entry) for entry in entries]
