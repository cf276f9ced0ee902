"""
A request to stop (`stop.request` in the run directory, a person's or that of a job that is about to lose its place), heard by a trainer
of Transformers whose script looks for none: a checkpoint after the step at hand, and the training ends as if it were over.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .launch_id import launch_id


class StopRequest:
    """
    When a training ends on request. All ranks have to end after the same step, and nothing may wait for another that might not look: rank 0
    writes down the step after the one in which it saw the request, and before that step is over for anybody, each has shared a step
    with a rank 0 that had written it.
    """

    def __init__(self, run: Path, folder: Path, *, rank: int, ranks: int) -> None:
        """
        :param run: where the request is made
        :param folder: which all ranks see
        """
        self._request = run / "stop.request"
        self._agreed = folder / f"stop-after.{launch_id(os.environ)}"
        self._rank = rank
        self._ranks = ranks
        #: The step after which it ends; None: it goes on.
        self.after: int | None = None
        if rank == 0:
            # Of a former training, whose launch was named alike: nobody looks before a step is over.
            self._agreed.unlink(missing_ok=True)

    def is_due(self, step: int) -> bool:
        """:param step: the one that is over. :raises OSError: when the other ranks cannot be told"""
        if self.after is None:
            self.after = self._asked(step) if self._rank == 0 else self._told()
        return self.after is not None and step >= self.after

    def _asked(self, step: int) -> int | None:
        if not self._request.exists():
            return None
        if self._ranks == 1:
            return step
        beside = self._agreed.with_name(f"{self._agreed.name}.{os.getpid()}")
        beside.write_text(str(step + 1), encoding="utf-8")
        beside.replace(self._agreed)
        return step + 1

    def _told(self) -> int | None:
        with contextlib.suppress(FileNotFoundError):
            return int(self._agreed.read_text(encoding="utf-8"))
        return None


def stop_callback(request: StopRequest, ends: Callable[[int], None]) -> Any:
    """
    What a trainer of Transformers calls. Until there is a request it changes nothing; when it fails it does nothing any more.
    :param ends: hears the step after which the training ends
    """
    from transformers import TrainerCallback

    class StopOnRequest(TrainerCallback):  # type: ignore[misc]
        failed = False

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if self.failed or control.should_training_stop:
                return
            try:
                if request.is_due(int(state.global_step)):
                    control.should_save = control.should_training_stop = True
                    ends(int(state.global_step))
            except Exception as error:
                self.failed = True
                print(f"grpo-lab: a request to stop is not heard: {type(error).__name__}: {error}", file=sys.stderr)

    return StopOnRequest()
