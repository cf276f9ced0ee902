"""A loop of somebody's own, which takes a step when the file `permit` beside it lets it; it goes on where it was."""

import argparse
import os
import sys
import time
from pathlib import Path

from grpo_lab.events import RunWriter, Solution


def permitted() -> int:
    try:
        return int(Path("permit").read_text())
    except (OSError, ValueError):
        return 0


options = argparse.ArgumentParser()
options.add_argument("--steps", type=int, required=True)
options.add_argument("--resume", action="store_true")
options = options.parse_args()

with RunWriter() as run:
    weights = run.run_dir / "checkpoints" / "weights.txt"
    weights.parent.mkdir(exist_ok=True)
    step = int(weights.read_text()) if options.resume and weights.exists() else 0
    if options.resume:
        run.resume(from_step=step)
    print(f"from step {step} in {Path.cwd()}, {os.environ['MOOD']}", flush=True)
    while step < options.steps and not run.stop_requested:
        if step >= permitted():
            time.sleep(0.02)
            continue
        step += 1
        print("x" * 20_000, file=sys.stderr, flush=True)
        answer = Solution(text=f"{step}" + " ist es" * 2000, tokens=4, reward=step % 2, advantage=0.5)
        run.group(step=step, group=0, question=f"What is {step}?", gold=str(step), solutions=[answer, answer])
        run.metrics(step=step, values={"reward/mean": step / options.steps})
        weights.write_text(str(step))
    run.checkpoint(step=step, path=weights)
