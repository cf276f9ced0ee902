"""
Supervised fine-tuning: data are worked solutions, there is no reward, and the gradient coefficient is 1:

    loss = −1/N Σ_i 1/|o_i| Σ_t log π_θ(o_it | q_i, o_i<t)

Source: DeepSeekMath, appendix A.1.1. On TRL's SFTTrainer, whose own loss is the mean over all tokens of the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from datasets import Dataset
from trl import SFTConfig, SFTTrainer

from ..models import prompt_of, response_of
from ..session import Scheduled, Session

CAPTURED = False
#: What the labels of a prompt and of padding are.
IGNORED = -100


def trainer(session: Session) -> Any:
    run, tokenizer = session.run, session.tokenizer
    size = int(run.method["batch_size"])
    demonstrations = session.environment.demonstrations(0, run.steps * size)
    examples = [
        {"prompt": prompt_of(d["question"], tokenizer), "completion": response_of(d["response"], tokenizer)} for d in demonstrations
    ]
    return imitation(session, examples, size)


def imitation(session: Session, examples: list[dict[str, Any]], size: int) -> Any:
    """A trainer that imitates completions in their order, `size` a step."""
    arguments = SFTConfig(
        **session.arguments(size),
        loss_type="nll",
        completion_only_loss=True,
        max_length=None,
        shuffle_dataset=False,
        train_sampling_strategy="sequential",
        model_init_kwargs=session.loading,
    )

    class Imitation(Scheduled, SFTTrainer):  # type: ignore[misc]
        run = session.run

    return Imitation(
        session.weights,
        args=arguments,
        train_dataset=Dataset.from_list(examples),
        processing_class=session.tokenizer,
        peft_config=session.peft,
        compute_loss_func=likelihood(size // session.processes),
    )


def likelihood(n: int) -> Callable[..., torch.Tensor]:
    """:param n: N, completions of a step on this process: gradients are summed over its forward passes, and averaged over processes"""

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        targets = labels[:, 1:]
        learned = targets != IGNORED
        logp = outputs.logits[:, :-1].float().log_softmax(-1).gather(-1, targets.clamp(min=0).unsqueeze(-1)).squeeze(-1)
        of_output = (logp * learned).sum(1) / learned.sum(1).clamp(min=1)
        return -of_output.sum() / n

    return loss
