import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from test_capture_rows import Texts

from grpo_lab.capture.batches import NO_LOGPS, BatchReader
from grpo_lab.capture.rows import NO_SPANS, Reading
from grpo_lab.capture.sampled import Batch, Sampled
from grpo_lab.capture.verl import forward_environment
from grpo_lab.capture.wrapping import Wrapping

numpy = pytest.importorskip("numpy")


def sampled(group: str, place: int, reward: float, **more: Any) -> Sampled:
    n = len(more.get("ids", [1, 2]))
    known: dict[str, Any] = {
        "prompt_ids": [17],
        "ids": [1, 2],
        "advantage": numpy.full(n, reward, dtype="f4"),
        "logp_old": numpy.full(n, -0.5, dtype="f4"),
        "logp_ref": numpy.full(n, -0.25, dtype="f4"),
        "mask": numpy.ones(n, dtype="f4"),
    }
    return Sampled(group=group, place=(place,), reward=reward, rewards={"score": reward}, **{**known, **more})


def read(*rows: Sampled, traces: Any = "all", traced: bool = True) -> list[dict[str, Any]]:
    reader = BatchReader(Texts(), Reading(frozenset([99]), 3, traces=traces))  # type: ignore[arg-type]
    records = list(reader.records(Batch(4, lambda: iter(rows), traced)))
    assert records.pop()["kind"] == "tokens"
    return records


def test_groups_of_any_size_come_in_the_order_of_their_first_rows_and_solutions_by_their_place() -> None:
    records = read(sampled("b", 1, 1.0), sampled("a", 0, 0.0), sampled("b", 0, 2.0), sampled("b", 2, 3.0))
    groups = [record for record in records if record["kind"] == "rows"]
    assert [(g["first_group"], g["size"], [row["solution"]["reward"] for row in g["rows"]]) for g in groups] == [
        (0, 3, [2.0, 1.0, 3.0]),
        (1, 1, [0.0]),
    ]
    assert [(r["generation"], r["place"]) for r in records if r["kind"] == "trace"] == [(1, 0), (1, 1), (1, 2), (2, 0)]


def test_groups_of_a_step_are_counted_over_its_batches() -> None:
    reader = BatchReader(Texts(), Reading(frozenset(), None))  # type: ignore[arg-type]

    numbers = []
    for step in (1, 1, 2):
        for record in reader.records(Batch(step, lambda: iter([sampled("a", 0, 0.0)]), True)):
            if record["kind"] == "rows":
                numbers.append((record["step"], record["first_group"], record["generation"]))
    assert numbers == [(1, 0, 1), (1, 1, 2), (2, 0, 3)]


def test_what_is_learned_from_makes_advantage_and_kl() -> None:
    mask = numpy.array([1, 0], dtype="f4")
    row = sampled("a", 0, 1.0, mask=mask, advantage=numpy.array([2.0, 0.0], dtype="f4"), logp_ref=numpy.array([-0.25, 9.0], dtype="f4"))
    (rows, trace) = read(row)
    solution = rows["rows"][0]["solution"]
    assert solution["advantage"] == 2.0
    assert trace["kl"] == pytest.approx(numpy.exp(0.25) - 0.25 - 1)
    assert "advantage" not in trace["arrays"]  # the same for every token that counts
    assert trace["arrays"]["mask"] == {"u8": "AQA="}


def test_an_advantage_that_differs_from_token_to_token_is_kept() -> None:
    (_, trace) = read(sampled("a", 0, 1.0, advantage=numpy.array([2.0, 1.0], dtype="f4")))
    assert "advantage" in trace["arrays"]


@pytest.mark.parametrize(
    ("more", "why"),
    [({"ids": [1, 98]}, NO_SPANS), ({"logp_old": None}, NO_LOGPS), ({"logp_old": numpy.zeros(3, dtype="f4")}, "EventError")],
)
def test_a_trace_that_cannot_be_made_says_why_and_its_solution_stands(more: dict[str, Any], why: str) -> None:
    (rows, trace) = read(sampled("a", 0, 1.0, **{"logp_ref": None, **more}))
    assert rows["rows"][0]["solution"]["reward"] == 1.0
    assert trace["none"].startswith(why)


def test_traces_that_are_not_wanted_are_counted_as_such() -> None:
    for records in (
        read(sampled("a", 0, 1.0), sampled("a", 1, 1.0), traces="with-signal"),
        read(sampled("a", 0, 1.0), sampled("a", 1, 0.0), traced=False),
    ):
        assert [set(r) for r in records if r["kind"] == "trace"] == [{"kind", "generation", "place", "kl"}] * 2
    assert "arrays" in read(sampled("a", 0, 1.0), sampled("a", 1, 0.0), traces="with-signal")[-1]


def test_a_fault_before_or_after_a_method_ends_the_wrappers_and_not_the_method() -> None:
    class Trainer:
        def step(self) -> str:
            return "trained"

    def fault(*_: Any) -> None:
        raise ValueError("ours")

    for how in ({"before": fault}, {"then": fault}):
        trainer, failed = Trainer(), list[str]()
        wrapping = Wrapping(lambda name, error, failed=failed: failed.append(f"{name}: {error}"))  # type: ignore[misc]
        wrapping.wrap(trainer, "step", **how)  # type: ignore[arg-type]
        assert [trainer.step(), trainer.step(), failed] == ["trained", "trained", ["step: ours"]]
        wrapping.unwrap()
        assert vars(trainer) == {}


def test_processes_of_a_ray_that_runs_already_get_the_hook_before_what_they_have(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    constants = ModuleType("constants_ppo")
    constants.get_ppo_ray_runtime_env = lambda config=None: {"env_vars": {"A": "1"}}  # type: ignore[attr-defined]
    monkeypatch.setenv("GRPO_LAB_CAPTURE", str(tmp_path))
    monkeypatch.setenv("SECRET", "x")
    forward_environment(constants)
    env = constants.get_ppo_ray_runtime_env()["env_vars"]
    assert env["A"] == "1"
    assert env["GRPO_LAB_CAPTURE"] == str(tmp_path)
    assert "SECRET" not in env
    hook, package, rest = env["PYTHONPATH"].split(os.pathsep)
    assert (Path(hook) / "sitecustomize.py").exists()
    assert (Path(package) / "grpo_lab").is_dir()
    assert rest == "${PYTHONPATH}"


@pytest.mark.parametrize(("passes", "trained"), [(None, {}), (2, {"trained": 2 * (3 + 4), "sequences": 4})])
def test_what_is_trained_on_is_counted_where_the_trainer_says_how_often_it_passes_over_a_batch(passes: int | None, trained: Any) -> None:
    reader = BatchReader(Texts(), Reading(frozenset(), None, passes=passes))  # type: ignore[arg-type]
    rows = [sampled("a", 0, 1.0), sampled("a", 1, 0.0, ids=[1, 2, 3], logp_old=None, logp_ref=None)]
    *_, counted = reader.records(Batch(4, lambda: iter(rows), False))
    assert counted == {"kind": "tokens", "rank": 0, "step": 4, "sampled": 5, **trained}
