"""What a user may set, with defaults, units and bounds."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: `models/` stands beside the package."""


class FieldNames(BaseModel):
    """Names of the fields of a record; the first that is present is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: tuple[str, ...] = ("text", "article", "content", "body")
    title: tuple[str, ...] = ("title", "headline", "titre")
    published: tuple[str, ...] = ("date", "published", "published_on", "published_at")
    url: tuple[str, ...] = ("url", "link")
    source_id: tuple[str, ...] = ("id", "article_id", "guid")
    byline: tuple[str, ...] = ("byline", "author", "authors")
    site: tuple[str, ...] = ("site", "publisher")
    tags: tuple[str, ...] = ("tags", "keywords")


class Settings(BaseModel):
    """Everything that may change the rows of a table; part of the fingerprint.

    The number of workers, paths and progress are not here: they change no row.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: FieldNames = FieldNames()
    lang: str | None = Field(None, description="take every article to be in this language")
    model_fr: str | None = Field(None, description="path or name of another French pipeline")
    model_en: str | None = Field(None, description="path or name of another English pipeline")
    lexicon: str | None = Field(None, description="folder of further lexicon files")
    gazetteer: str | None = Field(None, description="file of further bodies, places and people")
    max_record_bytes: int = Field(
        16_000_000, ge=1_000, le=1_000_000_000, description="bytes of one file or record as read"
    )
    max_article_chars: int = Field(
        5_000_000, ge=1_000, le=100_000_000, description="characters of one article"
    )
    max_passage_chars: int = Field(
        100_000,
        ge=1_000,
        le=900_000,
        description="characters parsed at once; a longer passage is split at sentence ends",
    )
    min_words: int = Field(3, ge=1, le=1_000, description="words below which a page is too short")
    article_seconds: float = Field(
        600.0, gt=0, le=36_000, description="seconds of one article in a worker"
    )

    @property
    def lexicon_folder(self) -> Path | None:
        """The user's lexicon files, if there are any."""
        return Path(self.lexicon) if self.lexicon else None

    @property
    def gazetteer_files(self) -> tuple[Path, ...]:
        """The user's gazetteer, if there is one."""
        return (Path(self.gazetteer),) if self.gazetteer else ()
