"""
An outcome reward model r_φ: data are pairs of the frozen policy's samples, right beside wrong by a rule, and

    loss = −1/P Σ_pairs log σ( r_φ(q, o⁺) − r_φ(q, o⁻) )

Source: Ouyang et al. (arXiv 2203.02155), equation 1. On TRL's RewardTrainer. It begins by reading as the policy does, and its scores
become probabilities by a curve that is fitted to held-out solutions (Platt).
"""

from __future__ import annotations

from typing import Any

from datasets import Dataset
from trl import RewardConfig, RewardTrainer

from ..frozen import Judged, frozen_samples
from ..held_out import HeldOut
from ..pairs import preferences
from ..reward_models import OutcomeModel
from ..session import Session

CAPTURED = False


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


class OutcomeReward(HeldOut, RewardTrainer):  # type: ignore[misc]
    def scores(self, solutions: list[tuple[Any, Judged]]) -> list[float]:
        judge = OutcomeModel(self.accelerator.unwrap_model(self.model), self.session.tokenizer, batch=32)
        return judge.scores([prompt for prompt, _ in solutions], [judged.sample.text for _, judged in solutions])
