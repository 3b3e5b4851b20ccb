"""Which tellings of the same deed by the same parties are one event: dates and places decide.

All days are ordinals of the proleptic Gregorian calendar (`date.toordinal`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

NEARBY_DAYS = 3
"""Days between two tellings beyond which a missing date is not taken to be the same one."""
WIDE_DAYS = 31
"""Days beyond which an interval is looked up one event at a time, not day by day."""


class Telling(NamedTuple):
    """What the merging must know of one relation."""

    relation_id: str
    article: int
    start: int | None
    """First day of the deed; None where it has no date."""
    end: int
    """Last day of the deed; without meaning where `start` is None."""
    place: str | None
    strength: int
    """Rank of its factuality, 0 the strongest."""
    published: int | None


def clusters(tellings: Iterable[Telling], nearby: int = NEARBY_DAYS) -> list[list[Telling]]:
    """Tellings that may be one event, split where date or place says that they are not.

    Those that say most come first (a day before a year, a place before none), so that vague ones
    join the nearest precise one and never bridge two that differ; and the order of the input is
    nothing.
    """
    found: list[_Cluster] = []
    index = _Index()
    for telling in sorted(tellings, key=_precision):
        near = [
            (distance, number)
            for number in index.candidates(telling, nearby, len(found))
            if (distance := found[number].distance(telling, nearby)) is not None
        ]
        number = min(near)[1] if near else len(found)
        if not near:
            found.append(_Cluster(telling.start, telling.end, telling.place))
        found[number].add(telling)
        index.add(telling, number)
    return [cluster.tellings for cluster in found]


def _precision(telling: Telling) -> tuple[bool, int, bool, int, bool, int, str]:
    start = telling.start if telling.start is not None else telling.end
    return (
        telling.start is None,
        telling.end - start,
        telling.place is None,
        start,
        telling.published is None,
        telling.published or 0,
        telling.relation_id,
    )


@dataclass(slots=True)
class _Cluster:
    """An event in the making, with the narrowest date that all its tellings agree on."""

    start: int | None
    end: int
    place: str | None
    anchor: int | None = None
    """Publication of its first telling: measured from the last one, events would drift."""
    articles: set[int] = field(default_factory=set)
    tellings: list[Telling] = field(default_factory=list)

    def distance(self, telling: Telling, nearby: int) -> tuple[int, int] | None:
        """How far a telling is from this event; None where it is of another one."""
        if telling.place and self.place and telling.place != self.place:
            return None
        elsewhere = int(telling.article not in self.articles)
        gap = self._gap(telling)
        if telling.start is not None and self.start is not None:
            if telling.end < self.start or self.end < telling.start:
                return None
        elif elsewhere and (gap is None or gap > nearby):
            return None
        return elsewhere, gap or 0

    def _gap(self, telling: Telling) -> int | None:
        """Days from the telling's publication to the event, or to its first publication.

        None where there is nothing to measure by: a whole year is no date to be near to.
        """
        if telling.published is None:
            return None
        if self.start is None:
            return None if self.anchor is None else abs(telling.published - self.anchor)
        if self.end - self.start > WIDE_DAYS:
            return None
        return max(self.start - telling.published, telling.published - self.end, 0)

    def add(self, telling: Telling) -> None:
        """Take a telling in, narrowing the date."""
        if telling.start is not None and self.start is not None:
            self.start, self.end = max(self.start, telling.start), min(self.end, telling.end)
        self.place = self.place or telling.place
        if self.anchor is None:
            self.anchor = telling.published
        self.articles.add(telling.article)
        self.tellings.append(telling)


class _Index:
    """Where to look for the event of a telling, so that a thousand events cost no more than ten."""

    def __init__(self) -> None:
        self.of_article: defaultdict[int, set[int]] = defaultdict(set)
        self.of_day: defaultdict[int, set[int]] = defaultdict(set)
        self.wide: set[int] = set()

    def add(self, telling: Telling, number: int) -> None:
        """Note that the telling stands in the event of this number."""
        self.of_article[telling.article].add(number)
        if telling.start is not None and telling.end - telling.start > WIDE_DAYS:
            self.wide.add(number)
        else:
            for day in _days(telling, 0):
                self.of_day[day].add(number)

    def candidates(self, telling: Telling, nearby: int, total: int) -> Iterable[int]:
        """Numbers of all events that may be near the telling, and some that are not."""
        if telling.start is not None and telling.end - telling.start > WIDE_DAYS:
            return range(total)
        found = self.wide | self.of_article[telling.article]
        for day in _days(telling, nearby):
            found |= self.of_day[day]
        return sorted(found)


def _days(telling: Telling, nearby: int) -> range:
    if telling.start is not None:
        return range(telling.start, telling.end + 1)
    if telling.published is not None:
        return range(telling.published - nearby, telling.published + nearby + 1)
    return range(0)
