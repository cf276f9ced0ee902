"""What all methods that sample groups of the current policy stand on: TRL's GRPOTrainer, whose advantages are the method's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from trl import GRPOConfig, GRPOTrainer

from ..events import Grade
from .iterations import Iterations
from .session import Scheduled, Session


@dataclass(frozen=True)
class Scored:
    """A step's groups on all processes, by group and solution."""

    rewards: list[list[float]]
    right: list[list[bool]]
    #: The weighted value of each term, of each solution.
    terms: list[list[float]]

    @property
    def flat(self) -> list[float]:
        return [reward for of_group in self.rewards for reward in of_group]

    def weighted(self, term: int, solution: int) -> float:
        """What a term adds to the reward of a solution, counted through the groups."""
        return self.terms[solution][term]


def group_trainer(session: Session, settings: dict[str, Any], kind: type[GroupTrainer]) -> Any:
    """
    :param settings: of GRPOConfig
    :param kind: the method's
    """
    run = session.run
    sampling, size = run.experiment["sampling"], int(run.method["group_size"])
    questions = int(sampling["questions_per_step"])
    arguments = GRPOConfig(
        # Capture counts the tokens.
        **session.arguments(questions * size) | {"include_num_input_tokens_seen": "no"},
        num_generations=size,
        num_iterations=run.updates,
        temperature=sampling["temperature"],
        top_p=1.0,
        top_k=0,
        max_completion_length=run.max_tokens,
        shuffle_dataset=False,
        # The paper's KL: TRL's default weighs it by the ratio.
        use_bias_correction_kl=False,
        use_vllm=sampling.get("engine") == "vllm",
        vllm_mode="colocate",
        reward_weights=session.rewards.weights,
        model_init_kwargs=session.loading,
        **settings,
    )
    return kind(
        session.weights,
        session.rewards.functions,
        args=arguments,
        train_dataset=Dataset.from_list(session.questions(0, run.steps * questions)),
        processing_class=session.tokenizer,
        peft_config=session.peft,
        session=session,
    )


class GroupTrainer(Scheduled, GRPOTrainer):  # type: ignore[misc]
    """A method says in `advantages` what weighs its solutions, or in `weigh` what weighs their tokens."""

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self.run = session.run
        self.session = session
        self._matrix: Any = None
        #: Teaches the reward model on, where an iteration ends.
        self.iterations: Iterations | None = None
        super().__init__(*args, **kwargs)

    def advantages(self, scored: Scored) -> list[list[float]]:
        """Â, or whatever multiplies ∇ log π_θ of the method, by group and solution."""
        raise NotImplementedError

    def weigh(self, scored: Scored, out: dict[str, Any]) -> torch.Tensor:
        """
        :param out: what TRL has made of this process's rows; may be added to
        :returns: of this process's rows: (rows), or (rows, tokens)
        """
        rows = len(out["completion_ids"])
        first = self.accelerator.process_index * rows
        flat = [advantage for of_group in self.advantages(scored) for advantage in of_group]
        return torch.tensor(flat[first : first + rows], dtype=torch.float32, device=self.accelerator.device)

    @property
    def grades(self) -> list[Grade]:
        """Of this process's newest rows: capture writes them with the solutions."""
        return self.session.rewards.grades

    def _calculate_rewards(self, inputs: Any, prompts: Any, completions: Any, completion_ids_list: Any) -> Any:
        gold, convention = [row["gold"] for row in inputs], [row["_convention"] for row in inputs]
        self.session.rewards.judge(completions, completion_ids_list, gold, convention)
        self._matrix = super()._calculate_rewards(inputs, prompts, completions, completion_ids_list)
        return self._matrix

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:
        out: dict[str, Any] = super()._generate_and_score_completions(inputs)
        size, device = self.num_generations, self.accelerator.device
        weighted = (self._matrix * self.reward_weights.to(device)).nan_to_num(0)
        rewards = weighted.sum(1)
        groups = [rewards[i : i + size].tolist() for i in range(0, len(rewards), size)]
        right = self._right()
        out["advantages"] = self.weigh(Scored(groups, right.bool().tolist(), weighted.tolist()), out)
        self._tell_accuracy(right)
        return out

    def _right(self) -> torch.Tensor:
        """1 for each solution with the right answer, by group and solution, of all processes."""
        local = torch.tensor([grade.verdict == "equal" for grade in self.grades], device=self.accelerator.device)
        right: torch.Tensor = self.accelerator.gather(local).view(-1, self.num_generations).float()
        return right

    def _tell_accuracy(self, right: torch.Tensor) -> None:
        told = {
            "accuracy/train": right.mean(),
            "groups/all_right": right.all(1).sum(),
            "groups/all_wrong": (right.sum(1) == 0).sum(),
            "groups/mixed": ((right.sum(1) > 0) & (right.sum(1) < self.num_generations)).sum(),
        }
        for name, value in told.items():
            self._metrics["train"][name].append(value.item())

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        if self.args.sync_ref_model and self.accelerator.is_main_process:
            # The reference is another one than at the beginning, and nobody else keeps it.
            folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
            self.accelerator.unwrap_model(self.ref_model).save_pretrained(folder / "reference")
        if self.iterations is not None and self.accelerator.is_main_process:
            self.iterations.save(Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}" / "reward_model")

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        super()._load_from_checkpoint(resume_from_checkpoint, model)
        if self.args.sync_ref_model:
            saved = type(self.accelerator.unwrap_model(self.ref_model)).from_pretrained(Path(resume_from_checkpoint) / "reference")
            self.accelerator.unwrap_model(self.ref_model).load_state_dict(saved.state_dict())
        if self.iterations is not None:
            self.iterations.load(Path(resume_from_checkpoint) / "reward_model")
