"""The Python side of GRPO Lab. `grpo_lab.events` writes run directories, for any trainer."""

__version__ = "0.1.0"
