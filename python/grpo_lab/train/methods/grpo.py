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

import torch
from accelerate.utils import gather_object

from ..errors import TrainError
from ..formulas import ADVANTAGES, process_advantages
from ..groups import GroupTrainer, Scored, group_trainer
from ..iterations import Iterations
from ..reward_models import OutcomeModel, ProcessModel
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

    made = group_trainer(session, settings, GRPO)
    if iterations is not None and iterations["reward_updates"] > 0 and isinstance(session.reward_model, OutcomeModel):
        made.iterations = Iterations(session, session.reward_model, made)
        made.add_callback(made.iterations)
    return made


class GRPO(GroupTrainer):
    def weigh(self, scored: Scored, out: dict[str, Any]) -> torch.Tensor:
        return step_advantages(self, scored, out) if self.run.method["supervision"] == "process" else super().weigh(scored, out)

    def advantages(self, scored: Scored) -> list[list[float]]:
        of_group = ADVANTAGES[self.run.method["advantage"]]
        return [of_group(rewards) for rewards in scored.rewards]


def step_advantages(trainer: GroupTrainer, scored: Scored, out: dict[str, Any]) -> torch.Tensor:
    """
    Process supervision: what the reward model says at the end of each step, normalised over the group, summed from each token on (section
    4.1.3). Where other terms stand beside it, their sum gives an outcome advantage, which is added to every token.
    Source of the sum of both: Cui et al., PRIME (arXiv 2502.01456).
    """
    model = trainer.session.reward_model
    if not isinstance(model, ProcessModel):
        raise TrainError("Process supervision needs a reward model whose method is process-reward.")
    how, size = trainer.run.method["advantage"], trainer.num_generations
    rows, lengths = range(len(out["completion_ids"])), out["completion_mask"].sum(1).tolist()
    ids = [out["completion_ids"][i, : lengths[i]].tolist() for i in rows]
    prompts = [out["prompt_ids"][i][out["prompt_mask"][i].bool()].tolist() for i in rows]
    texts = trainer.session.tokenizer.batch_decode(ids, skip_special_tokens=True)
    rewards, ends = model.steps(prompts, texts, ids)
    told = list(zip(rewards, ends, lengths, strict=True))
    if trainer.accelerator.num_processes > 1:
        told = gather_object(told)
    terms = trainer.run.experiment["reward"]
    of_model = next(i for i, term in enumerate(terms) if term["term"] == "reward_model")
    others = [reward - scored.weighted(of_model, i) for i, reward in enumerate(scored.flat)]

    padded = torch.zeros(len(told), out["completion_ids"].shape[1], device=trainer.accelerator.device)
    for first in range(0, len(told), size):
        of_rewards, of_ends, of_lengths = zip(*told[first : first + size], strict=True)
        of_steps = process_advantages(of_rewards, of_ends, of_lengths, how)
        of_others = ADVANTAGES[how](others[first : first + size])
        for i, (steps, other) in enumerate(zip(of_steps, of_others, strict=True)):
            n = min(len(steps), padded.shape[1])
            padded[first + i, :n] = torch.tensor(steps[:n]) * terms[of_model]["weight"] + other
    first = trainer.accelerator.process_index * len(ids)
    return padded[first : first + len(ids)]


def clip_range(clip: float | dict[str, float]) -> dict[str, float]:
    """One number is the paper's symmetric range, two are DAPO's."""
    low, high = (clip["low"], clip["high"]) if isinstance(clip, dict) else (clip, clip)
    return {"epsilon": low, "epsilon_high": high}
