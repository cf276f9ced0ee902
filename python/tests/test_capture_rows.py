import base64
import math
from collections.abc import Sequence
from typing import Any

import pytest

from grpo_lab.capture.rows import NO_SPANS, NOT_TRAINED, Reading, RowReader, mean_kl
from grpo_lab.capture.sampled import Generation, HostArray, Passed, Visit

numpy = pytest.importorskip("numpy")


class Texts:
    """A tokenizer of one letter a token; id 99 is special, id 98 has no place in the text."""

    def text(self, ids: Sequence[int]) -> str:
        return "".join(chr(96 + i) for i in ids if i < 98)

    def lengths(self, ids: Sequence[int], text: str) -> list[int] | None:
        return None if 98 in ids else [0 if i == 99 else 1 for i in ids]


class Tensor:
    """As far as `HostArray` looks at one."""

    def __init__(self, values: Any) -> None:
        self._values = numpy.array(values)

    def numpy(self) -> Any:
        return self._values


def host(values: Any) -> HostArray:
    return HostArray(Tensor(values))


def generation(**more: Any) -> Generation:
    """Two groups of two on one rank; the last row is shorter than the others."""
    known: dict[str, Any] = {
        "number": 1,
        "step": 3,
        "first_group": 0,
        "size": 4,
        "group_size": 2,
        "first_place": 0,
        "inputs": [{"prompt": "q", "answer": 7, "level": "easy", "long": "x" * 300, "n": 2}] * 4,
        "prompts": ["q"] * 4,
        "completions": ["c"] * 4,
        "completion_ids": [[1, 2, 99], [2, 1, 3], [3, 3, 3], [4, 99]],
        "prompt_ids": host([[0, 17]] * 4),
        "prompt_mask": host([[0, 1]] * 4),
        "rewards": [[1.0, 2.0], [0.0, math.nan], [1.0, 0.0], [1.0, 0.0]],
        "reward_names": ("a", "b"),
        "reward_weights": [1.0, 0.5],
        "advantages": host([0.5, -0.5, 0.0, 0.0]),
        "traced": True,
        "mask": host([[1, 1, 1]] * 3 + [[1, 1, 0]]),
    }
    return Generation(**{**known, **more})


def reader(**more: Any) -> RowReader:
    return RowReader(Texts(), Reading(frozenset([99]), 3, **{"iterations": 1, **more}))  # type: ignore[arg-type]


def visit(rows: list[int], values: Sequence[float]) -> Visit:
    logp = numpy.array([[v] * 3 for v in values], dtype="f4")
    return Visit(1, rows, host(logp), host(-logp))


def f32(array: dict[str, str]) -> list[float]:
    return [float(x) for x in numpy.frombuffer(base64.b64decode(array["f32"]), "<f4")]


def test_rows_tell_text_rewards_finish_and_what_is_their_groups() -> None:
    rows, counted = reader().generation(generation())
    assert counted == {"kind": "tokens", "rank": 0, "step": 3, "sampled": 11}
    assert [row["solution"]["text"] for row in rows["rows"]] == ["ab", "bac", "ccc", "d"]
    assert [row["solution"]["finish"] for row in rows["rows"]] == ["stop", "length", "length", "stop"]
    assert [row["solution"]["tokens"] for row in rows["rows"]] == [3, 3, 3, 2]
    # What a function had nothing to say of is not 0.
    assert [row["solution"]["rewards"] for row in rows["rows"][:2]] == [{"a": 1.0, "b": 2.0}, {"a": 0.0}]
    assert [row["solution"]["reward"] for row in rows["rows"]] == [2.0, 0.0, 1.0, 1.0]
    assert {key: rows["rows"][0][key] for key in ("question", "gold", "info")} == {
        "question": "q",
        "gold": "7",
        "info": {"level": "easy", "n": 2},
    }
    assert ["question" in row for row in rows["rows"]] == [True, False, True, False]


