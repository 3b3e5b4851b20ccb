"""Generate data/states.toml, data/cities.toml and data/demonyms.*.toml from the named sources.

Run by hand when a source changes: ``python -m pipeline.entities.generate.places SOURCES``.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
Row = dict[str, str]
QID = re.compile(r"Q\d+$")

# Where two sources name different items (gazetteer-sources/README.md): the state is meant.
SETTLED = {"PSE": "Q219060", "NLD": "Q55"}
UNCODED = {"Kosovo": "XKX", "Somaliland": "SOL", "Turkish Republic of Northern Cyprus": "CYN"}
NO_STATE = {"ATC", "IOA", "UMI", "BVT", "HMD", "ATA", "SGS", "ATF", "IOT", "CXR", "CCK", "KAS"}
# English rows left out: their words mean another state first, or are place names.
NO_ENGLISH = {"ABW", "CUW", "SPM", "MAC", "JEY", "GGY", "PYF", "FLK", "GIB", "KIR", "FSM", "TKL"}
SMALL_CITY, COMMON_NAMES = 150_000, 300_000
"""Cities of fewer people are left out unless they are capitals of something."""
SETTLERS = {"USA", "GBR", "CAN", "AUS", "NZL", "IRL", "ZAF"}
"""Their towns share names with many others: only those of more people are taken."""
NAMESAKE = 8
"""A city is meant by its name where it has so many times the people of any other of the name."""


def main(sources: Path) -> None:
    """Write every generated file."""
    states = _states(sources)
    cities = _cities(sources, states)
    _write_states(states, cities)
    _write_cities(cities)
    _write_us_states(sources)
    _write_french()
    _write_english(sources, states)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _states(sources: Path) -> dict[str, Row]:
    earth = {_iso(r): r for r in _rows(sources / "natural-earth/ne_50m_admin_0_countries.csv")}
    codes = {r["ISO3166-1-Alpha-3"]: r for r in _rows(sources / "country-codes/country-codes.csv")}
    cldr = {r["code"]: r for r in _rows(sources / "cldr/territories_en_fr.csv")}
    states: dict[str, Row] = {}
    for iso in sorted({*earth, *codes} - NO_STATE - {""}):
        state = _state(iso, earth.get(iso, {}), codes.get(iso, {}), cldr)
        if state:
            states[iso] = state
    return states


def _iso(row: Row) -> str:
    if row["ISO_A3_EH"].isalpha() and row["ISO_A3_EH"] != "AUS":
        return row["ISO_A3_EH"]
    return UNCODED.get(row["NAME_EN"], "AUS" if row["NAME_EN"] == "Australia" else "ATC")


def _state(iso: str, earth: Row, code: Row, cldr: dict[str, Row]) -> Row | None:
    qid = SETTLED.get(iso) or code.get("wikidata_id", "").rpartition("/")[2]
    qid = qid or earth.get("WIKIDATAID", "")
    named = cldr.get(code.get("ISO3166-1-Alpha-2", "") or ("XK" if iso == "XKX" else ""), {})
    french = named.get("name_fr") or earth.get("NAME_FR", "")
    english = named.get("name_en") or earth.get("NAME_EN", "")
    if not QID.match(qid) or not french:
        return None
    more = [*named.get("alt_fr", "").split("|"), *named.get("alt_en", "").split("|")]
    more += [earth.get(k, "") for k in ("NAME_EN", "NAME_FR", "NAME_LONG", "FORMAL_EN")]
    more += [code.get("UNTERM French Formal", ""), code.get("UNTERM English Formal", "")]
    return {
        "id": qid,
        "fr": _plain(french),
        "en": _plain(english),
        "also": "|".join(_unique(map(_plain, more), (_plain(french), _plain(english)))),
    }


def _plain(name: str) -> str:
    name = re.sub(r"\(.*?\)|\[.*?\]|\*", "", name).replace("’", "'").strip()
    return re.sub(r"^(?:the|la|le|les|l')\s*(?=[A-ZÉÎ])", "", name.partition("=")[0].strip())


def _unique(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    seen = set(taken) | {""}
    return [n for n in dict.fromkeys(names) if n not in seen and len(n) > 3]


def _cities(sources: Path, states: dict[str, Row]) -> dict[str, Row]:
    old = _rows(sources / "natural-earth/ne_10m_populated_places.csv")
    new = _rows(sources / "natural-earth/ne_50m_populated_places.csv")
    cities: dict[str, Row] = {}
    namesakes: dict[str, dict[str, int]] = {}
    for row in (*old, *new):
        for key in ("NAME_FR", "NAME_EN", "NAME"):
            people = namesakes.setdefault(row[key].casefold(), {})
            people[row["WIKIDATAID"]] = int(row["POP_MAX"] or 0)
    for row in (*old, *new):
        iso = {"KOS": "XKX", "SDS": "SSD", "PSX": "PSE", "SAH": "ESH"}.get(
            row["ADM0_A3"], row["ADM0_A3"]
        )
        if not QID.match(row["WIKIDATAID"]) or not _large(row):
            continue
        english = row["NAME_EN"] or row["NAME"]
        if not _means_one(row, namesakes):
            continue
        cities[row["WIKIDATAID"]] = {
            "fr": row["NAME_FR"] or english,
            "en": english,
            "iso": iso if iso in states else "",
            "capital": str(row["FEATURECLA"] == "Admin-0 capital"),
            "people": row["POP_MAX"] or "0",
        }
    return cities


def _large(row: Row) -> bool:
    least = COMMON_NAMES if row["ADM0_A3"] in SETTLERS else SMALL_CITY
    return "capital" in row["FEATURECLA"].lower() or int(row["POP_MAX"] or 0) >= least


def _means_one(row: Row, namesakes: dict[str, dict[str, int]]) -> bool:
    """A capital, or no other city of the name comes near it in inhabitants (two Brests)."""
    if row["FEATURECLA"].startswith("Admin-0 capital"):
        return True
    mine = int(row["POP_MAX"] or 0)
    return not any(
        people * NAMESAKE >= mine and qid != row["WIKIDATAID"]
        for key in ("NAME_FR", "NAME_EN")
        for qid, people in namesakes.get(row[key].casefold(), {}).items()
        if row[key]
    )


def _seat(iso: str, cities: dict[str, Row]) -> str:
    """The seat of government: the one capital that news use for the state."""
    settled = {"ZAF": "Q3926", "BOL": "Q1491", "NLD": "Q36600", "CIV": "Q1515", "TZA": "Q1960"}
    settled |= {"BEN": "Q43595", "MMR": "Q37400", "LKA": "Q35381", "ISR": "", "VAT": ""}
    if iso in settled:
        return settled[iso]
    found = [q for q, c in cities.items() if c["iso"] == iso and c["capital"] == "True"]
    return found[0] if len(found) == 1 else ""


def _write_states(states: dict[str, Row], cities: dict[str, Row]) -> None:
    lines = [
        "# States and main territories. Generated by generate/places.py.",
        "# QIDs: Natural Earth 5.0.0 (public domain) and datasets/country-codes (ODC-PDDL).",
        "# Names: Unicode CLDR (Unicode License V3, notice in LICENSE.cldr), Natural Earth,",
        "# country-codes (UNTERM forms). `seat`: the city whose name stands for the state,",
        "# from the capitals of Natural Earth.",
        "",
        "[state]",
    ]
    for iso, state in states.items():
        also = json.dumps([a for a in state["also"].split("|") if a], ensure_ascii=False)
        lines.append(
            f"{iso} = {{ id = {_q(state['id'])}, fr = {_q(state['fr'])}, en = {_q(state['en'])},"
            f" seat = {_q(_seat(iso, cities))}, also = {also} }}"
        )
    _save("states.toml", lines)


def _write_cities(cities: dict[str, Row]) -> None:
    lines = [
        "# Capitals and main cities: [French name, English name, ISO alpha-3 of the state,",
        "# inhabitants in thousands]. Generated by generate/places.py from Natural Earth",
        "# populated places 1:10m (2017-11) and 1:50m (5.0.0), public domain. Cities that share",
        "# their name with another of some size are left out: the name alone does not tell them.",
        "",
        "[city]",
    ]
    for qid, city in sorted(cities.items(), key=lambda item: int(item[0][1:])):
        size = int(city["people"]) // 1000
        lines.append(f"{qid} = [{_q(city['fr'])}, {_q(city['en'])}, {_q(city['iso'])}, {size}]")
    _save("cities.toml", lines)


def _write_us_states(sources: Path) -> None:
    hand = (HERE / "us_states.fr.txt").read_text(encoding="utf-8").splitlines()
    french = dict(line.split("|") for line in hand if not line.startswith("#"))
    lines = [
        "# States of the USA. Generated by generate/places.py: QIDs and English names from",
        "# hearvox/wiki-media-cred (CC0), French names by hand (generate/us_states.fr.txt).",
        "",
        "[region]",
    ]
    path = sources / "wiki-media-cred/wikidata-us-states.tsv"
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            name = row["state"].strip()
            if QID.match(row["qid"]) and name not in {"Washington", "Georgia", "New York"}:
                lines.append(
                    f"{row['qid']} = {{ fr = {_q(french.get(name, name))}, en = {_q(name)},"
                    ' country = "USA" }'
                )
    _save("us_states.toml", lines)


def _write_french() -> None:
    lines = [
        "# French adjectives of nationality and names of peoples, inflected.",
        "# Generated by generate/places.py from generate/demonyms.fr.txt, written by hand.",
        "",
        "[demonym]",
    ]
    for line in (HERE / "demonyms.fr.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        iso, *forms = line.split()
        pairs = list(zip(forms[::2], forms[1::2], strict=True))
        one = list(dict.fromkeys(form for pair in pairs for form in pair))
        many = list(dict.fromkeys(_plural(form) for pair in pairs for form in pair))
        lines.append(_demonym(iso, list(dict.fromkeys(one + many)), one, many))
    _save("demonyms.fr.toml", lines)


def _plural(form: str) -> str:
    return form if form[-1] in "sx" else form + "s"


def _demonym(iso: str, adjectives: list[str], one: list[str], many: list[str]) -> str:
    parts = (
        ("adjectives", adjectives),
        ("one", [w[0].upper() + w[1:] for w in one]),
        ("many", [w[0].upper() + w[1:] for w in many]),
    )
    inner = ", ".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in parts)
    return f"{iso} = {{ {inner} }}"


def _write_english(sources: Path, states: dict[str, Row]) -> None:
    codes = _rows(sources / "country-codes/country-codes.csv")
    fips = {r["FIPS"]: r["ISO3166-1-Alpha-3"] for r in codes}
    fips["KV"] = "XKX"
    hand = {
        line.split("|")[0]: line.split("|")[1:]
        for line in (HERE / "demonyms.en.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    }
    lines = [
        "# English adjectives of nationality and names of peoples. Generated by",
        "# generate/places.py: CIA World Factbook (public domain), corrected by",
        "# generate/demonyms.en.txt (by hand).",
        "",
        "[demonym]",
    ]
    found: dict[str, list[list[str]]] = {}
    for row in _rows(sources / "cia-factbook/countries.csv"):
        iso = fips.get(row["gec_code"], "")
        if iso in set(states) - NO_ENGLISH:
            nouns, adjectives = row["nationality_noun_en"], row["nationality_adjective_en"]
            found[iso] = [_adjectives(adjectives), *_nouns(nouns)]
    for iso, parts in hand.items():
        found[iso] = [part.split(",") if part else [] for part in parts]
    lines += [_demonym(iso, *parts) for iso, parts in sorted(found.items()) if all(parts)]
    _save("demonyms.en.toml", lines)


def _adjectives(text: str) -> list[str]:
    text = re.sub(r"\(.*?\)", "", text)
    return [w.strip() for w in re.split(r",|;| or ", text) if w.strip().istitle()]


def _nouns(text: str) -> list[list[str]]:
    one, many = [], []
    for part in re.split(r",|;| or ", text):
        word = re.sub(r"\(.*", "", part).strip()
        if not word.istitle():
            continue
        one.append(word)
        many.append(word + "s" if "(s)" in part else word)
    return [one, many]


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _save(name: str, lines: list[str]) -> None:
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
