"""What can go wrong when a run is written. All of it is a `RunError`: a loop may catch that and train on."""

from __future__ import annotations

import errno
from pathlib import Path


class RunError(Exception):
    """Something about a run directory, or about what was to be written into it."""


class EventError(RunError, ValueError):
    """An event that no reader could use. Nothing of it was written, and no number was spent."""


class WriterClosed(RunError):
    """The writer was closed, lost its lock to another one, or belongs to the process that this one was forked from."""


class RunLocked(RunError):
    """Another process writes this run."""


class WriteError(RunError, OSError):
    """A line could not be written whole. It does not count; the next one begins a new segment."""

    def __init__(self, file: Path, cause: OSError, what: str = "an event") -> None:
        super().__init__(f"Could not write {what} to {file}: {_advice(cause)}")
        self.errno = cause.errno


_FULL = {
    errno.ENOSPC: "the disk is full. Free some space (old checkpoints are the largest files of a run)",
    getattr(errno, "EDQUOT", -1): "your disk quota is used up. Free some space",
    errno.EFBIG: "the file would be larger than the limit set for this process (ulimit -f). Raise it",
    errno.EACCES: "writing is not allowed there. Check the permissions of the run directory",
    errno.EPERM: "writing is not allowed there. Check the permissions of the run directory",
    errno.EROFS: "the file system is read-only",
}


def _advice(cause: OSError) -> str:
    return f"{_FULL.get(cause.errno or 0, str(cause))}."
