"""A loop of somebody's own: STEPS steps, each a file's worth of weights and a line of metrics; goes on where it was."""

import argparse
import sys
import time
from pathlib import Path

from grpo_lab.events import RunWriter, Solution

options = argparse.ArgumentParser()
options.add_argument("--steps", type=int, required=True)
options.add_argument("--pause", type=float, default=0.1)
options.add_argument("--resume", action="store_true")
options = options.parse_args()

with RunWriter() as run:
    weights = run.run_dir / "checkpoints" / "weights.txt"
    weights.parent.mkdir(exist_ok=True)
    done = int(weights.read_text()) if options.resume and weights.exists() else 0
    if options.resume:
        run.resume(from_step=done)
    for step in range(done + 1, options.steps + 1):
        time.sleep(options.pause)
        print(f"step {step} of {Path.cwd().name}", flush=True)
        print("x" * 20_000, file=sys.stderr, flush=True)
        answer = Solution(text=f"{step}" + " ist es" * 2000, tokens=4, reward=step % 2, advantage=0.5)
        run.group(step=step, group=0, question=f"What is {step}?", gold=str(step), solutions=[answer, answer])
        run.metrics(step=step, values={"reward/mean": step / options.steps})
        weights.write_text(str(step))
        if run.stop_requested:
            break
    run.checkpoint(step=step, path=weights)
