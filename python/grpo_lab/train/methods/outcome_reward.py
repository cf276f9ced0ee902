"""
An outcome reward model r_φ: data are pairs of the frozen policy's samples, right beside wrong by a rule, and

    loss = −1/P Σ_pairs log σ( r_φ(q, o⁺) − r_φ(q, o⁻) )

Source: Ouyang et al. (arXiv 2203.02155), equation 1. On TRL's RewardTrainer. It begins by reading as the policy does, and its scores
become probabilities by a curve that is fitted to held-out solutions (Platt).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from datasets import Dataset
from trl import RewardConfig, RewardTrainer

from ..frozen import Group, frozen_samples, sample_tasks
from ..pairs import preferences
from ..reward_models import CALIBRATION, OutcomeModel
from ..session import Scheduled, Session

CAPTURED = False
#: Solutions of each held-out question.
SAMPLES = 4


def trainer(session: Session) -> Any:
    run, tokenizer = session.run, session.tokenizer
    samples = frozen_samples(session)
    session.tell_step = samples.tell
    pairs = preferences(samples, tokenizer)
    arguments = RewardConfig(
        **session.arguments(session.share_out(len(pairs), run.steps, "pairs of a right and a wrong solution")),
        max_length=None,
        train_sampling_strategy="sequential",
        model_init_kwargs=session.loading,
    )
    made = OutcomeReward(
        session.weights,
        args=arguments,
        train_dataset=Dataset.from_list(pairs),
        processing_class=tokenizer,
        peft_config=session.peft,
        session=session,
    )
    session.evaluation = made.evaluate_on
    return made


class OutcomeReward(Scheduled, RewardTrainer):  # type: ignore[misc]
    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self.run = session.run
        self.session = session
        self._held_out: dict[str, list[Group]] = {}
        self._calibration = {"a": 1.0, "b": 0.0}
        super().__init__(*args, **kwargs)

    def evaluate_on(self, suite: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, float]]:
        """How it orders right and wrong solutions of questions that training has not seen."""
        if suite["name"] not in self._held_out:
            self._held_out[suite["name"]] = sample_tasks(self.session, suite["questions"], SAMPLES, seed=suite["name"])
        groups = self._held_out[suite["name"]]
        judge = OutcomeModel(self.accelerator.unwrap_model(self.model), self.session.tokenizer, batch=32)
        solutions = [(group.prompt, judged) for group in groups for judged in group.solutions]
        scores = judge.scores([prompt for prompt, _ in solutions], [judged.sample.text for _, judged in solutions])
        found = self.session.environment.scored(scores, [judged.right for _, judged in solutions], SAMPLES)
        self._calibration = found["calibration"]
        result = {"mode": "pairs in order", "value": found["accuracy"], "n": found["pairs"]}
        return [result], {"reward_model/accuracy": found["accuracy"], "reward_model/calibration_error": found["calibrationError"]}

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        if self.accelerator.is_main_process:
            folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
            (folder / CALIBRATION).write_text(json.dumps(self._calibration), encoding="utf-8")
