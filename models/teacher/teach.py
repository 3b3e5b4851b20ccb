"""Train the teacher on all free annotations and measure it on the development sets."""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import encoder
import prepare
import torch
from biaffine import Teacher
from data import Sentence, Tasks, collate, plain, sentence, windows
from inference import TARGET, Net, annotate, batched, chunks, load
from spacy.language import Language
from spacy.scorer import PRFScore
from spacy.tokens import Doc
from tokens import BLANK
from torch import nn

BATCH = 1000  # words
SHARE = {"fr-ner-winer": 0.5, "fr-ud-fqb": 0.5, "fr-ud-rhapsodie": 0.35, "fr-ud-parisstories": 0.35}
DECAY = 0.995  # of the running mean of weights
OWN_SCHEME = dict.fromkeys(("fr-ner-winer", "fr-ud-sequoia", "en-ud-ewt", "en-ner-ewt"), TARGET)


def corpus(corpora: Path, lang: str, nlp: Language) -> tuple[list[tuple[str, list[Sentence]]], int]:
    """Training sentences of each source, by name, and the number of schemes."""
    out = []
    schemes: dict[str, int] = {}
    for source, docs, _ in prepare.training(corpora, lang, nlp):
        name = source.name + "".join(source.unannotated)
        scheme = OWN_SCHEME.get(source.name)
        if scheme is None:
            scheme = schemes.setdefault(name, len(schemes) + 1)
        parsed = source.layer == "parse"
        dates = source.format != "frsemcor"
        out.append(
            (
                source.name,
                [sentence(d, scheme, parsed=parsed, named=not parsed, dates=dates) for d in docs],
            )
        )
    return out, len(schemes) + 1


