"""Which launch of a training this process belongs to: the same word on all its ranks and nodes, another one for the next launch."""

from __future__ import annotations

import re
from collections.abc import Mapping

SLURM = ("SLURM_JOB_ID", "SLURM_RESTART_COUNT")


def launch_id(environment: Mapping[str, str]) -> str:
    """
    From SLURM's job and how often it was requeued; else from what the launcher made for this life of the run; else from
    torchrun's run id; else from where the ranks meet. Workers that torchrun starts again are another launch.

    Returns letters, digits, `.`, `_` and `-` only: it names a folder.
    """
    restarted = environment.get("TORCHELASTIC_RESTART_COUNT", "0")
    job = environment.get("SLURM_JOB_ID")
    rendezvous = environment.get("TORCHELASTIC_RUN_ID", "none")
    if job:
        parts = ["slurm", job, environment.get("SLURM_RESTART_COUNT", "0")]
        if own := environment.get("GRPO_LAB_LAUNCH"):
            parts.append(own)  # several commands of one job, one after the other
    elif own := environment.get("GRPO_LAB_LAUNCH"):
        parts = [own]
    elif rendezvous != "none":
        parts = ["torchelastic", rendezvous]
    else:
        parts = ["at", environment.get("MASTER_ADDR", "here"), environment.get("MASTER_PORT", "0")]
    if restarted != "0":
        parts.append(f"again{restarted}")
    return re.sub(r"[^A-Za-z0-9._-]", "_", "-".join(parts))[:120]
