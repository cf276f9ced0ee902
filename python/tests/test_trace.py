"""Traces: what follows is left out, what does not fit is refused."""

import json
from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from grpo_lab.events import EventError, TraceSettings
from grpo_lab.events.trace import encode_trace

OLD = [-0.1, -2.5, -7.25]


def halves(wire: dict[str, Any], name: str) -> list[float]:
    return np.frombuffer(b64decode(wire[name]["f16"]), "<f2").tolist()  # type: ignore[no-any-return]


def test_differences_keep_the_digits_that_half_precision_of_the_values_would_lose() -> None:
    wire = encode_trace({"ends": [1, 3, 3], "logp_old": OLD, "logp": [x + 1e-3 for x in OLD], "logp_ref": [x - 2e-4 for x in OLD]})
    assert halves(wire, "dlogp") == pytest.approx([1e-3] * 3, rel=2e-3)
    assert halves(wire, "dlogp_ref") == pytest.approx([-2e-4] * 3, rel=2e-3)
    assert "logp" not in wire
    assert b64decode(wire["lengths"]["u8"]) == b"\x01\x02\x00"


def test_kl_and_ratio_are_written_only_where_they_do_not_follow() -> None:
    full = {"lengths": [1, 1, 1], "logp_old": OLD, "logp": OLD, "logp_ref": OLD, "kl": OLD, "ratio": OLD}
    assert set(encode_trace(full)) == {"lengths", "logp_old", "dlogp_ref", "dlogp"}
    assert set(encode_trace({**full, "logp_ref": None})) == {"lengths", "logp_old", "dlogp", "kl"}
    assert set(encode_trace({**full, "logp": None})) == {"lengths", "logp_old", "dlogp_ref", "kl", "ratio"}


def test_without_the_old_ones_log_probabilities_stand_for_themselves_in_full() -> None:
    wire = encode_trace({"lengths": [1, 1, 1], "logp": OLD})
    assert np.frombuffer(b64decode(wire["logp"]["f32"]), "<f4").tolist() == np.array(OLD, "f4").tolist()


def test_full_precision_is_a_setting() -> None:
    wire = encode_trace({"lengths": [1, 1, 1], "logp_old": OLD, "logp": OLD}, "f32")
    assert set(wire["logp_old"]) == set(wire["dlogp"]) == {"f32"}


def test_twenty_bytes_a_token_hold_all_that_a_trainer_has() -> None:
    n = 4096
    numbers = np.linspace(-9, 0, n)
    arrays = {
        "lengths": [4] * n,
        "ids": [65_000] * n,
        "logp_sampler": numbers,
        "logp_old": numbers,
        "logp_ref": numbers,
        "logp": numbers,
    }
    wire = encode_trace({**arrays, "entropy": numbers, "mask": [1] * n})
    assert len(json.dumps(wire)) / n <= 20


@pytest.mark.parametrize(
    ("arrays", "why"),
    [
        ({"logp": OLD}, "by `ends` or by `lengths`"),
        ({"ends": [1], "lengths": [1]}, "by `ends` or by `lengths`"),
        ({"ends": [2, 1, 3]}, "ends before that|before that of the one before it"),
        ({"ends": [1, 2, 3], "logp": [0.5]}, "logp has 1 elements, ends has 3"),
        ({"ends": [1, 2, 3], "dlogp": OLD}, "logp_old, which is missing"),
        ({"ends": [1, 2, 3], "logp_old": OLD, "logp": OLD, "dlogp": OLD}, "give one of them"),
        ({"ends": 3}, "expected an array"),
    ],
)
def test_what_does_not_fit_is_refused(arrays: dict[str, Any], why: str) -> None:
    with pytest.raises(EventError, match=why):
        encode_trace(arrays)


@pytest.mark.parametrize("settings", [{"groups": "some"}, {"every": 0}, {"precision": "f8"}])
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(EventError, match="TraceSettings"):
        TraceSettings(**settings)
