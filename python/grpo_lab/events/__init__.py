"""
Writes run directories: from any training loop to curves, groups, solutions and tokens in GRPO Lab.

    from grpo_lab.events import RunWriter

    with RunWriter.create(".", name="mine", config={"lr": 1e-6}, method="grpo") as run:
        run.metrics(step=1, values={"reward/mean": 0.56, "kl": 0.013})

Standard library only. The format is version 1 of the run directory (docs/protocol.md).
"""

from .errors import EventError, RunError, RunLocked, WriteError, WriterClosed
from .records import Grade, Solution, Turn
from .text import question_id, utf16_length
from .trace import TraceSettings
from .writer import RUN_VARIABLE, RunWriter

__all__ = [
    "RUN_VARIABLE",
    "EventError",
    "Grade",
    "RunError",
    "RunLocked",
    "RunWriter",
    "Solution",
    "TraceSettings",
    "Turn",
    "WriteError",
    "WriterClosed",
    "question_id",
    "utf16_length",
]
