"""The command `depeche`: arguments in, the work is done elsewhere.

Everything heavy is imported on use.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from pipeline import exits, options
from pipeline.errors import UsageError
from pipeline.flags import AsJson, Fields, Lang, Limits, ModelEn, ModelFr, MoreLexicon, MoreNames
from pipeline.settings import Settings

app = typer.Typer(
    help="Who did what to whom, when, where and on whose word: relations from press articles.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(
    epilog="Example: depeche extract raw --out extracted --workers 2   (one article: extract -)"
)
def extract(
    dump: Annotated[
        Path, typer.Argument(help="A folder or file of raw pages; `-` is one article on stdin.")
    ] = Path("raw"),
    out: Annotated[Path, typer.Option(help="Where the tables are published.")] = Path("extracted"),
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes.", show_default="cores")
    ] = None,
    lang: Lang = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N inputs.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 if an input is rejected.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Forget inputs that are no longer in the dump.")
    ] = False,
    json_logs: Annotated[
        bool, typer.Option("--json-logs", help="Events on stderr as JSON.")
    ] = False,
    as_json: AsJson = False,
    fields: Fields = None,
    limits: Limits = None,
    repair_mojibake: Annotated[
        bool, typer.Option("--repair-mojibake", help="Repair text that was decoded wrongly.")
    ] = False,
    model_fr: ModelFr = None,
    model_en: ModelEn = None,
    lexicon: MoreLexicon = None,
    gazetteer: MoreNames = None,
) -> None:
    """Extract what is new in a dump, and publish the tables."""
    settings = options.settings(
        fields,
        lexicon,
        limits,
        gazetteer,
        lang=lang,
        model_fr=model_fr,
        model_en=model_en,
        repair_mojibake=repair_mojibake,
    )
    if str(dump) == "-":
        if _extract_stdin(settings, as_json=as_json) and strict:
            raise typer.Exit(1)
        return
    from pipeline import console
    from pipeline.run import Request, run
    from pipeline.workers import cores

    started = time.monotonic()
    request = Request(dump, out, settings, workers or cores(), limit, prune, dry_run)
    with console.progress(json_logs=json_logs) as progress:
        outcome = run(request, progress)
    console.summary(outcome, time.monotonic() - started, str(out), dry_run=dry_run)
    if strict and outcome.rejected:
        raise typer.Exit(1)


def _extract_stdin(settings: Settings, *, as_json: bool) -> bool:
    """One article from standard input; no store is touched. Whether it was rejected."""
    from pipeline import console
    from pipeline import extract as flow
    from pipeline.readers.html import page_from_bytes
    from pipeline.records import Reject
    from pipeline.report.article import article_json, article_report

    page = page_from_bytes(sys.stdin.buffer.read(), settings)
    [found] = flow.load(settings).extract([page])
    if as_json:
        for line in article_json(found):
            print(line)
    else:
        article_report(found, console.stdout())
    return isinstance(found, Reject)


@app.command(epilog="Example: depeche explain 'Paris dément avoir annulé le sommet.' --lang fr")
def explain(
    phrase: Annotated[str, typer.Argument(help="A sentence, French or English.")],
    lang: Lang = None,
    as_json: AsJson = False,
    model_fr: ModelFr = None,
    model_en: ModelEn = None,
    lexicon: MoreLexicon = None,
    gazetteer: MoreNames = None,
) -> None:
    """Show how a phrase is parsed, what triggered, and what matched or why not."""
    settings = options.settings(
        None, lexicon, gazetteer=gazetteer, lang=lang, model_fr=model_fr, model_en=model_en
    )
    from pipeline import explain as explanations

    if as_json:
        found = explanations.explain_json(phrase, settings)
        print(json.dumps(found, ensure_ascii=False, indent=1, default=str))
    else:
        print(explanations.explain_phrase(phrase, settings))


@app.command(epilog="Example: depeche lexicon ours --model-fr fr_core_news_lg")
def lexicon(
    folder: Annotated[Path, typer.Argument(help="A folder of lexicon files, as for --lexicon.")],
    model_fr: ModelFr = None,
    model_en: ModelEn = None,
) -> None:
    """Check a folder of lexicon files: are they sound, and do their examples hold?"""
    from pipeline import console
    from pipeline.evaluate.examples import examples_report

    settings = options.settings(None, folder, model_fr=model_fr, model_en=model_en)
    if examples_report(settings, console.stdout()):
        raise typer.Exit(1)


@app.command(epilog="Example: depeche check raw")
def check(
    dump: Annotated[Path, typer.Argument(help="A folder or file of raw pages.")],
    fields: Fields = None,
    limits: Limits = None,
) -> None:
    """Say what is recognised in a dump, without parsing anything."""
    from pipeline import console
    from pipeline.report.dump import dump_report

    dump_report(dump, options.settings(fields, None, limits), console.stdout())


@app.command(epilog="Example: depeche limits; then depeche extract raw --set max_ratio=500")
def limits() -> None:
    """List the limits that --set changes, with their defaults and units."""
    from pipeline import console
    from pipeline.report.texts import cell, grid

    table = grid("limits", "name", "#default", "unit")
    for name, field in options.limits().items():
        table.add_row(cell(name), cell(field.default), cell(field.description))
    console.stdout().print(table)


@app.command(epilog="Example: depeche schema relations")
def schema(
    table: Annotated[str | None, typer.Argument(help="One table; all by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the data dictionary of the tables."""
    from pipeline import dictionary, tables

    if table is not None and table not in tables.TABLES:
        raise UsageError(f"{table}: no such table; there are {', '.join(tables.TABLES)}")
    names = [table] if table else list(tables.TABLES)
    if as_json:
        print(
            json.dumps(
                {name: dictionary.columns(name) for name in names}, ensure_ascii=False, indent=1
            )
        )
    else:
        print(dictionary.dictionary_markdown(names))


