"""Options that several commands take, as typer declares them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Lang = Annotated[
    str | None, typer.Option("--lang", help="Take every article to be in this language: fr, en.")
]
Fields = Annotated[
    str | None,
    typer.Option(
        help="Names of record fields, as `text=corps,title=titre`, or a TOML file of them.",
        show_default=False,
    ),
]
Limits = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="A limit, as `max_record_bytes=64000000`; `depeche limits` lists them.",
        show_default=False,
    ),
]
ModelFr = Annotated[str | None, typer.Option(help="Another French pipeline: a folder or name.")]
ModelEn = Annotated[str | None, typer.Option(help="Another English pipeline: a folder or name.")]
MoreLexicon = Annotated[
    Path | None,
    typer.Option("--lexicon", help="A folder of further lexicon files.", show_default=False),
]
MoreNames = Annotated[
    Path | None,
    typer.Option("--gazetteer", help="A file of further names (TOML).", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
