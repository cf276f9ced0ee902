"""
Which process of this machine is which. A pid alone proves nothing, for it is reused: it counts only together with when the
process began. The words are those of GRPO Lab's own locks, which must be told apart from these by nobody.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def start_of(pid: int) -> str | None:
    """:returns: an opaque word, equal for the same process alone; None when no such process runs"""
    if pid < 2 and pid != os.getpid():
        return None
    if sys.platform == "linux":
        return _on_linux(pid)
    return _on_windows(pid) if sys.platform == "win32" else _by_ps(pid)


def _on_linux(pid: int) -> str | None:
    """Boot id and ticks since boot: unlike a wall-clock time it does not move when the clock is set."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes().decode(errors="replace")
    except OSError:
        return None
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        boot = ""
    # From the third field on: the second, the name, may itself hold blanks and brackets.
    fields = stat[stat.rindex(")") + 2 :].split(" ")
    return None if fields[0] in ("Z", "X") else f"{boot}/{fields[19]}"


def _by_ps(pid: int) -> str | None:
    words = _output(["ps", "-o", "stat=,lstart=", "-p", str(pid)], {"LC_ALL": "C", "TZ": "UTC"}).split()
    return None if not words or words[0].startswith("Z") else " ".join(words[1:])


def _on_windows(pid: int) -> str | None:
    query = f"(Get-Process -Id {pid} -ErrorAction Stop).StartTime.ToUniversalTime().ToString('o')"
    return _output(["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", query], {}).strip() or None


def _output(argv: list[str], env: dict[str, str]) -> str:
    """Empty where the program fails: it does when there is no such process."""
    try:
        ended = subprocess.run(argv, capture_output=True, text=True, env={**os.environ, **env}, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout if ended.returncode == 0 else ""
