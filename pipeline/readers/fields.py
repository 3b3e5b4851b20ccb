"""The fields of a record, whatever it was written in, taken by the names that settings give."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.errors import RejectError
from pipeline.readers.decode import tidy
from pipeline.settings import FieldNames

_SEPARATOR = re.compile(r"[,;|]")


class Fields:
    """The fields of a record, by the names that settings give them."""

    def __init__(self, record: Mapping[str, object], names: FieldNames) -> None:
        self._record, self._names = record, names

    def text(self) -> str:
        """The article's text. Raises RejectError (`malformed_record`, `wrong_type`, `empty`)."""
        names = self._names.text
        if not any(name in self._record for name in names):
            shown = repr(sorted(self._record)[:8])[:120]
            detail = f"schema: none of {', '.join(names)} among its fields {shown}"
            raise RejectError("read", "malformed_record", f"{detail}; name it with --fields text=…")
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
        value = _unwrapped(value)
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


def malformed(detail: str) -> RejectError:
    """The reject of a record that is no object with a text; `detail` names the fault."""
    return RejectError("read", "malformed_record", f"{detail}; correct the record, then rerun")


def _unwrapped(value: object) -> object:
    """What an object stands for: `{"name": "A. B."}`, or MongoDB's `{"$date": "…"}`."""
    if isinstance(value, dict):
        if len(value) == 1 and (key := next(iter(value))).startswith("$"):
            return _unwrapped(value[key])
        if isinstance(value.get("name"), str):
            return value["name"]
    return value


def _scalar(name: str, value: object) -> str | None:
    value = _unwrapped(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        raise _wrong_type(name, value, "text")
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong_type(name, value, "text")
    return tidy(str(value))[0].strip() or None


def _wrong_type(name: str, value: object, wanted: str) -> RejectError:
    detail = f"schema:{name}: {kind_of(value)} where {wanted} is expected"
    return RejectError("read", "wrong_type", f"{detail}; correct it, or name another field")


def kind_of(value: object) -> str:
    """What a value of a record is, in words."""
    if value is None:
        return "null"
    names = {dict: "an object", list: "an array", str: "a text", bool: "true or false"}
    return names.get(type(value), "a number")
