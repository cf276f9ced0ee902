from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from grpo_lab.train.dynamic_sampling import MOST_ROUNDS, DynamicSampling
from grpo_lab.train.errors import TrainError

#: Rewards of the two solutions of each question, in the order in which they are asked.
Plan = Sequence[tuple[float, float]]


def sampled(plan: Plan, lacking: Sequence[int] = ()) -> tuple[DynamicSampling, list[dict[str, Any]], list[Any], tuple[Any, ...]]:
    """Two questions a step with two solutions each; :param lacking: what another process lacks after each round"""
    asked: list[dict[str, Any]] = [{"prompt": f"q{i}", "gold": str(i)} for i in range(len(plan))]
    others = iter(lacking)

    def generate(prompts: list[Any]) -> tuple[Any, ...]:
        completions = [f"{prompt}.{i}" for i, prompt in enumerate(prompts)]
        ids = [[1] * (i + 1) for i in range(len(prompts))]
        return [[9]] * len(prompts), ids, None, completions, None, {"extra": list(completions)}, "no list", None

    def reward(rows: Sequence[dict[str, Any]], completions: Sequence[Any], ids: Sequence[Sequence[int]]) -> list[float]:
        return [plan[int(row["gold"])][i % 2] for i, row in enumerate(rows)]

    dynamic = DynamicSampling(
        2,
        reward=reward,
        further=lambda number, count: asked[2 * number : 2 * number + count],
        all_of=lambda n: [n, next(others, 0)],
    )
    inputs = [asked[0], asked[0], asked[1], asked[1]]
    prompts = [row["prompt"] for row in inputs]
    return dynamic, inputs, prompts, dynamic.generate(generate, inputs, prompts)


MIXED, RIGHT, WRONG = (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)


def test_a_step_whose_groups_are_mixed_is_left_as_it_is() -> None:
    dynamic, inputs, prompts, out = sampled([MIXED, MIXED])
    assert (dynamic.rounds, dynamic.dropped_tokens, dynamic.without_signal) == (1, 0, [False] * 4)
    assert prompts == ["q0", "q0", "q1", "q1"]
    assert [row["gold"] for row in inputs] == ["0", "0", "1", "1"]
    assert out[3] == ["q0.0", "q0.1", "q1.2", "q1.3"]


def test_groups_without_signal_give_way_to_those_of_further_questions() -> None:
    dynamic, inputs, prompts, out = sampled([RIGHT, MIXED, WRONG, MIXED])
    assert dynamic.rounds == 2
    assert [row["gold"] for row in inputs] == ["1", "1", "3", "3"]
    assert prompts == ["q1", "q1", "q3", "q3"]
    assert out[3] == ["q1.2", "q1.3", "q3.2", "q3.3"]
    assert out[1] == [[1] * 3, [1] * 4] * 2
    assert out[5] == {"extra": out[3]}
    assert out[2] is None and out[6] == "no list"
    # q0 and q2 were sampled for nothing: 1 + 2 tokens each.
    assert (dynamic.sampled, dynamic.dropped_tokens) == (4, 6)
    assert dynamic.without_signal == [False] * 4


def test_after_some_rounds_a_step_makes_do_and_says_what_carries_no_signal() -> None:
    dynamic, inputs, _, _ = sampled([*[RIGHT] * 9, MIXED, *[MIXED] * 4])
    assert dynamic.rounds == MOST_ROUNDS
    assert [row["gold"] for row in inputs] == ["9", "9", "0", "0"]
    assert dynamic.without_signal == [False, False, True, True]


def test_all_processes_go_as_many_rounds_as_the_one_that_lacks_most() -> None:
    dynamic, inputs, _, _ = sampled([MIXED] * 6, lacking=[1, 1, 0])
    assert dynamic.rounds == 3
    assert [row["gold"] for row in inputs] == ["0", "0", "1", "1"]


def test_a_process_needs_whole_groups() -> None:
    dynamic = DynamicSampling(2, reward=lambda *_: [], further=lambda *_: [], all_of=lambda n: [n])
    with pytest.raises(TrainError, match="whole groups on each process"):
        dynamic.generate(lambda prompts: (prompts,), [{"prompt": "q"}], ["q"])
