import random
from pathlib import Path
from typing import Any

import pytest

from grpo_lab.capture.groups import GroupAssembler
from grpo_lab.capture.launch_id import launch_id
from grpo_lab.capture.spool import SpoolReader, SpoolWriter, spool_file


def test_records_come_as_they_went_even_when_their_lines_come_in_pieces(tmp_path: Path) -> None:
    rng = random.Random(5)
    records = [{"kind": "rows", "text": "ü" * rng.randint(0, 3000), "n": i, "x": float("inf")} for i in range(50)]
    whole = spool_file(tmp_path / "whole", 1)
    with SpoolWriter(whole) as writer:
        for record in records:
            writer.write(record)
    data, growing = whole.read_bytes(), tmp_path / "growing.ndjson"
    reader = SpoolReader(growing)
    assert reader.read() == []  # not there yet
    read: list[dict[str, Any]] = []
    with growing.open("wb") as file:
        while data:
            n = rng.randint(1, 20_000)
            file.write(data[:n])
            file.flush()
            data = data[n:]
            read += reader.read()
    assert read == records
    assert reader.read() == []


def test_what_an_earlier_process_left_is_not_told_again(tmp_path: Path) -> None:
    file = spool_file(tmp_path, 2)
    for n in range(2):
        with SpoolWriter(file) as writer:
            writer.write({"n": n})
    assert SpoolReader(file).read() == [{"n": 1}]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"SLURM_JOB_ID": "7"}, "slurm-7-0"),
        ({"SLURM_JOB_ID": "7", "SLURM_RESTART_COUNT": "2", "TORCHELASTIC_RUN_ID": "x"}, "slurm-7-2"),
        ({"SLURM_JOB_ID": "7", "GRPO_LAB_LAUNCH": "ab"}, "slurm-7-0-ab"),
        ({"GRPO_LAB_LAUNCH": "ab", "TORCHELASTIC_RUN_ID": "none"}, "ab"),
        ({"GRPO_LAB_LAUNCH": "ab", "TORCHELASTIC_RESTART_COUNT": "1"}, "ab-again1"),
        ({"TORCHELASTIC_RUN_ID": "my run/1"}, "torchelastic-my_run_1"),
        ({"MASTER_ADDR": "n1", "MASTER_PORT": "29500"}, "at-n1-29500"),
    ],
)
def test_a_launch_has_one_name_on_all_ranks(environment: dict[str, str], expected: str) -> None:
    assert launch_id(environment) == expected


class Written:
    """What a run's writer is asked to write."""

    def __init__(self) -> None:
        self.groups: list[dict[str, Any]] = []
        self.traces: list[dict[str, Any]] = []

    def group(self, **event: Any) -> None:
        self.groups.append(event)

    def encoded_trace(self, **event: Any) -> None:
        self.traces.append(event)


def rows(rank: int, n: int, size: int, group_size: int) -> dict[str, Any]:
    def row(place: int) -> dict[str, Any]:
        solution = {"text": f"s{place}", "rewards": {"r": 1.0}, "reward": 1.0, "advantage": 0.0, "finish": "stop", "tokens": 2}
        of_group = {"question": f"q{place // group_size}", "gold": None} if place % group_size == 0 or place == rank * n else {}
        return {"place": place, "solution": solution, **of_group}

    head = {"kind": "rows", "generation": 1, "step": 4, "first_group": 2, "size": size, "group_size": group_size}
    return {**head, "rows": [row(place) for place in range(rank * n, (rank + 1) * n)]}


def trace(place: int, **more: Any) -> dict[str, Any]:
    return {"kind": "trace", "generation": 1, "place": place, "arrays": {"place": place}, **more}


@pytest.mark.parametrize("seed", range(20))
def test_a_group_on_two_ranks_is_whole_in_whatever_order_its_records_come(seed: int) -> None:
    written = Written()
    groups = GroupAssembler(written)  # type: ignore[arg-type]
    records = [rows(0, 6, 12, 4), rows(1, 6, 12, 4), *(trace(place, kl=0.5) for place in range(12))]
    random.Random(seed).shuffle(records)
    for i, record in enumerate(records):
        assert written.groups == [], f"told before record {i}"
        groups.add(record)
    assert [(g["step"], g["group"], g["question"]) for g in written.groups] == [(4, 2, "q0"), (4, 3, "q1"), (4, 4, "q2")]
    assert [[s.text for s in g["solutions"]] for g in written.groups] == [[f"s{4 * i + j}" for j in range(4)] for i in range(3)]
    assert [(t["group"], t["solution"], t["arrays"]["place"]) for t in written.traces] == [(2 + p // 4, p % 4, p) for p in range(12)]
    assert (groups.groups, groups.solutions, groups.traces, groups.missing) == (3, 12, 12, {})


def test_what_is_missing_is_counted_and_the_rest_is_told() -> None:
    written = Written()
    groups = GroupAssembler(written)  # type: ignore[arg-type]
    for record in [rows(0, 6, 12, 4), trace(0), {"kind": "trace", "generation": 1, "place": 1, "none": "why"}]:
        groups.add(record)
    groups.close()
    assert [len(g["solutions"]) for g in written.groups] == [4, 2]
    assert groups.lost_rows == 6
    assert groups.traces == 1
    assert groups.missing == {"why": 1, "no rank has told of them": 4}
