"""
One life of any command as a run, on a machine that has Python and nothing else of GRPO Lab:

    python -m grpo_lab.command --run DIRECTORY --cwd FOLDER [--stop-grace SECONDS] [--capture] -- PROGRAM ARGUMENT…

It says in the run's events that the command starts and how it ended, and leaves them to the command in between, which writes them with
`grpo_lab.events`, or is captured. What src/backends/command/commandRun.ts does where there is Node, less the following of files.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .events import RUN_VARIABLE, RunError, RunLocked, RunWriter
from .events.identity import add_findings
from .events.segments import last_seq, last_status
from .events.text import abridged

POLL_SECONDS = 0.2
TAIL_LINES = 20
TAIL_BYTES = 32 * 1024
LONGEST_LINE = 500
#: Long enough for a lock that was left over on another machine to count as such.
LOCK_SECONDS = 45.0


class Command:
    """:param options: as `arguments` reads them"""

    def __init__(self, options: argparse.Namespace) -> None:
        self._run = Path(options.run)
        self._argv: list[str] = options.argv
        self._cwd = Path(options.cwd)
        self._grace = float(options.stop_grace)
        self._capture = bool(options.capture)
        self._told: int | None = None
        self._signalled = False
        self._adopted = False

    def to_its_end(self) -> int:
        """:returns: the exit code for this process: the command's own, 0 when it was stopped on request"""
        signal.signal(signal.SIGTERM, self._on_signal)
        resumed = last_seq(self._run) > 0
        with self._writer() as run:
            step = _whole((last_status(self._run) or {}).get("step"))
            run.status(state="running", step=step, message="starting")
            run.log(level="info", message=f"{shlex.join(self._argv)}   (in {self._cwd})")
            run.process(state="started", pid=os.getpid())
            self._told = run.last_seq
        self._cwd.mkdir(parents=True, exist_ok=True)
        started = (self._run / "stderr.log").stat().st_size if (self._run / "stderr.log").exists() else 0
        try:
            child = subprocess.Popen(self._argv, cwd=self._cwd, env={**os.environ, **self._environment(resumed)}, stdin=subprocess.DEVNULL)
        except OSError as error:
            why = f"{self._argv[0]} could not be started in {self._cwd}: {error.strerror or error}"
            print(why, file=sys.stderr)
            with self._writer() as run:
                run.status(state="failed", step=step, message=why)
            return 1
        code = self._wait(child)
        return self._conclude(child.pid, code, started)

    def _environment(self, resumed: bool) -> dict[str, str]:
        run = str(self._run)
        if not self._capture:
            return {RUN_VARIABLE: run}
        for seen in self._run.glob("seen-*"):
            seen.unlink()
        (self._run / "capture.json").unlink(missing_ok=True)
        package = Path(__file__).resolve().parent
        # Our hook runs any other sitecustomize; no other runs ours.
        path = [str(package / "capture" / "hook"), str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {
            RUN_VARIABLE: run,
            "GRPO_LAB_CAPTURE": run,
            "PYTHONPATH": os.pathsep.join(path),
            **({"GRPO_LAB_RESUMED": "1"} if resumed else {}),
        }

    def _wait(self, child: subprocess.Popen[bytes]) -> int:
        """A command that looks for the request to stop ends by itself; one that has not in time gets a signal."""
        asked: float | None = None
        while True:
            try:
                return child.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                pass
            if not (self._run / "run.json").exists():
                os.killpg(os.getpgrp(), signal.SIGKILL)  # a run that was deleted does not train on
            self._adopt()
            if asked is None and self._is_to_stop():
                asked = time.monotonic()
            if asked is not None and not self._signalled and time.monotonic() - asked >= self._grace:
                self._signalled = True
                # The group is what the job has started, and this process, which takes the signal for a request.
                os.killpg(os.getpgrp(), signal.SIGTERM)

    def _is_to_stop(self) -> bool:
        return (self._run / "stop.request").exists()

    def _on_signal(self, number: int, frame: Any) -> None:
        if not self._signalled:
            with contextlib.suppress(OSError):
                (self._run / "stop.request").touch()

    def _adopt(self) -> None:
        """How solutions are sampled, by what, and what trains on what is known from the trainer only."""
        if self._adopted or not self._capture:
            return
        try:
            hand = json.loads((self._run / "capture.json").read_text(encoding="utf-8"))
            add_findings(self._run, {name: hand[name] for name in ("sampling", "setup", "versions") if name in hand})
        except (OSError, ValueError, TypeError, RunError):
            return  # not there, or half of it
        self._adopted = True

    def _conclude(self, pid: int, code: int, stderr_start: int) -> int:
        """What the command has told of its end counts; the rest is said for it."""
        self._adopt()
        last = last_status(self._run)
        told = last if last is not None and _whole(last.get("seq")) > (self._told or 0) else None
        ended = told["state"] if told is not None and told["state"] != "running" else None
        step = _whole((last or {}).get("step"))
        stopped = self._is_to_stop()
        number = None if code < 0 else code
        name = None if code >= 0 else _signal_name(-code)
        with self._writer() as run:
            if stopped:
                if ended is None:
                    run.status(state="stopped", step=step, message="stopped on request")
            elif code == 0:
                if ended is None:
                    run.status(state="finished", step=step, message="the command has ended")
            elif ended != "failed":
                how = f"ended with exit code {code}" if name is None else f"was ended by {name}"
                run.status(state="failed", step=step, message=f"the command {how}")
            if self._capture and not (self._run / "capture.json").exists():
                run.log(level="warning", message=self._why_not_captured())
            tail = _tail(self._run / "stderr.log", stderr_start) if code != 0 and not stopped else None
            run.process(state="exited", pid=pid, exit_code=number, signal=name, tail=tail)
        return 0 if stopped else code if code >= 0 else 128 - code

    def _why_not_captured(self) -> str:
        seen = {path.name.removeprefix("seen-") for path in self._run.glob("seen-*")}
        if "trouble" in seen:
            return f"Nothing is captured: {abridged((self._run / 'seen-trouble').read_text(encoding='utf-8'), 1000)}."
        if "trainer" in seen:
            return "Nothing is captured: its trainer is none that capture knows (TRL's GRPO and RLOO trainers, and what derives from them)."
        if "hook" in seen:
            return "Nothing is captured: no `train` of a Trainer of transformers was called."
        return "Nothing is captured: the command is no Python, or runs it with -S, -E or -I, or sets PYTHONPATH anew."

    def _writer(self) -> contextlib.closing[RunWriter]:
        """What a wrapper has left behind may still write for a moment."""
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                return contextlib.closing(RunWriter(self._run))
            except RunLocked:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _tail(file: Path, start: int) -> list[str]:
    """The last lines of what was written from a byte on."""
    try:
        with file.open("rb") as content:
            content.seek(max(start, file.stat().st_size - TAIL_BYTES))
            lines = content.read().decode(errors="replace").splitlines()
    except OSError:
        return []
    return [line[:LONGEST_LINE] for line in lines if line.strip()][-TAIL_LINES:]


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m grpo_lab.command", description="Runs a command as a run of GRPO Lab.")
    parser.add_argument("--run", required=True, help="the run directory")
    parser.add_argument("--cwd", required=True, help="where the command starts")
    parser.add_argument("--stop-grace", type=float, default=30, help="seconds between a request to stop and a signal")
    parser.add_argument("--capture", action="store_true", help="sees a training of TRL to the token")
    parser.add_argument("argv", nargs="+", help="the command, after --")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(Command(arguments(sys.argv[1:])).to_its_end())
