"""Every error the package raises on purpose, named by what the run does next."""

from __future__ import annotations


class DepecheError(Exception):
    """Base of all; the message is one line that names the thing and the cure."""


class UsageError(DepecheError):
    """The request itself is wrong; nothing was read (exit code 2)."""


class UnusableError(DepecheError):
    """Input or output cannot be used as a whole; the run stops (exit code 3)."""


class DamagedError(UnusableError):
    """The store under `extracted/` is not what its manifest says; the run stops."""


class LexiconError(UnusableError):
    """Lexicon, cue or gazetteer files are faulty; the message lists every fault."""


class ModelError(UnusableError):
    """A language model is missing, or not one that the grammar can read."""


class RejectError(DepecheError):
    """One input cannot be extracted; it becomes a `rejects` row and the run goes on."""

    def __init__(self, stage: str, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.stage, self.reason, self.detail = stage, reason, detail
