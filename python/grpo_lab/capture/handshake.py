"""`capture.json`: that capture has taken hold, of what, and how that samples and trains; `seen-…`: how far it came where it has not."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import Any

from .. import __version__

VERSION = 1
PACKAGES = ("trl", "verl", "openrlhf", "transformers", "torch", "accelerate", "ray", "vllm", "sglang", "peft", "unsloth")


def handshake_of(
    trainer: object,
    package: str,
    *,
    method: str,
    processes: int,
    total_steps: int | None,
    sampling: dict[str, float | int],
    reward: list[dict[str, Any]],
    setup: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """
    :param package: the one that the trainer is of
    :param sampling: as run.json has it
    :param reward: terms and their weights
    :param setup: as run.json has it; None where the trainer does not tell
    """
    kind = type(trainer)
    versions = {"grpo-lab": __version__}
    for name in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return {
        "v": VERSION,
        "since": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "trainer": f"{kind.__module__}.{kind.__qualname__}",
        "package": package,
        "method": method,
        "versions": versions,
        "python": sys.executable,
        "processes": processes,
        "total_steps": total_steps,
        "sampling": sampling,
        "reward": reward,
        **({} if setup is None else {"setup": setup}),
        "ended": None,
    }


def write_handshake(folder: Path, handshake: dict[str, Any]) -> None:
    """Replaces the file as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"capture.json.{os.getpid()}"
    beside.write_text(json.dumps(handshake, indent=2) + "\n", encoding="utf-8")
    beside.replace(folder / "capture.json")


def mark_seen(folder: Path, what: str, content: str = "") -> None:
    """Leaves `seen-…` for whoever asks why nothing was captured. That it cannot be left is no trouble."""
    with contextlib.suppress(OSError):
        (folder / f"seen-{what}").write_text(content, encoding="utf-8")
