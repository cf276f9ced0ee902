"""
The outer loop of iterative GRPO: after each M steps π_ref ← π_θ (TRL does that), then the reward model continues on fresh samples of the
policy mixed with a share of historical ones. Source: DeepSeekMath, algorithm 1 and section 4.1.4.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from .frozen import Group, read_samples, sample_tasks
from .pairs import pairs_of
from .reward_models import OutcomeModel
from .sampling import generating
from .session import Session

#: Solutions per question that the reward model's pairs are made of.
SAMPLES = 8
#: How many past pairs are kept for replay.
HISTORY = 512

#: A prompt, and what is right and wrong to it.
Pair = tuple[Any, str, str]


class Iterations(TrainerCallback):  # type: ignore[misc]
    """Every process samples its share and makes the same updates of its own copy of the reward model."""

    def __init__(self, session: Session, model: OutcomeModel, trainer: Any) -> None:
        self._session = session
        self._model = model
        self._trainer = trainer
        run = session.run
        self._settings = run.method["iterations"]
        optimiser = run.experiment["optimiser"]
        self._optimizer = torch.optim.AdamW(
            model.model.parameters(), lr=optimiser["learning_rate"], betas=(optimiser["beta1"], optimiser["beta2"]), weight_decay=0.0
        )
        #: What it has learned from, oldest first: at the beginning what it was trained on.
        self._history = pairs_in(read_samples(run.directory.parent / str(run.identity["reward_model"]["run"])))[-HISTORY:]

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        run = self._session.run
        if state.global_step % run.updates != 0:
            return
        step = state.global_step // run.updates
        if step % self._settings["every"] == 0 and step < run.steps:
            self._learn(step)

    def _learn(self, step: int) -> None:
        run, session = self._session.run, self._session
        count = int(run.experiment["sampling"]["questions_per_step"])
        draw = random.Random(f"{run.experiment['seed']}/replay {step}")
        losses = []
        sampler = session.sampler(lambda: generating(self._trainer))
        for update in range(int(self._settings["reward_updates"])):
            # Questions of the experiment's order beyond those of its steps.
            first = (run.steps + (step // self._settings["every"] - 1) * self._settings["reward_updates"] + update) * count
            groups = sample_tasks(session, session.environment.tasks(first, count), SAMPLES, f"iteration {step}.{update}", sampler)
            fresh = pairs_in([groups])
            if not fresh:
                continue
            replayed = [draw.choice(self._history) for _ in range(replays(len(fresh), self._settings["replay"]))] if self._history else []
            self._history = [*self._history, *fresh][-HISTORY:]
            losses.append(self._update([*fresh, *replayed]))
        if losses and session.writer is not None:
            session.writer.metrics(step=step, values={"reward_model/loss": sum(losses) / len(losses)})

    def _update(self, pairs: list[Pair]) -> float:
        """−1/P Σ log σ( r_φ(q, o⁺) − r_φ(q, o⁻) )"""
        total, batch = 0.0, int(self._session.run.python["batch"])
        self._model.model.train()
        for start in range(0, len(pairs), batch):
            some = pairs[start : start + batch]
            right = self._model.logits([(prompt, chosen) for prompt, chosen, _ in some])
            wrong = self._model.logits([(prompt, rejected) for prompt, _, rejected in some])
            loss = -torch.nn.functional.logsigmoid(right - wrong).sum() / len(pairs)
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(self._model.model.parameters(), self._session.run.experiment["optimiser"]["max_grad_norm"])
        self._optimizer.step()
        self._optimizer.zero_grad()
        self._model.model.eval()
        return total

    def save(self, folder: Path) -> None:
        self._model.model.save_pretrained(folder)
        torch.save(self._optimizer.state_dict(), folder / "optimizer.pt")
        (folder / "history.json").write_text(json.dumps(self._history), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """:param folder: of a checkpoint"""
        model = self._model.model
        model.load_state_dict(type(model).from_pretrained(folder, num_labels=1).state_dict())
        self._optimizer.load_state_dict(torch.load(folder / "optimizer.pt", weights_only=True))
        self._history = [tuple(pair) for pair in json.loads((folder / "history.json").read_text(encoding="utf-8"))]


def pairs_in(steps: list[list[Group]]) -> list[Pair]:
    return [
        (group.prompt, group.solutions[right].sample.text, group.solutions[wrong].sample.text)
        for groups in steps
        for group in groups
        for right, wrong in pairs_of(group)
    ]


def replays(fresh: int, share: float) -> int:
    """How many old pairs make a share of the whole, beside so many fresh ones."""
    return 0 if share == 1 else round(fresh * share / (1 - share))
