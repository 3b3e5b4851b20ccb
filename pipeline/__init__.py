"""Dépêche: raw press articles in, typed tables of relations out.

The flow, one module or folder a step::

    readers -> clean -> detect -> annotate -> entities -> relations -> events -> store

`extract` is the flow for one batch of articles; `run` is one `make extract`. From a notebook:
``pipeline.load("extracted")`` gives the eight tables of a snapshot as DataFrames, and
``pipeline.extract_text(text)`` those of one article.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.frames import load
    from pipeline.single import extract_text

__all__ = ["extract_text", "load"]
__version__ = "0.1.0"

_HOMES = {"load": "pipeline.frames", "extract_text": "pipeline.single"}


def __getattr__(name: str) -> Any:
    """Import on first use: loading a snapshot needs no spaCy, starting a run no pandas."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
