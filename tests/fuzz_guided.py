"""The fuzzer of `tests.fuzz` led by coverage, with atheris: one process for each format.

`python -m tests.fuzz_guided a.csv 60` starts from the good file of that format and what
was found before, and keeps the inputs that reach code no other reached. It ends with an error at
the first input that is not survived, which then lies in tests/faults/corpus.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pipeline.readers", "pipeline.clean"]):
    from tests.fuzz import CORPUS, INPUT_SECONDS, run_one, seeds

MAX_BYTES = 100_000


def main(name: str, seconds: int) -> None:
    """Fuzz one format; ends the process."""
    CORPUS.mkdir(exist_ok=True)
    shared_memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=shared_memory) as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        (corpus / "good").write_bytes(seeds()[name])
        for found in CORPUS.glob(f"{name}-*"):
            (corpus / found.name).write_bytes(found.read_bytes())

        def test_one(raw: bytes) -> None:
            run_one(Path(folder), name, raw)

        options = (
            f"-max_total_time={seconds}",
            f"-timeout={INPUT_SECONDS:.0f}",
            f"-max_len={MAX_BYTES}",
            f"-artifact_prefix={CORPUS}/{name}-",
            "-print_final_stats=1",
        )
        atheris.Setup([sys.argv[0], *options, str(corpus)], test_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
