"""Rank 0's side: puts the rows of all ranks together to groups, counts their traces, and has both written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..events import Grade, RunWriter, Solution, Turn
from .spool import Record

#: Keys of a row that are its group's: the first row of each group on each rank has them.
OF_GROUP = ("question", "question_turns", "gold", "info")


@dataclass
class _Generation:
    """What was sampled at once, on all ranks: `rows` by their place in the whole."""

    step: int
    first_group: int
    size: int
    group_size: int
    rows: dict[int, Record] = field(default_factory=dict)
    traces: dict[int, Record | None] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return len(self.rows) == self.size and len(self.traces) == self.size


class GroupAssembler:
    """
    Takes the records of all ranks in any order; writes a generation's groups when every row and every trace has come.

    Records: `rows` (generation, step, first_group, size, group_size, rows: by place), `trace` (generation, place, arrays or none: why).
    """

    def __init__(self, writer: RunWriter) -> None:
        self._writer = writer
        self._open: dict[int, _Generation] = {}
        self._early: dict[int, list[Record]] = {}
        self.groups = 0
        self.solutions = 0
        self.traces = 0
        #: Why traces are not there, and how many of each.
        self.missing: dict[str, int] = {}
        #: Solutions that no rank has told of.
        self.lost_rows = 0

    def add(self, record: Record) -> None:
        number = record["generation"]
        if record["kind"] == "rows":
            generation = self._open.get(number)
            if generation is None:
                generation = _Generation(record["step"], record["first_group"], record["size"], record["group_size"])
                self._open[number] = generation
            generation.rows.update((row["place"], row) for row in record["rows"])
            for trace in self._early.pop(number, ()):
                generation.traces[trace["place"]] = trace
        elif number in self._open:
            self._open[number].traces[record["place"]] = record
        else:
            self._early.setdefault(number, []).append(record)
        if number in self._open and self._open[number].complete:
            self._write(self._open.pop(number))

    def close(self) -> None:
        """Writes what is there of generations that did not become complete."""
        for number in sorted(self._open):
            self._write(self._open.pop(number))
        for traces in self._early.values():
            for _ in traces:
                self._lack("their groups could not be read")
        self._early = {}

    def _write(self, generation: _Generation) -> None:
        for index in range(generation.size // generation.group_size):
            places = range(index * generation.group_size, (index + 1) * generation.group_size)
            present = [place for place in places if place in generation.rows]
            self.lost_rows += len(places) - len(present)
            if not present:
                continue
            self._write_one(generation, generation.first_group + index, present)

    def _write_one(self, generation: _Generation, group: int, places: list[int]) -> None:
        rows = [generation.rows[place] for place in places]
        traces = [generation.traces.get(place) for place in places]
        of_group: dict[str, Any] = {key: row[key] for key in OF_GROUP for row in rows[::-1] if key in row}
        turns = of_group.get("question_turns")
        step = generation.step
        self._writer.group(
            step=step,
            group=group,
            question=of_group.get("question", ""),
            gold=of_group.get("gold"),
            question_turns=turns and [Turn(**turn) for turn in turns],
            info=of_group.get("info"),
            solutions=[_solution(row["solution"], trace) for row, trace in zip(rows, traces, strict=True)],
        )
        self.groups += 1
        self.solutions += len(rows)
        for solution, trace in enumerate(traces):
            if trace is None:
                self._lack("no rank has told of them")
            elif "arrays" in trace:
                self._writer.encoded_trace(step=step, group=group, solution=solution, arrays=trace["arrays"])
                self.traces += 1
            elif trace.get("none"):
                self._lack(trace["none"])

    def _lack(self, why: str) -> None:
        self.missing[why] = self.missing.get(why, 0) + 1


def _solution(row: Record, trace: Record | None) -> Solution:
    turns, grade = row.get("turns"), row.get("grade")
    read = {
        "turns": turns and [Turn(**turn) for turn in turns],
        "grade": grade and Grade(**grade),
        "kl": trace.get("kl") if trace else None,
    }
    return Solution(**row | read)
