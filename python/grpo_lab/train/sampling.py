"""Solutions that the policy writes outside of its training: for benchmarks, and for methods that learn from a frozen policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sample:
    text: str
    ids: list[int]
    #: `stop`: the model ended; `length`: cut at the token limit.
    finish: str


def ids_of(prompt: Any, tokenizer: Any) -> list[int]:
    """What the policy reads: of a text, a conversation, or ids as they are. A template writes its own special tokens."""
    if isinstance(prompt, str):
        return list(tokenizer(prompt)["input_ids"])
    if prompt and isinstance(prompt[0], int):
        return list(prompt)
    text = tokenizer.apply_chat_template(prompt, tokenize=False, add_generation_prompt=True)
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


class Sampler:
    """Samples by Transformers, on all processes: each writes its share, and all get the whole."""

    def __init__(
        self, model: Callable[[], AbstractContextManager[Any]], tokenizer: Any, world: Any, *, max_tokens: int, batch: int
    ) -> None:
        """
        :param model: gives what generates
        :param world: which process of how many this is
        :param batch: sequences at once, per process
        """
        self._model = model
        self._tokenizer = tokenizer
        self._world = world
        self._max_tokens = max_tokens
        self._batch = batch

    def write(self, prompts: Sequence[Any], *, temperature: float, samples: int = 1) -> list[list[Sample]]:
        """
        :param prompts: texts, conversations, or the ids that they are for the policy
        :param temperature: 0: the likeliest token each time
        :returns: `samples` of each prompt
        """
        import torch
        from accelerate.utils import gather_object

        repeated = [prompt for prompt in prompts for _ in range(samples)]
        mine = list(range(self._world.process_index, len(repeated), self._world.num_processes))
        # Of like lengths at once: less padding, and nothing waits for one long question.
        tokens = [ids_of(prompt, self._tokenizer) for prompt in repeated]
        mine.sort(key=lambda i: len(tokens[i]))
        written: list[tuple[int, Sample]] = []
        with torch.no_grad(), self._model() as model:
            for start in range(0, len(mine), self._batch):
                places = mine[start : start + self._batch]
                written += zip(places, self._generate(model, [tokens[i] for i in places], temperature), strict=True)
        if self._world.num_processes > 1:
            written = gather_object(written)
        in_order = [sample for _, sample in sorted(written, key=lambda each: each[0])]
        return [in_order[i : i + samples] for i in range(0, len(in_order), samples)]

    def _generate(self, model: Any, prompts: Sequence[list[int]], temperature: float) -> list[Sample]:
        tokenizer = self._tokenizer
        padded = tokenizer.pad({"input_ids": list(prompts)}, return_tensors="pt", padding_side="left")
        inputs = {name: padded[name].to(model.device) for name in ("input_ids", "attention_mask")}
        how = {"do_sample": True, "temperature": temperature, "top_p": 1.0, "top_k": 0} if temperature > 0 else {"do_sample": False}
        out = model.generate(
            **inputs,
            **how,
            max_new_tokens=self._max_tokens,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
        return [self._sample(row) for row in out[:, inputs["input_ids"].shape[1] :].tolist()]

    def _sample(self, ids: list[int]) -> Sample:
        eos = self._tokenizer.eos_token_id
        ended = eos in ids
        ids = ids[: ids.index(eos) + 1] if ended else ids
        return Sample(self._tokenizer.decode(ids, skip_special_tokens=True), ids, "stop" if ended else "length")


@contextmanager
def generating(trainer: Any) -> Iterator[Any]:
    """A trainer's policy, whole and in its evaluation mode, whatever it is wrapped in."""
    from torch.distributed.fsdp import FullyShardedDataParallel
    from trl.models import unwrap_model_for_generation

    wrapped = trainer.model_wrapped
    was_training = wrapped.training
    wrapped.eval()
    gathered = FullyShardedDataParallel.summon_full_params(wrapped, recurse=False) if trainer.is_fsdp_enabled else nullcontext()
    try:
        with unwrap_model_for_generation(wrapped, trainer.accelerator) as model, gathered:
            yield model
    finally:
        wrapped.train(was_training)
