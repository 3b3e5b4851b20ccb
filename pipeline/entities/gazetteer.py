"""The gazetteer: states, cities, bodies, people and peoples, read from `data/*.toml`.

Nothing here imports spaCy: the tables of a snapshot need the names and countries alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.entities.aliases import Alias, Forms
from pipeline.entities.datafiles import DATA
from pipeline.entities.letters import split_words
from pipeline.entities.own import Own, OwnPerson, read_own
from pipeline.errors import LexiconError
from pipeline.records import Known
from pipeline.texts import fold

_ARTICLE = re.compile(r"^(?:the|la|le|les)\s+|^l'", re.IGNORECASE)


@dataclass(slots=True)
class Gazetteer:
    """Names to entities and what is known of each entity."""

    known: dict[str, Known] = field(default_factory=dict)
    names: dict[str, dict[str, tuple[Alias, ...]]] = field(default_factory=dict)
    """Language -> first word -> forms, longest first."""
    adjectives: dict[str, dict[str, str]] = field(default_factory=dict)
    """Language -> folded adjective of nationality -> id of the state."""
    prefixes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Language -> `russo`, `sino` … -> id of the state."""
    peoples: dict[str, dict[str, tuple[str, bool | None]]] = field(default_factory=dict)
    """Language -> folded name of a people -> its id, and whether it names several people
    (None: one or several)."""
    demonym_words: dict[str, frozenset[str]] = field(default_factory=dict)
    """Language -> the first words of adjectives and peoples."""
    seats: dict[str, str] = field(default_factory=dict)
    """Place -> the actor that its name stands for when it acts."""
    cities: set[str] = field(default_factory=set)
    """Places that do not act by themselves."""
    genders: dict[str, str] = field(default_factory=dict)
    """Person -> `Masc` or `Fem`."""
    posts: dict[str, tuple[tuple[str, str, str, str], ...]] = field(default_factory=dict)
    """Person -> post, state or body, first day, last day (empty where not known)."""
    states: dict[str, str] = field(default_factory=dict)
    """ISO alpha-3 -> id."""
    people_of: dict[str, str] = field(default_factory=dict)
    """People (`norp:usa`) -> id of its state."""

    met: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What readers have found of each token's form; nothing of the gazetteer itself."""

    def forms(self, language: str, words: tuple[str, ...]) -> Alias | None:
        """The form that is exactly these folded words, sure or not."""
        if not words:
            return None
        for alias in self.names.get(language, {}).get(words[0], ()):
            if alias.words == words:
                return alias
        return None


def load_gazetteer(extra: Iterable[Path] = ()) -> Gazetteer:
    """Read the shipped data files and the user's own, whose names come before ours."""
    found = Gazetteer()
    forms = Forms()
    own = [read_own(path) for path in extra]
    for key, label, row in (entry for file in own for entry in file.rows()):
        alone = row.alone if isinstance(row, OwnPerson) else ()
        forms.add((row.fr, row.en, *row.also, *alone), key, label)
    try:
        _add_ours(found, forms)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise LexiconError(f"gazetteer data under {DATA}: {error!r}") from error
    for file in own:
        _add_own(found, file)
    found.names = forms.index()
    return found


def _add_ours(found: Gazetteer, forms: Forms) -> None:
    places, more = _read("places"), _read("aliases")
    _add_states(found, forms, more["state"])
    _add_bodies(found, forms, _read("bodies")["body"], "ORG")
    _add_bodies(found, forms, places["region"], "LOC")
    _add_bodies(found, forms, places["seat"], "LOC")
    _add_bodies(found, forms, _read("us_states")["region"], "LOC")
    _add_people(found, forms)
    _add_office_holders(found, forms)
    _add_cities(found, forms, more["city"], set(more["weak"]))
    _add_demonyms(found)
    found.cities.update(places["seat"])
    for key, row in {**places["seat"], **places["city"]}.items():
        found.seats[key] = found.states.get(row["seat_of"], row["seat_of"])


def _add_own(found: Gazetteer, own: Own) -> None:
    for key, label, row in own.rows():
        qid = key if key[0] == "Q" else None
        found.known[key] = Known(key, label, row.fr, row.en, row.country, qid)
        if isinstance(row, OwnPerson):
            if row.gender:
                found.genders[key] = row.gender
            found.posts[key] = tuple(
                (post, found.states.get(of, of), start, end) for post, of, start, end in row.posts
            )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _bare(name: str) -> str:
    return _ARTICLE.sub("", name.replace("’", "'"))


def _with_bare(names: Iterable[str]) -> tuple[str, ...]:
    """`La Haye`, and `Haye` for where the article is small or merged: `du Caire`."""
    return tuple(dict.fromkeys(form for name in names for form in (name, _bare(name))))


def _add_states(found: Gazetteer, forms: Forms, more: Mapping[str, list[str]]) -> None:
    for iso, row in _read("states")["state"].items():
        qid = row["id"]
        found.known[qid] = Known(qid, "LOC", row["fr"], row["en"], iso, qid)
        found.states[iso] = qid
        if row["seat"]:
            found.seats[row["seat"]] = qid
        forms.add((row["fr"],), qid, "LOC", "fr")
        forms.add((row["en"],), qid, "LOC", "en")
        forms.add((*more.get(iso, ()), *row["also"]), qid, "LOC")


