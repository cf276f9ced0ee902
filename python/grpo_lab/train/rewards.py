"""The reward of an experiment as functions of TRL: its terms by GRPO Lab's grader, and functions of one's own by their name."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from ..events import Grade
from .environment import Environment
from .errors import TrainError


class RewardModel(Protocol):
    def probabilities(self, prompts: Sequence[Any], completions: Sequence[str], completion_ids: Sequence[Sequence[int]]) -> list[float]:
        """Of being right."""


RewardFunction = Callable[..., list[float | None]]


class Rewards:
    """Grades each batch of solutions once, whichever term is asked for first."""

    def __init__(
        self, environment: Environment, terms: Sequence[dict[str, Any]], folder: Path, reward_model: RewardModel | None = None
    ) -> None:
        """
        :param terms: `reward` of the experiment
        :param folder: where modules of one's own are looked for first
        :param reward_model: of the term of that name
        :raises TrainError: when a function cannot be found
        """
        self._environment = environment
        self._reward_model = reward_model
        self._batch: tuple[Any, list[dict[str, float]], list[Grade]] | None = None
        self.functions: list[RewardFunction] = [self._function(each, folder) for each in terms]
        self.weights = [float(each["weight"]) for each in terms]

    @property
    def grades(self) -> list[Grade]:
        """Of the newest batch."""
        return [] if self._batch is None else self._batch[2]

    def totals(self, rows: Sequence[dict[str, Any]], completions: Sequence[Any], completion_ids: Sequence[Sequence[int]]) -> list[float]:
        """
        The weighted sum of what the terms say of each solution; one that has nothing to say adds nothing.
        :param rows: of the data set, one a solution
        """
        columns = {name: [row[name] for row in rows] for name in rows[0] if name != "prompt"}
        self.judge(completions, completion_ids, columns["gold"], columns["_convention"])
        prompts = [row["prompt"] for row in rows]
        asked = {"prompts": prompts, "completions": completions, "completion_ids": completion_ids, **columns}
        said = [function(**asked) for function in self.functions]
        return [
            sum(weight * (value or 0.0) for weight, value in zip(self.weights, of_row, strict=True)) for of_row in zip(*said, strict=True)
        ]

    def judge(
        self, completions: Sequence[Any], completion_ids: Sequence[Sequence[int]], gold: Sequence[str], convention: Sequence[str]
    ) -> None:
        """Grades a batch, if that has not been done."""
        if self._batch is not None and self._batch[0] is completions:
            return
        solutions = [
            {"text": text_of(completion), "length": len(ids), "answer": answer, "convention": how or None}
            for completion, ids, answer, how in zip(completions, completion_ids, gold, convention, strict=True)
        ]
        judged = self._environment.rewards(solutions)
        self._batch = (completions, [terms for terms, _ in judged], [grade for _, grade in judged])

    def _function(self, term: dict[str, Any], folder: Path) -> RewardFunction:
        if term["term"] == "function":
            return named(term["function"], folder)
        if term["term"] == "math_verify":
            return math_verify_reward()
        return self._judged_by_model() if term["term"] == "reward_model" else self._term(term["term"])

    def _judged_by_model(self) -> RewardFunction:
        model = self._reward_model
        assert model is not None

        def reward_model(
            *, prompts: Sequence[Any], completions: Sequence[Any], completion_ids: Sequence[Sequence[int]], **_: Any
        ) -> list[float | None]:
            return list(model.probabilities(prompts, [text_of(each) for each in completions], completion_ids))

        return reward_model

    def _term(self, name: str) -> RewardFunction:
        def value(
            *,
            completions: Sequence[Any],
            completion_ids: Sequence[Sequence[int]],
            gold: Sequence[str],
            _convention: Sequence[str],
            **_: Any,
        ) -> list[float | None]:
            self.judge(completions, completion_ids, gold, _convention)
            assert self._batch is not None
            return [terms[name] for terms in self._batch[1]]

        value.__name__ = name
        return value


def math_verify_reward() -> RewardFunction:
    """
    1 where Math-Verify finds the right answer, 0 where it finds another or none, None where it cannot read the right one.
    :raises TrainError: when the package is not installed
    """
    try:
        from math_verify import parse, verify
    except ImportError as error:
        install = f"{sys.executable} -m pip install 'math-verify[antlr4_13_2]'"
        raise TrainError(f"The reward's term math_verify needs the package math-verify ({error}): {install}") from error

    def math_verify(*, completions: Sequence[Any], gold: Sequence[str], **_: Any) -> list[float | None]:
        def value(completion: Any, answer: str) -> float | None:
            try:
                # Bare LaTeX is only read inside an environment.
                golds = parse(f"\\boxed{{{answer}}}")
                return float(verify(golds, parse(text_of(completion)))) if golds else None
            except Exception:  # whatever sympy makes of what a model writes
                return 0.0

        return [value(completion, answer) for completion, answer in zip(completions, gold, strict=True)]

    return math_verify


def named(name: str, folder: Path) -> RewardFunction:
    """`my_rewards:brevity`. :raises TrainError: when there is no such function, or its module cannot be imported"""
    module_name, _, function_name = name.partition(":")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise TrainError(
            f"The reward's function {name}: the module {module_name} cannot be imported ({type(error).__name__}: {error})."
        ) from error
    function = getattr(module, function_name, None)
    if not callable(function):
        raise TrainError(f"The reward's function {name}: {module_name} has no function {function_name}.")
    found: RewardFunction = function
    return found


def text_of(completion: Any) -> str:
    """A completion is a text, or the messages of a conversation."""
    return completion if isinstance(completion, str) else "".join(str(message.get("content") or "") for message in completion)
