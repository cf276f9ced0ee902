"""One writer a run: two processes, two nodes, a requeued job, and whoever was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from runs import a_run, events_of

from grpo_lab.events import RunLocked, RunWriter, WriterClosed, lock
from grpo_lab.events.lock import this_process

HOLD = "import sys, time; from grpo_lab.events import RunWriter; w = RunWriter(sys.argv[1]); print('held', flush=True); time.sleep(60)"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return a_run(tmp_path)


@pytest.fixture(autouse=True)
def quick(monkeypatch: Any) -> None:
    """Times that a test can wait for; what counts is their order."""
    monkeypatch.setattr(lock, "RENEW_SECONDS", 0.1)
    monkeypatch.setattr(lock, "STALE_SECONDS", 0.6)


def locked_by(run: Path, age: float = 0.0, **holder: Any) -> Path:
    file = run / "writer.lock"
    file.write_text(json.dumps({**json.loads(this_process().json()), **holder}))
    os.utime(file, (time.time() - age,) * 2)
    return file


def test_a_second_writer_is_refused_by_name(run: Path) -> None:
    with RunWriter(run), pytest.raises(RunLocked, match=rf"process {os.getpid()} on .*only rank 0 writes"):
        RunWriter(run)
    with RunWriter(run):
        pass


def test_another_process_holds_it_until_it_is_killed(run: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(run)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        try:
            with pytest.raises(RunLocked, match=f"process {child.pid} on"):
                RunWriter(run)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
    with RunWriter(run):
        pass
    warning = events_of(run)[0]
    assert warning["level"] == "warning" and f"process {child.pid} on" in warning["message"]


def test_a_pid_that_another_process_has_now_holds_nothing(run: Path) -> None:
    locked_by(run, started="before the machine was started again")
    with RunWriter(run):
        pass


def test_one_on_another_node_that_renews_its_lock_is_believed(run: Path) -> None:
    file = locked_by(run, host="node-2", pid=7)
    renew = f"import os, time\nfor _ in range(100):\n  os.utime({str(file)!r})\n  time.sleep(0.1)"
    with subprocess.Popen([sys.executable, "-c", renew]) as child:
        try:
            time.sleep(0.3)
            with pytest.raises(RunLocked, match="process 7 on node-2"):
                RunWriter(run)
        finally:
            child.kill()
            child.wait()


def test_one_on_another_node_that_is_gone_is_waited_for_and_taken_over(run: Path) -> None:
    locked_by(run, host="node-2", pid=7)
    begin = time.monotonic()
    with RunWriter(run):
        assert time.monotonic() - begin > lock.STALE_SECONDS
    assert "process 7 on node-2" in events_of(run)[0]["message"]


def test_the_former_life_of_a_requeued_job_is_taken_over_however_young(run: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(lock, "STALE_SECONDS", 1000.0)
    monkeypatch.setenv("SLURM_JOB_ID", "4711")
    monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
    locked_by(run, host="node-2", pid=7, slurm_job="4711", slurm_restart=0)
    with RunWriter(run) as writer:
        mine = json.loads((run / "writer.lock").read_text())
        assert (mine["slurm_job"], mine["slurm_restart"]) == ("4711", 1)
        writer.status(state="stopped", step=0)
    assert "process 7 on node-2, SLURM job 4711" in events_of(run)[0]["message"]


def test_whoever_lost_the_lock_writes_no_more(run: Path) -> None:
    writer = RunWriter(run)
    writer.log(level="info", message="mine")
    locked_by(run, host="node-2", pid=7)
    time.sleep(3 * lock.RENEW_SECONDS)
    with pytest.raises(WriterClosed, match="taken over"):
        writer.log(level="info", message="too late")
    assert json.loads((run / "writer.lock").read_text())["host"] == "node-2", "it is not ours to remove"
    assert len(events_of(run)) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"host": 1}', "\x00" * 100])
def test_a_lock_that_cannot_be_read_goes_by_its_age(run: Path, content: str) -> None:
    file = run / "writer.lock"
    file.write_text(content)
    os.utime(file, (time.time() - 100,) * 2)
    with RunWriter(run):
        pass


def test_it_is_renewed_while_it_is_held(run: Path) -> None:
    with RunWriter(run):
        file = run / "writer.lock"
        os.utime(file, (time.time() - 100,) * 2)
        deadline = time.monotonic() + 10
        while time.time() - file.stat().st_mtime > 50:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_many_who_want_it_get_it_one_at_a_time(run: Path) -> None:
    """The holder that they all find is dead, so that they race to take its lock away."""
    locked_by(run, started="long ago")
    program = (
        "import sys, time; from grpo_lab.events import RunWriter, RunLocked\n"
        "while True:\n"
        "  try: w = RunWriter(sys.argv[1]); break\n"
        "  except RunLocked: time.sleep(0.01)\n"
        "for i in range(3): w.log(level='info', message='m'); time.sleep(0.005)\n"
        "w.close()"
    )
    children = [subprocess.Popen([sys.executable, "-c", program, str(run)]) for _ in range(6)]
    assert [child.wait() for child in children] == [0] * 6
    seqs = [e["seq"] for e in events_of(run)]
    assert sorted(seqs) == list(range(1, len(seqs) + 1))
    assert sum(e["message"] == "m" for e in events_of(run)) == 18
