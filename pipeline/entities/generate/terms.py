"""Dated terms of office from the sources, and who holds the first offices of each state in 2026.

The office-holder files end with 2022. The World Factbook of May 2026 (public domain) names heads of
state and of government with the day since when; `terms.txt` holds what was added by hand, and where
it stands. A term that no source ends is ended by the successor's first day, or else with 2022, the
last day known.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from pipeline.texts import fold

HERE = Path(__file__).parent
Term = tuple[str, str, str, str]
"""Post, state or body, first and last day; the last is empty for who is in office."""
KNOWN_TO = "2022-12-31"
SINCE = re.compile(r"^(?P<name>[^(;]+?)\s*\(since (?P<day>\d{1,2} \w+ \d{4})\)")
TITLE = re.compile(
    r"(?:(?:Interim|Acting|Transition|Transitional|Caretaker|Sr|Gen|Lt|Brig|Maj|Col|Dr|Sheikh|Crown)"
    r"\.?\s+)*(?P<title>Supreme Leader|President|Prime Minister|Chancellor|Premier|Taoiseach|King|"
    r"Queen|Emperor|Amir|Sultan|Grand Duke|Prince)\b(?:\s+(?:Gen|Lt|Sr|Col|Dr|Field Marshal|Brig|"
    r"Maj|of the Swiss Confederation|Sultan)\.?)*\s+"
)
POSTS = {"Supreme Leader": "supreme_leader"} | dict.fromkeys(
    ("Prime Minister", "Chancellor", "Premier", "Taoiseach"), "head_of_government"
)


def in_office(sources: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """(post, ISO alpha-3) -> name as printed by the Factbook, day since when."""
    codes = {}
    with (sources / "country-codes/country-codes.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            codes[row["FIPS"]] = row["ISO3166-1-Alpha-3"]
    found: dict[tuple[str, str], tuple[str, str]] = {}
    with (sources / "cia-factbook/countries.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            iso = codes.get(row["gec_code"], "")
            for told in (row["chief_of_state"], row["head_of_government"]):
                match = SINCE.match(told)
                title = match and TITLE.match(match["name"])
                if iso and match and title:
                    post = POSTS.get(title["title"], "leader")
                    name = match["name"][title.end() :].strip()
                    found.setdefault((post, iso), (name, _day(match["day"])))
    return found


def _day(told: str) -> str:
    for form in ("%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(told, form).date().isoformat()
        except ValueError:
            continue
    raise ValueError(told)


def words(name: str) -> frozenset[str]:
    """A name as a set of words: the Factbook puts surnames in capitals, in any order."""
    return frozenset(re.findall(r"[^\W_]+", fold(name).replace("'", "")))


def by_hand() -> dict[str, list[Term]]:
    """Name -> terms of terms.txt."""
    found: dict[str, list[Term]] = defaultdict(list)
    for line in (HERE / "terms.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, post, of, start, end, _ = line.split("|")
            found[name].append((post, of, start, end))
    return found
