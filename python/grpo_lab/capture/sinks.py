"""Where records go: on rank 0 into the run, together with those of all other ranks; on these into their spools."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ..events import RunWriter
from .groups import GroupAssembler
from .metric_names import MetricNames
from .spool import Record, SpoolReader, SpoolWriter, spool_file
from .token_counts import TokenCounts

#: How long rank 0 waits at the end for a rank that tells nothing more.
SILENCE_SECONDS = 30.0


class Sink(Protocol):
    def take(self, record: Record) -> None: ...

    def poll(self) -> None:
        """Called a few times a second."""

    def close(self) -> None: ...


class SpoolSink:
    """Of ranks other than 0. That the spool ends is a record, too: what comes after it was lost."""

    def __init__(self, folder: Path, rank: int) -> None:
        self._rank = rank
        self._spool = SpoolWriter(spool_file(folder, rank))

    def take(self, record: Record) -> None:
        if record["kind"] != "metrics":
            self._spool.write(record)

    def poll(self) -> None:
        pass

    def close(self) -> None:
        with self._spool:
            self._spool.write({"kind": "end", "rank": self._rank})


class RunSink:
    """Of rank 0, the only one that writes the run."""

    def __init__(
        self,
        writer: RunWriter,
        folder: Path,
        *,
        names: MetricNames,
        ranks: int,
        failed: Callable[[int, str], None],
        resumed: bool,
        tells_status: bool,
        closes: bool = True,
        updates: int = 1,
    ) -> None:
        """
        :param folder: of the spools
        :param names: what the trainer's metrics are called
        :param failed: hears the step at which another rank's capture has ended, and why
        :param resumed: whether the run has had another life, whose later steps are superseded by this one's first
        :param tells_status: whether nobody else says how far the run is
        :param closes: whether the writer is closed at the end
        :param updates: steps of the optimiser that are one step of the run
        """
        self._writer = writer
        self._folder = folder
        self._spools = {rank: SpoolReader(spool_file(folder, rank)) for rank in range(1, ranks)}
        self._failed = failed
        self._resumed = resumed
        self._tells_status = tells_status
        self._closes = closes
        self._updates = updates
        self._groups = GroupAssembler(writer)
        self._names = names
        self._counts = TokenCounts(lambda step, values: writer.metrics(step=step, values=values), ranks)

    def take(self, record: Record) -> None:
        kind = record["kind"]
        if self._resumed and kind in ("rows", "span"):
            self._resumed = False
            self._writer.resume(from_step=record["step"] - 1)
        match kind:
            case "rows" | "trace":
                self._groups.add(record)
            case "tokens":
                self._counts.add(record)
            case "span":
                self._writer.span(**{key: value for key, value in record.items() if key != "kind"})
            case "telemetry":
                self._writer.telemetry(device=record["device"], values=record["values"])
            case "metrics":
                step, values = record["logged"]["step"] // self._updates, self._names.values(record["logged"])
                if values:
                    self._writer.metrics(step=step, values=values)
                if self._tells_status:
                    self._writer.status(state="running", step=step, message="training")
            case "status":
                self._writer.status(state=record["state"], step=record["step"], message=record["message"])
            case "log":
                self._writer.log(level=record["level"], message=record["message"])
            case "failed":
                self._failed(record["step"], record["why"])
            case "end":
                self._spools.pop(record["rank"])

    def poll(self) -> None:
        for spool in list(self._spools.values()):
            for record in spool.read():
                self.take(record)

    def close(self) -> None:
        """Waits for the other ranks, writes what there is, and says what is missing."""
        heard, before = time.monotonic(), -1
        while self._spools and time.monotonic() - heard < SILENCE_SECONDS:
            self.poll()
            seen = sum(spool.offset for spool in self._spools.values())
            if seen != before:
                heard, before = time.monotonic(), seen
            time.sleep(0.05)
        try:
            self._counts.close()
            self._groups.close()
            self._summary()
        finally:
            if self._closes:
                self._writer.close()
            with contextlib.suppress(OSError):
                shutil.rmtree(self._folder)

    def _summary(self) -> None:
        groups = self._groups
        for rank, spool in self._spools.items():
            why = "its spool ends early" if spool.exists else f"there is no spool of it in {self._folder}"
            self._writer.log(level="warning", message=f"Capture: not all of rank {rank} is here, {why}.")
        if groups.lost_rows:
            self._writer.log(level="warning", message=f"Capture: {groups.lost_rows} solutions are missing from their groups.")
        for why, n in groups.missing.items():
            self._writer.log(level="warning", message=f"Capture: {n} solutions have no trace: {why}.")
        told = f"Captured {groups.groups} groups, {groups.solutions} solutions, {groups.traces} traces."
        self._writer.log(level="info", message=told)
