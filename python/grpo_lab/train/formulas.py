"""
The formulas of the methods, in plain Python: what `src/core/` has in TypeScript. `test/fixtures/formulas.json` holds both to the same
numbers. Log-probabilities are in nats; lists have an element a token, or a solution of a group.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal

#: e^x of a larger log-ratio is out of reach: it is cut here, as in TypeScript.
MAX_LOG_RATIO = 20.0

#: 70+13=|83.| The answer is 83.|
STEP_END = re.compile(r"\n+|=|[.!?](?=\s)|[。！？]")

Numbers = Sequence[float]
Aggregation = Literal["output", "token", "constant"]
Estimator = Literal["k1", "k2", "k3"]


def mean(values: Numbers) -> float:
    """0 for an empty list."""
    return math.fsum(values) / len(values) if values else 0.0


def population_std(values: Numbers) -> float:
    """Divides by N; exactly 0 when all values are equal."""
    if all(value == values[0] for value in values):
        return 0.0
    mu = mean(values)
    return math.sqrt(math.fsum((value - mu) ** 2 for value in values) / len(values))


def outcome_advantages(rewards: Numbers) -> list[float]:
    """
    Â_i = (r_i − mean(r)) / std(r) of the rewards of a group; all 0 where they are equal.
    Source: DeepSeekMath, section 4.1.2.
    """
    mu, sigma = mean(rewards), population_std(rewards)
    return [0.0 if sigma == 0 else (r - mu) / sigma for r in rewards]


def centred_advantages(rewards: Numbers) -> list[float]:
    """Â_i = r_i − mean(r). Source: Dr. GRPO (arXiv 2503.20783), section 3.2."""
    if population_std(rewards) == 0:
        return [0.0] * len(rewards)
    mu = mean(rewards)
    return [r - mu for r in rewards]


def leave_one_out_advantages(rewards: Numbers) -> list[float]:
    """Â_i = r_i − mean of the others' rewards. Source: RLOO (arXiv 2402.14740), section 2.4."""
    n = len(rewards)
    if n < 2:
        return [0.0] * n
    return [a * n / (n - 1) for a in centred_advantages(rewards)]


ADVANTAGES = {
    "standardised": outcome_advantages,
    "centred": centred_advantages,
    "leave-one-out": leave_one_out_advantages,
}


def k1(logp: float, logp_ref: float) -> float:
    """
    Estimate of KL(π_θ ‖ π_ref) from one token of π_θ: −log(π_ref/π_θ). Unbiased, negative for half of the tokens; as a loss it does
    nothing on average.
    Source: http://joschu.net/blog/kl-approx.html.
    """
    return logp - logp_ref


def k2(logp: float, logp_ref: float) -> float:
    """½ (log(π_ref/π_θ))². Never negative; biased, though its expected gradient is that of the KL divergence. Source: as above."""
    return (logp - logp_ref) ** 2 / 2


def k3(logp: float, logp_ref: float) -> float:
    """
    Estimate of KL(π_θ ‖ π_ref) from one token of π_θ: π_ref/π_θ − log(π_ref/π_θ) − 1. Never negative; unbiased.
    Source: http://joschu.net/blog/kl-approx.html; DeepSeekMath, equation 4.
    """
    x = _limited(logp_ref - logp)
    return max(0.0, math.expm1(x) - x)


KL_ESTIMATES = {"k1": k1, "k2": k2, "k3": k3}


def kl_slope(kind: Estimator, logp: float, logp_ref: float) -> float:
    """∂ estimate / ∂ log π_θ."""
    match kind:
        case "k1":
            return 1.0
        case "k2":
            return logp - logp_ref
    x = logp_ref - logp
    return -math.expm1(x) if abs(x) <= MAX_LOG_RATIO else 0.0


def surrogate(ratio: float, advantage: float, low: float, high: float) -> float:
    """min(ρÂ, clip(ρ, 1 − ε_low, 1 + ε_high) Â). Source: PPO (arXiv 1707.06347), equation 7."""
    return min(ratio * advantage, min(max(ratio, 1 - low), 1 + high) * advantage)


def grpo_loss(
    logp: float, logp_old: float, logp_ref: float, advantage: float, low: float, high: float, beta: float, kl: Estimator = "k3"
) -> float:
    """−( min(ρÂ, clip(ρ)Â) − β·D ) of one token, D the estimate of KL. Source: DeepSeekMath, equation 3."""
    ratio = math.exp(_limited(logp - logp_old))
    return beta * KL_ESTIMATES[kl](logp, logp_ref) - surrogate(ratio, advantage, low, high)


def grpo_coefficient(
    logp: float, logp_old: float, logp_ref: float, advantage: float, low: float, high: float, beta: float, kl: Estimator = "k3"
) -> float:
    """
    GC(q, o, t) of one token, minus the slope of its loss in log π_θ: ρÂ − β ∂D, which is ρÂ + β(π_ref/π_θ − 1) with k3; without ρÂ where
    the clip is active.
    Source: DeepSeekMath, equation 21.
    """
    ratio = math.exp(_limited(logp - logp_old))
    clipped = (advantage > 0 and ratio > 1 + high) or (advantage < 0 and ratio < 1 - low)
    flows = not clipped and abs(logp - logp_old) <= MAX_LOG_RATIO
    return (ratio * advantage if flows else 0.0) - beta * kl_slope(kl, logp, logp_ref)


def sequence_ratio(logp: Numbers, logp_old: Numbers) -> float:
    """(π_θ(o)/π_old(o))^(1/|o|). Source: GSPO (arXiv 2507.18071), equation 7."""
    return math.exp(_limited(mean([a - b for a, b in zip(logp, logp_old, strict=True)])))


