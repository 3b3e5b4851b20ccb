"""What a user may set, with defaults, units and bounds."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: `models/` stands beside the package."""


class FieldNames(BaseModel):
    """Names of the fields of a record; the first that is present is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: tuple[str, ...] = ("text", "article", "content", "body", "texte", "contenu")
    title: tuple[str, ...] = ("title", "headline", "titre")
    published: tuple[str, ...] = (
        "date",
        "published",
        "published_on",
        "published_at",
        "publishedAt",
        "datePublished",
        "date_publication",
    )
    url: tuple[str, ...] = ("url", "link", "lien")
    source_id: tuple[str, ...] = ("id", "article_id", "guid")
    byline: tuple[str, ...] = ("byline", "author", "authors", "auteur", "auteurs")
    site: tuple[str, ...] = ("site", "publisher")
    tags: tuple[str, ...] = ("tags", "keywords", "mots_cles")


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
    max_member_bytes: int = Field(
        20_000_000_000,
        ge=1_000,
        le=10_000_000_000_000,
        description="bytes that one container or one of its members may unpack to",
    )
    max_held_bytes: int = Field(
        256_000_000,
        ge=1_000,
        le=8_000_000_000,
        description="bytes of a zip or Parquet file inside another container, held in memory",
    )
    max_ratio: int = Field(
        200, ge=2, le=100_000, description="bytes out of a container for one byte in, after 64 MiB"
    )
    max_members: int = Field(
        100_000, ge=1, le=100_000_000, description="members of one zip or tar archive"
    )
    max_layers: int = Field(
        4, ge=1, le=16, description="containers in each other: a.tar.gz!b.jsonl.gz are three"
    )
    read_seconds: float = Field(
        60.0,
        gt=0,
        le=36_000,
        description="seconds of one page, feed item, mail or Parquet batch in its reader",
    )
    repair_mojibake: bool = Field(
        False, description="repair UTF-8 that was read as windows-1252 (needs the extra `repair`)"
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
