"""
Captures a training of TRL to the token, without a change to it. Launched from GRPO Lab, a hook on PYTHONPATH does so; anywhere else:

    import grpo_lab.capture

    grpo_lab.capture()   # before trainer.train()

GRPOTrainer, RLOOTrainer, what derives from them or was made of their source; one process or many.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, cast

FOLDER_VARIABLE = "GRPO_LAB_CAPTURE"


def capture(
    folder: str | os.PathLike[str] = ".",
    *,
    name: str = "trl",
    traces: Literal["all", "with-signal", "none"] = "all",
    every: int = 1,
    precision: Literal["f16", "f32"] = "f16",
    gold: str | None = None,
) -> None:
    """
    From here on `train` of TRL's GRPO and RLOO trainers writes a run. In a command that GRPO Lab has launched with capture, it
    does nothing: that is captured already.

    :param folder: the one that is open in VS Code; runs lie in its `.grpo-lab/runs`
    :param name: runs are called NAME-1, NAME-2, …
    :param traces: of which groups numbers of each token are written; every: of every so many steps
    :param precision: of log-probabilities
    :param gold: the data set's column with the right answer; left out: found by its name
    """
    from transformers import trainer

    from .on_train import Settings, wrap_train

    if os.environ.get(FOLDER_VARIABLE):
        return
    project = Path(folder).resolve()
    work = project / ".grpo-lab" / "capture"
    work.mkdir(parents=True, exist_ok=True)
    settings = Settings(work, project, name, traces=traces, every=every, precision=precision, gold=gold)
    wrap_train(trainer.Trainer, settings)


def from_environment(trainer: ModuleType) -> None:
    """
    What the hook does once `transformers.trainer` is loaded.

    GRPO_LAB_CAPTURE: a folder with the run.json of the run; GRPO_LAB_TRACES: all, with-signal or none; GRPO_LAB_TRACES_EVERY: steps;
    GRPO_LAB_TRACES_PRECISION: f16 or f32; GRPO_LAB_GOLD: a column; GRPO_LAB_RESUMED: set when the run has had another life.
    """
    from .handshake import mark_seen
    from .on_train import Settings, wrap_train

    environment = os.environ
    folder = Path(environment[FOLDER_VARIABLE])
    mark_seen(folder, "transformers")
    settings = Settings(
        folder,
        traces=cast(Any, environment.get("GRPO_LAB_TRACES", "all")),
        every=int(environment.get("GRPO_LAB_TRACES_EVERY", "1")),
        precision=cast(Any, environment.get("GRPO_LAB_TRACES_PRECISION", "f16")),
        gold=environment.get("GRPO_LAB_GOLD"),
        resumed=bool(environment.get("GRPO_LAB_RESUMED")),
    )
    wrap_train(trainer.Trainer, settings)


class _Callable(ModuleType):
    """`grpo_lab.capture()`: the package is called as its function."""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        capture(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
