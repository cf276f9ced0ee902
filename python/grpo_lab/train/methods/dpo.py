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

from ..frozen import frozen_samples
from ..pairs import preferences
from ..session import Scheduled, Session

CAPTURED = False


def trainer(session: Session) -> Any:
    run, tokenizer = session.run, session.tokenizer
    samples = frozen_samples(session)
    session.tell_step = samples.tell
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
