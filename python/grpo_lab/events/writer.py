"""The writer of a run directory."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Literal, SupportsFloat

from .arrays import Numbers
from .errors import EventError, RunError, RunLocked, WriteError, WriterClosed
from .identity import claim_run, read_identity
from .lines import body_json, event_line
from .lock import FileLock
from .records import Solution, Turn, turns_wire
from .segments import last_index, last_seq, last_status, segment_name
from .text import failure_text
from .text import question_id as id_of_question
from .trace import TraceSettings, encode_trace
from .values import MAX_NAME, choice, count, iso, number, text

#: Holds the run directory of a program that GRPO Lab has launched.
RUN_VARIABLE = "GRPO_LAB_RUN"
MAX_SEGMENT_BYTES = 64 * 1024 * 1024
MAX_GROUP_SIZE = 65_536

State = Literal["running", "finished", "stopped", "failed"]
Level = Literal["debug", "info", "warning", "error"]


class RunWriter:
    """
    Appends events to a run directory: numbers them, dates them, one whole line each, in one write. Every method that writes returns
    the event's number, raises `EventError` for what no reader could use, `WriteError` when the line could not be written whole, and
    `WriterClosed` after `close`. It may be used by several threads of one process.

    Each writer has segments of its own: a line that a killed process has left torn is never continued. Numbers go on behind the highest
    that is there. One process writes a run at a time (`writer.lock`); of a distributed job that is rank 0.

    As a context manager it tells how far the run is, where the loop does not call `status`: `running` behind the metrics of each new
    step. And how it ended, unless that was told: `failed` with the exception, `stopped` when that was asked for or the loop was
    interrupted, else `finished`.
    """

    def __init__(
        self,
        run_dir: str | os.PathLike[str] | None = None,
        *,
        traces: TraceSettings | None = None,
        segment_bytes: int = MAX_SEGMENT_BYTES,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """
        :param run_dir: a run directory with its run.json; left out: the one that GRPO Lab has launched this program for
        :param traces: which traces are written
        :param segment_bytes: a segment is followed by the next when it has reached this size
        :param clock: when an event is said to have happened, for one who tells of another time than now
        :raises RunLocked: when another process writes this run
        :raises RunError: when there is no such run
        """
        chosen = run_dir if run_dir is not None else os.environ.get(RUN_VARIABLE)
        if not chosen:
            raise RunError(f"No run directory is named, and {RUN_VARIABLE} is not set: RunWriter.create makes a run.")
        self.run_dir = Path(chosen).absolute()
        self.traces = traces or TraceSettings()
        identity = read_identity(self.run_dir)
        self._clock = clock or (lambda: datetime.now(timezone.utc))
        self._segment_bytes = segment_bytes
        self._turn = threading.RLock()
        self._pid = os.getpid()
        self._file = self.run_dir / "events"
        self._fd: int | None = None
        self._bytes = 0
        self._closed = False
        self._ended = False
        #: Whether `running` is told by itself.
        self._tells_progress = False
        #: Whether there is something to learn from a group of the step at hand, by its index.
        self._signals: dict[int, bool] = {}
        self._signal_step = -1
        self._lock = FileLock(self.run_dir / "writer.lock")
        try:
            (self.run_dir / "events").mkdir(exist_ok=True)
            former = self._lock.acquire()
        except RunLocked as error:
            raise RunLocked(f"{error} In a distributed job only rank 0 writes.") from None
        except OSError as error:
            raise WriteError(self._lock.path, error, "the lock") from error
        # At the end of the program, too.
        self._unlock = weakref.finalize(self, self._lock.release)
        try:
            self._seq = last_seq(self.run_dir)
            status = last_status(self.run_dir) or {}
        except BaseException:
            self._unlock()
            raise
        #: The last finished step, as far as that follows from what was told; and the newest of which anything was.
        self._step = self._newest_step = _whole_or(status.get("step"), 0)
        self._total = _whole_or(identity.get("total_steps"), _whole_or(status.get("total_steps"), 0))
        if former is not None:
            self.log(level="warning", message=f"This run was written by {former}, which is gone: its lock was taken over.")

    @classmethod
    def create(
        cls,
        folder: str | os.PathLike[str] = ".",
        *,
        name: str,
        config: Mapping[str, Any] | None = None,
        method: str = "grpo",
        total_steps: int | None = None,
        seed: int | None = None,
        sampling: Mapping[str, Any] | None = None,
        setup: Mapping[str, Any] | None = None,
        traces: TraceSettings | None = None,
    ) -> RunWriter:
        """
        A new run of somebody's own loop. In a program that GRPO Lab has launched it is the run that it was launched for instead, which
        has its name and settings already.
        :param folder: the one that is opened in VS Code; its runs lie in `.grpo-lab/runs`
        :param name: of the experiment: its runs are NAME-1, NAME-2, …
        :param config: its settings, to be compared with those of other runs; `reward`, a list of {term, weight}, names the terms' weights
        :param method: `grpo`, `ppo`, `dpo`, `sft`, …
        :param sampling: what is known of temperature, top_p, top_k, max_tokens, logp_temperature (which log-probabilities are at; 1 is
            untempered) and logp_sampler_temperature
        :param setup: what is known of parameters, architecture, dtype, processes, device and more (src/protocol/README.md lists all), for
            the planner's estimate and for model-FLOPs utilisation
        """
        if os.environ.get(RUN_VARIABLE):
            return cls(traces=traces)
        run_dir = claim_run(
            Path(folder),
            name=name,
            config=config or {},
            method=method,
            total_steps=total_steps,
            seed=seed,
            sampling=sampling,
            setup=setup,
        )
        return cls(run_dir, traces=traces)

    @property
    def last_seq(self) -> int:
        """Number of the newest event; 0 when the run has none."""
        return self._seq

    @property
    def stop_requested(self) -> bool:
        """Whether somebody has asked the run to finish its step, write a checkpoint and end."""
        return (self.run_dir / "stop.request").exists()

    def status(self, *, state: State, step: int, total_steps: int | None = None, message: str | None = None) -> int:
        """How far the run is. :param step: last finished step. :param total_steps: left out: as run.json or the last status says"""
        self._tells_progress = False
        return self._status(state, step, total_steps, message)

    def metrics(self, *, step: int, values: Mapping[str, SupportsFloat | None]) -> int:
        """Numbers of a step, by name. One that is None is not known, and left out."""
        seq = self._append({"type": "metrics", "step": self._begun(step), "values": _numbers(values)})
        if step > self._step:
            self._step = step
            if self._tells_progress:
                self._status("running", step)
        return seq

    def group(
        self,
        *,
        step: int,
        group: int,
        question: str,
        solutions: Sequence[Solution],
        gold: str | None = None,
        question_id: str | None = None,
        question_turns: Sequence[Turn] | None = None,
        info: Mapping[str, str | int | float | bool] | None = None,
    ) -> int:
        """
        The solutions of one question, before their traces.
        :param group: index in the step, from 0
        :param question_id: left out: made of the question's text, the same for equal questions
        :param info: anything else that is known of the question
        """
        if not 1 <= len(solutions) <= MAX_GROUP_SIZE:
            raise EventError(f"A group of {len(solutions)} solutions: it has 1 to {MAX_GROUP_SIZE}.")
        asked = text(question, "question")
        body: dict[str, Any] = {
            "type": "group",
            "step": self._begun(step),
            "group": count(group, "group"),
            "question_id": id_of_question(asked) if question_id is None else text(question_id, "question_id", MAX_NAME),
            "question": asked,
            "gold": None if gold is None else text(gold, "gold"),
            "solutions": [_solution(solution, i) for i, solution in enumerate(solutions)],
        }
        if question_turns is not None:
            body["question_turns"] = turns_wire(question_turns, asked)
        if info is not None:
            body["info"] = {text(key, "info"): _info(value, key) for key, value in info.items()}
        seq = self._append(body)
        self._note_signal(body["step"], body["group"], solutions)
        return seq

    def trace(
        self,
        *,
        step: int,
        group: int,
        solution: int,
        ends: Numbers | None = None,
        lengths: Numbers | None = None,
        ids: Numbers | None = None,
        logp_sampler: Numbers | None = None,
        logp_old: Numbers | None = None,
        logp_ref: Numbers | None = None,
        logp: Numbers | None = None,
        dlogp_ref: Numbers | None = None,
        dlogp: Numbers | None = None,
        kl: Numbers | None = None,
        ratio: Numbers | None = None,
        entropy: Numbers | None = None,
        rank: Numbers | None = None,
        advantage: Numbers | None = None,
        mask: Numbers | None = None,
    ) -> int | None:
        """
        Per-token numbers of one solution, one element per token each: lists, or arrays of NumPy or PyTorch. `kl` and `ratio` are left out
        where they follow from log-probabilities.
        :param ends: end of each token's text in the solution's, in UTF-16 code units; or `lengths`, the length of each
        :param logp_sampler: log-probabilities in nats: of the engine that sampled; logp_old: of the trainer before its updates; logp_ref:
            of the reference; logp: of the current policy; dlogp_ref and dlogp: differences to logp_old in the place of the two
        :returns: None when the settings leave it out
        """
        arrays = {
            "ends": ends,
            "lengths": lengths,
            "ids": ids,
            "logp_sampler": logp_sampler,
            "logp_old": logp_old,
            "logp_ref": logp_ref,
            "logp": logp,
            "dlogp_ref": dlogp_ref,
            "dlogp": dlogp,
            "kl": kl,
            "ratio": ratio,
            "entropy": entropy,
            "rank": rank,
            "advantage": advantage,
            "mask": mask,
        }
        place = {"step": count(step, "step"), "group": count(group, "group"), "solution": count(solution, "solution")}
        if not self.wants_trace(step=step, group=group) and not (self._of_step(step) and advantage is not None and any(advantage)):
            return None
        return self._append({"type": "trace", **place, **encode_trace(arrays, self.traces.precision)})

    def encoded_trace(self, *, step: int, group: int, solution: int, arrays: Mapping[str, Any]) -> int:
        """A trace whose arrays `encode_trace` has made already, maybe in another process. Written whatever the settings are."""
        place = {"step": count(step, "step"), "group": count(group, "group"), "solution": count(solution, "solution")}
        return self._append({"type": "trace", **place, **arrays})

    def wants_trace(self, *, step: int, group: int) -> bool:
        """
        Whether the settings want the traces of a group, as far as is known: those of a group without signal are written all the same
        when their advantages differ from token to token.
        """
        if not self._of_step(step):
            return False
        known = self._signals.get(group, True) if step == self._signal_step else True
        return self.traces.groups == "all" or known

    def benchmark(
        self,
        *,
        step: int,
        suite: str,
        mode: str,
        value: SupportsFloat,
        n: int,
        checker: str | None = None,
        low: SupportsFloat | None = None,
        high: SupportsFloat | None = None,
        samples: int | None = None,
        shots: int | None = None,
        temperature: float | None = None,
    ) -> int:
        """
        An evaluation.
        :param mode: `greedy`, `maj@8`, `pass@8`, …
        :param value: fraction correct; low and high: ends of its 95 % interval
        :param n: questions
        """
        body: dict[str, Any] = {
            "type": "benchmark",
            "step": self._begun(step),
            "suite": text(suite, "suite"),
            "mode": text(mode, "mode"),
            "value": number(value, "value"),
            "n": count(n, "n", least=1),
        }
        if checker is not None:
            body["checker"] = text(checker, "checker")
        for name, end in (("low", low), ("high", high)):
            if end is not None:
                body[name] = number(end, name)
        if samples is not None:
            body["samples"] = count(samples, "samples", least=1)
        if shots is not None:
            body["shots"] = count(shots, "shots")
        if temperature is not None:
            body["temperature"] = number(temperature, "temperature")
        return self._append(body)

    def checkpoint(self, *, step: int, path: str | os.PathLike[str], bytes: int | None = None, removed: bool | None = None) -> int:
        """
        :param path: of its file or folder, in the run directory: relative to it, or absolute
        :param bytes: left out: as the files at `path` have
        :param removed: True when it was deleted to make room
        """
        inside = self._inside(path)
        size = _size_of(self.run_dir / inside) if bytes is None else count(bytes, "bytes")
        body: dict[str, Any] = {"type": "checkpoint", "step": self._begun(step), "path": inside, "bytes": size}
        if removed is not None:
            body["removed"] = bool(removed)
        return self._append(body)

    def span(self, *, step: int, name: str, lane: str, start: datetime | float, end: datetime | float) -> int:
        """
        A piece of work of one worker, for the timeline.
        :param name: `sampling`, `grading`, `training`, `sync`, …
        :param lane: who did it, e.g. `rank 0`; the same over the run
        :param start: and end: datetimes, or seconds as `time.time()` tells them
        """
        begin, over = iso(start, "start"), iso(end, "end")
        if over < begin:
            raise EventError(f"A span {name!r} that ends ({over}) before it begins ({begin}).")
        named = {"name": text(name, "name", MAX_NAME), "lane": text(lane, "lane", MAX_NAME)}
        return self._append({"type": "span", "step": count(step, "step"), **named, "start": begin, "end": over})

    def telemetry(self, *, device: str, values: Mapping[str, SupportsFloat | None]) -> int:
        """
        Values of a device now.
        :param device: e.g. `gpu-node-17 gpu 0`
        :param values: by name with the unit as its last word: `utilisation %`, `memory bytes`, `power W`, `temperature °C`
        """
        return self._append({"type": "telemetry", "device": text(device, "device", MAX_NAME), "values": _numbers(values)})

    def log(self, *, level: Level, message: str, step: int | None = None) -> int:
        """A line for people."""
        levels = ("debug", "info", "warning", "error")
        body: dict[str, Any] = {
            "type": "log",
            "level": choice(level, "level", levels),
            "message": text(message, "message"),
        }
        if step is not None:
            body["step"] = count(step, "step")
        return self._append(body)

    def process(
        self,
        *,
        state: Literal["started", "exited"],
        pid: int,
        exit_code: int | None = None,
        signal: str | None = None,
        tail: Sequence[str] | None = None,
    ) -> int:
        """
        The life of the process that trains, for one who has started it.
        :param exit_code: of a process that has exited; None where a signal has ended it
        :param tail: the last lines of its error output, where it ended badly
        """
        body: dict[str, Any] = {"type": "process", "state": choice(state, "state", ("started", "exited")), "pid": count(pid, "pid")}
        if state == "exited":
            body |= {"exit_code": exit_code, "signal": None if signal is None else text(signal, "signal", MAX_NAME)}
        if tail is not None:
            body["tail"] = [text(line, "tail") for line in tail]
        return self._append(body)

    def resume(self, *, from_step: int, checkpoint: str | os.PathLike[str] | None = None) -> int:
        """
        The first event of a process that goes on: whatever was told of later steps is superseded.
        :param from_step: the last step that still holds; -1: not even step 0 does
        :param checkpoint: where from, in the run directory
        """
        step = count(from_step + 1, "from_step + 1") - 1
        body = {
            "type": "resume",
            "from_step": step,
            "checkpoint": None if checkpoint is None else self._inside(checkpoint),
        }
        seq = self._append(body)
        self._step = self._newest_step = max(step, 0)
        self._signals = {}
        return seq

    def close(self) -> None:
        """Closes the segment and gives the lock back. Harmless when it was done."""
        if os.getpid() != self._pid:
            return
        with self._turn:
            self._closed = True
            self._close_segment()
            self._unlock()

    def __enter__(self) -> RunWriter:
        self._tells_progress = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if not self._closed and not self._ended and os.getpid() == self._pid:
                self._tell_end(error)
        except RunError:
            if error is None:
                raise  # else what has ended the loop counts
        finally:
            self.close()

    def _tell_end(self, error: BaseException | None) -> None:
        if isinstance(error, KeyboardInterrupt) or (error is None and self.stop_requested):
            self.status(state="stopped", step=self._step, message="interrupted" if error else "stopped on request")
        elif error is None or (isinstance(error, SystemExit) and not error.code):
            self.status(state="finished", step=self._newest_step)
        else:
            self.status(state="failed", step=self._step, message=failure_text(error))

    def _status(self, state: State, step: int, total_steps: int | None = None, message: str | None = None) -> int:
        done = count(step, "step")
        total = self._total if total_steps is None else count(total_steps, "total_steps")
        body: dict[str, Any] = {
            "type": "status",
            "state": choice(state, "state", ("running", "finished", "stopped", "failed")),
            "step": done,
            "total_steps": max(total, done),
        }
        if message is not None:
            body["message"] = text(message, "message")
        seq = self._append(body)
        self._step, self._total, self._ended = done, total, state != "running"
        self._newest_step = max(self._newest_step, done)
        return seq

    def _append(self, body: dict[str, Any]) -> int:
        """Numbers, dates and writes an event, whole or not at all."""
        self._check_process()
        content = body_json(body)
        with self._turn:
            self._check_open()
            seq = self._seq + 1
            line = event_line(seq, iso(self._clock(), "clock"), content)
            # A failed write may have left its number in the file: it is not used again.
            self._seq = seq
            try:
                if self._fd is not None and self._bytes > 0 and self._bytes + len(line) > self._segment_bytes:
                    self._close_segment()
                if self._fd is None:
                    self._fd = self._open_segment()
                rest = memoryview(line)
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
            except OSError as error:
                self._close_segment()
                raise WriteError(self._file, error) from error
            self._bytes += len(line)
            return seq

    def _check_process(self) -> None:
        """Before the lock between threads is asked for: the process that this one was forked from may have held it."""
        if os.getpid() != self._pid:
            raise WriterClosed(f"The writer of {self.run_dir} belongs to process {self._pid}, from which this one was forked.")

    def _check_open(self) -> None:
        if self._closed:
            raise WriterClosed(f"The writer of {self.run_dir} is closed.")
        if not self._lock.is_held():
            self.close()
            raise WriterClosed(f"Another process has taken over {self._lock.path}: this one writes no more of the run.")

    def _open_segment(self) -> int:
        """The segment after the newest one."""
        index = last_index(self.run_dir) + 1
        while True:
            self._file = self.run_dir / "events" / segment_name(index)
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
                fd = os.open(self._file, flags, 0o666)
            except FileExistsError:
                index += 1
                continue
            self._bytes = 0
            return fd

    def _close_segment(self) -> None:
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.close(fd)

    def _begun(self, step: int) -> int:
        """Whoever tells of a step has finished the one before it."""
        begun = count(step, "step")
        self._newest_step = max(self._newest_step, begun)
        self._step = max(self._step, begun - 1)
        return begun

    def _note_signal(self, step: int, group: int, solutions: Sequence[Solution]) -> None:
        if step != self._signal_step:
            self._signals, self._signal_step = {}, step
        first = solutions[0].reward
        self._signals[group] = any(s.reward != first or (s.advantage or 0) != 0 for s in solutions)

    def _of_step(self, step: int) -> bool:
        return self.traces.groups != "none" and step % self.traces.every == 0

    def _inside(self, path: str | os.PathLike[str]) -> str:
        """:raises EventError: when it leads out of the run directory"""
        given = Path(path)
        if given.is_absolute():
            try:
                given = given.relative_to(self.run_dir)
            except ValueError:
                try:
                    given = given.resolve().relative_to(self.run_dir.resolve())
                except ValueError:
                    raise EventError(f"The checkpoint {path} does not lie in the run directory, {self.run_dir}.") from None
        relative = PurePosixPath(*given.parts)
        if ".." in relative.parts or relative == PurePosixPath("."):
            raise EventError(f"The checkpoint {path} does not lie in the run directory, {self.run_dir}.")
        return str(relative)


def _solution(solution: Solution, index: int) -> dict[str, Any]:
    try:
        return solution.wire()
    except EventError as error:
        raise EventError(f"solutions.{index}.{error}") from None


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in values.items() if value is not None}
    return {text(name, "values", MAX_NAME): number(value, f"values.{name}") for name, value in known.items()}


def _info(value: Any, key: str) -> Any:
    return value if isinstance(value, (str, bool)) else number(value, f"info.{key}")


def _whole_or(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else otherwise


def _size_of(path: Path) -> int:
    """
    Of a file, or of all files in a folder, in bytes.
    :raises EventError: when there is none
    """
    try:
        if path.is_file():
            return path.stat().st_size
        if path.is_dir():
            return sum(file.lstat().st_size for file in path.rglob("*") if file.is_file())
    except OSError as error:
        raise EventError(f"bytes: the size of {path} cannot be read: {error}. Tell it.") from error
    raise EventError(f"bytes: there is nothing at {path}, so its size must be told.")
