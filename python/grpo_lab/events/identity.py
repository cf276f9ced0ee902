"""`run.json`: who a run is. Made once, before its first event; what its trainer finds out of itself is added."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from .. import __version__
from .errors import EventError, RunError
from .lines import PROTOCOL_VERSION
from .lock import FileLock
from .values import count, iso, text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
#: Without vowels and look-alikes: no words, nothing to misread.
_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
#: A longer diff is cut here, at the end of a line, with a note.
_MAX_DIFF = 256 * 1024
#: Packages whose versions a run tells, where they are installed.
_PACKAGES = (
    "torch",
    "transformers",
    "trl",
    "accelerate",
    "peft",
    "vllm",
    "verl",
    "openrlhf",
    "deepspeed",
    "unsloth",
    "numpy",
)


def claim_run(
    folder: Path,
    *,
    name: str,
    config: Mapping[str, Any],
    method: str,
    total_steps: int | None,
    seed: int | None,
    sampling: Mapping[str, Any] | None,
    setup: Mapping[str, Any] | None = None,
) -> Path:
    """
    Makes a run directory under `folder/.grpo-lab/runs`, with the next number of its name; complete from the moment at which it can be seen.
    :param folder: the one that is opened in VS Code
    :raises EventError: when a value is not what run.json takes
    :raises OSError: when it cannot be written; nothing is left then
    """
    if not _NAME.fullmatch(name):
        raise EventError(
            f"name: {name!r} is to be a folder's name: at most 100 letters, digits, '.', '_' and '-', the first a letter or digit."
        )
    runs = folder / ".grpo-lab" / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError), (runs.parent / ".gitignore").open("x") as ignore:
        ignore.write("*\n")
    identity = {
        "experiment": {"name": name, "path": None, "source": "", "resolved": plain(config)},
        "backend": "own",
        "method": text(method, "method"),
        "total_steps": None if total_steps is None else count(total_steps, "total_steps"),
        "parent": None,
        "command": [sys.executable, *sys.argv],
        "cwd": str(Path.cwd()),
        "git": git_state(Path.cwd()),
        "host": socket.gethostname(),
        "created": iso(time.time(), "created"),
        "versions": versions(),
        "seed": seed,
        "threads": None,
    } | {key: plain(value) for key, value in (("sampling", sampling), ("setup", setup)) if value is not None}
    lock = FileLock(runs / ".lock")
    lock.acquire(patience=15)
    try:
        number = 1 + max((_number_in(each.name, name) for each in runs.iterdir()), default=0)
        run_id = f"{name}-{number}-{''.join(secrets.choice(_ALPHABET) for _ in range(4))}"
        hidden = runs / f".{run_id}"
        try:
            hidden.mkdir()
            head = {"v": PROTOCOL_VERSION, "id": run_id, "name": f"{name}-{number}", "number": number}
            content = json.dumps(head | identity, ensure_ascii=False, allow_nan=False, indent=2)
            (hidden / "run.json").write_bytes(f"{content}\n".encode(errors="backslashreplace"))
            hidden.rename(runs / run_id)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
    finally:
        lock.release()
    return runs / run_id


def read_identity(run_dir: Path) -> dict[str, Any]:
    """:raises RunError: when there is none, or none that can be read"""
    file = run_dir / "run.json"
    try:
        identity = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{run_dir} holds no run.json, so it is no run: RunWriter.create makes one.") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{file} cannot be read: {error}.") from error
    if not isinstance(identity, dict):
        raise RunError(f"{file} holds no JSON object.")
    return identity


def add_findings(run_dir: Path, found: Mapping[str, Any]) -> None:
    """
    Adds to run.json what only the trainer knows.
    :param found: `sampling`, `setup`, `versions`, each in the place of what is there; versions are added to those
    :raises RunError: when there is no run.json that can be read
    :raises OSError: when it cannot be written; the former one is left then
    """
    identity = read_identity(run_dir)
    changed = {**identity, **found}
    if "versions" in found:
        changed["versions"] = {**(identity.get("versions") or {}), **found["versions"]}
    if changed == identity:
        return
    beside = run_dir / f"run.json.{os.getpid()}.tmp"
    content = json.dumps(changed, ensure_ascii=False, allow_nan=False, indent=2)
    beside.write_bytes(f"{content}\n".encode(errors="backslashreplace"))
    beside.replace(run_dir / "run.json")


def plain(value: Any) -> Any:
    """A setting as JSON: what JSON does not know is told in Python's words, and a number that is not finite by its name."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    return str(value)


def versions() -> dict[str, str]:
    known = {"grpo-lab": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            known[package] = metadata.version(package)
    return known


def git_state(folder: Path) -> dict[str, Any] | None:
    """Commit and uncommitted changes of the repository around a folder; None where there is none, or no git."""
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return None
    dirty = bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    diff = _git(folder, "diff", "--no-ext-diff", "--no-textconv", "--no-color", "HEAD") if dirty else None
    return {"commit": commit.strip(), "dirty": dirty, "diff": None if diff is None else _bounded(diff)}


def _git(folder: Path, *args: str) -> str | None:
    argv = ["git", "--no-optional-locks", *args]
    try:
        ended = subprocess.run(argv, cwd=folder, capture_output=True, timeout=10, check=False, env={**os.environ, "GIT_PAGER": "cat"})
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout.decode(errors="replace") if ended.returncode == 0 else None


def _bounded(diff: str) -> str:
    if len(diff) <= _MAX_DIFF:
        return diff
    cut = diff.rfind("\n", 0, _MAX_DIFF) + 1
    return f"{diff[:cut]}({len(diff) - cut} more characters are left out)\n"


def _number_in(run: str, name: str) -> int:
    """3 for `mine-3-k3f9` of the name `mine`; 0 for any other."""
    match = re.fullmatch(r"\.?" + re.escape(name) + r"-(\d{1,9})-[a-z0-9]{4}", run)
    return int(match[1]) if match else 0
