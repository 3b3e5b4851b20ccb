"""Language models: passages of one language to spaCy Docs with UD labels."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

import numpy as np
import spacy
from spacy import util
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.errors import ModelError, RejectError
from pipeline.languages import LANGUAGES
from pipeline.lemmas import correct_lemmas, third_person
from pipeline.mending import mend
from pipeline.nodes import Tree
from pipeline.settings import ROOT, Settings

if TYPE_CHECKING:
    from thinc.types import Ints2d

OWN = ROOT / "models"
"""Where our models stand, by language."""
BATCH = 64
"""Passages parsed at once."""
ENDS = frozenset([".", "!", "?", "…", "...", "..", ";", "?!", "!!", "!?", "•", "|"])
DASHES = frozenset(["-", "–", "—", "--"])
PLACE, LONGEST_DATELINE = 3, 16
"""Letters of a dateline's first word, at least; its tokens, at most."""
CLOSERS = frozenset(["»", "”", "’", '"', "'", ")", "]", "."])
NEEDED_LABELS = frozenset({"nsubj", "obj", "obl", "nmod", "conj", "acl", "advcl", "xcomp", "ccomp"})
"""UD relations without which the grammar is blind (subtypes may stand for them)."""


def model_path(language: str, settings: Settings) -> str:
    """The pipeline the user named for a language, or ours under `models/`."""
    named = {"fr": settings.model_fr, "en": settings.model_en}.get(language)
    return named or str(OWN / language)


class Annotator:
    """Loads each language's pipeline when it is first needed and keeps it."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is loaded yet."""
        self._settings = settings
        self._loaded: dict[str, Language] = {}

    def pipeline(self, language: str) -> Language:
        """The spaCy pipeline of a language.

        Raises ModelError where it is missing, of another language or not labelled with UD.
        """
        if language not in self._loaded:
            self._loaded[language] = _load(language, model_path(language, self._settings))
        return self._loaded[language]

    def docs(self, language: str, texts: Sequence[str]) -> list[Doc]:
        """One Doc a text, in order."""
        nlp = self.pipeline(language)
        unparsed = (without_false_starts(_tokens(nlp, text)) for text in texts)
        return list(nlp.pipe(unparsed, batch_size=BATCH))

    @contextmanager
    def zone(self) -> Iterator[None]:
        """Free the vocabulary of all Docs made inside when it ends: memory stays flat."""
        with ExitStack() as stack:
            for nlp in self._loaded.values():
                stack.enter_context(nlp.memory_zone())
            yield


def read_tree(doc: Doc, language: str) -> Tree:
    """The plain tree of a parsed passage, with what is known to be wrong in it put right.

    Lemmas that are no words are corrected by the tables.
    """
    tree = Tree(doc)
    correct_lemmas(tree, language)
    words = LANGUAGES[language]
    mend(tree, partial(third_person, language=language), words)
    return tree


def without_false_starts(doc: Doc) -> Doc:
    """Forbid, in place, sentences that start in the middle of one.

    The parser may end a sentence only behind a mark that can end it (and quotation marks or
    brackets that close behind the mark), or at a line's end.
    """
    strings = doc.vocab.strings
    marks: list[int] = []
    may = True
    for i, orth in enumerate(doc.to_array("ORTH").tolist()):
        text = strings[orth]
        marks.append(0 if may else -1)
        may = text in ENDS or text.isspace() or (may and i > 0 and text in CLOSERS)
    if marks:
        marks[0] = 1
        begin = _behind_dateline(doc)
        if begin is not None:
            marks[begin] = 1
        starts = np.array(marks, dtype=np.int64).astype(np.uint64).reshape(-1, 1)
        doc.from_array(["SENT_START"], cast("Ints2d", starts))  # token by token is 20 times slower
    return doc


def _behind_dateline(doc: Doc) -> int | None:
    """Where `BAMAKO, 3 mai (AFP) – …` begins to speak: behind names, numbers and a dash."""
    if not len(doc) or not doc[0].text.isupper() or len(doc[0]) < PLACE:
        return None
    for i in range(1, min(len(doc) - 1, LONGEST_DATELINE)):
        text, before = doc[i].text, doc[i - 1]
        if text in DASHES and before.whitespace_ and doc[i].whitespace_:
            return i + 1
        if text.islower() and not before.text.isdigit():
            return None
    return None


def _tokens(nlp: Language, text: str) -> Doc:
    try:
        return nlp.make_doc(text)
    except Exception as error:
        _name_component("tokenizer", nlp.tokenizer, [], error)


def _name_component(
    name: str, component: object, docs: Sequence[Doc], error: Exception
) -> NoReturn:
    """Say which component could not deal with the texts; a lack of memory is no fault of its."""
    if isinstance(error, MemoryError | RejectError):
        raise error
    what = " ".join(f"{type(error).__name__}: {error}".split())
    detail = f"pipeline_error: {name}: {what[:300]}"
    raise RejectError("annotate", "pipeline_error", detail) from error


def _load(language: str, path: str) -> Language:
    if Path(path).is_absolute() and not Path(path).is_dir():
        raise ModelError(f"{path}: no model; run `make train` or give --model-{language}")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=r".*W095.*")
            nlp = _own(language) if Path(path) == OWN / language else spacy.load(path)
    except (OSError, ValueError, UserWarning) as error:
        raise ModelError(
            f"{path}: not a spaCy pipeline that this version loads: {error}"
        ) from error
    _check(nlp, language, path)
    _name_errors(nlp)
    return nlp


def _own(language: str) -> Language:
    """A model of ours, which brings the rules of its tokenizer.

    spaCy's French, which `spacy.load` would import for them, takes 3 s to compile its own.
    """
    path = OWN / language
    util.load_meta(path / "meta.json")  # warns of another version
    plain: type[Language] = type("Plain", (Language,), {"lang": language})
    nlp = plain.from_config(util.load_config(path / "config.cfg"))
    return nlp.from_disk(path)


def _name_errors(nlp: Language) -> None:
    """Have components named whose errors end a batch: those that are functions, and the tokenizer.

    spaCy 3.8 takes no error handler for its parser and ner: their errors are rejects all the same,
    of which only the text says where they are from.
    """
    nlp.default_error_handler = _name_component
    for _, pipe in nlp.pipeline:
        with suppress(AttributeError):
            pipe.set_error_handler(_name_component)  # type: ignore[attr-defined]


def _check(nlp: Language, language: str, path: str) -> None:
    if nlp.lang != language:
        raise ModelError(f"{path}: a model for {nlp.lang!r}, wanted {language!r}")
    if "parser" not in nlp.pipe_names or "ner" not in nlp.pipe_names:
        raise ModelError(f"{path}: needs a parser and ner, has {', '.join(nlp.pipe_names)}")
    labels = {label.partition(":")[0] for label in nlp.pipe_labels["parser"]}
    missing = sorted(NEEDED_LABELS - labels)
    if missing:
        raise ModelError(
            f"{path}: its parser is not labelled with Universal Dependencies "
            f"(no {', '.join(missing)}); the grammar reads UD labels only"
        )
