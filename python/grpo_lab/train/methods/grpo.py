"""
Group Relative Policy Optimization. For each question, G outputs of the current policy; Â from their rewards alone; then μ updates that
maximise

    1/G Σ_i 1/|o_i| Σ_t { min( ρ_it Â_it, clip(ρ_it, 1−ε, 1+ε) Â_it ) − β D_it }

with D the k3 estimate of KL(π_θ ‖ π_ref), inside the loss. Source: DeepSeekMath, section 4.1, equations 3 and 4. The settings make of it
RLOO (`advantage: leave-one-out`), Dr. GRPO (`advantage: centred`, `aggregate: constant`), DAPO (`clip: {low, high}`,
`aggregate: token`) and GSPO (`ratio: sequence`). On TRL's GRPOTrainer, with advantages of our own.
"""

from __future__ import annotations

from typing import Any

from ..formulas import ADVANTAGES
from ..groups import GroupTrainer, Scored, group_trainer
from ..session import Session

CAPTURED = True
#: TRL's names of how token losses become one.
AGGREGATES = {"output": "grpo", "token": "dapo", "constant": "dr_grpo"}


def trainer(session: Session) -> Any:
    method = session.run.method
    iterations = method.get("iterations")
    settings = {
        "beta": method["beta"],
        "loss_type": AGGREGATES[method["aggregate"]],
        "importance_sampling_level": method["ratio"],
        **clip_range(method["clip"]),
    }
    if iterations is not None and method["beta"] > 0:
        # π_ref ← π_θ after each M steps (section 4.1.4).
        every = iterations["every"] * session.run.updates
        settings |= {"sync_ref_model": True, "ref_model_mixup_alpha": 1.0, "ref_model_sync_steps": every}

    return group_trainer(session, settings, GRPO)


class GRPO(GroupTrainer):
    def advantages(self, scored: Scored) -> list[list[float]]:
        of_group = ADVANTAGES[self.run.method["advantage"]]
        return [of_group(rewards) for rewards in scored.rewards]


def clip_range(clip: float | dict[str, float]) -> dict[str, float]:
    """One number is the paper's symmetric range, two are DAPO's."""
    low, high = (clip["low"], clip["high"]) if isinstance(clip, dict) else (clip, clip)
    return {"epsilon": low, "epsilon_high": high}
