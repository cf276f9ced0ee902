"""
Reward models: a policy's body with one number in the place of the next token. One of outcomes reads a whole solution, one of processes
says at the end of each step how likely it leads to the right answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from ..capture.tokens import TokenTexts
from ..events import utf16_length
from ..events.identity import read_identity
from .errors import TrainError
from .formulas import sigmoid, step_boundaries
from .run import origin_checkpoint
from .sampling import ids_of

#: Beside the weights of a checkpoint: P(right) = σ(a·score + b).
CALIBRATION = "calibration.json"


def step_ends(texts: TokenTexts, ids: Sequence[int], text: str) -> list[int]:
    """
    The last token of each step of a solution, from 0, ascending; the last step ends with the last token, whatever it is. Where the texts
    of tokens do not add up, the whole is one step.
    """
    last = len(ids) - 1
    lengths = texts.lengths(ids, text)
    if lengths is None:
        return [last]
    ends, token, reached = [], 0, lengths[0] if lengths else 0
    boundary, start = 0, 0
    for end in step_boundaries(text)[:-1]:
        boundary, start = boundary + utf16_length(text[start:end]), end
        while token < last and reached < boundary:
            token += 1
            reached += lengths[token]
        ends.append(token)
    return [*dict.fromkeys([*ends, last])]


class _Scalar:
    """What both kinds have in common."""

    def __init__(self, model: Any, tokenizer: Any, *, batch: int) -> None:
        self.model = model
        self._tokenizer = tokenizer
        self._batch = batch
        self.calibration = {"a": 1.0, "b": 0.0}

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def _logits(self, rows: Sequence[list[int]]) -> list[torch.Tensor]:
        """What the model says of each row of ids, a batch after the other; without padding."""
        was_training = self.model.training
        self.model.eval()
        said: list[torch.Tensor] = []
        for start in range(0, len(rows), self._batch):
            some = list(rows[start : start + self._batch])
            inputs = self._tokenizer.pad({"input_ids": some}, return_tensors="pt", padding_side="right").to(self.model.device)
            logits = self.model(**{name: inputs[name] for name in ("input_ids", "attention_mask")}).logits.float().cpu()
            said += [logits[i, : len(row)] if logits.dim() == 3 else logits[i] for i, row in enumerate(some)]
        self.model.train(was_training)
        return said

    def _probability(self, score: float) -> float:
        return sigmoid(self.calibration["a"] * score + self.calibration["b"])


class OutcomeModel(_Scalar):
    def scores(self, prompts: Sequence[Any], completions: Sequence[str]) -> list[float]:
        """r_φ(q, o) of each, read as TRL's RewardTrainer reads it: behind the end token, or what ends a template."""
        rows = [self.ids(prompt, completion) for prompt, completion in zip(prompts, completions, strict=True)]
        return [float(said[0]) for said in self._logits(rows)]

    def logits(self, solutions: Sequence[tuple[Any, str]]) -> torch.Tensor:
        """The same of prompts with completions, with gradients."""
        rows = [self.ids(prompt, completion) for prompt, completion in solutions]
        inputs = self._tokenizer.pad({"input_ids": rows}, return_tensors="pt", padding_side="right").to(self.model.device)
        logits: torch.Tensor = self.model(**{name: inputs[name] for name in ("input_ids", "attention_mask")}).logits
        return logits[:, 0].float()

    def probabilities(self, prompts: Sequence[Any], completions: Sequence[str], _: Sequence[Sequence[int]]) -> list[float]:
        return [self._probability(score) for score in self.scores(prompts, completions)]

    def ids(self, prompt: Any, completion: str) -> list[int]:
        if isinstance(prompt, str):
            return list(self._tokenizer(f"{prompt}{completion}{self._tokenizer.eos_token}", add_special_tokens=False)["input_ids"])
        text = self._tokenizer.apply_chat_template([*prompt, {"role": "assistant", "content": completion}], tokenize=False)
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])


class ProcessModel(_Scalar):
    def __init__(self, model: Any, tokenizer: Any, *, batch: int) -> None:
        super().__init__(model, tokenizer, batch=batch)
        self._texts = TokenTexts(tokenizer)

    def steps(
        self, prompts: Sequence[Any], completions: Sequence[str], completion_ids: Sequence[Sequence[int]]
    ) -> tuple[list[list[float]], list[list[int]]]:
        """:returns: of each solution the probability of each step, which is what it was trained to say, and the step's last token"""
        raw, ends = self._raw(prompts, completions, completion_ids)
        return [[sigmoid(value) for value in of_solution] for of_solution in raw], ends

    def scores(self, prompts: Sequence[Any], completions: Sequence[str], completion_ids: Sequence[Sequence[int]]) -> list[float]:
        """The smallest among its steps. Source: Math-Shepherd (arXiv 2312.08935), section 3.4."""
        return [min(of_solution) for of_solution in self._raw(prompts, completions, completion_ids)[0]]

    def probabilities(self, prompts: Sequence[Any], completions: Sequence[str], completion_ids: Sequence[Sequence[int]]) -> list[float]:
        return [self._probability(score) for score in self.scores(prompts, completions, completion_ids)]

    def _raw(
        self, prompts: Sequence[Any], completions: Sequence[str], completion_ids: Sequence[Sequence[int]]
    ) -> tuple[list[list[float]], list[list[int]]]:
        asked = [ids_of(prompt, self._tokenizer) for prompt in prompts]
        ends = [step_ends(self._texts, ids, text) for ids, text in zip(completion_ids, completions, strict=True)]
        said = self._logits([[*prompt, *ids] for prompt, ids in zip(asked, completion_ids, strict=True)])
        of_steps = [[float(row[len(prompt) + end, 0]) for end in own] for row, prompt, own in zip(said, asked, ends, strict=True)]
        return of_steps, ends


def load_reward_model(runs: Path, origin: dict[str, Any], tokenizer: Any, device: Any, *, batch: int) -> OutcomeModel | ProcessModel:
    """
    :param origin: `reward_model` of a run.json
    :param tokenizer: the policy's: a model of processes reads its tokens
    :raises TrainError: when it is not there, or no reward model of this trainer
    """
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

    checkpoint = origin_checkpoint(runs, origin)
    if not (checkpoint / "config.json").is_file():
        raise TrainError(f"{checkpoint} holds no reward model of this backend: its experiment needs `backend: python`, too.")
    process = read_identity(runs / str(origin["run"]))["method"] == "process-reward"
    kind = AutoModelForTokenClassification if process else AutoModelForSequenceClassification
    model = kind.from_pretrained(checkpoint, num_labels=1).to(device).eval()
    own = AutoTokenizer.from_pretrained(checkpoint)
    loaded = ProcessModel(model, tokenizer, batch=batch) if process else OutcomeModel(model, own, batch=batch)
    if process and own.get_vocab() != tokenizer.get_vocab():
        raise TrainError(f"{origin['run']} reads other tokens than the policy writes: start both from the same model.")
    if (checkpoint / CALIBRATION).is_file():
        loaded.calibration = json.loads((checkpoint / CALIBRATION).read_text(encoding="utf-8"))
    return loaded
