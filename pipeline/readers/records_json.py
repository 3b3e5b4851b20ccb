"""One JSON record, parsed with distrust.

The standard parser accepts NaN, lets the last of two equal keys win, recurses as deep as the
record does and stops at 4,300 digits; a record that needs any of this is refused instead.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from pipeline.errors import RejectError
from pipeline.readers.fields import kind_of, malformed

MAX_DEPTH = 64
"""Of nested arrays and objects; far under Python's own limit, whatever called us."""
MAX_DIGITS = 300
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_BRACKET = re.compile(r"[\[{\]}]")


def parse_record(text: str) -> dict[str, object]:
    """The object a line holds. Raises RejectError (`malformed_record`, `too_deep`)."""
    _refuse_depth(text)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise malformed(f"json: {error.msg} at character {error.pos + 1}") from None
    if not isinstance(value, dict):
        raise malformed(f"schema: {kind_of(value)} where an object is expected")
    return value


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


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            detail = f"json_depth: nested deeper than {MAX_DEPTH}; flatten the record"
            raise RejectError("read", "too_deep", detail)
