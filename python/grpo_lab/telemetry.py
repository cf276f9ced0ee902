"""
What the GPUs of this machine do while a run trains: utilisation, memory, power and temperature, as `nvidia-smi` tells them.

    from grpo_lab.telemetry import GpuTelemetry

    with GpuTelemetry(run.telemetry, lambda why: run.log(level="info", message=why)):
        train()

Standard library only: one child process that tells all devices every few seconds, and a thread that reads it. A machine without
`nvidia-smi` gets a note, never an error.
"""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import TracebackType

#: Field of `nvidia-smi --query-gpu`, name of the value, and what makes its unit of nvidia-smi's.
FIELDS: tuple[tuple[str, str, float], ...] = (
    ("utilization.gpu", "utilisation %", 1),
    ("memory.used", "memory bytes", 2**20),
    ("memory.total", "memory total bytes", 2**20),
    ("power.draw", "power W", 1),
    ("power.limit", "power limit W", 1),
    ("temperature.gpu", "temperature °C", 1),
)


@dataclass(frozen=True)
class Reading:
    #: 0 is the first in the order of the bus, whatever CUDA_VISIBLE_DEVICES says.
    index: int
    uuid: str
    #: Only what the device tells: MIG devices and some boards leave values out.
    values: Mapping[str, float]


def command(seconds: int) -> list[str]:
    """:param seconds: between two readings"""
    query = ",".join(["index", "uuid", *(field for field, _, _ in FIELDS)])
    return ["nvidia-smi", f"--query-gpu={query}", "--format=csv,noheader,nounits", f"--loop={seconds}"]


def reading_of(line: str) -> Reading | None:
    """
    :param line: of the output of `command`, e.g. `0, GPU-1d2c…, 97, 40536, 81559, 412.73, [N/A], 61`
    :returns: None for what is no reading, such as a warning
    """
    cells = next(csv.reader([line], skipinitialspace=True), [])
    if len(cells) != len(FIELDS) + 2 or not cells[0].strip().isdigit():
        return None
    values: dict[str, float] = {}
    for cell, (_, name, scale) in zip(cells[2:], FIELDS, strict=True):
        try:
            values[name] = float(cell) * scale
        except ValueError:  # [N/A], [Not Supported], [Unknown Error]
            continue
    return Reading(int(cells[0]), cells[1].strip(), values)


class GpuTelemetry:
    """Tells what each GPU does, from `start` (or `with`) to `close`."""

    def __init__(
        self,
        tell: Callable[..., object],
        note: Callable[[str], object],
        *,
        seconds: int = 10,
        uuids: Collection[str] = (),
    ) -> None:
        """
        :param tell: called with `device`, e.g. `gpu-node-17 gpu 0`, and `values` by name with the unit last: `RunWriter.telemetry`
        :param note: hears, at most once, why there is nothing to tell
        :param seconds: between two readings
        :param uuids: of the devices that are this run's, as nvidia-smi spells them; left out: all of the machine
        """
        self._tell = tell
        self._note = note
        self._seconds = seconds
        self._uuids = frozenset(uuids)
        self._child: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._closing = False

    def start(self) -> None:
        if shutil.which("nvidia-smi") is None:
            self._note("No GPU telemetry: nvidia-smi is not on this machine's PATH.")
            return
        try:
            self._child = subprocess.Popen(
                command(self._seconds), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        except OSError as error:
            self._note(f"No GPU telemetry: nvidia-smi cannot be started: {error}.")
            return
        self._thread = threading.Thread(target=self._read, name="grpo-lab telemetry", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        if self._child is not None:
            self._child.terminate()
        if self._thread is not None:
            self._thread.join(5)

    def _read(self) -> None:
        child = self._child
        assert child is not None and child.stdout is not None
        host, last, readings = socket.gethostname(), "", 0
        for line in child.stdout:
            reading = reading_of(line)
            if reading is None:
                last = line.strip() or last
            elif not self._uuids or reading.uuid in self._uuids:
                readings += 1
                self._tell(device=f"{host} gpu {reading.index}", values=reading.values)
        code = child.wait()
        if not self._closing and (code != 0 or readings == 0):
            self._note(f"GPU telemetry has ended: nvidia-smi ended with {code}{f': {last}' if last else ''}.")

    def __enter__(self) -> GpuTelemetry:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def is_first_of_machine() -> bool:
    """Whether this process is the one of its machine that tells of the devices; launchers number those of a machine in LOCAL_RANK."""
    return int(os.environ.get("LOCAL_RANK", "0")) == 0
