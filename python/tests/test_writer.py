"""The writer: whole lines, numbers that go on, and clear words where something cannot be written."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs import a_run, events_of, lines_of, segments_of

from grpo_lab.events import (
    EventError,
    RunError,
    RunWriter,
    Solution,
    TraceSettings,
    Turn,
    WriteError,
    WriterClosed,
    lines,
)
from grpo_lab.events.text import failure_text


def solutions(*rewards: float, **more: Any) -> list[Solution]:
    return [Solution(text=str(reward), reward=reward, tokens=1, **more) for reward in rewards]


def test_three_lines_make_a_run(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path, name="mine", config={"lr": 1e-6}, method="grpo", total_steps=2) as run:
        for step in (1, 2):
            run.metrics(step=step, values={"reward/mean": step / 2})
    events = events_of(run.run_dir)
    assert [e["seq"] for e in events] == [1, 2, 3, 4, 5]
    assert [e["values"] for e in events if e["type"] == "metrics"] == [{"reward/mean": 0.5}, {"reward/mean": 1.0}]
    told = [(e["state"], e["step"], e["total_steps"]) for e in events if e["type"] == "status"]
    assert told == [("running", 1, 2), ("running", 2, 2), ("finished", 2, 2)]


def test_a_loop_that_tells_its_status_is_not_talked_over(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path, name="mine") as run:
        run.status(state="running", step=0, total_steps=4, message="sampling")
        run.metrics(step=1, values={})
        run.status(state="finished", step=1, total_steps=1)
    assert [e["type"] for e in events_of(run.run_dir)] == ["status", "metrics", "status"]


def test_numbers_go_on_in_a_segment_of_its_own(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    for message in ("one", "two"):
        with RunWriter(run) as writer:
            writer.log(level="info", message=message)
            writer.status(state="stopped", step=0)
    assert [e["seq"] for e in events_of(run)] == [1, 2, 3, 4]
    assert segments_of(run) == ["000001.ndjson", "000002.ndjson"]


@pytest.mark.parametrize("torn", [b'{"v":1,"seq":2,"type":"lo', b"\xff\xfe", b"[1", b'{"v":1,"seq":"2"}', b"x" * 200_000])
def test_a_torn_line_stays_as_it_is_and_its_number_is_free(tmp_path: Path, torn: bytes) -> None:
    run = a_run(tmp_path)
    with RunWriter(run) as writer:
        writer.status(state="stopped", step=0)
    first = run / "events" / "000001.ndjson"
    content = first.read_bytes() + torn
    first.write_bytes(content)
    with RunWriter(run) as writer:
        assert writer.status(state="stopped", step=0) == 2
    assert first.read_bytes() == content


def test_a_last_line_that_is_whole_but_for_its_break_counts(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    (run / "events" / "000001.ndjson").write_bytes(b'{"v":1,"seq":7,"time":"","type":"log","level":"info","message":""}')
    with RunWriter(run) as writer:
        assert writer.status(state="stopped", step=0) == 8


def test_a_segment_that_reached_its_size_is_followed_by_the_next(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    with RunWriter(run, segment_bytes=500) as writer:
        for _ in range(20):
            writer.log(level="info", message="x" * 100)
    assert len(segments_of(run)) > 3
    assert [e["seq"] for e in events_of(run)] == list(range(1, 22))
    assert all(file.stat().st_size <= 500 for file in (run / "events").iterdir())


def test_the_number_of_a_compressed_segment_is_taken(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    (run / "events" / "000001.ndjson.zst").write_bytes(b"never read: a later segment has a number")
    (run / "events" / "000002.ndjson").write_bytes(b'{"v":1,"seq":9,"time":"","type":"hologram"}\n')
    with RunWriter(run) as writer:
        assert writer.log(level="info", message="") == 10
    assert segments_of(run)[-1] == "000003.ndjson"


@pytest.mark.skipif(shutil.which("zstd") is None, reason="The program zstd is not installed.")
def test_the_number_goes_on_behind_a_compressed_segment(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    with RunWriter(run) as writer:
        for _ in range(50):
            writer.log(level="info", message="x" * 5000)
    subprocess.run(["zstd", "-q", "--rm", str(run / "events" / "000001.ndjson")], check=True)
    (run / "events" / "000002.ndjson").write_bytes(b'{"v":1,"se')
    with RunWriter(run) as writer:
        assert writer.log(level="info", message="") == 52
    assert segments_of(run) == ["000001.ndjson.zst", "000002.ndjson", "000003.ndjson"]


def test_what_stands_in_an_unreadable_compressed_segment_alone_is_not_guessed(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    (run / "events" / "000001.ndjson.zst").write_bytes(b"no zstd")
    (run / "events" / "000002.ndjson").write_bytes(b"")
    with pytest.raises(RunError, match=r"000001\.ndjson\.zst"):
        RunWriter(run)
    assert not (run / "writer.lock").exists()


def test_numbers_that_json_has_not_are_words(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path, name="mine") as run:
        run.metrics(step=1, values={"a": math.nan, "b": -math.inf, "c": np.float32(math.inf), "d": True, "unknown": None})
        run.metrics(step=1, values={"e": np.float32(0.5), "f": np.int64(3), "g": np.array(1.5)})
        run.group(step=1, group=0, question="", solutions=solutions(math.nan), info={"x": math.inf})
    first, second = events_of(run.run_dir, "metrics")
    group = events_of(run.run_dir, "group")[0]
    assert first["values"] == {"a": "NaN", "b": "-Infinity", "c": "Infinity", "d": 1}
    assert second["values"] == {"e": 0.5, "f": 3, "g": 1.5}
    assert (group["solutions"][0]["reward"], group["info"]["x"]) == ("NaN", "Infinity")


@pytest.mark.parametrize("text", ["\ud800", "a\udc00b", "\\\ud800", '"\ud83d', "\ud83d\ude00", "😀\u2028\x00\x7f"])
def test_half_of_a_surrogate_pair_is_kept(tmp_path: Path, text: str) -> None:
    with RunWriter.create(tmp_path, name="mine") as run:
        run.log(level="info", message=text)
    line = lines_of(run.run_dir)[0]
    message = json.loads(line.decode("utf-8", "strict"))["message"]
    assert message.encode("utf-16-le", "surrogatepass") == text.encode("utf-16-le", "surrogatepass")


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (lambda w: w.metrics(step=-1, values={}), "step: expected a whole number from 0"),
        (lambda w: w.metrics(step=1.5, values={}), "step: expected a whole number"),
        (lambda w: w.metrics(step=2**53, values={}), r"2\^53"),
        (lambda w: w.metrics(step=1, values={"x": "high"}), r"values\.x: expected a number, got str"),
        (lambda w: w.metrics(step=1, values={"x": np.zeros(2)}), r"values\.x: expected one number"),
        (lambda w: w.metrics(step=1, values={"x" * 201: 1}), "201 characters, 200 are allowed"),
        (lambda w: w.status(state="done", step=1), "expected one of running, finished, stopped, failed"),
        (lambda w: w.log(level="loud", message=""), "expected one of debug"),
        (lambda w: w.log(level="info", message=b"x"), "expected a text, got bytes"),
        (lambda w: w.group(step=1, group=0, question="", solutions=[]), "0 solutions"),
        (
            lambda w: w.group(step=1, group=0, question="", solutions=solutions(1, finish="end")),
            r"solutions\.0\.finish",
        ),
        (
            lambda w: w.group(step=1, group=0, question="", solutions=solutions(1, turns=[Turn("user", "text", 0, 9)])),
            "turn 1 of 1 ends at 9, the text has 1",
        ),
        (lambda w: w.span(step=1, name="sync", lane="rank 0", start=2.0, end=1.0), "before it begins"),
        (
            lambda w: w.span(step=1, name="sync", lane="rank 0", start=2.0, end=math.nan),
            "expected a datetime or seconds",
        ),
        (lambda w: w.benchmark(step=1, suite="gsm", mode="greedy", value=1, n=0), "n: expected a whole number from 1"),
        (lambda w: w.checkpoint(step=1, path="../other", bytes=1), "does not lie in the run directory"),
        (lambda w: w.checkpoint(step=1, path="/etc/passwd", bytes=1), "does not lie in the run directory"),
        (lambda w: w.checkpoint(step=1, path="checkpoints/none"), "its size must be told"),
        (lambda w: w.resume(from_step=-2), "from_step"),
        (lambda w: w.trace(step=1, group=0, solution=0), "by `ends` or by `lengths`"),
        (lambda w: w.log(level="info", message="x" * 2000), "readers pass over lines"),
    ],
)
def test_what_no_reader_could_use_is_refused_and_takes_no_number(tmp_path: Path, monkeypatch: Any, write: Any, why: str) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 1000)
    with RunWriter(a_run(tmp_path)) as run:
        with pytest.raises(EventError, match=why):
            write(run)
        assert run.status(state="stopped", step=0) == 1


def test_after_a_line_that_did_not_fit_on_the_disk_a_new_segment_begins(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    resource = pytest.importorskip("resource", reason="Windows has no limit for the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with RunWriter(run) as writer:
        try:
            writer.log(level="info", message="fits")
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
            with pytest.raises(WriteError, match=r"Could not write an event to .*000001.ndjson: the file would be larger"):
                writer.log(level="info", message="x" * 5000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, former)
        assert writer.log(level="info", message="room again") == 3
    torn, after = (file.read_bytes() for file in sorted((run / "events").iterdir()))
    assert len(torn) == 1000 and not torn.endswith(b"\n")
    assert json.loads(after.split(b"\n")[0])["message"] == "room again"


def test_a_closed_writer_says_so(tmp_path: Path) -> None:
    writer = RunWriter(a_run(tmp_path))
    writer.close()
    writer.close()
    with pytest.raises(WriterClosed, match="is closed"):
        writer.log(level="info", message="")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_process_neither_writes_nor_gives_the_lock_back(tmp_path: Path) -> None:
    writer = RunWriter(a_run(tmp_path))
    pid = os.fork()
    if pid == 0:
        try:
            writer.log(level="info", message="of the child")
        except WriterClosed:
            writer.close()
            os._exit(0 if (writer.run_dir / "writer.lock").exists() else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    writer.log(level="info", message="of the parent")
    writer.close()
    assert [e["message"] for e in events_of(writer.run_dir)] == ["of the parent"]


def test_threads_write_whole_lines_with_numbers_of_their_own(tmp_path: Path) -> None:
    with RunWriter(a_run(tmp_path), segment_bytes=20_000) as writer:
        threads = [
            threading.Thread(target=lambda t=t: [writer.log(level="info", message=f"{t} {i}") for i in range(200)]) for t in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    events = events_of(writer.run_dir, "log")
    assert [e["seq"] for e in events] == list(range(1, 801))
    for t in range(4):
        assert [e["message"] for e in events if e["message"].startswith(f"{t} ")] == [f"{t} {i}" for i in range(200)]


@pytest.mark.parametrize(
    ("error", "state", "step"),
    [
        (ValueError("no gradient"), "failed", 3),
        (KeyboardInterrupt(), "stopped", 3),
        (SystemExit(0), "finished", 4),
        (None, "finished", 4),
    ],
)
def test_how_it_ended_is_told(tmp_path: Path, error: BaseException | None, state: str, step: int) -> None:
    run = a_run(tmp_path, total_steps=9)

    def loop() -> None:
        with RunWriter(run) as writer:
            writer.metrics(step=3, values={})
            writer.group(step=4, group=0, question="", solutions=solutions(1))
            if error is not None:
                raise error

    if error is None:
        loop()
    else:
        with pytest.raises(type(error)):
            loop()
    end = events_of(run)[-1]
    assert (end["state"], end["step"], end["total_steps"]) == (state, step, 9)
    assert not isinstance(error, ValueError) or end["message"] == "ValueError: no gradient"
    assert not (run / "writer.lock").exists()


def test_a_request_to_stop_is_seen_and_told(tmp_path: Path) -> None:
    with RunWriter(a_run(tmp_path)) as writer:
        assert not writer.stop_requested
        (writer.run_dir / "stop.request").touch()
        assert writer.stop_requested
        writer.metrics(step=2, values={})
    assert events_of(writer.run_dir)[-1]["state"] == "stopped"


def test_a_launched_program_writes_the_run_that_it_was_launched_for(tmp_path: Path, monkeypatch: Any) -> None:
    run = a_run(tmp_path)
    with pytest.raises(RunError, match="GRPO_LAB_RUN is not set"):
        RunWriter()
    monkeypatch.setenv("GRPO_LAB_RUN", str(run))
    with RunWriter() as writer:
        assert writer.run_dir == run
    with RunWriter.create(tmp_path, name="another") as writer:
        assert writer.run_dir == run


def test_a_folder_without_run_json_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"holds no run\.json"):
        RunWriter(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_traces_are_written_as_the_settings_say(tmp_path: Path) -> None:
    def traces(**settings: Any) -> list[tuple[int, int]]:
        with RunWriter(a_run(tmp_path), traces=TraceSettings(**settings)) as writer:
            for step in range(1, 5):
                writer.group(step=step, group=0, question="", solutions=solutions(1, 0))
                writer.group(step=step, group=1, question="", solutions=solutions(1, 1))
                for group in (0, 1):
                    for solution in (0, 1):
                        writer.trace(step=step, group=group, solution=solution, lengths=[1])
        return [(e["step"], e["group"]) for e in events_of(writer.run_dir, "trace") if e["solution"] == 0]

    assert traces() == [(step, group) for step in range(1, 5) for group in (0, 1)]
    assert traces(every=2) == [(2, 0), (2, 1), (4, 0), (4, 1)]
    assert traces(groups="with-signal") == [(step, 0) for step in range(1, 5)]
    assert traces(groups="none") == []


def test_advantages_of_tokens_are_a_signal_too(tmp_path: Path) -> None:
    with RunWriter(a_run(tmp_path), traces=TraceSettings(groups="with-signal")) as writer:
        writer.group(step=1, group=0, question="", solutions=solutions(1, 1))
        assert writer.trace(step=1, group=0, solution=0, lengths=[1], advantage=[0.0]) is None
        assert writer.trace(step=1, group=0, solution=0, lengths=[1], advantage=[0.5]) is not None
        writer.group(step=1, group=1, question="", solutions=solutions(1, 1, advantage=0.5))
        assert writer.wants_trace(step=1, group=1)
        assert writer.wants_trace(step=2, group=1), "a group that was not told may carry one"


def test_a_checkpoint_is_named_within_the_run_and_weighed(tmp_path: Path) -> None:
    with RunWriter(a_run(tmp_path)) as writer:
        folder = writer.run_dir / "checkpoints" / "25"
        (folder / "deep").mkdir(parents=True)
        (folder / "a").write_bytes(b"12345")
        (folder / "deep" / "b").write_bytes(b"123")
        writer.checkpoint(step=25, path=folder)
        writer.checkpoint(step=25, path="checkpoints/25", bytes=0, removed=True)
        writer.resume(from_step=25, checkpoint=folder)
    first, second, third = events_of(writer.run_dir)[:3]
    assert (first["path"], first["bytes"]) == ("checkpoints/25", 8)
    assert (second["bytes"], second["removed"]) == (0, True)
    assert (third["from_step"], third["checkpoint"]) == (25, "checkpoints/25")


def test_times_of_spans_are_of_utc(tmp_path: Path) -> None:
    with RunWriter(a_run(tmp_path)) as writer:
        start = datetime(2026, 11, 23, 20, 0, 0, 100_000, timezone.utc)
        writer.span(step=1, name="sampling", lane="rank 0", start=start, end=start.timestamp() + 2.3)
    event = events_of(writer.run_dir)[0]
    assert (event["start"], event["end"]) == ("2026-11-23T20:00:00.100Z", "2026-11-23T20:00:02.400Z")


def test_a_long_reason_of_a_failure_says_that_it_was_cut() -> None:
    assert failure_text(ValueError("why")) == "ValueError: why"
    long = failure_text(ValueError("x" * 5000))
    assert len(long) == 2000
    assert long.endswith("…")
