"""`capture.json`: that capture has taken hold, of what, and how solutions are sampled; `seen-…`: how far it came where it has not."""

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
PACKAGES = ("trl", "transformers", "torch", "accelerate", "vllm", "peft", "unsloth")


def sampling_of(trainer: Any) -> dict[str, float | int]:
    """As run.json has it. TRL's log-probabilities are at the temperature of sampling; so are those that it takes of vLLM."""
    args = trainer.args
    temperature = float(getattr(trainer, "temperature", args.temperature))
    known: dict[str, float | int] = {"temperature": temperature, "logp_temperature": temperature}
    for name, key in (("top_p", "top_p"), ("top_k", "top_k"), ("max_completion_length", "max_tokens")):
        value = getattr(args, name, None)
        if isinstance(value, int | float) and value > 0:
            known[key] = value
    return known


def method_of(trainer: Any) -> str:
    """RLOO has no choice of losses."""
    return "grpo" if hasattr(trainer.args, "loss_type") else "rloo"


def handshake_of(trainer: Any, launch: str) -> dict[str, Any]:
    kind = type(trainer)
    versions = {"grpo-lab": __version__}
    for name in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return {
        "v": VERSION,
        "since": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "trainer": f"{kind.__module__}.{kind.__qualname__}",
        "method": method_of(trainer),
        "versions": versions,
        "python": sys.executable,
        "launch": launch,
        "processes": int(trainer.accelerator.num_processes),
        "total_steps": trainer.args.max_steps if trainer.args.max_steps > 0 else None,
        "sampling": sampling_of(trainer),
        "reward": [
            {"term": term, "weight": weight}
            for term, weight in zip(trainer.reward_func_names, trainer.reward_weights.tolist(), strict=True)
        ],
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
