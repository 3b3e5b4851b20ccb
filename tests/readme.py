"""The generated parts of README.md: `python -m tests.readme` rewrites them."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from pipeline.dictionary import dictionary_markdown
from pipeline.records import Extraction
from tests import floors
from tests.entity_gold import measures
from tests.faults.registry import SECTIONS, TESTS

README = Path(__file__).parent.parent / "README.md"
SENTENCE = (
    "Selon Séoul, la Corée du Sud et le Japon se sont retirés du sommet de La Haye ; "
    "Donald Trump, qui devait y recevoir Shigeru Ishiba, n'a rencontré vendredi que Mark Rutte."
)
COLUMNS = (
    "subject_text",
    "relation",
    "object_text",
    "polarity",
    "factuality",
    "attribution_text",
    "date_start",
)
PUBLISHED = "2025-06-27"


def example(extraction: Extraction) -> str:
    """The sentence and its rows as Markdown."""
    lines = [
        f"> {SENTENCE}",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
    ]
    for row in extraction.relations:
        cells = (getattr(row, name) for name in COLUMNS)
        lines.append("| " + " | ".join("" if c is None else str(c) for c in cells) + " |")
    return "\n".join(lines)


def scores() -> str:
    """The figures of the gold gate as Markdown."""
    lines = [
        "| gold | relations | precision | recall | F1 | factuality | attribution |",
        "|---|---|---|---|---|---|---|",
    ]
    content = floors.load()
    parts = (("gold", "articles"), ("held_out", "hard, held out"), ("seeds", "real pages"))
    for part, title in parts:
        for language, groups in content[part]["floors"].items():
            for group, figures in groups.items():
                shown = "all 31" if group == "all" else "the first five"
                cells = (
                    "–" if v is None else f".{round(v * 1000):03d}" if v < 1 else "1"
                    for v in (figures[name] for name in floors.NAMES)
                )
                lines.append(f"| {language}, {title} | {shown} | {' | '.join(cells)} |")
    return "\n".join(lines)


def faults() -> str:
    """Faults by section: how many there are, are injected, survived, and by how many tests.

    A fault is survived as long as its tests pass, and none is expected to fail.
    """
    for path in sorted((Path(__file__).parent / "faults").glob("test_*.py")):
        import_module(f"tests.faults.{path.stem}")
    lines = ["| faults | known | injected | survived | tests |", "|---|---|---|---|---|"]
    for letter, (title, numbers) in SECTIONS.items():
        tests = {test for number in numbers for test in TESTS[number]}
        injected = sum(bool(TESTS[number]) for number in numbers)
        cells = (len(numbers), injected, injected, len(tests))
        lines.append(f"| {letter}. {title} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def section(name: str, text: str) -> str:
    """What stands between the markers of a section. Raises ValueError where there are none."""
    match = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
    if match is None:
        raise ValueError(f"README.md has no section {name}")
    return match.group(1).removesuffix("\n")


def replaced(name: str, content: str, text: str) -> str:
    """The README with a section's content changed."""
    opening, closing = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    start = text.index(opening) + len(opening)
    return f"{text[:start]}{content}\n{text[text.index(closing) :]}"


def generated(extraction: Extraction) -> dict[str, str]:
    """Every generated section by name."""
    return {
        "example": example(extraction),
        "scores": scores(),
        "entities": measures.table(),
        "faults": faults(),
        "dictionary": dictionary_markdown(),
    }


def extract_example() -> Extraction:
    """The example sentence through the real flow."""
    from pipeline.extract import load
    from pipeline.readers import page_from_text
    from pipeline.settings import Settings

    [found] = load(Settings()).extract([page_from_text(SENTENCE, published=PUBLISHED)])
    if not isinstance(found, Extraction):
        raise SystemExit(found.detail)
    return found


def main() -> None:
    """Rewrite the generated sections in place."""
    text = README.read_text(encoding="utf-8")
    for name, content in generated(extract_example()).items():
        text = replaced(name, content, text)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
