"""What both kinds of reward models have in common as they are trained: how they are judged, and what is kept with their checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .frozen import Group, Judged, sample_tasks
from .reward_models import CALIBRATION
from .run import Run
from .session import Scheduled, Session

#: Solutions of each held-out question.
SAMPLES = 4


class HeldOut(Scheduled):
    """Stands before a trainer of Transformers among the bases of a reward model's trainer, which says what the model scores."""

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self.run: Run = session.run
        self.session = session
        self._held_out: dict[str, list[Group]] = {}
        self._calibration = {"a": 1.0, "b": 0.0}
        super().__init__(*args, **kwargs)

    def scores(self, solutions: list[tuple[Any, Judged]]) -> list[float]:
        """:param solutions: prompts with what was written to them"""
        raise NotImplementedError

    def evaluate_on(self, suite: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, float]]:
        """How the model orders right and wrong solutions of questions that training has not seen."""
        if suite["name"] not in self._held_out:
            self._held_out[suite["name"]] = sample_tasks(self.session, suite["questions"], SAMPLES, seed=suite["name"])
        solutions = [(group.prompt, judged) for group in self._held_out[suite["name"]] for judged in group.solutions]
        found = self.session.environment.scored(self.scores(solutions), [judged.right for _, judged in solutions], SAMPLES)
        self._calibration = found["calibration"]
        result = {"mode": "pairs in order", "value": found["accuracy"], "n": found["pairs"]}
        return [result], {"reward_model/accuracy": found["accuracy"], "reward_model/calibration_error": found["calibrationError"]}

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        trainer: Any = super()
        trainer._save_checkpoint(model, trial)
        own: Any = self
        if own.accelerator.is_main_process:
            folder = Path(own.args.output_dir) / f"checkpoint-{own.state.global_step}"
            (folder / CALIBRATION).write_text(json.dumps(self._calibration), encoding="utf-8")
