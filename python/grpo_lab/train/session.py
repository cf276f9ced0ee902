"""A training from its run directory: what its method needs, and the frame around its trainer."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from datasets import disable_progress_bars

from ..capture.capturing import Settings
from ..capture.setup import setup_of
from ..capture.trl import Capture, visible_gpus
from ..events import RunWriter
from ..events.identity import add_findings
from ..telemetry import GpuTelemetry
from .environment import Environment
from .errors import TrainError
from .formulas import learning_rate
from .journal import Journal
from .models import load_tokenizer, lora_config, prompt_of, weights_of
from .reward_models import OutcomeModel, ProcessModel, load_reward_model
from .rewards import Rewards
from .run import Run
from .sampling import Sampler, generating

# Data sets are made in a moment; their bars fill the log.
disable_progress_bars()

#: Suites whose accuracy is a curve beside the others, too.
CURVES = {"held-out": "accuracy/held_out", "validation": "accuracy/validation"}


class Scheduled:
    """For trainers of Transformers: the learning rate of each step of the run, as the experiment says it."""

    run: Run

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        optimiser, steps, updates = self.run.experiment["optimiser"], self.run.steps, self.run.updates
        peak = optimiser["learning_rate"]
        trainer: Any = self
        if trainer.lr_scheduler is None:
            trainer.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
                optimizer or trainer.optimizer, lambda update: learning_rate(optimiser, min(update // updates + 1, steps), steps) / peak
            )
        return trainer.lr_scheduler


@dataclass
class Session:
    run: Run
    environment: Environment
    #: Of rank 0 alone.
    writer: RunWriter | None
    resume: bool
    #: Writes what is known of a step before the training: groups of a frozen policy, shares of a mixture.
    tell_step: Callable[[RunWriter, int], None] | None = None
    #: The results of a benchmark and values of curves, where it is not the policy that is evaluated.
    evaluation: Callable[[dict[str, Any]], tuple[list[dict[str, Any]], dict[str, float]]] | None = None

    @property
    def processes(self) -> int:
        return int(os.environ.get("WORLD_SIZE", "1"))

    @property
    def is_first(self) -> bool:
        return self.writer is not None

    @cached_property
    def world(self) -> Any:
        """Which process of how many this is, and its device."""
        from accelerate import PartialState

        return PartialState()

    def asked_to_stop(self) -> bool:
        """All ranks hear the same: what rank 0 sees counts."""
        asked = [self.writer is not None and self.writer.stop_requested]
        if self.processes > 1:
            from accelerate.utils import broadcast_object_list

            broadcast_object_list(asked)
        return bool(asked[0])

    def tell_status(self, step: int, message: str) -> None:
        if self.writer is not None:
            self.writer.status(state="running", step=step, total_steps=self.run.steps, message=message)

    @cached_property
    def weights(self) -> str:
        """A folder, or a hub's name."""
        return weights_of(self.run)

    @cached_property
    def tokenizer(self) -> Any:
        return load_tokenizer(self.weights)

    @cached_property
    def reward_model(self) -> OutcomeModel | ProcessModel | None:
        """Of the reward's term of that name."""
        if all(term["term"] != "reward_model" for term in self.run.experiment["reward"]):
            return None
        origin = self.run.identity["reward_model"]
        return load_reward_model(self.run.directory.parent, origin, self.tokenizer, self.world.device, batch=self.run.python["batch"])

    @cached_property
    def rewards(self) -> Rewards:
        return Rewards(self.environment, self.run.experiment["reward"], self.run.folder, self.reward_model)

    def seed(self, purpose: str) -> None:
        """From here on PyTorch draws the same numbers for the same word, others on each process."""
        torch.manual_seed(zlib.crc32(f"{self.run.experiment['seed']}/{purpose}/{self.world.process_index}".encode()))

    @cached_property
    def peft(self) -> Any:
        return lora_config(self.run)

    @property
    def loading(self) -> dict[str, Any]:
        """How Transformers loads the weights."""
        return {"dtype": self.run.experiment["policy"].get("dtype", "float32")}

    def arguments(self, sequences: int) -> dict[str, Any]:
        """
        What every trainer of Transformers is told.
        :param sequences: of one update, on all processes
        """
        run, experiment = self.run, self.run.experiment
        optimiser = experiment["optimiser"]
        own = self._share(sequences)
        batch = max(b for b in range(1, min(run.python["batch"], own) + 1) if own % b == 0)
        return {
            "output_dir": str(run.checkpoints),
            "max_steps": run.steps * run.updates,
            "per_device_train_batch_size": batch,
            "gradient_accumulation_steps": own // batch,
            "learning_rate": optimiser["learning_rate"],
            "adam_beta1": optimiser["beta1"],
            "adam_beta2": optimiser["beta2"],
            "weight_decay": optimiser["weight_decay"],
            "max_grad_norm": optimiser["max_grad_norm"],
            "gradient_checkpointing": run.python["gradient_checkpointing"],
            "bf16": self.loading["dtype"] == "bfloat16" and torch.cuda.is_available(),
            "seed": experiment["seed"],
            "logging_steps": run.updates,
            # A loss that is no number is told as such.
            "logging_nan_inf_filter": False,
            # When to save, the journal decides.
            "save_strategy": "no",
            "save_total_limit": experiment["checkpoints"]["keep"],
            "report_to": "none",
            "disable_tqdm": True,
            # Told with each step, as `tokens/trained`.
            "include_num_input_tokens_seen": "non_padding",
        }

    def share_out(self, examples: int, steps: int, what: str) -> int:
        """
        :returns: how many examples a step learns from, so that the steps go once through them; processes share them evenly
        :raises TrainError: when there are fewer than steps
        """
        size = examples // steps // self.processes * self.processes
        if size == 0:
            raise TrainError(
                f"The frozen policy's samples hold {examples} {what}, too few for {steps} steps on {self.processes} processes. "
                "Raise sampling.questions_per_step or method.group_size, or start from a better policy."
            )
        return size

    def _share(self, sequences: int) -> int:
        if sequences % self.processes != 0:
            raise TrainError(f"A step has {sequences} sequences, which {self.processes} processes cannot share evenly. Change one of them.")
        return sequences // self.processes

    def questions(self, first: int, count: int) -> list[dict[str, Any]]:
        """Training questions in the experiment's order as rows of a data set: prompt, gold, and what else is known of them."""
        return [
            {
                "prompt": prompt_of(task["question"], self.tokenizer),
                "gold": task["answer"],
                "kind": task.get("kind"),
                "level": task.get("level") or None,
                "type": task.get("type"),
                "_convention": task.get("convention") or "",
            }
            for task in self.environment.tasks(first, count)
        ]

    def carry_out(self, trainer: Any, *, captured: bool) -> bool:
        """
        Trains to the end, or until that is asked for.
        :param captured: whether it is a trainer that samples groups: capture tells them, and what it logs
        :returns: whether it was asked to end before its last step
        """
        suites, notes = self.environment.suites()
        evaluate = self.evaluation or (lambda suite: self._evaluate_policy(trainer, suite))
        journal = Journal(self, evaluate, suites, metrics=not captured)
        trainer.add_callback(journal)
        checkpoint = self.run.newest_checkpoint() if self.resume else None
        step = 0 if checkpoint is None else int(checkpoint.name.rpartition("-")[2]) // self.run.updates
        if self.writer is not None:
            if self.resume:
                self.writer.resume(from_step=step if checkpoint else -1, checkpoint=checkpoint)
            for note in notes:
                self.writer.log(level="warning", message=note)
            parameters = sum(p.numel() for p in trainer.model.parameters())
            device = trainer.accelerator.device
            add_findings(self.run.directory, {"setup": self._setup(trainer)})
            where = f"{self.processes} processes on {device}, seed {self.run.experiment['seed']}"
            self.writer.log(level="info", message=f"{self.run.method['name']}, {parameters} parameters, {where}.")
        with self._watched(trainer, captured):
            trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
        return journal.stopped

    def _setup(self, trainer: Any) -> dict[str, Any]:
        has_model = any(term["term"] == "reward_model" for term in self.run.experiment["reward"])
        return {**setup_of(trainer), "max_tokens": self.run.max_tokens, "reward_model": has_model}

    @contextmanager
    def _watched(self, trainer: Any, captured: bool) -> Iterator[None]:
        """Tells of groups, tokens and devices while it trains."""
        if captured:
            capture = self._capture(trainer)
            try:
                yield
            except BaseException as error:
                capture.end(error)
                raise
            capture.end(None)
        elif (writer := self.writer) is not None:
            with GpuTelemetry(writer.telemetry, lambda why: writer.log(level="info", message=why), uuids=visible_gpus()):
                yield
        else:
            yield

    def _capture(self, trainer: Any) -> Capture:
        traces = self.run.experiment["traces"]
        settings = Settings(
            self.run.directory / "capture",
            traces=traces["groups"],
            every=traces["every"],
            gold="gold",
            writer=self.writer,
            updates=self.run.updates,
        )
        capture = Capture(trainer, settings)
        capture.begin()
        return capture

    def sampler(self, model: Callable[[], AbstractContextManager[Any]]) -> Sampler:
        """:param model: gives what generates"""
        return Sampler(model, self.tokenizer, self.world, max_tokens=self.run.max_tokens, batch=max(32, self.run.python["batch"]))

    @cached_property
    def frozen_sampler(self) -> Sampler:
        """Of the policy as the run begins."""
        from transformers import AutoModelForCausalLM

        model = AutoModelForCausalLM.from_pretrained(self.weights, **self.loading).to(self.world.device).eval()
        return self.sampler(lambda: nullcontext(model))

    def _evaluate_policy(self, trainer: Any, suite: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, float]]:
        """The results of a benchmark, of the policy as it is. All processes take part; the first has them."""
        sampler = self.sampler(lambda: generating(trainer))
        prompts = [prompt_of(each["question"], self.tokenizer) for each in suite["questions"]]

        def texts(temperature: float, samples: int) -> list[list[str]]:
            written = sampler.write(prompts, temperature=temperature, samples=samples)
            # A base model goes on behind its answer with a blank line and a question of its own.
            return [[each.text.split("\n\n")[0] if suite["shots"] else each.text for each in of_task] for of_task in written]

        greedy = [first for (first,) in texts(0, 1)]
        sampled = texts(suite["temperature"], suite["samples"]) if suite["samples"] > 1 else []
        if not self.is_first:
            return [], {}
        results = self.environment.results(suite["name"], greedy, sampled)
        curve = CURVES.get(suite["name"])
        return results, {curve: results[0]["value"]} if curve else {}
