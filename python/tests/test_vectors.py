"""
The conformance vectors, which GRPO Lab's own writer and reader are held to as well (test/unit/protocol/vectors.test.ts). Lines are
the same byte for byte, but where Python writes the digits of a number otherwise (`1.0` for `1`, `1e-07` for `1e-7`): those are marked, and
equal as JSON. Halves of surrogate pairs are escapes in both.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs import a_run, lines_of

from grpo_lab.events import Grade, RunWriter, Solution, Turn, question_id
from grpo_lab.events.arrays import encode_f16

VECTORS = json.loads((Path(__file__).parents[2] / "test/fixtures/protocol/vectors.json").read_text(encoding="utf-8"))
WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def in_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: in_numbers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [in_numbers(each) for each in value]
    return WORDS.get(value, value) if isinstance(value, str) else value


def a_grade(wire: dict[str, Any]) -> Grade:
    normal = wire.pop("normal", None)
    return Grade(**wire, normal=normal and (normal["answer"], normal["gold"]))


def a_solution(wire: dict[str, Any]) -> Solution:
    grade, turns, parent = wire.pop("grade"), wire.pop("turns", None), wire.pop("parent", None)
    return Solution(
        **wire,
        grade=grade and a_grade(grade),
        turns=turns and [Turn(**turn) for turn in turns],
        parent=parent and (parent["solution"], parent["offset"]),
    )


def arguments_of(vector: dict[str, Any]) -> dict[str, Any]:
    """As a program of Python would have them."""
    given: dict[str, Any] = in_numbers(vector["arguments"])
    if "solutions" in given:
        given["solutions"] = [a_solution(solution) for solution in given["solutions"]]
    if "question_turns" in given:
        given["question_turns"] = [Turn(**turn) for turn in given["question_turns"]]
    if vector["type"] == "span":
        given |= {"start": moment(given["start"]), "end": moment(given["end"])}
    return given


def as_lists(value: Any) -> Any:
    return value


def as_arrays(value: Any) -> Any:
    """Of NumPy, where it is an array of numbers. float32, as trainers have them; ids and places whole."""
    whole = isinstance(value, list) and all(isinstance(x, int) for x in value)
    with np.errstate(over="ignore"):
        return np.array(value, "i8" if whole else "f4") if isinstance(value, list) else value


@pytest.mark.parametrize("form", [as_lists, as_arrays])
def test_every_line_is_as_it_should_be(tmp_path: Path, form: Callable[[Any], Any]) -> None:
    writer = RunWriter(a_run(tmp_path), clock=lambda: moment(VECTORS["time"]))
    for vector in VECTORS["events"]:
        given = arguments_of(vector)
        if vector["type"] == "trace":
            given = {key: form(value) for key, value in given.items()}
        getattr(writer, vector["type"])(**given)
    writer.close()
    for vector, line in zip(VECTORS["events"], lines_of(writer.run_dir), strict=True):
        expected = vector["line"].rstrip("\n")
        text = line.decode("utf-8", "strict")
        assert json.loads(text) == json.loads(expected), vector["about"]
        assert (text != expected) == vector.get("floats", False), vector["about"]


def test_halves() -> None:
    values = np.frombuffer(b64decode(VECTORS["halves"]["f32"]), "<f4")
    expected = {"f16": VECTORS["halves"]["f16"]}
    assert encode_f16(values) == expected
    assert encode_f16(values.tolist()) == expected


@pytest.mark.parametrize("vector", VECTORS["questions"])
def test_question_ids(vector: dict[str, str]) -> None:
    assert question_id(vector["question"]) == vector["id"]
    assert re.fullmatch("[0-9a-f]{16}", vector["id"])
