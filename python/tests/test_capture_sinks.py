import threading
import time
from pathlib import Path
from typing import Any

import pytest
from runs import a_run, events_of

from grpo_lab.capture import sinks
from grpo_lab.capture.metric_names import MetricNames
from grpo_lab.capture.sinks import RunSink, SpoolSink
from grpo_lab.events import RunWriter

SPAN = {"kind": "span", "step": 4, "name": "sampling", "lane": "rank 0", "start": 1.0, "end": 2.0}


def rows(rank: int) -> dict[str, Any]:
    """Two of four solutions of a group."""
    solution = {"text": "ab", "rewards": {"r": float("nan")}, "reward": float("nan"), "advantage": 0.5, "finish": "stop", "tokens": 2}
    head = {"kind": "rows", "generation": 1, "step": 4, "first_group": 0, "size": 4, "group_size": 4}
    return {**head, "rows": [{"place": 2 * rank + i, "question": "q", "gold": None, "solution": solution} for i in range(2)]}


def traces(rank: int) -> list[dict[str, Any]]:
    arrays = {"lengths": {"u8": "AQE="}}
    return [{"kind": "trace", "generation": 1, "place": 2 * rank + i, "arrays": arrays, "kl": 0.25} for i in range(2)]


def sink(tmp_path: Path, **more: Any) -> tuple[RunSink, Path, list[tuple[int, str]]]:
    run = a_run(tmp_path)
    failed: list[tuple[int, str]] = []
    settings = {
        "names": MetricNames("trl"),
        "ranks": 2,
        "failed": lambda step, why: failed.append((step, why)),
        "resumed": False,
        "tells_status": False,
        **more,
    }
    return RunSink(RunWriter(run), tmp_path / "spool", **settings), run, failed


def test_rank_0_writes_what_another_rank_tells_late(tmp_path: Path) -> None:
    run_sink, run, _ = sink(tmp_path)

    def other() -> None:
        time.sleep(0.2)
        spool = SpoolSink(tmp_path / "spool", 1)
        for record in [rows(1), {"kind": "metrics", "logged": {"step": 4, "loss": 1.0}}, *traces(1)]:
            spool.take(record)
        spool.close()

    thread = threading.Thread(target=other)
    thread.start()
    for record in [rows(0), *traces(0), {"kind": "metrics", "logged": {"step": 4, "reward": 0.5, "loss": None}}]:
        run_sink.take(record)
    run_sink.close()
    thread.join()
    told = events_of(run)
    assert [e["type"] for e in told] == ["metrics", "group", "trace", "trace", "trace", "trace", "log"]
    assert told[0]["values"] == {"reward/mean": 0.5}
    assert [s["kl"] for s in told[1]["solutions"]] == [0.25] * 4
    assert told[1]["solutions"][0]["reward"] == "NaN"
    assert told[-1]["message"] == "Captured 1 groups, 4 solutions, 4 traces."
    assert not (tmp_path / "spool").exists()


def test_a_rank_that_is_silent_is_waited_for_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sinks, "SILENCE_SECONDS", 0.3)
    run_sink, run, _ = sink(tmp_path)
    for record in [rows(0), *traces(0)]:
        run_sink.take(record)
    run_sink.close()
    told = events_of(run)
    assert [len(e["solutions"]) for e in told if e["type"] == "group"] == [2]
    warnings = [e["message"] for e in told if e["type"] == "log" and e["level"] == "warning"]
    assert "there is no spool of it" in warnings[0]
    assert warnings[1] == "Capture: 2 solutions are missing from their groups."


def test_another_ranks_fault_is_heard(tmp_path: Path) -> None:
    run_sink, _, failed = sink(tmp_path)
    spool = SpoolSink(tmp_path / "spool", 1)
    spool.take({"kind": "failed", "step": 3, "why": "on rank 1, why"})
    spool.close()
    run_sink.close()
    assert failed == [(3, "on rank 1, why")]


def test_another_life_takes_back_what_comes_after_its_beginning_before_it_tells_of_it(tmp_path: Path) -> None:
    run_sink, run, _ = sink(tmp_path, ranks=1, resumed=True)
    for record in [SPAN, rows(0), *traces(0), rows(1), *traces(1)]:
        run_sink.take(record)
    run_sink.close()
    told = events_of(run)
    assert [e["type"] for e in told][:3] == ["resume", "span", "group"]
    assert told[0]["from_step"] == 3


def test_a_run_of_ones_own_says_how_far_it_is(tmp_path: Path) -> None:
    run_sink, run, _ = sink(tmp_path, ranks=1, tells_status=True)
    run_sink.take({"kind": "metrics", "logged": {"step": 2, "loss": 0.5}})
    run_sink.take({"kind": "status", "state": "failed", "step": 2, "message": "ValueError: why"})
    run_sink.close()
    told = [(e["state"], e["step"]) for e in events_of(run) if e["type"] == "status"]
    assert told == [("running", 2), ("failed", 2)]
