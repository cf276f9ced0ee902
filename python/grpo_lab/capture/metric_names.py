"""What trainers' metrics are called here. `metrics/` has tables of src/importers/foreignMetrics.ts; a test holds them together."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REWARD_TERM = re.compile(r"rewards/(.+?)/mean")
MAX_NAME = 200


class MetricNames:
    """Of two names that mean the same, the one that was there first gets our name and the other keeps its own."""

    def __init__(self, trainer: str) -> None:
        """:param trainer: `trl`, `verl` or `openrlhf`"""
        table = (Path(__file__).parent / "metrics" / f"{trainer}.json").read_text(encoding="utf-8")
        self._ours: dict[str, str] = json.loads(table)
        self._holders: dict[str, str] = {}

    def values(self, logged: Mapping[str, Any]) -> dict[str, float]:
        """
        :param logged: an entry of a trainer's `log_history`: numbers by its names, and the step
        :returns: numbers by our names; what is None or no number is left out
        """
        return {
            self._name(name): value
            for name, value in logged.items()
            if name != "step" and isinstance(value, int | float) and not isinstance(value, bool)
        }

    def _name(self, name: str) -> str:
        if name.startswith("eval_"):
            return f"eval/{name[len('eval_') :]}"[:MAX_NAME]
        term = REWARD_TERM.fullmatch(name)
        ours = f"reward/term/{term.group(1)}" if term else self._ours.get(name, name)
        return (ours if self._holders.setdefault(ours, name) == name else name)[:MAX_NAME]