def token_weights(lengths: Sequence[int], how: Aggregation, longest: int) -> list[float]:
    """
    The weight of each token of output i in the loss. `output`: 1/(N·|o_i|); `token`: 1/Σ|o|; `constant`: 1/(N·longest).
    Sources: DeepSeekMath, equation 3; DAPO (arXiv 2503.14476), equation 8; Dr. GRPO (arXiv 2503.20783), section 3.2.
    """
    n, total = len(lengths), sum(lengths)
    whole = {"token": total, "constant": n * longest}
    return [0.0 if length == 0 else 1 / (n * length if how == "output" else whole[how]) for length in lengths]


def process_advantages(
    rewards: Sequence[Numbers], ends: Sequence[Sequence[int]], lengths: Sequence[int], normalised: str
) -> list[list[float]]:
    """
    Â_it = Σ of the normalised rewards of the steps that end at t or later; the moments are those of all step rewards of the group.
    :param ends: ends[i][j] is the last token of step j of output i
    Source: DeepSeekMath, section 4.1.3.
    """
    flat = ADVANTAGES[normalised]([r for of_output in rewards for r in of_output])
    told = iter(flat)
    advantages = []
    for output_ends, length in zip(ends, lengths, strict=True):
        own = [(end, next(told)) for end in output_ends]
        advantages.append([math.fsum(r for end, r in own if end >= t) for t in range(length)])
    return advantages


def ppo_rewards(score: float, logp: Numbers, logp_ref: Numbers, beta: float) -> list[float]:
    """r_t = −β log(π_θ/π_ref), and r_φ added at the last token. Source: DeepSeekMath, equation 2."""
    rewards = [-beta * (a - b) for a, b in zip(logp, logp_ref, strict=True)]
    if rewards:
        rewards[-1] += score
    return rewards


def generalised_advantages(rewards: Numbers, values: Numbers, gamma: float, lam: float) -> tuple[list[float], list[float]]:
    """
    δ_t = r_t + γV_{t+1} − V_t, Â_t = Σ_l (γλ)^l δ_{t+l}; the value after the last token is 0.
    :returns: Â, and the returns Â + V that the value model learns
    Source: GAE (arXiv 1506.02438), equation 16.
    """
    advantages = [0.0] * len(rewards)
    advantage = next_value = 0.0
    for t in reversed(range(len(rewards))):
        advantage = rewards[t] + gamma * next_value - values[t] + gamma * lam * advantage
        next_value = values[t]
        advantages[t] = advantage
    return advantages, [a + v for a, v in zip(advantages, values, strict=True)]


def whiten(values: Sequence[Numbers]) -> list[list[float]]:
    """
    Mean 0 and std 1 over all tokens of all sequences; all 0 where they are equal.
    Source: arXiv 2006.05990, per-batch normalisation.
    """
    every = [x for of_sequence in values for x in of_sequence]
    mu, sigma = mean(every), population_std(every) if every else 0.0
    return [[0.0 if sigma == 0 else (x - mu) / sigma for x in of_sequence] for of_sequence in values]


def step_labels(completions: Sequence[Sequence[bool]], estimate: str) -> list[float]:
    """
    How good each step of a solution is, by its completions to the end: `soft`, the share that comes out right; `hard`, 1 if any does.
    Source: Math-Shepherd (arXiv 2312.08935), equations 3 and 4.
    """
    return [sum(each) / len(each) if estimate == "soft" else float(any(each)) for each in completions]


def step_boundaries(text: str) -> list[int]:
    """
    Where the steps of a solution end: a line, a sentence, or where a chain of equations goes on. Offsets behind each step, ascending; the
    last is the text's length. None for an empty text. As in src/core/stepBoundaries.ts.
    """
    seen = len(text.rstrip())
    inner = [match.end() for match in STEP_END.finditer(text) if match.end() < seen]
    return list(dict.fromkeys([*inner, len(text)])) if text else []


def dpo_margin(chosen: float, chosen_ref: float, rejected: float, rejected_ref: float, beta: float) -> float:
    """
    β log π_θ(o⁺)/π_ref(o⁺) − β log π_θ(o⁻)/π_ref(o⁻), of log-probabilities summed over tokens.
    Source: DPO (arXiv 2305.18290), equation 7.
    """
    return beta * (chosen - chosen_ref - (rejected - rejected_ref))


def softplus(x: float) -> float:
    """log(1 + e^x); −log σ(m) = softplus(−m) is the loss of DPO and of an outcome reward model."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def sigmoid(x: float) -> float:
    """Without overflow on either side."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def learning_rate(optimiser: dict[str, float | str], step: int, steps: int) -> float:
    """
    Of a step, 1 … steps: linear warm-up, then constant, along a line or a half cosine to 0, or in steps: 31.6 % after 80 % of training
    and 10 % after 90 %.
    Source of the steps: DeepSeekMath, section 2.2.
    """
    peak, warmup = float(optimiser["learning_rate"]), int(optimiser["warmup_steps"])
    if step <= warmup:
        return peak * step / warmup
    progress = (step - 1 - warmup) / max(1, steps - warmup)
    match optimiser["schedule"]:
        case "linear":
            return peak * (1 - progress)
        case "cosine":
            return peak * 0.5 * (1 + math.cos(math.pi * progress))
        case "stepped":
            done = 10 * (step - 1)
            return peak * (0.1 if done >= 9 * steps else 0.316 if done >= 8 * steps else 1)
    return peak


def _limited(log_ratio: float) -> float:
    return min(max(log_ratio, -MAX_LOG_RATIO), MAX_LOG_RATIO)
