"""What a run says of itself, and what is told of one that this trainer cannot carry out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from runs import events_of
from test_train_environment import run_dir

from grpo_lab.train.errors import TrainError
from grpo_lab.train.run import Run, origin_checkpoint

PACKAGE = Path(__file__).parents[1]


def changed(directory: Path, **changes: Any) -> Path:
    identity = json.loads((directory / "run.json").read_text(encoding="utf-8")) | changes
    (directory / "run.json").write_text(json.dumps(identity), encoding="utf-8")
    return directory


def test_steps_and_updates_follow_from_the_experiment(tmp_path: Path) -> None:
    run = Run.open(run_dir(tmp_path, method={"name": "grpo", "updates_per_exploration": 2}))
    assert (run.steps, run.updates, run.python["batch"]) == (3, 2, 8)
    assert Run.open(run_dir(tmp_path, method={"name": "sft"})).updates == 1


def test_a_method_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r"method evaluate is not there in grpo_lab\.train; the embedded trainer has it"):
        Run.open(run_dir(tmp_path, method={"name": "evaluate"}))


def test_a_run_of_another_backend_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="backend: python"):
        Run.open(changed(run_dir(tmp_path), backend="embedded"))


def test_the_newest_checkpoint_is_the_newest_whole_one(tmp_path: Path) -> None:
    run = Run.open(run_dir(tmp_path))
    assert run.newest_checkpoint() is None
    for step, whole in ((2, True), (10, True), (12, False)):
        folder = run.checkpoints / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        if whole:
            (folder / "trainer_state.json").write_text("{}", encoding="utf-8")
    assert run.newest_checkpoint() == run.checkpoints / "checkpoint-10"


def test_weights_of_the_embedded_trainer_are_refused_with_advice(tmp_path: Path) -> None:
    parent = tmp_path / "base-1-abcd" / "checkpoints"
    parent.mkdir(parents=True)
    (parent / "step-000010.ckpt").write_bytes(b"grpo-lab checkpoint 1\n")
    own = tmp_path / "sums-1-abcd"
    own.mkdir()
    where = {"run": "base-1-abcd", "step": 10, "checkpoint": "checkpoints/step-000010.ckpt"}
    with pytest.raises(TrainError, match="embedded trainer"):
        Run.open(changed(run_dir(own), parent=where)).parent_checkpoint()
    (parent / "step-000010.ckpt").unlink()
    with pytest.raises(TrainError, match="is gone"):
        Run.open(changed(run_dir(own), parent=where)).parent_checkpoint()


def test_without_pytorch_the_run_fails_with_what_to_install(tmp_path: Path) -> None:
    directory = run_dir(tmp_path)
    # An interpreter that sees nothing but the standard library and this package.
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    argv = [sys.executable, "-S", "-m", "grpo_lab.train", "--run", str(directory)]
    ended = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "has no package torch" in ended.stderr
    assert "-m pip install torch transformers trl" in ended.stderr
    assert "Traceback" not in ended.stderr
    last = events_of(directory)[-1]
    assert (last["type"], last["state"]) == ("status", "failed")
    assert "has no package torch" in last["message"]


def test_the_checkpoint_of_another_run_lies_in_that_run(tmp_path: Path) -> None:
    assert origin_checkpoint(tmp_path, {"run": "sft-1", "checkpoint": "checkpoints/4"}) == tmp_path / "sft-1" / "checkpoints" / "4"


@pytest.mark.parametrize(
    ("run", "checkpoint"),
    [("..", "a"), ("", "a"), ("/etc", "passwd"), ("a/b", "c"), ("a\\b", "c"), ("a", "../b"), ("a", "/etc/passwd"), ("a", "b/../../c")],
)
def test_a_checkpoint_that_leads_out_of_the_runs_is_not_read(tmp_path: Path, run: str, checkpoint: str) -> None:
    own = Run.open(changed(run_dir(tmp_path), parent={"run": run, "step": 1, "checkpoint": checkpoint}))
    with pytest.raises(TrainError, match="no checkpoint of a run beside this one"):
        own.parent_checkpoint()
