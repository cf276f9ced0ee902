"""
Group Relative Policy Optimization. For each question, G outputs of the current policy; Â from their rewards alone; then μ updates that
maximise

    1/G Σ_i 1/|o_i| Σ_t { min( ρ_it Â_it, clip(ρ_it, 1−ε, 1+ε) Â_it ) − β D_it }

with D the k3 estimate of KL(π_θ ‖ π_ref), inside the loss. Source: DeepSeekMath, section 4.1, equations 3 and 4. The settings make of it
RLOO (`advantage: leave-one-out`), Dr. GRPO (`advantage: centred`, `aggregate: constant`), DAPO (`clip: {low, high}`,
`aggregate: token`, `dynamic_sampling`) and GSPO (`ratio: sequence`). On TRL's GRPOTrainer, with advantages of our own, and estimates of KL
other than k3.
"""

from __future__ import annotations

from typing import Any

import torch
from accelerate.utils import gather_object

from ..dynamic_sampling import MOST_ROUNDS, DynamicSampling, tell_lack
from ..errors import TrainError
from ..formulas import ADVANTAGES, process_advantages
from ..groups import GroupTrainer, Scored, group_trainer
from ..iterations import Iterations
from ..reward_models import OutcomeModel, ProcessModel
from ..session import Session

CAPTURED = True
#: Estimates of KL from log π_θ and log π_ref, element by element; TRL's own is k3.
KL_TENSORS = {"k1": lambda logp, ref: logp - ref, "k2": lambda logp, ref: (logp - ref) ** 2 / 2}
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
    beta: float

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        method = session.run.method
        self._dynamic = self._dynamic_sampling(session) if method.get("dynamic_sampling") else None
        self._estimator = method.get("kl", "k3")
        self._rows: list[dict[str, Any]] = []
        #: Makes a mean over all rows of a step one over those that are learned from.
        self._scale = 1.0
        self._logps: Any = None
        super().__init__(*args, session=session, **kwargs)

    def weigh(self, scored: Scored, out: dict[str, Any]) -> torch.Tensor:
        return step_advantages(self, scored, out) if self.run.method["supervision"] == "process" else super().weigh(scored, out)

    def advantages(self, scored: Scored) -> list[list[float]]:
        of_group = ADVANTAGES[self.run.method["advantage"]]
        return [of_group(rewards) for rewards in scored.rewards]

    def _dynamic_sampling(self, session: Session) -> DynamicSampling:
        run = session.run
        questions = int(run.experiment["sampling"]["questions_per_step"])

        def further(number: int, count: int) -> list[dict[str, Any]]:
            """Of the experiment's order beyond those of its steps, each once."""
            step = self.state.global_step // run.updates
            place = run.steps + step * (MOST_ROUNDS - 1) + number - 1
            return session.questions(place * questions + self.accelerator.process_index * count, count)

        return DynamicSampling(
            int(run.method["group_size"]),
            reward=session.rewards.totals,
            further=further,
            all_of=lambda n: gather_object([n]) if self.accelerator.num_processes > 1 else [n],
        )

    @property
    def dropped_tokens(self) -> int:
        """Of what this process has sampled last: those of groups that were left out. Capture counts them as sampled."""
        return 0 if self._dynamic is None else self._dynamic.dropped_tokens

    def _generate(self, prompts: list[Any]) -> Any:
        if self._dynamic is None or not self.model.training:
            return super()._generate(prompts)
        return self._dynamic.generate(super()._generate, self._rows, prompts)

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:
        self._rows = inputs
        out = super()._generate_and_score_completions(inputs)
        if self._dynamic is not None and self.model.training:
            self._leave_out(out, self._dynamic)
        return out

    def _leave_out(self, out: dict[str, Any], dynamic: DynamicSampling) -> None:
        """Tokens of groups without signal count for nothing: neither in the loss nor in its mean, as if they were a tool's."""
        learned = 1 - torch.tensor(dynamic.without_signal, device=out["completion_mask"].device).long()
        mask = out["completion_mask"] * learned[:, None]
        out["tool_mask"] = (
            out["tool_mask"] * learned[:, None] if "tool_mask" in out else torch.ones_like(out["completion_mask"]) * learned[:, None]
        )
        rows, taught, tokens = self.accelerator.reduce(torch.stack([torch.ones_like(learned).sum(), learned.sum(), mask.sum()])).tolist()
        out["num_items_in_batch"] = torch.as_tensor(tokens, device=mask.device)
        self._scale = rows / taught if taught > 0 else 0.0
        groups, size = rows // self.num_generations, self.num_generations
        tell_lack(self.session.writer, self.state.global_step // self.run.updates + 1, (rows - taught) // size, groups)
        told = {"groups/rounds": dynamic.rounds, "groups/sampled": dynamic.rounds * groups}
        for name, value in told.items():
            self._metrics["train"][name].append(float(value))

    def _get_per_token_logps_and_entropies(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_per_token_logps_and_entropies(*args, **kwargs)
        self._logps = found[0]
        return found

    def _compute_loss(self, model: Any, inputs: Any) -> torch.Tensor:
        own = self._estimator != "k3" and self.beta > 0
        beta, self.beta = self.beta, 0.0 if own else self.beta
        try:
            loss = super()._compute_loss(model, inputs)
        finally:
            self.beta = beta
        logps, self._logps = self._logps, None
        if own:
            loss = loss + beta * self._kl_term(logps, inputs)
        # The mean over tokens is one over those that count already.
        return loss if self.loss_type == "dapo" else loss * self._scale

    def _kl_term(self, logp: torch.Tensor, inputs: dict[str, Any]) -> torch.Tensor:
        """Aggregated as TRL's `_compute_loss` aggregates what it adds k3 to."""
        mask = inputs["completion_mask"] * inputs["tool_mask"] if "tool_mask" in inputs else inputs["completion_mask"]
        kl = KL_TENSORS[self._estimator](logp, inputs["ref_per_token_logps"]) * mask
        totals = self.accelerator.reduce(torch.stack([kl.detach().sum(), mask.sum().float()]))
        self._metrics["train" if self.model.training else "eval"]["kl"].append((totals[0] / totals[1].clamp(min=1.0)).item())
        accumulation = self.current_gradient_accumulation_steps
        if self.loss_type == "grpo":
            return (kl.sum(-1) / mask.sum(-1).clamp(min=1.0)).mean() / accumulation
        if self.loss_type == "dr_grpo":
            return kl.sum() / (kl.size(0) * self.max_completion_length) / accumulation
        items = inputs["num_items_in_batch"].clamp(min=1.0) / self.accelerator.num_processes
        return kl.sum() / (items * accumulation / self.args.steps_per_generation)


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
