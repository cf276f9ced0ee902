"""Run directories for tests, and how they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grpo_lab.events import RunWriter


def a_run(folder: Path, **more: Any) -> Path:
    """A run directory without events."""
    with_lock = RunWriter.create(folder, name="mine", **more)
    with_lock.close()
    return with_lock.run_dir


def lines_of(run: Path) -> list[bytes]:
    """All whole lines, in the order of segments."""
    return [line for file in sorted((run / "events").iterdir()) for line in file.read_bytes().split(b"\n")[:-1]]


def events_of(run: Path, kind: str | None = None) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = [json.loads(line) for line in lines_of(run)]
    return [event for event in events if kind is None or event["type"] == kind]


def segments_of(run: Path) -> list[str]:
    return sorted(file.name for file in (run / "events").iterdir())
