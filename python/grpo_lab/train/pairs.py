"""Pairs of a right and a wrong solution of one question: what DPO and outcome reward models learn from."""

from __future__ import annotations

from typing import Any

from .frozen import FrozenSamples, Group
from .models import response_of


def pairs_of(group: Group) -> list[tuple[int, int]]:
    """Each right solution beside a wrong one, as far as they go."""
    rights = [i for i, judged in enumerate(group.solutions) if judged.right]
    wrongs = [i for i, judged in enumerate(group.solutions) if not judged.right]
    return list(zip(rights, wrongs, strict=False))


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
