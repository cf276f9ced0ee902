"""
Rejection-sampling fine-tuning: data are the SFT model's samples, the reward is a rule, the coefficient I(o): what is right is imitated.
The samples are those of the frozen policy at the run's beginning; the steps of the run go once through the right ones.
Source: DeepSeekMath, appendix A.1.2; Yuan et al. (arXiv 2308.01825).
"""

from __future__ import annotations

from typing import Any

from ..frozen import frozen_samples
from ..models import response_of
from ..session import Session
from .sft import imitation

CAPTURED = False


def trainer(session: Session) -> Any:
    tokenizer, steps = session.tokenizer, session.run.steps
    samples = frozen_samples(session)
    session.tell_step = lambda writer, step: samples.tell(
        writer, step, [[float(judged.right) for judged in group.solutions] for group in samples.by_step[step - 1]]
    )
    right = [
        {"prompt": group.prompt, "completion": response_of(judged.sample.text, tokenizer)}
        for group in samples.groups
        for judged in group.solutions
        if judged.right
    ]
    size = session.share_out(len(right), steps, "right solutions")
    return imitation(session, right, size)
