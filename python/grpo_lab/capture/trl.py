"""One capture: from `train` of a trainer to its end."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..events import RunWriter, TraceSettings
from ..events.text import failure_text
from ..telemetry import GpuTelemetry, is_first_of_machine
from .handshake import handshake_of, mark_seen, method_of, sampling_of, write_handshake
from .launch_id import launch_id
from .recorder import Recorder, is_known
from .rows import Reading, RowReader
from .session import Session, describe
from .sinks import RunSink, Sink, SpoolSink
from .tokens import TokenTexts


@dataclass(frozen=True)
class Settings:
    #: Where capture leaves what is not the run's own: handshake, spools, how far it came.
    folder: Path
    #: Where runs are made; None: GRPO Lab has launched the command and takes the events from `folder`.
    project: Path | None = None
    name: str = "trl"
    traces: Literal["all", "with-signal", "none"] = "all"
    every: int = 1
    precision: Literal["f16", "f32"] = "f16"
    #: The column with the right answer; None: found by its name.
    gold: str | None = None
    #: Whether the run has had another life.
    resumed: bool = False


_active: Capture | None = None


class Capture:
    def __init__(self, trainer: Any, settings: Settings) -> None:
        self._settings = settings
        self._trainer = trainer
        self._rank = int(trainer.accelerator.process_index)
        self._launch = launch_id(os.environ)
        self._handshake = handshake_of(trainer, self._launch)
        tokenizer = getattr(trainer, "_tokenizer", None) or trainer.processing_class
        tokenizer = getattr(tokenizer, "tokenizer", tokenizer)  # of a processor
        eos = getattr(trainer, "eos_token_ids", None) or [tokenizer.eos_token_id]
        reading = Reading(
            eos=frozenset(i for i in (*eos, tokenizer.pad_token_id) if i is not None),
            max_tokens=getattr(trainer, "max_completion_length", None),
            iterations=int(getattr(trainer, "num_iterations", 1)),
            traces=settings.traces,
            precision=settings.precision,
            gold=settings.gold,
        )
        rows = RowReader(TokenTexts(tokenizer), reading)
        self._writer: RunWriter | None = None
        self._session = Session(self._sink_of_rank(), rows)  # from here on there is something to close
        self._recorder = Recorder(trainer, self._session.put, self._failed, self._wants_traces)
        self._telemetry = GpuTelemetry(self._tell_device, self._note, uuids=visible_gpus()) if is_first_of_machine() else None

    def begin(self) -> None:
        self._session.start()
        if self._rank == 0:
            hand = self._handshake
            write_handshake(self._folder, hand)
            trl = hand["versions"].get("trl", "of an unknown version")
            held = f"Capture has taken hold of {hand['trainer']} (TRL {trl}, {hand['processes']} processes)."
            self._note(held)
        if self._telemetry is not None:
            self._telemetry.start()
        self._recorder.bind()

    def end(self, error: BaseException | None) -> None:
        """:param error: what has ended the training, if it was not its end"""
        self._recorder.unbind()
        if self._telemetry is not None:
            self._telemetry.close()
        if self._settings.project is not None and self._rank == 0:
            self._session.put(self._last_status(error))
        self._session.close()

    def _note(self, message: str) -> None:
        self._session.put({"kind": "log", "level": "info", "message": message})

    def _tell_device(self, device: str, values: Mapping[str, float]) -> None:
        self._session.put({"kind": "telemetry", "device": device, "values": dict(values)})

    def _last_status(self, error: BaseException | None) -> dict[str, Any]:
        step = int(self._trainer.state.global_step)
        if error is None:
            return {"kind": "status", "state": "finished", "step": step, "message": "the training has ended"}
        state = "stopped" if isinstance(error, KeyboardInterrupt) else "failed"
        return {"kind": "status", "state": state, "step": step, "message": failure_text(error)}

    @property
    def _folder(self) -> Path:
        """Where the handshake is: in the run directory of a run of one's own."""
        return self._settings.folder if self._settings.project is None or self._writer is None else self._writer.run_dir

    def _sink_of_rank(self) -> Sink:
        settings = self._settings
        spools = settings.folder / "spool" / self._launch
        if self._rank != 0:
            return SpoolSink(spools, self._rank)
        self._writer = self._open_run()
        return RunSink(
            self._writer,
            spools,
            ranks=self._handshake["processes"],
            failed=self._failed_elsewhere,
            resumed=settings.resumed,
            tells_status=settings.project is not None,
        )

    def _open_run(self) -> RunWriter:
        settings, trainer = self._settings, self._trainer
        traces = TraceSettings(groups=settings.traces, every=settings.every, precision=settings.precision)
        if settings.project is None:
            return RunWriter(settings.folder, traces=traces)
        return RunWriter.create(
            settings.project,
            name=settings.name,
            config={**trainer.args.to_dict(), "reward": self._handshake["reward"]},
            method=method_of(trainer),
            total_steps=self._handshake["total_steps"],
            seed=trainer.args.seed,
            sampling=sampling_of(trainer),
            traces=traces,
        )

    def _wants_traces(self, step: int) -> bool:
        return self._settings.traces != "none" and step % self._settings.every == 0

    def _failed(self, method: str, error: Exception) -> None:
        """Of this rank's training thread."""
        why = f"after {method}: {describe(error)}"
        step = int(self._trainer.state.global_step) + 1
        print(f"grpo-lab: capture has ended at step {step}, {why}. The training goes on.", file=sys.stderr)
        if self._rank == 0:
            self._ended(step, why)
        else:
            self._session.put({"kind": "failed", "step": step, "why": f"on rank {self._rank}, {why}"})

    def _failed_elsewhere(self, step: int, why: str) -> None:
        """Of another rank: without its part there are no whole groups."""
        self._recorder.stop()
        self._ended(step, why)

    def _ended(self, step: int, why: str) -> None:
        message = f"Capture has ended at step {step}, {why}. The training goes on."
        self._session.put({"kind": "log", "level": "error", "message": message})
        self._handshake["ended"] = {"step": step, "why": why}
        write_handshake(self._folder, self._handshake)


