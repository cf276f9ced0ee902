"""What a training tells its run directory, and what it hears from there: status, metrics, checkpoints, benchmarks; a request to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback

from ..capture.metric_names import MetricNames
from .run import CHECKPOINT

if TYPE_CHECKING:
    from .session import Session


#: What Transformers logs beside each step where it counts tokens: of all steps so far, as the step's own seconds and tokens are not.
SINCE_THE_START = ("train_runtime", "train_tokens_per_second")

Evaluation = Callable[[dict[str, Any]], tuple[list[dict[str, Any]], dict[str, float]]]


class Journal(TrainerCallback):  # type: ignore[misc]
    """
    Bound to one trainer of Transformers. A step of the run is μ steps of its optimiser. Every rank has one, since all take part in
    evaluating and in the decision to stop; only rank 0 has a writer.
    """

    def __init__(self, session: Session, evaluate: Evaluation, suites: list[dict[str, Any]], metrics: bool) -> None:
        """
        :param evaluate: the results of a benchmark of what is trained, as it is, and values of curves
        :param metrics: whether nobody else tells what the trainer logs
        """
        self._session = session
        self._run = session.run
        self._writer = session.writer
        self._evaluate = evaluate
        self._suites = suites
        self._names = MetricNames("trl") if metrics else None
        self._begun = time.time()
        self._evaluated = 0.0
        self._tokens = 0
        #: Checkpoints that the run has been told of and that are there.
        self._told = sorted(session.run.checkpoints.glob(f"{CHECKPOINT}*"))
        #: Whether the training was ended by a request.
        self.stopped = False

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._begun = time.time()
        self._tokens = int(state.num_input_tokens_seen)
        if state.global_step == 0:
            self._evaluate_due(0)
        self._status(state)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step % self._run.updates != 0:
            return
        step = state.global_step // self._run.updates
        now = time.time()
        values = {"seconds/step": now - self._begun, "seconds/evaluate": self._evaluated}
        if self._names is not None:
            # What learns from given sequences does nothing else in a step.
            values["seconds/train"] = now - self._begun - self._evaluated
            values["tokens/trained"] = int(state.num_input_tokens_seen) - self._tokens
            self._tokens = int(state.num_input_tokens_seen)
        self._begun, self._evaluated = now, 0.0
        self._evaluate_due(step)
        if self._writer is not None:
            if self._session.tell_step is not None:
                self._session.tell_step(self._writer, step)
            self._writer.metrics(step=step, values=values)
        self._status(state)
        if self._session.asked_to_stop():
            self.stopped = step < self._run.steps
            control.should_training_stop = True
        if step % self._run.experiment["checkpoints"]["every"] == 0 or control.should_training_stop or step == self._run.steps:
            control.should_save = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any) -> None:
        # The trainer's own summary at its end stands beside no step.
        if self._writer is None or self._names is None or not logs or "train_loss" in logs:
            return
        values = self._names.values({name: value for name, value in logs.items() if name not in SINCE_THE_START})
        if values:
            self._writer.metrics(step=state.global_step // self._run.updates, values=values)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._writer is None:
            return
        path = self._run.checkpoints / f"{CHECKPOINT}{state.global_step}"
        self._writer.checkpoint(step=state.global_step // self._run.updates, path=path)
        self._told.append(path)
        for gone in [each for each in self._told if not each.exists()]:
            self._told.remove(gone)
            step = int(gone.name.removeprefix(CHECKPOINT)) // self._run.updates
            self._writer.checkpoint(step=step, path=gone, bytes=0, removed=True)

    def _evaluate_due(self, step: int) -> None:
        for suite in self._suites:
            if step % suite["every"] != 0 and step != self._run.steps:
                continue
            start = time.time()
            results, values = self._evaluate(suite)
            end = time.time()
            self._evaluated += end - start
            if self._writer is None:
                continue
            self._writer.span(step=step, name="evaluating", lane="rank 0", start=start, end=end)
            for result in results:
                self._writer.benchmark(step=step, suite=suite["name"], **result)
            if values:
                self._writer.metrics(step=step, values=values)

    def _status(self, state: Any) -> None:
        self._session.tell_status(state.global_step // self._run.updates, "training")
