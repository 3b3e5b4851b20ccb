"""The inside of a worker process: load the extractor, then answer one batch after another."""

from __future__ import annotations

import gc
import importlib
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from pipeline import children
from pipeline.errors import RejectError, UnusableError
from pipeline.records import Extraction, Page, Reject
from pipeline.settings import Settings
from pipeline.store import work
from pipeline.store.work import Key

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")


class Extractor(Protocol):
    """What turns pages into rows: one result per page, in the same order."""

    def extract(self, pages: Sequence[Page]) -> Sequence[Extraction | Reject]:
        """The rows of each page, or why there are none."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker of a run is told first."""

    factory: str
    """Where to find the function from settings to an extractor: `module:name`."""
    settings: Settings
    fingerprint: str
    after: int = 0
    """The snapshot that the run builds on."""
    memory_bytes: int = children.MEMORY_BYTES
    """Data that one worker may hold; a page that needs more becomes a reject `memory`."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The extractor is loaded."""


@dataclass(frozen=True, slots=True)
class Fatal:
    """No batch can be done; the run ends with this error."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A batch is done."""

    data: bytes
    """Its work file."""
    articles: int
    rejects: tuple[str, ...]
    """The reasons, one per rejected page."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The batch as a whole failed; the reject is that of its page where it has but one."""

    reject: Reject


Message = Ready | Fatal | Finished | Failed


def page_key(page: Page) -> Key:
    """The input unit that a page is."""
    return (page.source, page.raw_sha256)


def serve() -> None:
    """Run as a worker; arguments are the number of the connection's file and the parent's pid."""
    with children.connected() as connection, suppress(EOFError, BrokenPipeError):
        job = connection.recv()
        children.limit_memory(job.memory_bytes)
        try:
            extractor = load(job.factory, job.settings)
        except UnusableError as error:
            connection.send(Fatal(type(error).__name__, str(error)))
            return
        work.encode(job.fingerprint, [], 0)  # what it imports must not count against a page's time
        gc.freeze()  # models and lexicons stay: no collection need walk them
        connection.send(Ready())
        while True:
            connection.send(_answer(extractor, job, connection.recv()))


def load(factory: str, settings: Settings) -> Extractor:
    """Call the factory that a string names. Raises what it raises."""
    module, _, name = factory.partition(":")
    make: Callable[[Settings], Extractor] = getattr(importlib.import_module(module), name)
    return make(settings)


def _answer(extractor: Extractor, job: Job, pages: Sequence[Page]) -> Finished | Failed | Fatal:
    try:
        results = extractor.extract(pages)
        if len(results) != len(pages):
            raise ValueError(f"{len(results)} results for {len(pages)} pages")
        keys = [page_key(page) for page in pages]
        data = work.encode(job.fingerprint, list(zip(keys, results, strict=True)), job.after)
    except UnusableError as error:
        return Fatal(type(error).__name__, str(error))
    except MemoryError:
        detail = f"memory: more than {job.memory_bytes >> 20} MiB; split it, or leave it out"
        return Failed(Reject("", None, "annotate", "memory", detail))
    except RejectError as error:
        return Failed(Reject("", None, error.stage, error.reason, _scrubbed(error.detail)))
    except Exception as error:
        return Failed(Reject("", None, "annotate", "pipeline_error", _describe(error)))
    reasons = tuple(result.reason for result in results if isinstance(result, Reject))
    return Finished(data, len(results) - len(reasons), reasons)


def _describe(error: Exception) -> str:
    """One line without addresses, the same in every run."""
    text = " ".join(_scrubbed(str(error)).split())
    return f"pipeline_error: {type(error).__name__}: {text[:300]}"


def _scrubbed(text: str) -> str:
    return _ADDRESS.sub("0x…", text)
