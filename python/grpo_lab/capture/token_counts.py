"""How many tokens all ranks have sampled and trained on in each step: counts of ranks that may be ahead of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: What is counted, as metrics.
NAMES = {"sampled": "tokens/sampled", "trained": "tokens/trained", "sequences": "sequences/trained"}


class TokenCounts:
    """A step is told when every rank has come to a later one."""

    def __init__(self, tell: Callable[[int, dict[str, float]], object], ranks: int) -> None:
        """:param tell: hears a step and its metrics"""
        self._tell = tell
        self._newest = dict.fromkeys(range(ranks), -1)
        self._steps: dict[int, dict[str, float]] = {}

    def add(self, record: Mapping[str, Any]) -> None:
        """:param record: `rank`, `step`, and some of `sampled`, `trained` and `sequences`"""
        step, rank = record["step"], record["rank"]
        sums = self._steps.setdefault(step, {})
        for name, metric in NAMES.items():
            if name in record:
                sums[metric] = sums.get(metric, 0) + record[name]
        self._newest[rank] = max(self._newest.get(rank, -1), step)
        reached = min(self._newest.values())
        for done in sorted(each for each in self._steps if each < reached):
            self._tell(done, self._steps.pop(done))

    def close(self) -> None:
        for step in sorted(self._steps):
            self._tell(step, self._steps.pop(step))
