"""One capture from its beginning to its end, whatever it is that trains: the handshake, the run, and the thread beside the training."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..events import RunWriter, TraceSettings
from ..events.text import failure_text
from ..telemetry import GpuTelemetry, is_first_of_machine
from .handshake import write_handshake
from .launch_id import launch_id
from .metric_names import MetricNames
from .session import Item, Reader, Session, describe
from .sinks import RunSink, Sink, SpoolSink


@dataclass(frozen=True)
class Settings:
    #: Where capture leaves what is not the run's own: handshake, spools, how far it came.
    folder: Path
    #: Where runs are made; None: GRPO Lab has launched the command and takes the events from `folder`.
    project: Path | None = None
    name: str = "captured"
    traces: Literal["all", "with-signal", "none"] = "all"
    every: int = 1
    precision: Literal["f16", "f32"] = "f16"
    #: The column with the right answer; None: found by its name.
    gold: str | None = None
    #: Whether the run has had another life.
    resumed: bool = False
    #: Whether `folder` is the run itself, which nobody else writes meanwhile.
    direct: bool = False
    #: Of a run that somebody else begins, resumes and ends.
    writer: RunWriter | None = None
    #: Steps of the optimiser that are one step of the run.
    updates: int = 1

    @property
    def tells_status(self) -> bool:
        return self.project is not None or self.direct

    def wants_traces(self, step: int) -> bool:
        return self.traces != "none" and step % self.every == 0


class Capturing:
    def __init__(
        self,
        settings: Settings,
        handshake: dict[str, Any],
        reader: Reader,
        *,
        config: Callable[[], dict[str, Any]],
        seed: int | None,
        names: MetricNames,
        rank: int = 0,
        gpus: Sequence[str] = (),
        stop: Callable[[], None],
    ) -> None:
        """
        :param handshake: as `handshake_of` makes it
        :param config: the trainer's settings, for a run of one's own
        :param gpus: those that this process trains on, as nvidia-smi spells them; left out: all of the machine
        :param stop: has nothing recorded any more
        """
        self._settings = settings
        self._handshake = handshake
        self._config = config
        self._seed = seed
        self._names = names
        self._rank = rank
        self._stop = stop
        self._launch = handshake["launch"] = launch_id(os.environ)
        self._writer: RunWriter | None = None
        self._stopped = False
        self._session = Session(self._sink_of_rank(), reader)  # from here on there is something to close
        self._telemetry = GpuTelemetry(self._tell_device, self._note, uuids=gpus) if is_first_of_machine() else None

    def begin(self) -> None:
        self._session.start()
        if self._rank == 0:
            hand = self._handshake
            write_handshake(self._folder, hand)
            version = hand["versions"].get(hand["package"], "of an unknown version")
            self._note(f"Capture has taken hold of {hand['trainer']} ({hand['package']} {version}, {hand['processes']} processes).")
        if self._telemetry is not None:
            self._telemetry.start()

    @property
    def run(self) -> Path | None:
        """The directory in which this training is asked to stop, as rank 0 looks for it; None: its own program looks there."""
        settings = self._settings
        if settings.writer is not None:
            return None
        if settings.project is not None:
            return settings.folder if self._writer is None else self._writer.run_dir
        return settings.folder if settings.direct else settings.folder.parent

    def stops(self, step: int) -> None:
        """The training ends on request after a step, with a checkpoint."""
        self._stopped = True
        if self._rank == 0:
            self._note(f"Asked to stop: a checkpoint is saved at step {step}, and the training ends.")

    def put(self, item: Item) -> None:
        """Returns at once."""
        self._session.put(item)

    def end(self, error: BaseException | None, step: int) -> None:
        """
        :param error: what has ended the training, if it was not its end
        :param step: the last one that was finished
        """
        if self._telemetry is not None:
            self._telemetry.close()
        if self._settings.tells_status and self._rank == 0:
            self._session.put(_last_status(error, step, self._stopped))
        self._session.close()

    def _note(self, message: str) -> None:
        self._session.put({"kind": "log", "level": "info", "message": message})

    def _tell_device(self, device: str, values: Mapping[str, float]) -> None:
        self._session.put({"kind": "telemetry", "device": device, "values": dict(values)})

    def failed(self, method: str, error: Exception, step: int) -> None:
        """Of this rank's training thread: nothing is captured any more, and the training goes on."""
        why = f"after {method}: {describe(error)}"
        print(f"grpo-lab: capture has ended at step {step}, {why}. The training goes on.", file=sys.stderr)
        if self._rank == 0:
            self._ended(step, why)
        else:
            self._session.put({"kind": "failed", "step": step, "why": f"on rank {self._rank}, {why}"})

    @property
    def _folder(self) -> Path:
        """Where the handshake is: in the run directory of a run of one's own."""
        return self._settings.folder if self._settings.project is None or self._writer is None else self._writer.run_dir

    def _sink_of_rank(self) -> Sink:
        settings = self._settings
        spools = settings.folder / "spool" / self._launch
        if self._rank != 0:
            return SpoolSink(spools, self._rank)
        self._writer = settings.writer or self._open_run()
        return RunSink(
            self._writer,
            spools,
            names=self._names,
            ranks=self._handshake["processes"],
            failed=self._failed_elsewhere,
            resumed=settings.writer is None and (settings.resumed or self._writer.last_seq > 0),
            tells_status=settings.tells_status,
            closes=settings.writer is None,
            updates=settings.updates,
        )

    def _open_run(self) -> RunWriter:
        settings, hand = self._settings, self._handshake
        traces = TraceSettings(groups=settings.traces, every=settings.every, precision=settings.precision)
        if settings.project is None:
            return RunWriter(settings.folder, traces=traces)
        return RunWriter.create(
            settings.project,
            name=settings.name,
            config={**self._config(), "reward": hand["reward"]},
            method=hand["method"],
            total_steps=hand["total_steps"],
            seed=self._seed,
            sampling=hand["sampling"],
            setup=hand.get("setup"),
            traces=traces,
        )

    def _failed_elsewhere(self, step: int, why: str) -> None:
        """Of another rank: without its part there are no whole groups."""
        self._stop()
        self._ended(step, why)

    def _ended(self, step: int, why: str) -> None:
        message = f"Capture has ended at step {step}, {why}. The training goes on."
        self._session.put({"kind": "log", "level": "error", "message": message})
        self._handshake["ended"] = {"step": step, "why": why}
        write_handshake(self._folder, self._handshake)


def _last_status(error: BaseException | None, step: int, stopped: bool) -> dict[str, Any]:
    if error is None and stopped:
        return {"kind": "status", "state": "stopped", "step": step, "message": "stopped on request, with a checkpoint"}
    if error is None:
        return {"kind": "status", "state": "finished", "step": step, "message": "the training has ended"}
    state = "stopped" if isinstance(error, KeyboardInterrupt) else "failed"
    return {"kind": "status", "state": state, "step": step, "message": failure_text(error)}
