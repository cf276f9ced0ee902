"""
What runs in the training thread: after methods of one trainer it takes references and begins copies to the host; reading them is for
another thread.

Methods of TRL's GRPOTrainer and RLOOTrainer, 1.13 to 1.16.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .sampled import Generation, Passed, Span, Visit, to_host
from .wrapping import Wrapping

NEEDED = (
    "_calculate_rewards",
    "_generate_and_score_completions",
    "_get_per_token_logps_and_entropies",
    "_compute_loss",
)
#: Added to what the trainer makes of a generation; its elements follow their rows when those are shuffled and split.
ROW = "grpo_lab_row"


def is_known(trainer: object) -> bool:
    """Whether it has TRL's GRPO methods: GRPOTrainer, RLOOTrainer, classes derived from them or generated of their source."""
    return all(callable(getattr(trainer, name, None)) for name in NEEDED)


class Recorder:
    """Bound to the trainer itself, not to its class: what overrides a method, or was made of its source, is wrapped too."""

    def __init__(
        self,
        trainer: Any,
        put: Callable[[Generation | Visit | Passed | Span | dict[str, Any]], None],
        failed: Callable[[str, Exception], None],
        wants_traces: Callable[[int], bool],
        updates: int = 1,
    ) -> None:
        """
        :param put: takes what was recorded; must return at once
        :param failed: hears once of what went wrong here, by the name of the method
        :param wants_traces: whether the traces of a step are wanted
        :param updates: steps of the optimiser that are one step of the run
        """
        self._trainer = trainer
        self._put = put
        self._failed = failed
        self._wrapping = Wrapping(self._stopped)
        self._wants_traces = wants_traces
        self._updates = updates
        self._lane = f"rank {trainer.accelerator.process_index}"
        self._generations = 0
        self._step = -1
        self._groups_of_step = 0
        self._rewards: dict[str, Any] | None = None
        self._forwards: list[Any] = []
        self._loss_forward: Any = None
        self._training: Span | None = None
        self._generated_until = 0.0

    def bind(self) -> None:
        """
        :raises AttributeError: when the trainer is not one that `is_known`
        """
        wrap, trainer = self._wrapping.wrap, self._trainer
        wrap(trainer, "_generate", self._after_sampling)
        wrap(trainer, "_calculate_rewards", self._after_rewards)
        wrap(trainer, "_generate_and_score_completions", self._after_generation, inside="generation")
        wrap(trainer, "_get_per_token_logps_and_entropies", self._after_forward)
        wrap(trainer, "_compute_loss", self._after_loss, inside="loss")
        wrap(trainer, "training_step", self._after_training_step)
        wrap(trainer, "log", self._after_log)

    def unbind(self) -> None:
        """The trainer is again as it was."""
        if self._wrapping.on and self._training is not None:
            self._put(self._training)
            self._training = None
        self._wrapping.unwrap()

    def stop(self) -> None:
        """From here on the wrappers only call the originals."""
        self._wrapping.on = False
        self._forwards, self._loss_forward, self._rewards = [], None, None

    def _stopped(self, method: str, error: Exception) -> None:
        self.stop()
        self._failed(method, error)

    @property
    def _is_training(self) -> bool:
        return bool(self._trainer.model.training)

    @property
    def _now_step(self) -> int:
        """The step at hand; a trainer counts those that are over."""
        return int(self._trainer.state.global_step) // self._updates + 1

    def _span(self, name: str, start: float) -> None:
        if self._is_training:
            self._put(Span(self._now_step, name, self._lane, start, time.time()))

    def _after_sampling(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        self._span("sampling", start)

    def _after_rewards(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        self._span("grading", start)
        names = ("inputs", "prompts", "completions", "completion_ids_list")
        self._rewards = {**dict(zip(names, args, strict=False)), **kwargs, "matrix": result}

    def _after_forward(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        if self._wrapping.inside == "generation":
            self._forwards.append(result[0])
        elif self._wrapping.inside == "loss":
            logp, entropy = result[0], result[1]
            self._loss_forward = (logp.detach(), None if entropy is None else entropy.detach())

    def _after_generation(self, start: float, out: Any, args: Any, kwargs: Any) -> None:
        forwards, self._forwards = self._forwards, []
        rewards, self._rewards = self._rewards, None
        if not self._is_training:
            return
        if rewards is None:
            raise RuntimeError("rewards were not calculated by the trainer's own method")
        self._flush_training()
        step = self._now_step
        if step != self._step:
            self._step, self._groups_of_step = step, 0
        self._generations += 1
        generation = self._generation(step, out, rewards, forwards)
        self._groups_of_step += generation.size // generation.group_size
        out[ROW] = _row_numbers(self._generations, len(generation.completion_ids))
        self._put(generation)
        self._generated_until = time.time()

    def _generation(self, step: int, out: dict[str, Any], rewards: dict[str, Any], forwards: list[Any]) -> Generation:
        trainer = self._trainer
        ids, traced = rewards["completion_ids_list"], self._wants_traces(step)
        old, ref = out.get("old_per_token_logps"), out.get("ref_per_token_logps")
        if "old_logps" in out and old is None:
            # RLOO keeps sums over tokens alone: the policy's own forward pass came first, the reference's after it.
            old, ref = forwards[0], forwards[1] if len(forwards) > 1 else None
        mask = out["completion_mask"]
        if (tool_mask := out.get("tool_mask")) is not None:
            mask = mask * tool_mask
        arrays = {"mask": mask, "logp_old": old, "logp_ref": ref, "logp_sampler": out.get("sampling_per_token_logps")}
        return Generation(
            number=self._generations,
            step=step,
            first_group=self._groups_of_step,
            size=len(rewards["matrix"]),
            group_size=int(trainer.num_generations),
            first_place=trainer.accelerator.process_index * len(ids),
            inputs=rewards["inputs"],
            prompts=rewards["prompts"],
            completions=rewards["completions"],
            completion_ids=ids,
            prompt_ids=to_host(out["prompt_ids"], single=False),
            prompt_mask=to_host(out["prompt_mask"], single=False),
            rewards=rewards["matrix"].tolist(),
            reward_names=tuple(trainer.reward_func_names),
            reward_weights=trainer.reward_weights.tolist(),
            advantages=to_host(out["advantages"]),
            grades=getattr(trainer, "grades", None),
            dropped_tokens=int(getattr(trainer, "dropped_tokens", 0)),
            traced=traced,
            **{name: to_host(a, single=name != "mask") for name, a in arrays.items() if traced and a is not None},
        )

    def _after_loss(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        forward, self._loss_forward = self._loss_forward, None
        inputs = kwargs["inputs"] if "inputs" in kwargs else args[1]
        rows = inputs.get(ROW)
        if rows is None or not self._is_training:
            return
        numbers = rows.tolist()
        generation, own = numbers[0] // _STRIDE, [number % _STRIDE for number in numbers]
        self._put(Passed(generation, self._now_step, own))
        if forward is None or not self._wants_traces(self._step):
            return
        logp, entropy = forward
        self._put(
            Visit(
                generation=generation,
                rows=own,
                logp=to_host(logp),
                entropy=None if entropy is None else to_host(entropy),
            )
        )

    def _after_training_step(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        """One span for the steps of a gradient accumulation, without the generation that the first of them begins with."""
        step, begun, end = self._now_step, max(start, self._generated_until), time.time()
        if self._training is not None and self._training.step == step:
            self._training.end = end
            return
        self._flush_training()
        self._training = Span(step, "training", self._lane, begun, end)

    def _flush_training(self) -> None:
        if self._training is not None:
            self._put(self._training)
            self._training = None

    def _after_log(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        trainer = self._trainer
        if trainer.is_world_process_zero() and trainer.state.log_history:
            self._put(dict(trainer.state.log_history[-1]))


#: More rows than a rank ever samples at once.
_STRIDE = 1 << 32


def _row_numbers(generation: int, rows: int) -> Any:
    import torch

    return torch.arange(rows, dtype=torch.int64) + generation * _STRIDE