def test_a_trace_comes_with_the_last_visit_and_is_cut_to_its_tokens() -> None:
    read = reader(iterations=2, precision="f32")
    list(read.generation(generation(logp_ref=host(numpy.full((4, 3), -2.0, "f4")))))
    assert list(read.visit(visit([3, 0], [-1.0, -1.5]))) == []
    first, second = read.visit(visit([0, 3], [-1.25, -3.0]))
    assert (first["place"], second["place"]) == (0, 3)
    arrays = second["arrays"]
    # Without the trainer's own, old is what the first visit saw.
    assert f32(arrays["logp_old"]) == [-1.0, -1.0]
    assert f32(arrays["dlogp"]) == [-2.0, -2.0]
    assert f32(arrays["dlogp_ref"]) == [-1.0, -1.0]
    assert base64.b64decode(arrays["lengths"]["u8"]) == b"\x01\x00"
    assert "mask" not in arrays
    assert math.isclose(second["kl"], math.exp(1) - 2, rel_tol=1e-6)


def test_rows_that_training_saw_less_often_are_told_at_the_end() -> None:
    read = reader(iterations=2)
    list(read.generation(generation()))
    list(read.visit(visit([1], [-1.0])))
    ended = list(read.close())
    assert [record["place"] for record in ended] == [0, 1, 2, 3]
    assert ["arrays" in record for record in ended] == [False, True, False, False]
    assert ended[0]["none"] == NOT_TRAINED


def test_a_visit_of_a_former_generation_is_passed_over() -> None:
    read = reader()
    list(read.generation(generation()))
    list(read.generation(generation(number=2)))
    assert list(read.visit(visit([0], [-1.0]))) == []


def test_tokens_that_do_not_add_up_have_no_trace_and_that_is_said() -> None:
    read = reader()
    list(read.generation(generation(completion_ids=[[98, 1], [1, 1], [1, 1], [1, 1]])))
    wrong, right = read.visit(visit([0, 1], [-1.0, -1.0]))
    assert wrong["none"] == NO_SPANS
    assert "arrays" in right


@pytest.mark.parametrize(("traces", "settled"), [("all", []), ("with-signal", [2, 3]), ("none", [0, 1, 2, 3])])
def test_only_what_is_wanted_has_traces(traces: Any, settled: list[int]) -> None:
    """The second group's rewards are equal."""
    _, _, *done = reader(traces=traces).generation(generation())
    assert [record["place"] for record in done] == settled
    assert not any("none" in record or "arrays" in record for record in done)


def test_a_mask_is_told_where_something_is_not_learned_from() -> None:
    read = reader()
    list(read.generation(generation(mask=host([[1, 0, 1]] * 4))))
    (record,) = read.visit(visit([0], [-1.0]))
    assert base64.b64decode(record["arrays"]["mask"]["u8"]) == b"\x01\x00\x01"


def test_kl_is_the_mean_over_what_is_learned_from() -> None:
    logp, ref = numpy.array([-1.0, -1.0], "f4"), numpy.array([-1.0, -2.0], "f4")
    k3 = math.exp(-1.0) + 1.0 - 1.0
    assert math.isclose(mean_kl(logp, ref, None) or 0, k3 / 2, rel_tol=1e-6)
    assert math.isclose(mean_kl(logp, ref, numpy.array([0, 1])) or 0, k3, rel_tol=1e-6)
    assert mean_kl(logp, ref, numpy.array([0, 0])) is None


def test_what_was_sampled_and_left_out_again_was_sampled() -> None:
    _, counted, *_ = reader(traces="none").generation(generation(dropped_tokens=5))
    assert counted["sampled"] == 16


def test_tokens_that_are_trained_on_are_prompts_and_solutions_without_padding() -> None:
    rows = reader(traces="none")
    list(rows.records(generation(prompt_mask=host([[1, 1], [0, 1], [0, 1], [0, 1]]))))
    assert list(rows.records(Passed(generation=1, step=4, rows=[0, 3]))) == [
        {"kind": "tokens", "rank": 0, "step": 4, "trained": (2 + 3) + (1 + 2), "sequences": 2}
    ]
    assert list(rows.records(Passed(generation=2, step=4, rows=[0]))) == []  # of a generation that is over