def grouped(groups: list[list[Sentence]], rng: random.Random) -> Iterator[list[list[Sentence]]]:
    """Batches of windows of like length, in random order."""
    order = sorted(groups, key=lambda g: (sum(len(s.words) for s in g) // 8, rng.random()))
    held: list[list[Sentence]] = []
    batches = []
    for group in order:
        width = max(sum(len(s.words) for s in g) for g in [*held, group])
        if held and width * (len(held) + 1) > BATCH:
            batches.append(held)
            held = []
        held.append(group)
    batches.append(held)
    rng.shuffle(batches)
    yield from batches


def epoch(
    sources: list[tuple[str, list[Sentence]]], rng: random.Random
) -> Iterator[list[list[Sentence]]]:
    """One pass: parsed windows of several sentences, paragraphs with entities, mixed."""
    parsed: list[list[Sentence]] = []
    named: list[list[Sentence]] = []
    for name, sentences in sources:
        runs = list(windows(sentences, rng, 5 if sentences[0].heads else 1))
        share = SHARE.get(name, 1.0)
        if share < 1:
            runs = rng.sample(runs, int(len(runs) * share))
        (parsed if sentences[0].heads else named).extend(
            [[spoilt(s, rng) for s in run] for run in runs]
        )
    batches = [*grouped(parsed, rng), *grouped(named, rng)]
    rng.shuffle(batches)
    yield from batches


def spoilt(item: Sentence, rng: random.Random) -> Sentence:
    """A sentence that has sometimes lost its full stop, as headings have none."""
    n = len(item.words) - 1
    if n < 2 or not item.heads or rng.random() > 0.12 or item.words[n] not in ".!?":
        return item
    if any(h == n for h in item.heads[:n]):
        return item
    return Sentence(
        item.source,
        item.words[:n],
        item.spaces[:n],
        item.tags[:n],
        item.heads[:n],
        item.deps[:n],
        item.entities[:n],
    )


def train(options: Any) -> None:
    """Fit the teacher and save the running mean of its weights."""
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    nlp = BLANK[options.lang]()
    sources, schemes = corpus(options.corpora, options.lang, nlp)
    tasks = Tasks.of(s for _, sentences in sources for s in sentences)
    low_net, pieces = encoder.load(options.encoder)
    model = Teacher(low_net, tasks, schemes)
    if options.start:
        before = torch.load(options.start, weights_only=True)["weights"]
        have = model.state_dict()  # another language has other labels: those layers start anew
        fits = {k: v for k, v in before.items() if k in have and have[k].shape == v.shape}
        print(f"{len(fits)} of {len(have)} weights from {options.start}")
        model.load_state_dict(fits, strict=False)
    low = list(model.encoder.parameters())
    known = {id(p) for p in low}
    high = [p for p in model.parameters() if id(p) not in known]
    rates = (options.rate / 5, options.rate)
    optimizer = torch.optim.AdamW(
        [{"params": low}, {"params": high}], betas=(0.9, 0.95), weight_decay=0.01, fused=True
    )
    mean = {k: v.clone() for k, v in model.state_dict().items()}
    start, step, shown = time.monotonic(), 0, 0.0
    limit = options.minutes * 60
    while time.monotonic() - start < limit:
        for groups in epoch(sources, rng):
            done = (time.monotonic() - start) / limit
            if done > 1:
                break
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * min(1.0, (step + 1) / 200) * max(0.02, 1 - done)
            batch = collate(groups, pieces, tasks)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = model.loss(batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            step += 1
            decay = min(DECAY, step / (step + 20))
            for name, value in model.state_dict().items():
                mean[name].lerp_(value, 1 - decay) if value.is_floating_point() else None
            shown = loss.item() if not shown else 0.98 * shown + 0.02 * loss.item()
            if step % 50 == 0:
                print(f"{done * options.minutes:6.1f} min  step {step}  {shown:.3f}", flush=True)
        save(options.out, mean, tasks, schemes)
        evaluate(load(options.encoder, options.out), options)


def save(path: Path, weights: dict[str, torch.Tensor], tasks: Tasks, schemes: int) -> None:
    """Weights with all that is needed to use them."""
    names = {k: getattr(tasks, k).names for k in ("tags", "deps", "entities")}
    torch.save({"weights": weights, "tasks": names, "schemes": schemes}, path)


Judged = Iterator[tuple[Doc, dict[str, Any]]]


def judged(net: Net, docs: list[Doc]) -> Judged:
    """Each gold Doc with what the teacher says of its words."""
    for some in batched(docs):
        texts = [([plain(t.text) for t in d], [bool(t.whitespace_) for t in d]) for d in some]
        yield from zip(some, annotate([net], texts), strict=True)


def evaluate(net: Net, options: Any) -> None:
    """Quick figures on the development sets (gold tokens)."""
    nlp = BLANK[options.lang]()
    found = prepare.sources(options.corpora, options.lang)
    for layer, report in (("parse", parse_report), ("ner", ner_report)):
        split = options.split if layer == "parse" else "dev"
        some = [s for s in found if (s.layer, s.split) == (layer, split)]
        docs = [d for s in some for d in prepare.read(s, nlp)]
        docs = list(prepare.grouped(docs, 4)) if layer == "parse" else docs
        print(report(judged(net, docs)), flush=True)


def parse_report(pairs: Judged) -> str:
    """UAS and LAS without punctuation, UPOS, features, sentence starts."""
    right: Counter[str] = Counter()
    for doc, got in pairs:
        gold = {t.i for t in doc if t.is_sent_start}
        right.update(start=len(gold & set(got["starts"])), gold=len(gold), found=len(got["starts"]))
        for t, tag, head, dep in zip(doc, got["tags"], got["heads"], got["deps"], strict=True):
            right.update(total=1, tag=tag == f"{t.pos_}|{t.morph}", pos=tag.split("|")[0] == t.pos_)
            if t.dep_ != "punct":
                right.update(arcs=1, head=head == t.head.i)
                right.update(both=head == t.head.i and dep == t.dep_)
    return (
        f"  UAS {right['head'] / right['arcs']:.4f} LAS {right['both'] / right['arcs']:.4f} "
        f"UPOS {right['pos'] / right['total']:.4f} tag {right['tag'] / right['total']:.4f} "
        f"starts P {right['start'] / right['found']:.3f} R {right['start'] / right['gold']:.3f}"
    )


def ner_report(pairs: Judged) -> str:
    """Precision, recall, F1 of exact entities, in common and by label."""
    want, have = set(), set()
    for i, (doc, got) in enumerate(pairs):
        want |= {(i, e.start, e.end, e.label_) for e in doc.ents}
        have |= {(i, *e) for e in chunks(got["entities"])}
    lines = []
    kinds = ("PER LOC ORG", "PER", "LOC", "ORG", "EVENT", "PRODUCT", "DATE")
    for kind in kinds:
        gold, found = ({x for x in some if x[3] in kind.split()} for some in (want, have))
        figures = PRFScore(tp=len(gold & found), fp=len(found - gold), fn=len(gold - found))
        lines.append(
            f"  {kind:12} P {figures.precision:.3f} R {figures.recall:.3f} F {figures.fscore:.3f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Arguments."""
    here = Path(__file__).parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("train", "evaluate"))
    parser.add_argument("--corpora", type=Path, default=here.parent.parent / "shared" / "corpora")
    parser.add_argument("--lang", choices=tuple(BLANK), default="fr")
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="go on from this teacher, of any language")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--split", default="dev")
    options = parser.parse_args()
    if options.what == "train":
        train(options)
    else:
        evaluate(load(options.encoder, options.out), options)


if __name__ == "__main__":
    main()
