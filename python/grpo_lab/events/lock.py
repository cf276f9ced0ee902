"""
A lock between processes, also on several nodes over a shared file system: a file that only one of them can make, with who holds
it. GRPO Lab takes locks by the same rules (src/launch/targets/local/lock.ts).

A holder on this machine holds it while its process lives. One on another machine cannot be asked: it renews the file's time every
few seconds, and counts as gone when it has not for long. The former life of the same SLURM job (it has been requeued) is told by
its restart count, however young its file is.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .errors import RunLocked
from .processes import start_of

#: How often a holder renews the time of its file, and looks whether it is still its own.
RENEW_SECONDS = 5.0
#: After this long without that, one on another machine counts as gone; so does a file without a readable holder.
STALE_SECONDS = 30.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Holder:
    """Who holds a lock."""

    host: str
    pid: int
    #: Tells the process from any other that ever has this pid.
    started: str
    #: Of a job of SLURM: its id, and how often it has been requeued.
    slurm_job: str | None = None
    slurm_restart: int | None = None

    def __str__(self) -> str:
        job = f", SLURM job {self.slurm_job}" if self.slurm_job else ""
        restart = f", restart {self.slurm_restart}" if self.slurm_restart else ""
        return f"process {self.pid} on {self.host}{job}{restart}"

    def json(self) -> str:
        return json.dumps({key: value for key, value in vars(self).items() if value is not None}, separators=(",", ":"))


def this_process() -> Holder:
    job = os.environ.get("SLURM_JOB_ID")
    restart = os.environ.get("SLURM_RESTART_COUNT", "0")
    return Holder(
        host=socket.gethostname(),
        pid=os.getpid(),
        started=start_of(os.getpid()) or "",
        slurm_job=job,
        slurm_restart=int(restart) if job and restart.isdigit() else None,
    )


def holder_in(text: str) -> Holder | None:
    """What a lock's file says; None where that cannot be read, or is not a holder."""
    try:
        value = json.loads(text)
        if not isinstance(value, dict):
            return None
        job, restart = value.get("slurm_job"), value.get("slurm_restart")
        return Holder(
            host=str(value["host"]),
            pid=int(value["pid"]),
            started=str(value["started"]),
            slurm_job=str(job) if job is not None else None,
            slurm_restart=int(restart) if restart is not None else None,
        )
    except (ValueError, TypeError, KeyError):
        return None


class FileLock:
    """Held from `acquire` to `release`; renewed by a thread meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mine = this_process()
        self._pid = os.getpid()
        self._ended = threading.Event()
        self._seen = 0.0

    def acquire(self, patience: float = 0.0) -> str | None:
        """
        :param patience: how long a holder of this machine is waited for, seconds; one of another is until it renews its file, or is gone
        :returns: None, or in words from whom the lock was taken over
        :raises RunLocked: when another process holds it, and lives
        :raises OSError: when the file cannot be written
        """
        deadline = time.monotonic() + patience
        young: float | None = None
        taken: str | None = None
        while not self._create():
            text, modified = self._look()
            if text is None:
                continue  # just released
            holder = holder_in(text)
            if self._is_stale(holder, modified):
                taken = self._take_away(holder) or taken
                continue
            here = holder is not None and holder.host == self._mine.host
            if time.monotonic() > deadline and (here or (young is not None and modified != young)):
                raise RunLocked(
                    f"{self.path} is held by {holder or 'somebody who cannot be read'}. Two writers would spoil it: end that one first, or "
                    "delete the file if it is not at work."
                )
            young = modified if young is None else young
            time.sleep(_POLL_SECONDS if here else RENEW_SECONDS / 10)
        self._seen = time.monotonic()
        threading.Thread(target=self._renew, name="grpo-lab lock", daemon=True).start()
        return taken

    def is_held(self) -> bool:
        """Whether it is still this process's. The file is read when that was not done for `RENEW_SECONDS`."""
        if self._ended.is_set() or os.getpid() != self._pid:
            return False
        if time.monotonic() - self._seen > RENEW_SECONDS:
            if self._look()[0] != self._mine.json():
                self._ended.set()
                return False
            self._seen = time.monotonic()
        return True

    def release(self) -> None:
        """Harmless when it was lost or released, and in a process that was forked off."""
        if os.getpid() != self._pid or self._ended.is_set():
            return
        self._ended.set()
        if self._look()[0] == self._mine.json():
            self.path.unlink(missing_ok=True)

    def _create(self) -> bool:
        try:
            fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            return False
        with os.fdopen(fd, "wb") as file:
            file.write(self._mine.json().encode())
        return True

    def _look(self) -> tuple[str | None, float]:
        """The file's text and time; no text when there is none."""
        try:
            with self.path.open("rb") as file:
                return file.read(10_000).decode(errors="replace"), os.fstat(file.fileno()).st_mtime
        except FileNotFoundError:
            return None, 0.0

    def _is_stale(self, holder: Holder | None, modified: float) -> bool:
        if holder is not None and holder.host == self._mine.host and holder.started:
            return start_of(holder.pid) != holder.started
        if holder is not None and self._is_former_life(holder):
            return True
        return self._now() - modified > STALE_SECONDS

    def _is_former_life(self, holder: Holder) -> bool:
        mine = self._mine
        return mine.slurm_job is not None and holder.slurm_job == mine.slurm_job and (holder.slurm_restart or 0) < (mine.slurm_restart or 0)

    def _now(self) -> float:
        """By the clock of the file system, which on another node may be another one than ours."""
        probe = self.path.with_name(f"{self.path.name}.{self._mine.host}.{self._pid}")
        try:
            probe.write_bytes(b"")
            return probe.stat().st_mtime
        finally:
            probe.unlink(missing_ok=True)

    def _take_away(self, holder: Holder | None) -> str | None:
        """A guard folder keeps two processes from doing so at once: the second would remove the first one's new lock."""
        guard = self.path.with_name(f"{self.path.name}.guard")
        try:
            guard.mkdir()
        except FileExistsError:
            with contextlib.suppress(OSError):
                if self._now() - guard.stat().st_mtime > STALE_SECONDS:
                    guard.rmdir()  # left by a process that died between these lines
            time.sleep(_POLL_SECONDS)
            return None
        try:
            text, modified = self._look()
            if text is None or holder_in(text) != holder or not self._is_stale(holder, modified):
                return None
            self.path.unlink(missing_ok=True)
        finally:
            with contextlib.suppress(OSError):
                guard.rmdir()
        if holder is None or holder.host != self._mine.host:
            # It may live, unseen from here: until it has looked at its lock again, and gives up.
            time.sleep(1.2 * RENEW_SECONDS)
        return str(holder) if holder else "a process that cannot be read"

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_SECONDS):
            with contextlib.suppress(OSError):  # its folder may be gone: nothing is left to be held
                if self._look()[0] != self._mine.json():
                    self._ended.set()
                    return
                os.utime(self.path)
