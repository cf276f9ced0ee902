"""The thread beside the training: takes what was recorded, makes records of it, hands them to a sink."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

from .sampled import Batch, Generation, Passed, Span, Visit
from .sinks import Sink
from .spool import Record

#: What training threads hand over; a dictionary without a `kind` are metrics by the trainer's names, with their step.
Item = Generation | Visit | Passed | Batch | Span | dict[str, Any]


class Reader(Protocol):
    """Makes records of what was recorded."""

    def records(self, item: Any) -> Iterator[Record]: ...

    def close(self) -> Iterator[Record]:
        """:returns: those of what is not complete"""


POLL_SECONDS = 0.25
#: Elements of visits that may wait: 8 bytes each. More are passed over, and counted, rather than to fill the memory.
MAX_WAITING = 32_000_000
#: How long the end of a training waits for what is still to be written.
PATIENCE_SECONDS = 300.0


class Session:
    def __init__(self, sink: Sink, reader: Reader) -> None:
        self._sink = sink
        self._reader = reader
        self._items: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._waiting = 0
        self._count = threading.Lock()
        self._passed_over = 0
        self._known_trouble: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="grpo-lab capture", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, item: Item) -> None:
        """Returns at once."""
        if isinstance(item, Visit):
            elements = item.logp.tensor.numel()
            with self._count:
                if self._waiting + elements > MAX_WAITING:
                    self._passed_over += 1
                    return
                self._waiting += elements
        self._items.put(item)

    def close(self) -> None:
        """Waits until everything is written."""
        self._items.put(None)
        self._thread.join(PATIENCE_SECONDS)
        if self._thread.is_alive():
            print("grpo-lab: capture is still writing; what it has not written is lost.", file=sys.stderr)

    def _run(self) -> None:
        while True:
            try:
                item = self._items.get(timeout=POLL_SECONDS)
            except queue.Empty:
                self._guarded(self._sink.poll)
                continue
            if item is None:
                break
            self._guarded(partial(self._take, item))
        self._guarded(self._rest)
        self._guarded(self._sink.close)

    def _rest(self) -> None:
        for record in self._reader.close():
            self._sink.take(record)
        if self._passed_over:
            why = f"{self._passed_over} forward passes were not kept, for they came faster than they could be written"
            self._sink.take({"kind": "log", "level": "warning", "message": f"Capture: {why}."})

    def _take(self, item: Item) -> None:
        if isinstance(item, Visit):
            with self._count:
                self._waiting -= item.logp.tensor.numel()
        for record in self._records(item):
            self._sink.take(record)
        if isinstance(item, Generation):
            self._sink.poll()

    def _records(self, item: Item) -> Iterator[Record]:
        if isinstance(item, Span):
            yield {"kind": "span", **vars(item)}
        elif not isinstance(item, dict):
            yield from self._reader.records(item)
        elif "kind" in item:
            yield item
        else:
            yield {"kind": "metrics", "logged": item}

    def _guarded(self, work: Callable[[], None]) -> None:
        """What goes wrong is said once a kind, in the run where that can be written, and the next item is taken."""
        try:
            work()
        except Exception as error:
            said = describe(error)
            if said in self._known_trouble:
                return
            self._known_trouble.add(said)
            print(f"grpo-lab: capture: {said}", file=sys.stderr)
            try:
                self._sink.take({"kind": "log", "level": "warning", "message": f"Capture: {said}"})
            except Exception as second:
                print(f"grpo-lab: capture: {describe(second)}", file=sys.stderr)


def describe(error: Exception) -> str:
    """`ValueError: why (file.py, line 12)`: of where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f" ({trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno})"
    return f"{type(error).__name__}: {error}{where}"