def _add_bodies(
    found: Gazetteer, forms: Forms, rows: Mapping[str, dict[str, Any]], label: str
) -> None:
    for key, row in rows.items():
        names = (row["fr"], row["en"], *row.get("also", ()))
        if not row.get("keep_article"):
            names = tuple(map(_bare, names))
        country = row.get("country") or _seat_country(row.get("seat_of", ""))
        qid = key if key[0] == "Q" else None
        found.known[key] = Known(key, label, row["fr"], row["en"], country, qid)
        forms.add(names, key, label)


def _seat_country(actor: str) -> str | None:
    return actor if len(actor) == 3 else None


def _add_people(found: Gazetteer, forms: Forms) -> None:
    iso_of = {qid: iso for iso, qid in found.states.items()}
    for qid, row in _read("people")["person"].items():
        country = iso_of.get(row["state"])
        found.known[qid] = Known(qid, "PER", row["fr"], row["en"], country, qid)
        found.genders[qid] = row["gender"]
        found.posts[qid] = tuple((p, of, start, end) for p, of, start, end in row["posts"])
        forms.add((row["fr"], row["en"], *row["also"], *row["alone"]), qid, "PER")


def _add_office_holders(found: Gazetteer, forms: Forms) -> None:
    """People of the first offices of states; a name of theirs stands alone only in full."""
    for line in (DATA / "office_holders.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        english, french, others, key, gender, iso, posts = line.split("\t")
        qid = key if key[0] == "Q" else None
        found.known[key] = Known(key, "PER", french or english, english, iso or None, qid)
        if gender:
            found.genders[key] = gender
        terms = (term.split(":") for term in posts.split(","))
        found.posts[key] = tuple((p, found.states.get(of, of), a, b) for p, of, a, b in terms)
        forms.add(filter(None, (english, french, *others.split(";"))), key, "PER")


def _add_cities(
    found: Gazetteer, forms: Forms, more: Mapping[str, list[str]], weak: set[str]
) -> None:
    rows = sorted(_read("cities")["city"].items(), key=lambda item: (-item[1][3], item[0]))
    rows.sort(key=lambda item: item[0] not in found.seats)
    states = set(found.states.values())
    for qid, (french, english, iso, _) in rows:
        if qid in states:  # the Vatican is both, and acts
            continue
        found.known[qid] = Known(qid, "LOC", french, english, iso or None, qid)
        found.cities.add(qid)
        sure = (qid in found.seats or qid in more) and french not in weak
        forms.add(_with_bare(more.get(qid, ())), qid, "LOC", sure=sure)
        forms.add(_with_bare((french,)), qid, "LOC", "fr", sure)
        forms.add(_with_bare((english,)), qid, "LOC", "en", sure)


def _add_demonyms(found: Gazetteer) -> None:
    shown: dict[str, dict[str, str]] = {}
    for path in sorted(DATA.glob("demonyms.*.toml")):
        language = path.name.split(".")[1]
        table = tomllib.loads(path.read_text(encoding="utf-8"))["demonym"]
        adjectives = found.adjectives.setdefault(language, {})
        peoples = found.peoples.setdefault(language, {})
        for iso, row in table.items():
            state = found.states[iso]
            for form in row["adjectives"]:
                _enter(adjectives, fold(form.replace(".", "")), state)
            people_id = f"norp:{iso.lower()}"
            found.people_of[people_id] = state
            shown.setdefault(iso, {})[language] = row["many"][0]
            for key, several in (("one", False), ("many", True)):
                for form in row[key]:
                    _enter(peoples, fold(form), (people_id, several))
    for iso, name in shown.items():
        key = f"norp:{iso.lower()}"
        french = name.get("fr") or name["en"]
        found.known[key] = Known(key, "NORP", french, name.get("en") or french, iso)
    _add_peoples(found)
    for language, adjectives in found.adjectives.items():
        keys = {*adjectives, *found.peoples.get(language, ())}
        found.demonym_words[language] = frozenset(split_words(k)[0][0] for k in keys)
    for language, row in _read("prefixes").items():
        found.prefixes[language] = {fold(k): found.states.get(v, v) for k, v in row.items()}


def _enter(table: dict[str, Any], key: str, value: Any) -> None:
    """A form that names two states names none; one for both numbers has none."""
    old = table.setdefault(key, value)
    if old != value:
        pair = isinstance(value, tuple)
        same = pair and old[0] == value[0]
        table[key] = (value[0] if same else "", None) if pair else ""


def _add_peoples(found: Gazetteer) -> None:
    for key, row in _read("peoples")["people"].items():
        found.known[key] = Known(key, "NORP", row["fr"][0], row["en"][0])
        for language in ("fr", "en"):
            for form in row[language]:
                several = form.endswith(("s", "x")) or form == row[language][0]
                found.peoples.setdefault(language, {})[fold(form)] = (key, several)
