"""
DAPO's dynamic sampling: further questions are sampled until a step has as many groups with different rewards as it has questions; what
carries no signal is left out. Source: DAPO (arXiv 2503.14476), section 3.2. As in the embedded trainer a step makes do with what it has
found after five rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..events import RunWriter
from .errors import TrainError

#: More would mean that the questions are far too easy or too hard.
MOST_ROUNDS = 5

Row = dict[str, Any]


class DynamicSampling:
    """
    Of one process, which fills its own share of a step; all go as many rounds as the one that lacks most. Rewards are asked for here to
    choose, and by TRL once more of what was chosen.
    """

    def __init__(
        self,
        size: int,
        *,
        reward: Callable[[Sequence[Row], Sequence[Any], Sequence[Sequence[int]]], list[float]],
        further: Callable[[int, int], list[Row]],
        all_of: Callable[[int], list[int]],
    ) -> None:
        """
        :param size: G
        :param reward: the total reward of solutions, by rows, completions and their tokens
        :param further: rows of a data set for a round (1, 2, …) and so many questions
        :param all_of: a number of each process
        """
        self._size = size
        self._reward = reward
        self._further = further
        self._all_of = all_of
        #: Of the newest step, on this process: rounds, groups that were sampled, tokens of those that were left out.
        self.rounds = self.sampled = self.dropped_tokens = 0
        #: Which of this process's rows carry no signal, for want of groups that do.
        self.without_signal: list[bool] = []

    def generate(self, generate: Callable[[list[Any]], tuple[Any, ...]], inputs: list[Row], prompts: list[Any]) -> tuple[Any, ...]:
        """
        :param generate: TRL's `_generate`: prompts to lists with an element a prompt, or to what is not there
        :param inputs: rows of the data set; they and the prompts become, in place, those of what was chosen
        :raises TrainError: when this process has not whole groups
        """
        if len(inputs) % self._size != 0:
            raise TrainError("Dynamic sampling needs whole groups on each process: choose sampling.questions_per_step by their number.")
        wanted = len(inputs) // self._size
        rounds: list[tuple[list[Row], list[Any], tuple[Any, ...]]] = []
        chosen: list[tuple[int, int]] = []
        others: list[tuple[int, int]] = []
        self.sampled = self.dropped_tokens = 0
        while True:
            number = len(rounds)
            rows = list(inputs) if number == 0 else self._rows(number, wanted)
            asked = list(prompts) if number == 0 else [row["prompt"] for row in rows]
            rounds.append((rows, asked, generate(asked)))
            _, ids, _, completions, *_ = rounds[-1][2]
            rewards = self._reward(rows, completions, ids)
            for group in range(wanted):
                of_group = rewards[group * self._size : (group + 1) * self._size]
                mixed = min(of_group) != max(of_group)
                (chosen if mixed and len(chosen) < wanted else others).append((number, group))
            self.sampled += wanted
            if len(rounds) == MOST_ROUNDS or max(self._all_of(wanted - len(chosen))) == 0:
                break
        self.rounds = len(rounds)
        lacking = wanted - len(chosen)
        self.without_signal = [False] * (len(chosen) * self._size) + [True] * (lacking * self._size)
        picked = [(number, group * self._size + i) for number, group in [*chosen, *others[:lacking]] for i in range(self._size)]
        for number, group in others[lacking:]:
            self.dropped_tokens += sum(len(ids) for ids in rounds[number][2][1][group * self._size : (group + 1) * self._size])
        inputs[:] = [rounds[number][0][i] for number, i in picked]
        prompts[:] = [rounds[number][1][i] for number, i in picked]
        return tuple(_merged([of_round[2][part] for of_round in rounds], picked, len(picked)) for part in range(len(rounds[0][2])))

    def _rows(self, number: int, wanted: int) -> list[Row]:
        return [dict(row) for row in self._further(number, wanted) for _ in range(self._size)]


def _merged(parts: Sequence[Any], picked: Sequence[tuple[int, int]], rows: int) -> Any:
    """What several rounds have returned, of the rows that were picked; what has no element a row is the first round's."""
    first = parts[0]
    if isinstance(first, dict):
        return {name: _merged([part[name] for part in parts], picked, rows) for name in first}
    if isinstance(first, list) and all(isinstance(part, list) and len(part) == rows for part in parts):
        return [parts[number][i] for number, i in picked]
    return first


def tell_lack(writer: RunWriter | None, step: int, lacking: int, groups: int) -> None:
    """That a step has found fewer groups with a signal than it wanted."""
    if writer is not None and lacking > 0:
        why = f"after {MOST_ROUNDS} rounds {lacking} of {groups} groups of step {step} carry no signal: they are not learned from"
        writer.log(level="info", message=f"Dynamic sampling: {why}.", step=step)
