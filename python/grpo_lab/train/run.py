"""The run that is carried out: its directory, and what its run.json says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..events.identity import read_identity
from .errors import TrainError

#: What `method.name` of an experiment may be here; a module of `methods` each.
METHODS = ("pretrain", "sft", "rft", "online-rft", "dpo", "ppo", "grpo", "outcome-reward", "process-reward")
CHECKPOINT = "checkpoint-"


def origin_checkpoint(runs: Path, origin: dict[str, Any]) -> Path:
    """
    The checkpoint that a run starts from, or whose reward model it asks.

    :param runs: the folder of both
    :param origin: `parent` or `reward_model` of a run.json, which may have come from anywhere
    :raises TrainError: when it does not lie in the directory of a run beside this one
    """
    run, checkpoint = str(origin["run"]), Path(str(origin["checkpoint"]))
    if run in ("", ".", "..") or "/" in run or "\\" in run or checkpoint.is_absolute() or ".." in checkpoint.parts:
        raise TrainError(f"{run}/{checkpoint} is no checkpoint of a run beside this one (in {runs}): it is not read.")
    return runs / run / checkpoint


@dataclass(frozen=True)
class Run:
    directory: Path
    identity: dict[str, Any]

    @classmethod
    def open(cls, directory: Path) -> Run:
        """:raises RunError, TrainError: when there is no run, or not one of this trainer"""
        identity = read_identity(directory)
        run = cls(directory.absolute(), identity)
        if identity.get("backend") != "python":
            raise TrainError(f"{directory} is a run of the backend {identity.get('backend')}: the experiment must say `backend: python`.")
        name = run.method["name"]
        if name not in METHODS:
            raise TrainError(f"method {name} is not there in grpo_lab.train; the embedded trainer has it: leave `backend: python` out.")
        return run

    @property
    def experiment(self) -> dict[str, Any]:
        """With every default filled in: `Experiment` of src/experiment/schema.ts."""
        resolved: dict[str, Any] = self.identity["experiment"]["resolved"]
        return resolved

    @property
    def method(self) -> dict[str, Any]:
        method: dict[str, Any] = self.experiment["method"]
        return method

    @property
    def steps(self) -> int:
        return int(self.experiment["steps"])

    @property
    def updates(self) -> int:
        """μ: updates of the optimiser in a step."""
        return int(self.method.get("updates_per_exploration", 1))

    @property
    def max_tokens(self) -> int:
        return int(self.experiment["sampling"]["max_tokens"])

    @property
    def python(self) -> dict[str, Any]:
        """The section `python` with its defaults."""
        return {"batch": 8, "gradient_checkpointing": False, **(self.experiment.get("python") or {})}

    @cached_property
    def folder(self) -> Path:
        """Of the experiment file, where modules of one's own lie."""
        path = self.identity["experiment"].get("path")
        return Path(path).parent if path else Path(self.identity["cwd"])

    @property
    def checkpoints(self) -> Path:
        return self.directory / "checkpoints"

    def newest_checkpoint(self) -> Path | None:
        """Of those that are whole: Transformers writes the trainer's state last."""
        found = {
            int(each.parent.name.removeprefix(CHECKPOINT)): each.parent
            for each in self.checkpoints.glob(f"{CHECKPOINT}*/trainer_state.json")
        }
        return found[max(found)] if found else None

    def parent_checkpoint(self) -> Path | None:
        """
        The weights of another run that this one starts from.
        :raises TrainError: when they are not there, or none that Transformers can load
        """
        parent = self.identity.get("parent")
        if parent is None:
            return None
        path = origin_checkpoint(self.directory.parent, parent)
        if not path.exists():
            raise TrainError(f"The checkpoint {path}, which this run starts from, is gone. Launch the experiment again.")
        if not path.is_dir():
            raise TrainError(
                f"{parent['run']} is a run of the embedded trainer, whose weights PyTorch does not load. "
                "Give its experiment `backend: python`, too, and launch it again."
            )
        return path
