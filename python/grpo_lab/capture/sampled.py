"""What the training thread hands over: references and arrays on the host, nothing that costs it time to make."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..events import Grade


@dataclass
class HostArray:
    """A tensor on its way to the host's memory. Shape (rows, tokens), unless it is said otherwise."""

    tensor: Any
    #: Waits until the copy has arrived.
    arrived: Callable[[], None] | None = None

    def numpy(self) -> Any:
        if self.arrived is not None:
            self.arrived()
            self.arrived = None
        return self.tensor.numpy()


def to_host(tensor: Any, single: bool = True) -> HostArray:
    """
    Copies a tensor to the host. From a CUDA device the copy is only begun: the training thread does not wait for it.

    :param single: as float32
    """
    import torch

    tensor = tensor.detach()
    if single:
        tensor = tensor.float()
    if tensor.device.type == "cpu":
        return HostArray(tensor.clone())
    if tensor.device.type != "cuda":
        return HostArray(tensor.cpu())
    host = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
    host.copy_(tensor, non_blocking=True)
    event = torch.cuda.Event()
    event.record()
    return HostArray(host, event.synchronize)


@dataclass
class Generation:
    """One call of `_generate_and_score_completions` on this rank: n rows, of which row r is the (rank × n + r)-th of all ranks."""

    number: int
    step: int
    #: Index of its first group in the step.
    first_group: int
    #: Rows on all ranks.
    size: int
    group_size: int
    #: Place of this rank's first row.
    first_place: int
    #: Columns of the data set, a row each.
    inputs: Sequence[dict[str, Any]]
    prompts: Sequence[Any]
    completions: Sequence[Any]
    #: Unpadded.
    completion_ids: Sequence[Sequence[int]]
    prompt_ids: HostArray
    prompt_mask: HostArray
    #: By row of all ranks and function; NaN where a function had nothing to say.
    rewards: list[list[float]]
    reward_names: Sequence[str]
    reward_weights: list[float]
    advantages: HostArray
    #: Whether its steps' traces are wanted; without them there are no arrays either.
    traced: bool
    mask: HostArray | None = None
    logp_old: HostArray | None = None
    logp_ref: HostArray | None = None
    logp_sampler: HostArray | None = None
    #: Of what this rank has sampled and left out again.
    dropped_tokens: int = 0
    #: Of this rank's rows, where the trainer knows why each counts as right or wrong.
    grades: Sequence[Grade] | None = None


@dataclass
class Visit:
    """One forward pass of the loss over some of a generation's rows."""

    generation: int
    #: Which of this rank's rows, in the order of the arrays.
    rows: list[int]
    logp: HostArray
    entropy: HostArray | None


@dataclass
class Passed:
    """That rows of a generation have gone forward and backward through the policy."""

    generation: int
    step: int
    #: Of this rank's rows.
    rows: list[int]


@dataclass
class Sampled:
    """One solution of a trainer whose one process sees all of them, with what is known of it before the step's update."""

    #: What all solutions of its group have in common.
    group: Hashable
    #: Sorts it among those.
    place: tuple[int, ...]
    prompt_ids: Sequence[int]
    #: Unpadded.
    ids: Sequence[int]
    reward: float
    #: By element of `ids`; what is not there is None.
    mask: Any = None
    advantage: Any = None
    logp_old: Any = None
    logp_ref: Any = None
    logp_sampler: Any = None
    entropy: Any = None
    rewards: Mapping[str, float] = field(default_factory=dict)
    correct: bool | None = None
    finish: str | None = None
    gold: str | None = None
    info: Mapping[str, Any] = field(default_factory=dict)
    #: The question's messages, where it is a conversation.
    messages: Sequence[Mapping[str, Any]] | None = None
    policy_version: int | None = None


@dataclass
class Batch:
    """What such a trainer learns from at once."""

    step: int
    #: Reads them; called on the thread beside the training.
    rows: Callable[[], Iterable[Sampled]]
    #: Whether the step's traces are wanted.
    traced: bool


@dataclass
class Span:
    step: int
    name: str
    lane: str
    #: Seconds since 1970.
    start: float
    end: float
