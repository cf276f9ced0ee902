"""
Direct preference optimisation: data are pairs (o⁺, o⁻) of the SFT model's samples, right beside wrong, and

    loss = −1/P Σ_pairs log σ( β Σ_t log π_θ(o⁺_t)/π_ref(o⁺_t) − β Σ_t log π_θ(o⁻_t)/π_ref(o⁻_t) )

The samples are those of the frozen policy at the run's beginning; the steps of the run go once through the pairs.
Source: Rafailov et al. (arXiv 2305.18290), equation 7; DeepSeekMath, appendix A.1.4. On TRL's DPOTrainer.
"""

from __future__ import annotations

from typing import Any

from datasets import Dataset
from trl import DPOConfig, DPOTrainer

from ..frozen import FrozenSamples, Group, frozen_samples
from ..models import response_of
from ..session import Scheduled, Session

CAPTURED = False


def trainer(session: Session) -> Any:
    run, tokenizer = session.run, session.tokenizer
    samples = frozen_samples(session)
    session.tell_groups = samples.tell
    pairs = preferences(samples, tokenizer)
    arguments = DPOConfig(
        **session.arguments(session.share_out(len(pairs), run.steps, "pairs of a right and a wrong solution")),
        beta=run.method["beta"],
        loss_type="sigmoid",
        max_length=None,
        train_sampling_strategy="sequential",
        model_init_kwargs=session.loading,
    )

    class Preference(Scheduled, DPOTrainer):  # type: ignore[misc]
        run = session.run

    return Preference(
        session.weights, args=arguments, train_dataset=Dataset.from_list(pairs), processing_class=tokenizer, peft_config=session.peft
    )


def preferences(samples: FrozenSamples, tokenizer: Any) -> list[dict[str, Any]]:
    """All pairs, as TRL's data sets have them."""
    return [
        {
            "prompt": group.prompt,
            "chosen": response_of(group.solutions[right].sample.text, tokenizer),
            "rejected": response_of(group.solutions[wrong].sample.text, tokenizer),
        }
        for group in samples.groups
        for right, wrong in pairs_of(group)
    ]


def pairs_of(group: Group) -> list[tuple[int, int]]:
    """Each right solution beside a wrong one, as far as they go."""
    rights = [i for i, judged in enumerate(group.solutions) if judged.right]
    wrongs = [i for i, judged in enumerate(group.solutions) if not judged.right]
    return list(zip(rights, wrongs, strict=False))
