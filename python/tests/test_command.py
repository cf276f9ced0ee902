"""A command as a run, by the process that starts it there."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from runs import a_run, events_of

import grpo_lab


def start(run: Path, program: str, *options: str) -> subprocess.Popen[str]:
    """In a process group of its own, as a job has it."""
    argv = [sys.executable, "-m", "grpo_lab.command", "--run", str(run), "--cwd", str(run / "work"), *options, "--"]
    env = {**os.environ, "PYTHONPATH": str(Path(grpo_lab.__file__).parent.parent)}
    with (run / "stderr.log").open("a") as errors:
        return subprocess.Popen([*argv, sys.executable, "-c", program], env=env, stderr=errors, text=True, start_new_session=True)


def last(run: Path, kind: str) -> dict[str, Any]:
    return [event for event in events_of(run) if event["type"] == kind][-1]


def until(file: Path) -> None:
    while not file.exists():
        time.sleep(0.01)


def test_a_command_that_writes_its_own_run_is_framed_by_its_start_and_end(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    loop = "from grpo_lab.events import RunWriter\nwith RunWriter() as run: run.metrics(step=1, values={'kl': 1})"
    assert start(run, loop).wait() == 0
    assert [(e["type"], e.get("state")) for e in events_of(run)] == [
        ("status", "running"),
        ("log", None),
        ("process", "started"),
        ("metrics", None),
        ("status", "running"),
        ("status", "finished"),
        ("process", "exited"),
    ]
    assert [e["seq"] for e in events_of(run)] == list(range(1, 8))


def test_how_a_command_failed_is_said_with_its_last_words(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    assert start(run, "import sys; print('CUDA out of memory', file=sys.stderr); sys.exit(3)").wait() == 3
    assert last(run, "status")["message"] == "the command ended with exit code 3"
    assert last(run, "process") | {"seq": 0, "time": "", "pid": 0} == {
        **{"v": 1, "seq": 0, "time": "", "type": "process", "state": "exited", "pid": 0},
        **{"exit_code": 3, "signal": None, "tail": ["CUDA out of memory"]},
    }


def test_a_command_that_looks_for_no_request_gets_a_signal_with_all_that_it_has_started(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    below = "import subprocess, sys, pathlib; c = subprocess.Popen(['sleep', '600']); pathlib.Path('pid').write_text(str(c.pid)); c.wait()"
    job = start(run, below, "--stop-grace", "0.1")
    until(run / "work" / "pid")
    (run / "stop.request").touch()
    assert job.wait() == 0
    assert (last(run, "status")["state"], last(run, "status")["message"]) == ("stopped", "stopped on request")
    assert last(run, "process")["signal"] == "SIGTERM"


def test_a_signal_is_a_request(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    looks = (
        "import os, pathlib, time\n"
        "r = pathlib.Path(os.environ['GRPO_LAB_RUN'])\n"
        "(r / 'up').touch()\n"
        "while not (r / 'stop.request').exists(): time.sleep(0.01)"
    )
    job = start(run, looks)
    until(run / "up")
    os.kill(job.pid, signal.SIGTERM)
    assert job.wait() == 0
    assert last(run, "status")["state"] == "stopped"
    assert last(run, "process")["exit_code"] == 0


def test_where_nothing_was_captured_the_run_says_why(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    assert start(run, "pass", "--capture").wait() == 0
    assert last(run, "log")["message"].startswith("Nothing is captured: no `train`")


def test_what_capture_has_found_goes_into_run_json(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    hand = json.dumps({"sampling": {"temperature": 0.7}, "versions": {"trl": "1.16.0"}})
    waits = (
        f"import os, time\nfrom pathlib import Path\nr = Path(os.environ['GRPO_LAB_CAPTURE'])\n(r / 'capture.json').write_text({hand!r})\n"
    )
    assert start(run, waits + "while '1.16.0' not in (r / 'run.json').read_text(): time.sleep(0.01)", "--capture").wait() == 0
    identity = json.loads((run / "run.json").read_text())
    assert (identity["sampling"], identity["versions"]["trl"]) == ({"temperature": 0.7}, "1.16.0")


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    argv = [sys.executable, "-m", "grpo_lab.command", "--run", str(run), "--cwd", str(tmp_path), "--", "./no-such-program"]
    assert subprocess.run(argv, check=False, stderr=subprocess.DEVNULL).returncode == 1
    assert "./no-such-program could not be started" in last(run, "status")["message"]


def test_a_run_that_was_deleted_does_not_train_on(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    job = start(run, "import pathlib, time\npathlib.Path('up').touch()\ntime.sleep(600)")
    until(run / "work" / "up")
    shutil.rmtree(run)
    assert job.wait() == -signal.SIGKILL
