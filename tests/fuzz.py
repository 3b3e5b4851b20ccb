"""A small mutation fuzzer of the readers: `make fuzz SECONDS=60`, or `FORMAT=csv` for one.

Every input is a good file of one format with a few bytes flipped, cut out, doubled or spliced in
from another. It must give pages and rejects within INPUT_SECONDS, and pages whose blocks cover
their text; one that does not is kept in tests/faults/corpus, which the tests read ever after.
Where atheris is installed, half of the time goes to inputs led by coverage (`tests.fuzz_guided`).
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.clean import clean_page
from pipeline.records import Page
from pipeline.settings import Settings
from tests.faults import inject

CORPUS = Path(__file__).parent / "faults" / "corpus"
INPUT_SECONDS = 30.0
TOKENS = (
    b"\0",
    b"\xff",
    b'"',
    b"{",
    b"[",
    b"\n",
    b"\r",
    b"<",
    b"&#x0;",
    b"\xed\xa0\x80",
    b"0" * 40,
)
SETTINGS = Settings(max_record_bytes=100_000, max_member_bytes=1_000_000, read_seconds=5)


@cache
def seeds() -> dict[str, bytes]:
    """A good file of each format, by a name with its suffix."""
    lines = inject.jsonl(4)
    page = inject.html(inject.paragraphs(2)).encode()
    table = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(inject.records(5)), table)
    cells = "".join(f'{n};"Merz ""dit""\nnon {n}";2024\n' for n in range(5))
    members = {"a.jsonl": lines, "d/b.html": page, "c.txt.gz": gzip.compress(lines)}
    return {
        "a.txt": inject.FRENCH.encode("cp1252"),
        "a.jsonl": lines,
        "a.json": json.dumps(inject.records(3), indent=1, ensure_ascii=False).encode(),
        "a.csv": f"id;text;date\n{cells}".encode("utf-16"),
        "a.tsv": cells.replace(";", "\t").join(["id\ttext\tdate\n", ""]).encode(),
        "a.html": page,
        "a.parquet": table.getvalue(),
        "a.rss": inject.feed().encode(),
        "a.eml": inject.mail(
            f"--B\nContent-Type: text/plain\n\n{inject.FRENCH}\n--B\nContent-Type: text/html\n\n"
            f"{page.decode()}\n--B--\n",
            "multipart/alternative; boundary=B",
        ),
        "a.warc": inject.warc(2),
        "a.jsonl.gz": gzip.compress(lines),
        "a.jsonl.bz2": bz2.compress(lines),
        "a.jsonl.xz": lzma.compress(lines),
        "a.jsonl.zst": pa.compress(lines, codec="zstd", asbytes=True),
        "a.zip": inject.zipped(members),
        "a.tar": inject.tarred(members),
    }


def mutated(seed: bytes, number: int) -> bytes:
    """The nth mutation of a seed: the same on every machine."""
    chance = random.Random(number)
    raw = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(raw) + 1)
        end = min(len(raw), at + chance.choice((1, 2, 8, 64, 1000)))
        match chance.randrange(6):
            case 0 if at < len(raw):
                raw[at] ^= 1 << chance.randrange(8)
            case 1:
                del raw[at:end]
            case 2:
                raw[at:at] = raw[at:end]
            case 3:
                raw[at:at] = chance.choice(TOKENS)
            case 4:
                raw[at:end] = chance.randbytes(end - at)
            case _:
                other = seeds()[chance.choice(sorted(seeds()))]
                start = chance.randrange(len(other))
                raw[at:end] = other[start : start + (end - at)]
    return bytes(raw)


def run_one(folder: Path, name: str, raw: bytes) -> None:
    """Read one input. Raises whatever goes wrong, AssertionError where the result is wrong."""
    started = time.monotonic()
    items = inject.read_one(folder / name, raw, SETTINGS)
    assert items or inject.skips(folder / name), "an input that gives nothing at all"
    for item in items:
        if isinstance(item, Page):
            blocks = clean_page(item).blocks
            covered = "".join(item.text[b.start : b.end] for b in blocks)
            assert "".join(covered.split()) == "".join(item.text.split())
    assert time.monotonic() - started < INPUT_SECONDS, "too slow"


def main(seconds: float, only: str) -> int:
    """Fuzz for so long; the number of inputs that were not survived."""
    names = [name for name in seeds() if only in name]
    if not names:
        raise SystemExit(f"FORMAT={only}: one of {', '.join(seeds())}")
    if find_spec("atheris") is None:
        return mutate(names, seconds)
    each = max(1, round(seconds / 2 / len(names)))
    return mutate(names, seconds / 2) + sum(guide(name, each) for name in names)


def guide(name: str, seconds: int) -> int:
    """Fuzz one format led by coverage, in a process of its own; 1 where it was not survived."""
    command = [sys.executable, "-m", "tests.fuzz_guided", name, str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        print(f"{name}:\n{done.stderr[-3000:]}", file=sys.stderr)
        return 1
    print(f"{name}: {re.findall('Done .*', done.stderr)[-1].lower()}, led by coverage")
    return 0


def mutate(names: list[str], seconds: float) -> int:
    """Fuzz with blind mutations for so long; the number of inputs that were not survived."""
    first = time.time_ns()
    end = time.monotonic() + seconds
    count = found = 0
    with tempfile.TemporaryDirectory(
        dir="/dev/shm" if Path("/dev/shm").is_dir() else None
    ) as folder:
        while time.monotonic() < end:
            name = names[count % len(names)]
            raw = mutated(seeds()[name], first + count)
            count += 1
            try:
                run_one(Path(folder), name, raw)
            except Exception:
                found += 1
                CORPUS.mkdir(exist_ok=True)
                saved = CORPUS / f"{name}-{hashlib.sha256(raw).hexdigest()[:12]}"
                saved.write_bytes(raw)
                print(f"{saved}:\n{traceback.format_exc(limit=-3)}", file=sys.stderr)
    print(f"{count} inputs in {seconds:g} s, {found} not survived")
    return found


if __name__ == "__main__":
    sys.exit(1 if main(float(sys.argv[1]), *(sys.argv[2:] or [""])) else 0)
