"""
The formulas of `grpo_lab.train` against PyTorch's numbers (test/fixtures/torch/formulas.json, gradients by autograd), which those of
TypeScript are held to as well; and against what both make of rewards and steps (test/fixtures/train/vectors.json).
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grpo_lab.train import formulas as f

FIXTURES = Path(__file__).parents[2] / "test/fixtures"
TORCH: dict[str, Any] = json.loads((FIXTURES / "torch/formulas.json").read_text(encoding="utf-8"))
VECTORS: dict[str, Any] = json.loads((FIXTURES / "train/vectors.json").read_text(encoding="utf-8"))


def close(expected: Any) -> Any:
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_losses_kl_and_coefficients_of_single_tokens() -> None:
    tokens = TORCH["tokens"]
    clip, beta = tokens["clip"], tokens["beta"]
    rows = zip(tokens["logp"], tokens["logpOld"], tokens["logpRef"], tokens["advantage"], strict=True)
    for i, (logp, old, ref, advantage) in enumerate(rows):
        kind: f.Estimator
        for kind in ("k1", "k2", "k3"):
            assert f.KL_ESTIMATES[kind](logp, ref) == close(tokens["kl"][kind]["value"][i])
            assert f.kl_slope(kind, logp, ref) == close(tokens["kl"][kind]["slope"][i])
            for name, weight in (("ppo", 0.0), (kind, beta)):
                told = tokens["losses"][name]
                settings = (logp, old, ref, advantage, clip["low"], clip["high"], weight, kind)
                assert f.grpo_loss(*settings) == close(told["value"][i])
                assert f.grpo_coefficient(*settings) == close(-told["slope"][i])


def test_weights_of_tokens() -> None:
    told = TORCH["aggregation"]
    how: f.Aggregation
    for how in ("output", "token", "constant"):
        assert f.token_weights(told["lengths"], how, told["longest"]) == close(told["weights"][how])


def test_ratio_of_a_sequence() -> None:
    for case in TORCH["gspo"]["cases"]:
        assert f.sequence_ratio(case["logp"], case["logpOld"]) == close(case["ratio"])


def test_process_advantages() -> None:
    told = TORCH["process"]
    found = f.process_advantages(told["rewards"], told["ends"], told["lengths"], "standardised")
    assert [x for of_output in found for x in of_output] == close([x for of_output in told["advantages"] for x in of_output])


def test_rewards_values_and_advantages_of_ppo() -> None:
    told = TORCH["ppoRewards"]
    assert f.ppo_rewards(told["score"], told["logp"], told["logpRef"], told["beta"]) == close(told["rewards"])
    for case in TORCH["gae"]:
        advantages, returns = f.generalised_advantages(case["rewards"], case["values"], case["gamma"], case["lambda"])
        assert (advantages, returns) == (close(case["advantages"]), close(case["returns"]))
    whitened = f.whiten(TORCH["whiten"]["values"])
    assert [x for row in whitened for x in row] == close([x for row in TORCH["whiten"]["whitened"] for x in row])


def test_preference_pairs() -> None:
    for case in TORCH["dpo"]:
        chosen, rejected, beta = case["chosen"], case["rejected"], case["beta"]
        margin = f.dpo_margin(chosen["logp"], chosen["logpRef"], rejected["logp"], rejected["logpRef"], beta)
        assert margin == close(case["margin"])
        assert f.softplus(-margin) == close(case["loss"])
        assert -beta * f.sigmoid(-margin) == close(case["slopes"]["chosen"])


@pytest.mark.parametrize("case", VECTORS["advantages"], ids=lambda case: f"{len(case['rewards'])} rewards")
def test_advantages_of_groups(case: dict[str, Any]) -> None:
    for name, of in f.ADVANTAGES.items():
        assert of(case["rewards"]) == close(case[name])


@pytest.mark.parametrize("case", VECTORS["schedules"], ids=lambda case: f"{case['optimiser']['schedule']} {case['steps']}")
def test_learning_rates(case: dict[str, Any]) -> None:
    rates = [f.learning_rate(case["optimiser"], step, case["steps"]) for step in range(1, case["steps"] + 1)]
    assert rates == pytest.approx(case["rates"], rel=1e-12)


@pytest.mark.parametrize("case", VECTORS["steps"], ids=lambda case: repr(case["text"][:12]))
def test_ends_of_steps(case: dict[str, Any]) -> None:
    assert f.step_boundaries(case["text"]) == case["boundaries"]


def test_labels_of_steps() -> None:
    outcomes = [[True, False, False, False], [False, False], [True]]
    assert f.step_labels(outcomes, "soft") == [0.25, 0, 1]
    assert f.step_labels(outcomes, "hard") == [1, 0, 1]


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=40))
def test_advantages_sum_to_nothing_and_have_a_spread_of_one(rewards: list[float]) -> None:
    found = f.outcome_advantages(rewards)
    assert math.fsum(found) == pytest.approx(0, abs=1e-6)
    spread = f.population_std(rewards)
    if spread > 1e-3:
        assert f.population_std(found) == pytest.approx(1, rel=1e-6)