def visible_gpus() -> list[str]:
    """:returns: the GPUs that this process may use, as nvidia-smi names them; none where PyTorch does not tell"""
    import torch

    try:
        return [f"GPU-{torch.cuda.get_device_properties(i).uuid}" for i in range(torch.cuda.device_count())]
    except (AttributeError, RuntimeError):
        return []


def wrap_train(trainer_class: type, settings: Settings) -> None:
    """Has `train` of `transformers.Trainer`, and of all that derive from it, captured."""
    original: Callable[..., Any] = vars(trainer_class)["train"]
    if hasattr(original, "grpo_lab_original"):
        original = original.grpo_lab_original

    @functools.wraps(original)
    def train(self: Any, *args: Any, **kwargs: Any) -> Any:
        capture = _begin(self, settings)
        try:
            result = original(self, *args, **kwargs)
        except BaseException as error:
            _end(capture, error)
            raise
        _end(capture, None)
        return result

    train.grpo_lab_original = original  # type: ignore[attr-defined]
    trainer_class.train = train  # type: ignore[attr-defined]


def _begin(trainer: Any, settings: Settings) -> Capture | None:
    global _active
    try:
        kind = f"{type(trainer).__module__}.{type(trainer).__qualname__}"
        if not is_known(trainer):
            mark_seen(settings.folder, "trainer", kind)
            return None
        if _active is not None:
            print(f"grpo-lab: {kind} trains within another training: it is not captured.", file=sys.stderr)
            return None
        capture = Capture(trainer, settings)
        try:
            capture.begin()
        except Exception as error:
            capture.end(error)
            raise
        _active = capture
        return capture
    except Exception as error:
        why = describe(error)
        print(f"grpo-lab: nothing is captured: {why}. The training goes on.", file=sys.stderr)
        mark_seen(settings.folder, "trouble", why)
        return None


def _end(capture: Capture | None, error: BaseException | None) -> None:
    global _active
    if capture is None:
        return
    _active = None
    try:
        capture.end(error)
    except Exception as fault:
        print(f"grpo-lab: capture: {describe(fault)}", file=sys.stderr)
