"""
Proximal policy optimisation: data are samples of the current policy; the reward of each token is −β log(π_old/π_ref), and the solution's
reward is added at its last; Â_t by generalised advantage estimation over the value model V_ψ, as large as the policy; then μ updates of
both.

    policy: −1/N Σ_i 1/|o_i| Σ_t min( ρ_it Â_it, clip(ρ_it, 1−ε, 1+ε) Â_it )        value model: 1/N Σ_i 1/|o_i| Σ_t ½ (V − R)²

Source: Schulman et al. (arXiv 1707.06347); DeepSeekMath, section 4.1.1, equations 1 and 2, and appendix A.1.5. TRL has no PPO any more:
this stands on its GRPOTrainer, with advantages of tokens and a value model of our own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from accelerate.utils import gather_object
from transformers import AutoConfig, AutoModelForTokenClassification

from ..errors import TrainError
from ..formulas import generalised_advantages, population_std, ppo_rewards, whiten
from ..groups import GroupTrainer, Scored, group_trainer
from ..session import Session
from .grpo import clip_range

CAPTURED = True


def trainer(session: Session) -> Any:
    method = session.run.method
    return group_trainer(session, {"beta": method["beta"], "loss_type": "grpo", **clip_range(method["clip"])}, PPO)


class PPO(GroupTrainer):
    beta: float

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, session=session, **kwargs)
        if self.is_deepspeed_enabled:
            raise TrainError("PPO trains two models, and DeepSpeed one a process: use FSDP or plain processes.")
        config = AutoConfig.from_pretrained(session.weights, num_labels=1)
        config.classifier_dropout = 0.0
        critic = AutoModelForTokenClassification.from_pretrained(session.weights, config=config, **session.loading)
        optimiser = session.run.experiment["optimiser"]
        self.critic, self.critic_optimizer = self.accelerator.prepare(
            critic,
            torch.optim.AdamW(
                critic.parameters(),
                lr=session.run.method["value_learning_rate"],
                betas=(optimiser["beta1"], optimiser["beta2"]),
                weight_decay=optimiser["weight_decay"],
            ),
        )

    def weigh(self, scored: Scored, out: dict[str, Any]) -> torch.Tensor:
        method, lengths = self.run.method, out["completion_mask"].sum(1).tolist()
        rows = len(lengths)
        first = self.accelerator.process_index * rows
        rewards = [reward for of_group in scored.rewards for reward in of_group][first : first + rows]
        old, ref = self._old(out), out.get("ref_per_token_logps")
        with torch.no_grad():
            values = self._values(out)

        advantages, returns = [], []
        for i, n in enumerate(lengths):
            logp = old[i, :n].tolist()
            logp_ref = logp if ref is None else ref[i, :n].tolist()
            of_tokens = ppo_rewards(rewards[i], logp, logp_ref, method["beta"])
            advantage, of_returns = generalised_advantages(of_tokens, values[i, :n].tolist(), method["gamma"], method["lambda"])
            advantages.append(advantage)
            returns.append(of_returns)
        self._tell_explained([values[i, :n].tolist() for i, n in enumerate(lengths)], returns)

        # Over all tokens of all processes.
        everywhere = gather_object(advantages) if self.accelerator.num_processes > 1 else advantages
        out["returns"] = self._padded(returns, values)
        return self._padded(whiten(everywhere)[first : first + rows], values)

    def _compute_loss(self, model: Any, inputs: Any) -> torch.Tensor:
        self._learn_value(inputs)
        # The KL is in the reward: it is not taken off once more in the loss.
        beta, self.beta = self.beta, 0.0
        try:
            loss: torch.Tensor = super()._compute_loss(model, inputs)
        finally:
            self.beta = beta
        warm = self.state.global_step // self.run.updates < self.run.method["value_warmup_steps"]
        return loss * 0 if warm else loss

    def _learn_value(self, inputs: Any) -> None:
        """One forward and backward pass of the value model; its update with the last of a step's."""
        mask = inputs["completion_mask"]
        self.critic.train()
        error = (self._values(inputs) - inputs["returns"]) ** 2 / 2
        loss = ((error * mask).sum(1) / mask.sum(1).clamp(min=1)).mean()
        self.accelerator.backward(loss / self.current_gradient_accumulation_steps)
        self._metrics["train"]["critic/loss"].append(self.accelerator.gather(loss.detach()).mean().item())
        if self.accelerator.sync_gradients:
            norm = self.accelerator.clip_grad_norm_(self.critic.parameters(), self.args.max_grad_norm)
            self._metrics["train"]["critic/grad_norm"].append(float(norm))
            self.critic_optimizer.step()
            self.critic_optimizer.zero_grad()

    def _values(self, batch: Any) -> torch.Tensor:
        """V of the state before each token of the completions: (rows, tokens)."""
        ids = torch.cat([batch["prompt_ids"], batch["completion_ids"]], 1)
        mask = torch.cat([batch["prompt_mask"], batch["completion_mask"]], 1)
        tokens = batch["completion_ids"].shape[1]
        values: torch.Tensor = self.critic(input_ids=ids, attention_mask=mask).logits.squeeze(-1).float()
        return values[:, -tokens - 1 : -1]

    def _old(self, out: dict[str, Any]) -> torch.Tensor:
        """log π_old: TRL leaves it out where the loss will find it by itself."""
        if (known := out.get("old_per_token_logps")) is not None:
            return torch.as_tensor(known)
        ids = torch.cat([out["prompt_ids"], out["completion_ids"]], 1)
        mask = torch.cat([out["prompt_mask"], out["completion_mask"]], 1)
        with torch.no_grad():
            logp, *_ = self._get_per_token_logps_and_entropies(
                self.model, ids, mask, out["completion_ids"].shape[1], batch_size=self.args.per_device_train_batch_size
            )
        return torch.as_tensor(logp)

    def _tell_explained(self, values: list[list[float]], returns: list[list[float]]) -> None:
        """1 − var(R − V) / var(R): 1 for a perfect value model, 0 for one that knows the mean alone."""
        flat = [(v, r) for of_values, of_returns in zip(values, returns, strict=True) for v, r in zip(of_values, of_returns, strict=True)]
        spread = population_std([r for _, r in flat]) ** 2
        explained = 0.0 if spread == 0 else 1 - population_std([r - v for v, r in flat]) ** 2 / spread
        self._metrics["train"]["critic/explained"].append(explained)

    def _padded(self, rows: list[list[float]], like: torch.Tensor) -> torch.Tensor:
        padded = torch.zeros_like(like)
        for i, row in enumerate(rows):
            padded[i, : len(row)] = torch.tensor(row, device=like.device)
        return padded

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        critic = self.accelerator.unwrap_model(self.critic)
        if self.accelerator.is_main_process:
            folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
            critic.save_pretrained(folder / "critic")
            torch.save(self.critic_optimizer.state_dict(), folder / "critic" / "optimizer.pt")

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        super()._load_from_checkpoint(resume_from_checkpoint, model)
        folder = Path(resume_from_checkpoint) / "critic"
        critic = self.accelerator.unwrap_model(self.critic)
        critic.load_state_dict(type(critic).from_pretrained(folder).state_dict())
        self.critic_optimizer.load_state_dict(torch.load(folder / "optimizer.pt", weights_only=True))
