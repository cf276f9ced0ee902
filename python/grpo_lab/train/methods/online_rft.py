"""
Online rejection-sampling fine-tuning: samples of the current policy are imitated where they are right. The coefficient of every token is
I(o), and the mean is over all outputs:

    loss = −1/(N·G) Σ_i I(o_i) 1/|o_i| Σ_t log π_θ(o_it | q, o_i<t)

which is GRPO's loss with I(o) for Â and without its KL: at the one update after sampling ρ is 1 and its slope ∇ log π_θ.
Source: DeepSeekMath, appendix A.1.3.
"""

from __future__ import annotations

from typing import Any

from ..groups import GroupTrainer, Scored, group_trainer
from ..session import Session

CAPTURED = True


def trainer(session: Session) -> Any:
    return group_trainer(session, {"beta": 0.0, "loss_type": "grpo"}, OnlineRFT)


class OnlineRFT(GroupTrainer):
    def advantages(self, scored: Scored) -> list[list[float]]:
        return [[float(right) for right in of_group] for of_group in scored.right]
