"""
Captures a training to the token, without a change to it. Launched from GRPO Lab, a hook on PYTHONPATH does so; anywhere else:

    import grpo_lab.capture

    grpo_lab.capture()   # before trainer.train()

GRPOTrainer, RLOOTrainer, what derives from them or was made of their source; one process or many. verl and OpenRLHF are captured
when GRPO Lab launches them, or by `VERL_USE_EXTERNAL_MODULES=grpo_lab.verl`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from .capturing import Settings

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

    from .capturing import Settings
    from .trl import wrap_train

    if os.environ.get(FOLDER_VARIABLE):
        return
    work, project = _own(folder)
    settings = Settings(work, project, name, traces=traces, every=every, precision=precision, gold=gold)
    wrap_train(trainer.Trainer, settings)


def loaded(module: ModuleType) -> None:
    """
    What is done once a trainer's module is loaded.

    GRPO_LAB_CAPTURE: a folder with the run.json of the run; GRPO_LAB_TRACES: all, with-signal or none; GRPO_LAB_TRACES_EVERY: steps;
    GRPO_LAB_TRACES_PRECISION: f16 or f32; GRPO_LAB_GOLD: a column; GRPO_LAB_RESUMED: set when the run has had another life.
    Where GRPO_LAB_CAPTURE is GRPO_LAB_RUN, the run itself, capture is its writer.
    Without GRPO_LAB_CAPTURE a run of its own is written into GRPO_LAB_FOLDER.
    """
    from .handshake import mark_seen

    package, _, _ = module.__name__.partition(".")
    settings = _settings(package)
    mark_seen(settings.folder, package)
    if package == "transformers":
        from .trl import wrap_train

        wrap_train(module.Trainer, settings)
    elif module.__name__ == "verl.trainer.constants_ppo":
        from .verl import forward_environment

        forward_environment(module)
    elif package == "verl":
        from .verl import wrap_trainers

        wrap_trainers(module, settings)
    else:
        from .openrlhf import wrap_trainer

        wrap_trainer(module.BasePPOTrainer, settings)


def _settings(package: str) -> Settings:
    from ..events import RUN_VARIABLE
    from .capturing import Settings

    environment = os.environ
    launched = environment.get(FOLDER_VARIABLE)
    work, project = (Path(launched), None) if launched else _own(environment.get("GRPO_LAB_FOLDER", "."))
    return Settings(
        work,
        project,
        package,
        traces=cast(Any, environment.get("GRPO_LAB_TRACES", "all")),
        every=int(environment.get("GRPO_LAB_TRACES_EVERY", "1")),
        precision=cast(Any, environment.get("GRPO_LAB_TRACES_PRECISION", "f16")),
        gold=environment.get("GRPO_LAB_GOLD"),
        resumed=bool(environment.get("GRPO_LAB_RESUMED")),
        direct=launched is not None and launched == environment.get(RUN_VARIABLE),
    )


def _own(folder: str | os.PathLike[str]) -> tuple[Path, Path]:
    """:returns: where capture works, and where it makes a run of its own"""
    project = Path(folder).resolve()
    work = project / ".grpo-lab" / "capture"
    work.mkdir(parents=True, exist_ok=True)
    return work, project


class _Callable(ModuleType):
    """`grpo_lab.capture()`: the package is called as its function."""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        capture(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
