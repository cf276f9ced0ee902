"""TRL: from `train` of a GRPO or RLOO trainer to its end."""

from __future__ import annotations

from typing import Any

from .around import wrap_training
from .capturing import Capturing, Settings
from .handshake import handshake_of
from .metric_names import MetricNames
from .recorder import Recorder, is_known
from .rows import Reading, RowReader
from .setup import setup_of
from .stopping import StopRequest, stop_callback
from .tokens import TokenTexts


class Capture:
    """What of one rank's trainer is captured."""

    def __init__(self, trainer: Any, settings: Settings) -> None:
        self._trainer = trainer
        self._updates = settings.updates
        self._capturing = Capturing(
            settings,
            handshake_of(
                trainer,
                "trl",
                method=method_of(trainer),
                processes=int(trainer.accelerator.num_processes),
                total_steps=trainer.args.max_steps if trainer.args.max_steps > 0 else None,
                sampling=sampling_of(trainer),
                reward=[
                    {"term": term, "weight": weight}
                    for term, weight in zip(trainer.reward_func_names, trainer.reward_weights.tolist(), strict=True)
                ],
                setup=setup_of(trainer),
            ),
            _reader(trainer, settings),
            config=trainer.args.to_dict,
            seed=trainer.args.seed,
            names=MetricNames("trl"),
            rank=int(trainer.accelerator.process_index),
            gpus=visible_gpus(),
            stop=self._stop,
        )
        self._recorder = Recorder(trainer, self._capturing.put, self._failed, settings.wants_traces, settings.updates)
        self._stop_callback = self._hears_requests(trainer, settings)

    def begin(self) -> None:
        self._capturing.begin()
        self._recorder.bind()
        if self._stop_callback is not None:
            self._trainer.add_callback(self._stop_callback)

    def end(self, error: BaseException | None) -> None:
        """:param error: what has ended the training, if it was not its end"""
        self._recorder.unbind()
        if self._stop_callback is not None:
            self._trainer.remove_callback(self._stop_callback)
        self._capturing.end(error, int(self._trainer.state.global_step) // self._updates)

    def _hears_requests(self, trainer: Any, settings: Settings) -> Any:
        """None where somebody else hears them."""
        run = self._capturing.run
        if run is None:
            return None
        accelerator = trainer.accelerator
        request = StopRequest(run, settings.folder, rank=int(accelerator.process_index), ranks=int(accelerator.num_processes))
        return stop_callback(request, self._capturing.stops)

    def _stop(self) -> None:
        self._recorder.stop()

    def _failed(self, method: str, error: Exception) -> None:
        self._capturing.failed(method, error, int(self._trainer.state.global_step) // self._updates + 1)


def visible_gpus() -> list[str]:
    """:returns: the GPUs that this process may use, as nvidia-smi names them; none where PyTorch does not tell"""
    import torch

    try:
        return [f"GPU-{torch.cuda.get_device_properties(i).uuid}" for i in range(torch.cuda.device_count())]
    except (AttributeError, RuntimeError):
        return []


def _reader(trainer: Any, settings: Settings) -> RowReader:
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
    return RowReader(TokenTexts(tokenizer), reading, int(trainer.accelerator.process_index))


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


def wrap_train(trainer_class: type, settings: Settings) -> None:
    """Has `train` of `transformers.Trainer`, and of all that derive from it, captured."""
    wrap_training(trainer_class, "train", settings.folder, lambda trainer: Capture(trainer, settings), is_known)
