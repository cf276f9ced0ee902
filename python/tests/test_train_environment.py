"""
The environment's client, against the environment itself where the extension is built and there is a Node, and against programs that
fail in the ways in which a process can fail.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from grpo_lab.train.environment import Environment, lab_program
from grpo_lab.train.errors import TrainError
from grpo_lab.train.rewards import Rewards

DIST = Path(__file__).parents[2] / "dist"


def run_dir(tmp_path: Path, **changes: Any) -> Path:
    experiment = {
        "name": "sums",
        "backend": "python",
        "policy": {"preset": "nano-2l"},
        "data": {"generator": "arithmetic", "levels": [1]},
        "method": {"name": "grpo"},
        "steps": 3,
        "traces": {"groups": "all", "every": 1},
        "benchmarks": [{"suite": "held-out", "size": 4, "samples": 2}],
    } | changes
    identity = {
        "v": 1,
        "id": "sums-1-abcd",
        "name": "sums-1",
        "number": 1,
        "experiment": {"name": "sums", "path": None, "source": "", "resolved": experiment},
        "backend": "python",
        "method": "grpo",
        "total_steps": 3,
        "parent": None,
        "command": [],
        "cwd": str(tmp_path),
        "git": None,
        "host": "here",
        "created": "2026-01-01T00:00:00.000Z",
        "versions": {},
        "seed": 1,
        "threads": None,
    }
    (tmp_path / "run.json").write_text(json.dumps(identity), encoding="utf-8")
    return tmp_path


@pytest.fixture
def environment(tmp_path: Path) -> Any:
    if not (DIST / "environment.cjs").is_file() or shutil.which("node") is None:
        pytest.skip("the extension is not built, or there is no Node")
    with Environment.of_run(run_dir(tmp_path)) as opened:
        yield opened


def test_questions_are_the_same_wherever_one_begins(environment: Environment) -> None:
    ten = environment.tasks(0, 10)
    assert environment.tasks(4, 6) == ten[4:]
    assert len({task["question"] for task in ten}) > 5
    shown = environment.demonstrations(0, 10)
    assert [d["question"] for d in shown] == [task["question"] for task in ten]
    assert all(d["response"].endswith(f"The answer is {task['answer']}.") for d, task in zip(shown, ten, strict=True))


def test_solutions_are_graded_as_the_embedded_trainer_does(environment: Environment) -> None:
    texts = ["The answer is 42.", "The answer is 41.", "no number at all", "\ud800 The answer is 42.\u2028"]
    judged = environment.rewards([{"text": text, "length": 5, "answer": "42"} for text in texts])
    assert [terms["correct"] for terms, _ in judged] == [1, 0, 0, 1]
    assert [grade.verdict for _, grade in judged][:2] == ["equal", "different"]
    assert judged[0][1].answer == "42"
    assert judged[0][1].span is not None


def test_a_benchmark_s_numbers_come_from_what_was_written(environment: Environment) -> None:
    (suite,), notes = environment.suites()
    assert (suite["name"], len(suite["questions"]), notes) == ("held-out", 4, [])
    right = [f"The answer is {each['answer']}." for each in suite["questions"]]
    results = environment.results("held-out", [*right[:3], "?"], [[text, "?"] for text in right])
    assert {result["mode"]: result["value"] for result in results} == {
        "greedy": 0.75,
        "maj@1": 0.5,
        "pass@1": 0.5,
        "maj@2": pytest.approx(results[3]["value"]),
        "pass@2": 1,
    }
    with pytest.raises(TrainError, match="4 questions, not 1"):
        environment.results("held-out", ["?"], [])


def test_rewards_are_functions_of_trl(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "my_rewards_of_this_test.py").write_text(
        "def brevity(completions, **_):\n    return [-float(len(c)) for c in completions]\n", encoding="utf-8"
    )
    terms = [
        {"term": "correct", "weight": 1},
        {"term": "function", "weight": 0.5, "function": "my_rewards_of_this_test:brevity"},
    ]
    rewards = Rewards(environment, terms, tmp_path)
    batch = {"completions": ["The answer is 7.", "8"], "completion_ids": [[1, 2], [3]], "gold": ["7", "7"], "_convention": ["", ""]}
    assert [function.__name__ for function in rewards.functions] == ["correct", "brevity"]
    assert [function(**batch) for function in rewards.functions] == [[1, 0], [-16.0, -1.0]]
    assert [grade.verdict for grade in rewards.grades] == ["equal", "different"]
    assert rewards.weights == [1.0, 0.5]


@pytest.mark.parametrize(("function", "why"), [("no_such_module:f", "cannot be imported"), ("json:no_such_function", "has no function")])
def test_a_function_that_is_not_there_is_named(function: str, why: str, tmp_path: Path) -> None:
    with Environment([sys.executable, "-c", ""]) as nobody, pytest.raises(TrainError, match=why):
        Rewards(nobody, [{"term": "function", "weight": 1, "function": function}], tmp_path)


def test_what_ends_the_environment_is_told_in_its_own_words() -> None:
    dying = Environment([sys.executable, "-c", "import sys; sys.exit('the file of questions is broken')"])
    with dying, pytest.raises(TrainError, match="the file of questions is broken"):
        dying.tasks(0, 1)


def test_a_request_that_cannot_be_answered_leaves_the_environment_alive() -> None:
    program = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    answer = {"tasks": []} if asked["count"] else {"error": "there are none"}
    print(json.dumps({"id": asked["id"], **answer}), flush=True)
"""
    with Environment([sys.executable, "-c", program]) as environment:
        with pytest.raises(TrainError, match="there are none"):
            environment.tasks(0, 0)
        assert environment.tasks(0, 1) == []


def test_without_the_extension_beside_it_the_package_says_where_to_find_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRPO_LAB_NODE", sys.executable)
    monkeypatch.setenv("GRPO_LAB_DIST", str(tmp_path))
    with pytest.raises(TrainError, match="GRPO_LAB_DIST"):
        lab_program("environment")
    monkeypatch.delenv("GRPO_LAB_NODE")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TrainError, match="no Node"):
        lab_program("environment")
