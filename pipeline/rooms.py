"""The parts of the package that a run puts together; a test puts others in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.records import Page, Reject, Row, Skipped
from pipeline.settings import Settings
from pipeline.store import fingerprint as fingerprints
from pipeline.store.manifest import FingerprintParts
from pipeline.store.publish import Derive, Facts


@dataclass(frozen=True, slots=True)
class Rooms:
    """What reads, what extracts and what sums up."""

    read: Callable[[Path, Settings], Iterator[Page | Reject | Skipped]]
    skipped: Callable[[Path], list[str]]
    factory: str
    """Where workers find the extractor: `module:name`."""
    derive: Derive
    """The snapshot tables."""
    fingerprint: Callable[[Settings], FingerprintParts] = fingerprints.fingerprint


def real_rooms(settings: Settings) -> Rooms:
    """The real readers, extractor and snapshot tables; imports no model library."""
    from pipeline import readers

    return Rooms(
        readers.read_dump, readers.skipped, "pipeline.extract:load", partial(_derive, settings)
    )


def _derive(settings: Settings, facts: Facts) -> dict[str, Iterable[Row]]:
    from pipeline.entities.gazetteer import load_gazetteer
    from pipeline.events import entity_rows, event_rows
    from pipeline.relations.inventory import symmetric_relations
    from pipeline.reprints import near_duplicates

    symmetric = symmetric_relations(settings.lexicon_folder)
    return {
        "entities": entity_rows(facts.mentions(), load_gazetteer(settings.gazetteer_files).known),
        "events": event_rows(facts.relations(), facts.published(), symmetric),
        "near_duplicates": near_duplicates(facts.articles, facts.passages),
    }
