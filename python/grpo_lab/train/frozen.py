"""
Samples of the policy as the run begins, for methods that learn from a frozen one: taken before the training, kept in `samples.jsonl` of
the run directory, so that a run that is resumed has the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..events import Grade, RunWriter, Solution
from .errors import Stopped
from .models import prompt_of
from .sampling import Sample, Sampler
from .session import Session

SAMPLES = "samples.jsonl"


@dataclass(frozen=True)
class Judged:
    """A solution with its reward."""

    sample: Sample
    #: Raw value of each term.
    rewards: dict[str, float]
    reward: float
    grade: Grade

    @property
    def right(self) -> bool:
        return self.grade.verdict == "equal"


@dataclass(frozen=True)
class Group:
    question: str
    #: The question as the policy was asked it: a text, or messages.
    prompt: Any
    gold: str
    solutions: list[Judged]


class FrozenSamples:
    """G samples of each question of each step."""

    def __init__(self, groups_by_step: list[list[Group]]) -> None:
        self.by_step = groups_by_step

    @property
    def groups(self) -> Iterator[Group]:
        for of_step in self.by_step:
            yield from of_step

    def tell(self, writer: RunWriter, step: int, weights: list[list[float]] | None = None) -> None:
        """Writes a step's groups. :param weights: what multiplies ∇ log π_θ of each solution, where that is known"""
        groups = self.by_step[step - 1]
        for index, group in enumerate(groups):
            solutions = [_solution(judged, None if weights is None else weights[index][i]) for i, judged in enumerate(group.solutions)]
            writer.group(step=step, group=index, question=group.question, gold=group.gold, solutions=solutions)
        rights = [[judged.right for judged in group.solutions] for group in groups]
        all_right, all_wrong = sum(all(r) for r in rights), sum(not any(r) for r in rights)
        rewards = [judged.reward for group in groups for judged in group.solutions]
        lengths = [len(judged.sample.ids) for group in groups for judged in group.solutions]
        writer.metrics(
            step=step,
            values={
                "reward/mean": sum(rewards) / len(rewards),
                "accuracy/train": sum(map(sum, rights)) / len(rewards),
                "length/mean": sum(lengths) / len(lengths),
                "groups/all_right": all_right,
                "groups/all_wrong": all_wrong,
                "groups/mixed": len(groups) - all_right - all_wrong,
            },
        )


def frozen_samples(session: Session) -> FrozenSamples:
    """
    Reads what is there, and samples the rest. All processes take part, and all have the result.
    :raises Stopped: when the run is asked to end meanwhile; what is sampled is kept
    """
    run, file = session.run, session.run.directory / SAMPLES
    steps = read_samples(run.directory)
    if len(steps) < run.steps:
        count, size = int(run.experiment["sampling"]["questions_per_step"]), int(run.method["group_size"])
        for step in range(len(steps) + 1, run.steps + 1):
            if session.asked_to_stop():
                raise Stopped
            session.tell_status(0, f"sampling from the frozen policy, {step} of {run.steps}")
            tasks = session.environment.tasks((step - 1) * count, count)
            # Each step has random numbers of its own: it is the same whether or not the run was broken off before it.
            steps.append(sample_tasks(session, tasks, size, seed=f"step {step}"))
            if session.is_first:
                with file.open("a", encoding="utf-8") as out:
                    out.write(json.dumps([asdict(group) for group in steps[-1]]) + "\n")
    return FrozenSamples(steps)


def sample_tasks(session: Session, tasks: Sequence[Mapping[str, Any]], size: int, seed: str, sampler: Sampler | None = None) -> list[Group]:
    """
    Solutions of a policy, judged.
    :param seed: the same samples for the same word
    :param sampler: left out: of the policy as the run begins
    """
    sampling, rewards = session.run.experiment["sampling"], session.rewards
    session.seed(seed)
    prompts = [prompt_of(task["question"], session.tokenizer) for task in tasks]
    written = (sampler or session.frozen_sampler).write(prompts, temperature=sampling["temperature"], samples=size)
    flat = [sample for of_task in written for sample in of_task]
    rows = [task for task in tasks for _ in range(size)]
    batch: dict[str, Any] = {
        "prompts": [prompt for prompt in prompts for _ in range(size)],
        "completions": [sample.text for sample in flat],
        "completion_ids": [sample.ids for sample in flat],
        "gold": [task["answer"] for task in rows],
        "_convention": [task.get("convention") or "" for task in rows],
    }
    rewards.judge(batch["completions"], batch["completion_ids"], batch["gold"], batch["_convention"])
    values = {function.__name__: function(**batch) for function in rewards.functions}
    judged = []
    for i, sample in enumerate(flat):
        own = {name: value for name, of_term in values.items() if (value := of_term[i]) is not None}
        total = sum(weight * own.get(function.__name__, 0.0) for function, weight in zip(rewards.functions, rewards.weights, strict=True))
        judged.append(Judged(sample, own, total, rewards.grades[i]))
    return [Group(task["question"], prompts[i], task["answer"], judged[i * size : (i + 1) * size]) for i, task in enumerate(tasks)]


def read_samples(run_dir: Path) -> list[list[Group]]:
    """What a run has sampled, a line a step; one that a killed process has left torn is taken out, to be sampled again."""
    file = run_dir / SAMPLES
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").split("\n")
    whole, torn = lines[:-1], lines[-1]
    if torn:
        file.write_text("".join(f"{line}\n" for line in whole), encoding="utf-8")
    return [[_group(wire) for wire in json.loads(line)] for line in whole]


def _group(wire: dict[str, Any]) -> Group:
    solutions = [Judged(Sample(**s["sample"]), s["rewards"], s["reward"], Grade(**s["grade"])) for s in wire["solutions"]]
    return Group(wire["question"], wire["prompt"], wire["gold"], solutions)


def _solution(judged: Judged, weight: float | None) -> Solution:
    return Solution(
        judged.sample.text,
        reward=judged.reward,
        tokens=len(judged.sample.ids),
        finish="stop" if judged.sample.finish == "stop" else "length",
        rewards=judged.rewards,
        advantage=weight,
        correct=judged.right,
        grade=judged.grade,
    )
