"""Command line options to settings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.languages import LANGUAGES
from pipeline.settings import FieldNames, Settings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


SHORT_NAMES = {"date": "published", "author": "byline"}
"""Names that `--fields` takes beside those of the settings."""


def settings(
    fields: str | None = None,
    lexicon: Path | None = None,
    given_limits: Iterable[str] | None = None,
    gazetteer: Path | None = None,
    **given: str | bool | None,
) -> Settings:
    """Settings from options as they were typed. Raises UsageError."""
    from pydantic import ValidationError

    lang = given.get("lang")
    if lang is not None and lang not in LANGUAGES:
        raise UsageError(f"--lang {lang}: no such language; there are {', '.join(LANGUAGES)}")
    if lexicon is not None:
        if not lexicon.is_dir():
            raise UsageError(f"--lexicon {lexicon}: no such folder")
        given["lexicon"] = str(lexicon.resolve())
    if gazetteer is not None:
        if not gazetteer.is_file():
            raise UsageError(f"--gazetteer {gazetteer}: no such file")
        given["gazetteer"] = str(gazetteer.resolve())
    if given.get("repair_mojibake"):
        _check_can_repair()
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    values |= _limit_values(given_limits or ())
    try:
        return Settings(fields=_field_names(fields or ""), **values)
    except ValidationError as error:
        first = error.errors()[0]
        name, said = first["loc"][0], first["msg"].removeprefix("Input ")
        raise UsageError(f"--set {name}={first['input']}: it {said}") from error


def limits() -> Mapping[str, FieldInfo]:
    """The settings that are numbers: what `--set` may change."""
    return {
        name: field
        for name, field in Settings.model_fields.items()
        if field.annotation in (int, float)
    }


def _limit_values(pairs: Iterable[str]) -> dict[str, str]:
    values = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if name not in limits() or not (equals and value):
            known = ", ".join(limits())
            raise UsageError(f"--set {pair}: write NAME=NUMBER, NAME being one of {known}")
        values[name] = value.replace("_", "")
    return values


def _check_can_repair() -> None:
    from pipeline.readers.repair import can_repair

    if not can_repair():
        raise UsageError("--repair-mojibake needs ftfy: pip install 'depeche[repair]'")


def _field_names(given: str) -> FieldNames:
    """`text=corps,title=titre`, or a TOML file; a field given twice may have either name."""
    names: dict[str, tuple[str, ...]] = {}
    for key, name in _toml_pairs(Path(given)) if given.endswith(".toml") else _pairs(given):
        field = SHORT_NAMES.get(key, key)
        if field not in FieldNames.model_fields or not name:
            known = ", ".join((*FieldNames.model_fields, *SHORT_NAMES))
            raise UsageError(f"--fields {key}={name}: write FIELD=NAME, FIELD being one of {known}")
        names[field] = (*names.get(field, ()), name)
    return FieldNames(**names)


def _pairs(given: str) -> list[tuple[str, str]]:
    parts = (pair.partition("=") for pair in given.split(",") if pair)
    return [(field.strip(), name.strip()) for field, _, name in parts]


def _toml_pairs(path: Path) -> list[tuple[str, str]]:
    """`text = "corps"` or `text = ["corps", "chapo"]`, one a line. Raises UsageError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"--fields {path}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"--fields {path}: {error}") from error
    pairs = []
    for field, value in content.items():
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str):
                raise UsageError(f"--fields {path}: {field}: a name, or a list of names")
            pairs.append((field, name))
    return pairs
