"""What a group is made of: solutions, their grades, and who said what in a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, SupportsFloat

from .errors import EventError
from .text import utf16_length
from .values import choice, count, number, text

Role = Literal["system", "user", "assistant", "tool"]
Kind = Literal["text", "reasoning", "tool_call", "tool_result", "image"]


@dataclass(frozen=True)
class Turn:
    """A part of a text by one speaker. What lies between two turns (special tokens, line breaks) belongs to none."""

    role: Role
    kind: Kind
    #: [start, end) in UTF-16 code units of the text: `utf16_length` counts them.
    start: int
    end: int
    #: Of a call or a result: the tool's name.
    name: str | None = None
    #: Of a call and its result: what they have in common.
    call: str | None = None
    #: Of a result: False when the tool failed.
    ok: bool | None = None
    seconds: float | None = None
    reward: SupportsFloat | None = None
    #: Of an image: its file under `media/`, named by the SHA-256 of its content.
    media: str | None = None

    def wire(self) -> dict[str, Any]:
        """:raises EventError: when a part of it is not what it should be"""
        wire: dict[str, Any] = {
            "role": choice(self.role, "turn.role", ("system", "user", "assistant", "tool")),
            "kind": choice(self.kind, "turn.kind", ("text", "reasoning", "tool_call", "tool_result", "image")),
            "start": count(self.start, "turn.start"),
            "end": count(self.end, "turn.end"),
        }
        return wire | _known(
            name=self.name,
            call=self.call,
            ok=self.ok,
            seconds=_seconds(self.seconds, "turn.seconds"),
            reward=None if self.reward is None else number(self.reward, "turn.reward"),
            media=self.media,
        )


@dataclass(frozen=True)
class Grade:
    """Why a solution counted as right or wrong."""

    verdict: Literal["equal", "different", "undecided"]
    #: How it was compared, e.g. `exact integers`.
    rule: str
    #: Name and version of the checker, e.g. `my-grader 2`.
    checker: str
    #: The extracted answer; None when there was none.
    answer: str | None = None
    #: Where the answer stands in the solution's text, in UTF-16 code units.
    span: tuple[int, int] | None = None
    #: How it was found, e.g. `The answer is`.
    extraction: str | None = None
    #: What the checker read: (of the answer, of the gold answer).
    normal: tuple[str | None, str | None] | None = None
    #: Why it is undecided, in words for people.
    reason: str | None = None
    #: How long the checker took, milliseconds.
    ms: float | None = None

    def wire(self) -> dict[str, Any]:
        """:raises EventError: when a part of it is not what it should be"""
        wire: dict[str, Any] = {
            "verdict": choice(self.verdict, "grade.verdict", ("equal", "different", "undecided")),
            "answer": self.answer,
            "span": None if self.span is None else [count(offset, "grade.span") for offset in self.span],
            "extraction": self.extraction,
            "rule": text(self.rule, "grade.rule"),
            "checker": text(self.checker, "grade.checker"),
        }
        return wire | _known(
            normal=None if self.normal is None else {"answer": self.normal[0], "gold": self.normal[1]},
            reason=self.reason,
            ms=_seconds(self.ms, "grade.ms"),
        )


@dataclass(frozen=True)
class Solution:
    """One sampled output. What is not known is None, never 0. Numbers may be scalars of NumPy or PyTorch."""

    text: str
    #: The weighted sum of the reward terms.
    reward: SupportsFloat
    #: Length in tokens.
    tokens: int
    #: `stop`: the model ended; `length`: cut at the token limit; `other`: anything else, or not known.
    finish: Literal["stop", "length", "other"] = "other"
    #: Raw value of each reward term, before weights. Left out: one term, `reward`.
    rewards: Mapping[str, SupportsFloat] = field(default_factory=dict)
    #: With per-token advantages their mean.
    advantage: SupportsFloat | None = None
    #: None when nobody judged.
    correct: bool | None = None
    grade: Grade | None = None
    #: Mean k3 KL per token against the reference, nats.
    kl: SupportsFloat | None = None
    turns: Sequence[Turn] | None = None
    #: Of a branch of an episode: (solution of the group that it left, offset in the text).
    parent: tuple[int, int] | None = None
    #: Step of the weights that sampled it, where that is another than the group's.
    policy_version: int | None = None
    #: Why the episode failed.
    error: str | None = None
    #: How long it was generated, tools included.
    seconds: float | None = None

    def wire(self) -> dict[str, Any]:
        """:raises EventError: when a part of it is not what it should be"""
        rewards = self.rewards or {"reward": self.reward}
        wire: dict[str, Any] = {
            "text": text(self.text, "text"),
            "rewards": {text(term, "rewards"): number(value, f"rewards.{term}") for term, value in rewards.items()},
            "reward": number(self.reward, "reward"),
            "advantage": _number_or_none(self.advantage, "advantage"),
            "correct": None if self.correct is None else bool(self.correct),
            "grade": None if self.grade is None else self.grade.wire(),
            "finish": choice(self.finish, "finish", ("stop", "length", "other")),
            "tokens": count(self.tokens, "tokens"),
            "kl": _number_or_none(self.kl, "kl"),
        }
        return wire | _known(
            turns=None if self.turns is None else turns_wire(self.turns, self.text),
            parent=None
            if self.parent is None
            else {"solution": count(self.parent[0], "parent"), "offset": count(self.parent[1], "parent")},
            policy_version=None if self.policy_version is None else count(self.policy_version, "policy_version"),
            error=self.error,
            seconds=_seconds(self.seconds, "seconds"),
        )


def turns_wire(turns: Sequence[Turn], of: str) -> list[dict[str, Any]]:
    """
    :param of: the text whose turns they are
    :raises EventError: when they overlap, or pass the end of the text
    """
    length, end = utf16_length(of), 0
    for i, turn in enumerate(turns):
        where = f"turn {i + 1} of {len(turns)}"
        if turn.end < turn.start:
            raise EventError(f"{where} ends at {turn.end}, before it begins ({turn.start}).")
        if turn.start < end:
            raise EventError(f"{where} begins at {turn.start}, before the one before it ends ({end}).")
        if turn.end > length:
            raise EventError(f"{where} ends at {turn.end}, the text has {length} UTF-16 code units.")
        end = turn.end
    return [turn.wire() for turn in turns]


def _known(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _number_or_none(value: SupportsFloat | None, what: str) -> Any:
    return None if value is None else number(value, what)


def _seconds(value: float | None, what: str) -> Any:
    if value is None:
        return None
    duration = number(value, what)
    if isinstance(duration, str) or duration < 0:
        raise EventError(f"{what}: expected a duration, got {value!r}.")
    return duration
