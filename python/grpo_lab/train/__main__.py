"""
python -m grpo_lab.train EXPERIMENT       launches an experiment file as `grpo-lab run` does, with this Python, and follows it
python -m grpo_lab.train --run DIRECTORY  trains the run of a directory here: what the launcher starts, alone or by accelerate
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from ..events import RunError, RunWriter, TraceSettings
from ..events.text import failure_text
from .environment import Environment, lab_program
from .errors import Stopped, TrainError
from .run import Run

PACKAGES = ("torch", "transformers", "trl", "datasets", "accelerate")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m grpo_lab.train", description="Trains an experiment of GRPO Lab.")
    parser.add_argument("experiment", nargs="?", help="experiment file (*.experiment.yaml), with `backend: python`")
    parser.add_argument("--run", type=Path, metavar="DIRECTORY", help="a run that was launched: train it in this process")
    parser.add_argument("--resume", action="store_true", help="with --run: from its newest checkpoint")
    options = parser.parse_args()
    if (options.experiment is None) == (options.run is None):
        parser.error("name an experiment file, or a run by --run")
    try:
        return launch(options.experiment) if options.run is None else train(options.run, options.resume)
    except (TrainError, RunError) as error:
        print(error, file=sys.stderr)
        return 1


def launch(experiment: str) -> int:
    """Runs the command line of GRPO Lab: what the experiment starts from is launched first, and the run goes on without this terminal."""
    argv = [*lab_program("cli"), "run", experiment, "--python", sys.executable]
    return subprocess.run(argv, env={**os.environ, "ELECTRON_RUN_AS_NODE": "1"}, check=False).returncode


def train(directory: Path, resume: bool) -> int:
    """:raises TrainError: what ends a run before its training begins; the run says so, too"""
    # A signal asks for what `stop.request` asks for: the end of the step, a checkpoint.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: (directory / "stop.request").touch())
    if os.environ.get("RANK", "0") != "0":
        carry_out(directory, None, resume)
        return 0
    traces = Run.open(directory).experiment["traces"]
    with RunWriter(directory, traces=TraceSettings(groups=traces["groups"], every=traces["every"])) as writer:
        try:
            return carry_out(directory, writer, resume)
        except TrainError as error:
            writer.status(state="failed", step=0, message=failure_text(error))
            raise


def carry_out(directory: Path, writer: RunWriter | None, resume: bool) -> int:
    run = Run.open(directory)
    if writer is not None:
        writer.status(state="running", step=0, total_steps=run.steps, message="loading PyTorch")
    if (threads := run.identity.get("threads")) is not None:
        os.environ["OMP_NUM_THREADS"] = str(threads)
    try:
        from .session import Session

        method = importlib.import_module(f".methods.{run.method['name'].replace('-', '_')}", __package__)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == __package__.split(".")[0]:
            raise
        raise TrainError(
            f"{sys.executable} has no package {error.name}, which training needs: {sys.executable} -m pip install {' '.join(PACKAGES[:3])}"
        ) from error
    with Environment.of_run(run.directory) as environment:
        session = Session(run, environment, writer, resume)
        try:
            stopped = session.carry_out(method.trainer(session), captured=method.CAPTURED)
        except Stopped:
            stopped = True
    if writer is not None and stopped:
        writer.status(state="stopped", step=last_step(run), message="stopped on request; resume continues here")
    elif writer is not None:
        writer.status(state="finished", step=run.steps, message="all steps done")
    return 0


def last_step(run: Run) -> int:
    """Of the newest checkpoint, which a training that ends leaves."""
    newest = run.newest_checkpoint()
    return 0 if newest is None else int(newest.name.rpartition("-")[2]) // run.updates


if __name__ == "__main__":
    sys.exit(main())
