"""What page dumps do to text, done to training text: quotes, apostrophes, capitals, lost accents.

Registered for training only; a shipped model does not need this module.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry

CURLY, STRAIGHT = {"'": "’"}, {"’": "'"}
QUOTES = [("«", "»"), ("“", "”"), ('"', '"')]


def restyle(doc: Doc, words: list[str], *, lemmas: list[str]) -> Doc:
    """The same annotation over other words (one for one)."""
    ents = [
        t.ent_iob_ + (f"-{t.ent_type_}" if t.ent_type_ else "") if t.ent_iob else "" for t in doc
    ]
    parsed = doc.has_annotation("DEP")
    return Doc(
        doc.vocab,
        words=words,
        spaces=[bool(t.whitespace_) for t in doc],
        ents=ents if doc.has_annotation("ENT_IOB") else None,
        lemmas=lemmas,
        tags=[t.tag_ for t in doc] if parsed else None,
        pos=[t.pos_ for t in doc] if parsed else None,
        morphs=[str(t.morph) for t in doc] if parsed else None,
        heads=[t.head.i for t in doc] if parsed else None,
        deps=[t.dep_ for t in doc] if parsed else None,
    )


def typography(words: list[str], rng: random.Random) -> list[str]:
    """All apostrophes of one kind, all double quotes of one kind."""
    table = str.maketrans(rng.choice([CURLY, STRAIGHT]))
    opening, closing = rng.choice(QUOTES)
    pairs = {"«": opening, "“": opening, "»": closing, "”": closing}
    return [pairs.get(w, w.translate(table)) for w in words]


def without_accents(word: str) -> str:
    """``Élysée`` as ``Elysee``; a word whose length would change is left alone."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return bare if len(bare) == len(word) else word


def shout(words: list[str], rng: random.Random) -> list[str]:
    """Everything in capitals, half of the time without accents."""
    upper = [w.upper() if len(w.upper()) == len(w) else w for w in words]
    return [without_accents(w) for w in upper] if rng.random() < 0.5 else upper


@registry.augmenters("depeche.page_style.v1")
def page_style(
    styled: float, capitals: float, titles: float, seed: int
) -> Callable[[Language, Example], Iterator[Example]]:
    """Yield each example once, changed with the given probabilities."""
    rng = random.Random(seed)

    def augment(nlp: Language, example: Example) -> Iterator[Example]:
        doc = example.reference
        words = before = [t.text for t in doc]
        lemmas = [t.lemma_ for t in doc]
        if rng.random() < styled:
            words = typography(words, rng)
        draw = rng.random()
        if draw < capitals:
            words = shout(words, rng)
            # an edit tree cannot know the lemma of a word in capitals: leave it unannotated
            changed = [a != b and len(a) > 1 for a, b in zip(before, words, strict=True)]
            lemmas = ["" if c else x for c, x in zip(changed, lemmas, strict=True)]
        elif draw < capitals + titles:
            words = [w[:1].upper() + w[1:] if w[1:].islower() else w for w in words]
        if words == before:
            yield example
            return
        reference = restyle(doc, words, lemmas=lemmas)
        yield Example(nlp.make_doc(reference.text), reference)

    return augment
