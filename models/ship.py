"""From the two trained nets of a language to the one pipeline that is shipped."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import spacy
import srsly
from prepare import Source, catalogue
from spacy.language import Language
from spacy.pipeline import EditTreeLemmatizer
from spacy.tokenizer import Tokenizer

VERSION = "0.1.0"
LICENCES = {
    "fr": "LGPL-LR (Sequoia) and CC BY-SA 4.0 (GSD); details in models/README.md",
    "en": "CC BY-SA 4.0 (EWT, UNER); details in models/README.md",
}
DESCRIPTIONS = {
    "fr": "French news: UD morphology, lemmas, dependencies (Sequoia scheme), entities (WiNER)",
    "en": "English: UD morphology, lemmas, dependencies (EWT), entities (UNER, wikigold)",
}


def assemble(work: Path, target: Path, lang: str, used: list[Source]) -> None:
    """Join parser and NER over one tokenizer and save them, without what only training needs."""
    nlp = spacy.load(work / "blank")  # a fresh config: no training paths, no augmenter
    parse = spacy.load(work / "parse" / "model" / "model-best")
    ner = spacy.load(work / "ner" / "model" / "model-best")
    nlp.add_pipe("ner", source=ner)  # first: after the parser it could not cross a wrong split
    for name in parse.pipe_names:
        nlp.add_pipe(name, source=parse)
    trained = {s.name for s in used if s.split == "train"}
    nlp.meta.update(
        name="depeche_news",
        version=VERSION,
        spacy_version=">=3.8.7,<3.9.0",
        description=DESCRIPTIONS[lang],
        author="Dépêche",
        license=LICENCES[lang],
        sources=[
            {"name": e["title"], "url": e["repository"], "license": e["licence"]}
            for e in catalogue()
            if e["folder"] in trained and "train" in e["use"]
        ],
    )
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    nlp.to_disk(fresh)
    srsly.write_json(fresh / "vocab" / "strings.json", needed_strings(nlp))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def needed_strings(nlp: Language) -> list[str]:
    """The strings that the model itself needs, without the words of the corpora it has seen."""
    lemmatizer, tokenizer = nlp.get_pipe("trainable_lemmatizer"), nlp.tokenizer
    assert isinstance(lemmatizer, EditTreeLemmatizer)
    assert isinstance(tokenizer, Tokenizer)
    needed = set(spacy.blank(str(nlp.lang)).vocab.strings)
    for labels in nlp.pipe_labels.values():
        needed.update(labels)
    needed.update(part for label in nlp.pipe_labels["morphologizer"] for part in label.split("|"))
    trees = srsly.msgpack_loads(lemmatizer.trees.to_bytes())["trees"]
    for tree in trees:
        needed.update(nlp.vocab.strings[tree[k]] for k in ("orig", "subst") if tree.get(k))
    for text, parts in tokenizer.rules.items():
        needed.update([text, *(str(value) for part in parts for value in part.values())])
    return sorted(needed)


def record(target: Path, figures: dict[str, Any]) -> None:
    """Put the scores into the model's meta.json."""
    path = target / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8")) | {"performance": figures}
    # not srsly: it writes 0.829 as 0.8290000000000001
    path.write_text(json.dumps(meta, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def digest(folder: Path) -> str:
    """sha256 over the files of a model folder (names and bytes, in order of name)."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