@app.command(
    epilog="Examples: depeche evaluate gold tests/gold; "
    "depeche evaluate extracted/snapshots/000001 extracted"
)
def evaluate(
    first: Annotated[str, typer.Argument(help="`gold`, or the older snapshot.")],
    second: Annotated[
        Path | None, typer.Argument(help="The gold folder (tests/gold), or the newer snapshot.")
    ] = None,
    relation: Annotated[
        list[str] | None, typer.Option(help="Only this relation; may be repeated.")
    ] = None,
    implemented: Annotated[
        bool, typer.Option("--implemented", help="Only relations that have lexicons.")
    ] = False,
    model_fr: ModelFr = None,
    model_en: ModelEn = None,
    lexicon: MoreLexicon = None,
    gazetteer: MoreNames = None,
) -> None:
    """Score the extractor on gold, or compare the relations of two snapshots."""
    from pipeline import console

    if first == "gold":
        from pipeline.evaluate import gold_report

        settings = options.settings(
            None, lexicon, gazetteer=gazetteer, model_fr=model_fr, model_en=model_en
        )
        gold_report(second or Path("tests/gold"), settings, console.stdout(), relation, implemented)
        return
    if second is None:
        raise UsageError("give two snapshots, or `gold`: depeche evaluate OLD NEW")
    from pipeline.evaluate import compare

    compare(Path(first), second, console.stdout())


@app.command(epilog="Example: depeche report extracted")
def report(
    out: Annotated[Path, typer.Argument(help="The output of extract.")] = Path("extracted"),
) -> None:
    """Sum up a snapshot: relations, most frequent pairs, rejects."""
    from pipeline import console
    from pipeline.report.snapshot import snapshot_report

    snapshot_report(out, console.stdout())


@app.command(epilog="Example: depeche verify extracted")
def verify(
    out: Annotated[Path, typer.Argument(help="The output of extract.")] = Path("extracted"),
) -> None:
    """Check what is stored: content, schemas, ids, offsets, and that no input is lost."""
    from pipeline import console
    from pipeline.report.store import verify_report

    verify_report(out, console.stdout())


@app.command(epilog="Example: depeche snapshots extracted")
def snapshots(
    out: Annotated[Path, typer.Argument(help="The output of extract.")] = Path("extracted"),
) -> None:
    """List the snapshots that are kept."""
    from pipeline import console
    from pipeline.report.store import snapshots_report

    snapshots_report(out, console.stdout())


def main() -> None:
    """Run the command and exit."""
    exits.run(app)
