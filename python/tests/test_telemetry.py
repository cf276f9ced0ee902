"""Readings of GPUs. The lines are of the form that nvidia-smi documents; the child process is a real one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from runs import events_of

from grpo_lab.events import RunWriter
from grpo_lab.telemetry import GpuTelemetry, command, reading_of

H200 = "0, GPU-5f6a, 97, 40536, 143771, 412.73, 700.00, 61"


def test_a_reading_has_bytes_watts_and_degrees() -> None:
    reading = reading_of(H200)
    assert reading is not None and (reading.index, reading.uuid) == (0, "GPU-5f6a")
    assert reading.values == {
        "utilisation %": 97,
        "memory bytes": 40536 * 2**20,
        "memory total bytes": 143771 * 2**20,
        "power W": 412.73,
        "power limit W": 700,
        "temperature °C": 61,
    }


def test_what_a_device_does_not_tell_is_left_out() -> None:
    reading = reading_of("7, GPU-5f6a, [N/A], 12, 40, [Not Supported], [Unknown Error], 30")
    assert reading is not None
    assert reading.values == {"memory bytes": 12 * 2**20, "memory total bytes": 40 * 2**20, "temperature °C": 30}


@pytest.mark.parametrize("line", ["", "No devices were found", "index, uuid, a, b, c, d, e, f", "0, GPU-5f6a, 97", f"{H200}, 5"])
def test_what_is_no_reading_is_none(line: str) -> None:
    assert reading_of(line) is None


def on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_readings_of_a_child_process_become_events_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(tmp_path, monkeypatch, f'echo "{H200}"; echo "{H200.replace("5f6a", "else")}"; echo "$@" > "{tmp_path}/asked"')
    notes: list[str] = []
    with RunWriter.create(tmp_path, name="seen", config={}, method="grpo") as run:
        telemetry = GpuTelemetry(run.telemetry, notes.append, uuids=["GPU-5f6a"])
        telemetry.start()
        assert telemetry._thread is not None
        telemetry._thread.join(60)
        telemetry.close()
    told = events_of(run.run_dir, "telemetry")
    assert len(told) == 1 and told[0]["device"].endswith(" gpu 0") and told[0]["values"]["power W"] == 412.73
    assert notes == []
    assert (tmp_path / "asked").read_text().split() == command(10)[1:]


def test_what_ends_it_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(tmp_path, monkeypatch, 'echo "NVIDIA-SMI has failed: no driver" >&2; exit 9')
    notes: list[str] = []
    telemetry = GpuTelemetry(lambda device, values: None, notes.append)
    telemetry.start()
    assert telemetry._thread is not None
    telemetry._thread.join(60)
    telemetry.close()
    assert notes == ["GPU telemetry has ended: nvidia-smi ended with 9: NVIDIA-SMI has failed: no driver."]


def test_a_machine_without_it_gets_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    notes: list[str] = []
    with GpuTelemetry(lambda device, values: None, notes.append):
        pass
    assert notes == ["No GPU telemetry: nvidia-smi is not on this machine's PATH."]
