from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import options
from pipeline.errors import UsageError
from pipeline.settings import Settings


def test_fields_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "champs.toml"
    path.write_text('text = ["corps", "chapo"]\ndate = "paru_le"\n')
    got = options.settings(str(path)).fields
    assert (got.text, got.published) == (("corps", "chapo"), ("paru_le",))
    assert options.settings("date=paru_le,author=signature").fields.byline == ("signature",)


@pytest.mark.parametrize(
    ("content", "message"),
    [("text = ", "champs.toml"), ("text = 3", "a name"), ('texte = "corps"', "FIELD being one of")],
)
def test_a_faulty_file_of_fields(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "champs.toml"
    path.write_text(content)
    with pytest.raises(UsageError, match=message):
        options.settings(str(path))
    with pytest.raises(UsageError, match=r"none\.toml"):
        options.settings(str(tmp_path / "none.toml"))


def test_limits() -> None:
    got = options.settings(None, None, ["max_ratio=500", "max_record_bytes = 64_000_000"])
    assert (got.max_ratio, got.max_record_bytes) == (500, 64_000_000)
    for wrong in ("max_ratio", "max_ratio=", "ratio=5", "lang=fr", "max_ratio=x", "max_ratio=1"):
        with pytest.raises(UsageError, match=r"ratio|NAME=NUMBER"):
            options.settings(None, None, [wrong])


def test_every_limit_has_a_unit_and_a_default_within_bounds() -> None:
    assert set(options.limits()) >= {
        *("max_record_bytes", "max_member_bytes", "max_held_bytes", "max_ratio", "max_members"),
        *("max_layers", "max_article_chars", "read_seconds", "article_seconds"),
    }
    for name, field in options.limits().items():
        assert field.description, name
        assert Settings(**{name: field.default}) == Settings()
