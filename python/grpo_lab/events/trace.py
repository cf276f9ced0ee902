"""The token arrays of a solution, small on disk: what follows from the rest is left out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from .arrays import Numbers, encode_difference, encode_f16, encode_f32, encode_whole, length_of
from .errors import EventError
from .values import choice, count


@dataclass(frozen=True)
class TraceSettings:
    """Which traces are written; texts, rewards and metrics always are."""

    #: `with-signal`: of groups in which there is something to learn, for rewards or advantages differ.
    groups: Literal["all", "with-signal", "none"] = "all"
    #: Those of every n-th step.
    every: int = 1
    #: Of log-probabilities and their differences. `f16` keeps three digits, in half the space.
    precision: Literal["f16", "f32"] = "f16"

    def __post_init__(self) -> None:
        choice(self.groups, "TraceSettings.groups", ("all", "with-signal", "none"))
        choice(self.precision, "TraceSettings.precision", ("f16", "f32"))
        count(self.every, "TraceSettings.every", least=1)


def encode_trace(arrays: dict[str, Numbers | None], precision: Literal["f16", "f32"] = "f16") -> dict[str, Any]:
    """
    :param arrays: by the protocol's keys, one element per token each; None where there is none
    :returns: the same as they stand in a trace event: `lengths` for `ends`, differences to `logp_old` for `logp_ref` and `logp`, and
        neither `kl` nor `ratio` where they follow from log-probabilities
    :raises EventError: when one of them has another length, or holds what it cannot
    """
    given = {name: values for name, values in arrays.items() if values is not None}
    _check(given)
    log_probability = encode_f16 if precision == "f16" else encode_f32
    old = given.get("logp_old")
    wire: dict[str, Any] = {"lengths": encode_whole(_lengths(given), "lengths")}
    if "ids" in given:
        wire["ids"] = encode_whole(given["ids"], "ids")
    for name in ("logp_sampler", "logp_old"):
        if name in given:
            wire[name] = log_probability(given[name], name)
    for name in ("logp_ref", "logp"):
        if f"d{name}" in given:
            wire[f"d{name}"] = log_probability(given[f"d{name}"], f"d{name}")
        elif name in given and old is not None:
            wire[f"d{name}"] = encode_difference(given[name], old, log_probability, name)
        elif name in given:
            wire[name] = encode_f32(given[name], name)
    knows_current = "logp" in wire or "dlogp" in wire
    if "kl" in given and not (knows_current and ("logp_ref" in wire or "dlogp_ref" in wire)):
        wire["kl"] = encode_f16(given["kl"], "kl")
    if "ratio" in given and not (knows_current and old is not None):
        wire["ratio"] = encode_f32(given["ratio"], "ratio")
    if "advantage" in given:
        wire["advantage"] = encode_f32(given["advantage"], "advantage")
    if "entropy" in given:
        wire["entropy"] = encode_f16(given["entropy"], "entropy")
    for name in ("rank", "mask"):
        if name in given:
            wire[name] = encode_whole(given[name], name)
    return wire


def _check(given: dict[str, Numbers]) -> None:
    if ("ends" in given) == ("lengths" in given):
        raise EventError("A trace says where its tokens end by `ends` or by `lengths`, one of the two.")
    for name in ("logp_ref", "logp"):
        if f"d{name}" not in given:
            continue
        if name in given:
            raise EventError(f"{name} and d{name}: one follows from the other, give one of them.")
        if "logp_old" not in given:
            raise EventError(f"d{name} is a difference to logp_old, which is missing.")
    place = "ends" if "ends" in given else "lengths"
    tokens = length_of(given[place], place)
    for name, values in given.items():
        if length_of(values, name) != tokens:
            raise EventError(f"{name} has {len(values)} elements, {place} has {tokens}: one per token.")


def _lengths(given: dict[str, Numbers]) -> Numbers:
    if "lengths" in given:
        return given["lengths"]
    ends = given["ends"]
    tolist = getattr(ends, "tolist", None)
    listed = tolist() if callable(tolist) else list(ends)
    if any(end < start for start, end in pairwise(listed)):
        raise EventError("ends: the text of a token ends before that of the one before it.")
    return [end - start for start, end in pairwise([0, *listed])]
