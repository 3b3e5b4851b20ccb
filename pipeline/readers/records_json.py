"""One JSON record: parsed with distrust, its fields taken by name.

The standard parser accepts NaN, lets the last of two equal keys win, recurses as deep as the
record does and stops at 4,300 digits; a record that needs any of this is refused instead.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import NoReturn

from pipeline.errors import RejectError
from pipeline.readers.decode import tidy
from pipeline.settings import FieldNames

MAX_DEPTH = 64
"""Of nested arrays and objects; far under Python's own limit, whatever called us."""
MAX_DIGITS = 300
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_SEPARATOR = re.compile(r"[,;|]")
_BRACKET = re.compile(r"[\[{\]}]")


class Fields:
    """The fields of a record, by the names that settings give them."""

    def __init__(self, record: dict[str, object], names: FieldNames) -> None:
        self._record, self._names = record, names

    def text(self) -> str:
        """The article's text. Raises RejectError (`malformed_record`, `wrong_type`, `empty`)."""
        names = self._names.text
        if not any(name in self._record for name in names):
            shown = repr(sorted(self._record)[:8])[:120]
            raise malformed(f"schema: none of {', '.join(names)} among its fields {shown}")
        name, value = self._first(names)
        if not isinstance(value, str):
            raise _wrong_type(name or names[0], value, "text")
        if not value.strip():
            raise RejectError("read", "empty", f"empty: nothing but white space in {name}")
        return value

    def scalar(self, field: str) -> str | None:
        """A string or number, as trimmed text. Raises RejectError `wrong_type`."""
        name, value = self._first(getattr(self._names, field))
        return None if value is None else _scalar(name or field, value)

    def several(self, field: str) -> tuple[str, ...]:
        """A list of strings, or a string with commas. Raises RejectError `wrong_type`."""
        name, value = self._first(getattr(self._names, field))
        if isinstance(value, str):
            value = _SEPARATOR.split(value)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise _wrong_type(name or field, value, "a list or text")
        given = (_scalar(name or field, item) for item in value if item is not None)
        return tuple(item for item in given if item)

    def _first(self, names: Sequence[str]) -> tuple[str | None, object]:
        """The first field that is there with a value; one that is null only if all are."""
        for name in names:
            if self._record.get(name) is not None:
                return name, self._record[name]
        return None, None


def parse_record(text: str) -> dict[str, object]:
    """The object a line holds. Raises RejectError (`malformed_record`, `too_deep`)."""
    _refuse_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        raise malformed(f"json: {error.msg} at character {error.pos + 1}") from None
    if not isinstance(value, dict):
        raise malformed(f"schema: {_kind(value)} where one object a line is expected")
    return value


def malformed(detail: str) -> RejectError:
    """The reject of a record that is no JSON object with a text; `detail` names the fault."""
    return RejectError("read", "malformed_record", f"{detail}; correct the line, then rerun")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record: dict[str, object] = {}
    for key, value in pairs:
        if key in record:
            raise malformed(f"schema: the key {key[:40]!r} twice in one object")
        record[key] = value
    return record


def _constant(name: str) -> NoReturn:
    raise malformed(f"schema: {name} is not JSON, write null")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise malformed(f"schema: an integer of {len(digits):,} digits")
    return int(digits)


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            detail = f"json_depth: nested deeper than {MAX_DEPTH}; flatten the record"
            raise RejectError("read", "too_deep", detail)


def _scalar(name: str, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong_type(name, value, "text")
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong_type(name, value, "text")
    return tidy(str(value))[0].strip() or None


def _wrong_type(name: str, value: object, wanted: str) -> RejectError:
    detail = f"schema:{name}: {_kind(value)} where {wanted} is expected"
    return RejectError("read", "wrong_type", f"{detail}; correct it, or name another field")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    names = {dict: "an object", list: "an array", str: "a text", bool: "true or false"}
    return names.get(type(value), "a number")
