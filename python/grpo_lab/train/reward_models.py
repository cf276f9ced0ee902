"""A reward model: a policy's body with one number in the place of the next token, read behind a whole solution."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from .errors import TrainError
from .formulas import sigmoid

#: Beside the weights of a checkpoint: P(right) = σ(a·score + b).
CALIBRATION = "calibration.json"


class OutcomeModel:
    def __init__(self, model: Any, tokenizer: Any, *, batch: int) -> None:
        self.model = model
        self._tokenizer = tokenizer
        self._batch = batch
        self.calibration = {"a": 1.0, "b": 0.0}

    @classmethod
    def load(cls, checkpoint: Path, device: Any, *, batch: int) -> OutcomeModel:
        """:raises TrainError: when it is no reward model"""
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        if not (checkpoint / "config.json").is_file():
            raise TrainError(f"{checkpoint} holds no reward model of this backend: its experiment needs `backend: python`, too.")
        model = AutoModelForSequenceClassification.from_pretrained(checkpoint, num_labels=1).to(device).eval()
        loaded = cls(model, AutoTokenizer.from_pretrained(checkpoint), batch=batch)
        if (checkpoint / CALIBRATION).is_file():
            loaded.calibration = json.loads((checkpoint / CALIBRATION).read_text(encoding="utf-8"))
        return loaded

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def scores(self, prompts: Sequence[Any], completions: Sequence[str]) -> list[float]:
        """r_φ(q, o) of each."""
        was_training = self.model.training
        self.model.eval()
        texts = [self._text(prompt, completion) for prompt, completion in zip(prompts, completions, strict=True)]
        scores: list[float] = []
        for start in range(0, len(texts), self._batch):
            # As in training: the template, or the end token, is in the text already.
            inputs = self._tokenizer(
                texts[start : start + self._batch], return_tensors="pt", padding=True, padding_side="right", add_special_tokens=False
            ).to(self.model.device)
            scores += self.model(**{name: inputs[name] for name in ("input_ids", "attention_mask")}).logits[:, 0].float().tolist()
        self.model.train(was_training)
        return scores

    def probabilities(self, prompts: Sequence[Any], completions: Sequence[str]) -> list[float]:
        a, b = self.calibration["a"], self.calibration["b"]
        return [sigmoid(a * score + b) for score in self.scores(prompts, completions)]

    def _text(self, prompt: Any, completion: str) -> str:
        if isinstance(prompt, str):
            return f"{prompt}{completion}{self._tokenizer.eos_token}"
        messages = [*prompt, {"role": "assistant", "content": completion}]
        return str(self._tokenizer.apply_chat_template(messages, tokenize=False))
