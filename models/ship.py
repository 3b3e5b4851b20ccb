"""From the trained net of a language to the pipeline that is shipped."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import extras
import spacy
import srsly
from prepare import catalogue
from spacy.language import Language
from spacy.pipeline import EditTreeLemmatizer
from spacy.tokenizer import Tokenizer

VERSION = "0.2.0"
LICENCES = {
    "fr": "LGPL-LR (Sequoia, FQB) and CC BY-SA 4.0 (GSD and others); details in models/README.md",
    "en": "CC BY-SA 4.0 (EWT, UNER); details in models/README.md",
}
DESCRIPTIONS = {
    "fr": "French news: UD morphology, lemmas, dependencies (Sequoia scheme), entities (WiNER)",
    "en": "English: UD morphology, lemmas, dependencies (EWT), entities (UNER, wikigold)",
}
LEARNT = {"train", "teach", "label", "vectors"}
PAGES = {"pypi": "https://pypi.org/project/", "npm": "https://www.npmjs.com/package/"}


def assemble(work: Path, target: Path, lang: str) -> None:
    """The student in a fresh pipeline, without what only training needs."""
    nlp = spacy.load(work / "blank")  # a fresh config: no training paths, no augmenter
    student = spacy.load(work / "student" / "model-last")  # learn rate near 0, weights averaged
    nlp.vocab.vectors = student.vocab.vectors
    for name in student.pipe_names:
        nlp.add_pipe(name, source=student)
    nlp.meta.update(
        name="depeche_news",
        version=VERSION,
        spacy_version=">=3.8.7,<3.9.0",
        description=DESCRIPTIONS[lang],
        author="Dépêche",
        license=LICENCES[lang],
        sources=list(sources_of(lang)),
    )
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    nlp.to_disk(fresh)
    srsly.write_json(fresh / "vocab" / "strings.json", needed_strings(nlp))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def sources_of(lang: str) -> Iterator[dict[str, str]]:
    """Everything that the net or its teacher learnt from: what, where, licence."""
    for entry in catalogue():
        if entry["lang"] == lang and LEARNT & entry["use"].keys():
            yield {
                "name": entry["title"], "url": entry["repository"], "license": entry["licence"]
            }  # fmt: skip
    for entry in extras.catalogue().values():
        if lang in entry["lang"].split():
            url = PAGES[entry["registry"]] + re.split(r"==|(?<=.)@", entry["package"])[0]
            yield {"name": entry["title"], "url": url, "license": entry["licence"]}


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
