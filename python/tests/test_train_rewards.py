"""Terms of a reward that Python finds by itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from grpo_lab.events import Grade
from grpo_lab.train.errors import TrainError
from grpo_lab.train.rewards import Rewards, math_verify_reward


class Grader:
    """Answers as an environment does, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def rewards(self, solutions: list[dict[str, Any]]) -> list[tuple[dict[str, float], Grade]]:
        self.asked += 1
        right = [solution["text"].endswith(str(solution["answer"])) for solution in solutions]
        return [
            ({"correct": float(r)}, Grade(verdict="equal" if r else "different", answer=None, rule="end", checker="test")) for r in right
        ]


def test_math_verify_reads_what_is_equal_and_says_nothing_where_it_cannot_read_the_right_answer() -> None:
    pytest.importorskip("math_verify")
    reward = math_verify_reward()
    assert reward.__name__ == "math_verify"
    solutions = {
        "so the answer is \\boxed{0.75}": ("3/4", 1.0),
        "$x = \\frac{6}{8}$": ("3/4", 1.0),
        "The answer is 12.": ("12", 1.0),
        "The answer is 13.": ("12", 0.0),
        "I do not know.": ("12", 0.0),
        "": ("12", 0.0),
    }
    gold, wanted = zip(*solutions.values(), strict=True)
    assert reward(completions=list(solutions), gold=list(gold), level=[1] * len(gold)) == list(wanted)
    chat = [[{"role": "assistant", "content": "The answer is $12$."}]]
    assert reward(completions=chat, gold=["12"]) == [1.0]
    assert reward(completions=["12"], gold=[""]) == [None]


def test_without_the_package_it_is_said_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "math_verify", None)
    with pytest.raises(TrainError, match=r"needs the package math-verify .*-m pip install 'math-verify\[antlr4_13_2\]'"):
        math_verify_reward()


def test_the_total_is_the_weighted_sum_of_what_terms_have_to_say(tmp_path: Path) -> None:
    (tmp_path / "my_terms.py").write_text(
        "def brevity(completions, level, **_):\n    return [None if l == 2 else -len(c) for c, l in zip(completions, level)]\n"
    )
    grader = Grader()
    terms = [{"term": "correct", "weight": 1}, {"term": "function", "function": "my_terms:brevity", "weight": 0.5}]
    rewards = Rewards(grader, terms, tmp_path)  # type: ignore[arg-type]
    rows = [{"prompt": "q", "gold": "7", "_convention": "", "level": level} for level in (1, 2)]
    completions = ["=7", "=8"]
    assert rewards.totals(rows, completions, [[1, 2], [1, 2]]) == [1 - 0.5 * 2, 0.0]
    assert grader.asked == 1
