"""
OpenRLHF 0.11: from the making of its PPO trainer to the end of that process. The process that controls a training sees every solution
with the log-probabilities of the policy that the step begins with, of the reference and of the sampler. Entropy and log-probabilities
of the policy that is updated stay with the workers.
"""

from __future__ import annotations

import atexit
import functools
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .around import begin, tell_trouble
from .batches import batch_reader
from .capturing import Capturing, Settings
from .handshake import handshake_of
from .metric_names import MetricNames
from .sampled import Batch, Sampled, Span
from .wrapping import Wrapping

TENSORS = (
    "sequences",
    "attention_mask",
    "action_mask",
    "action_log_probs",
    "base_action_log_probs",
    "rollout_log_probs",
    "advantages",
    "rewards",
    "truncated",
)
SPANS = {"ppo_train": "training", "broadcast_to_vllm": "sync"}
METHODS = {"gae": "ppo", "group_norm": "grpo", "dr_grpo": "dr_grpo"}


def wrap_trainer(trainer_class: type, settings: Settings) -> None:
    """
    Ray makes a copy of what derives from this class, and calls `fit` of that by itself: what can be wrapped is how a trainer is made.

    :param trainer_class: `openrlhf.trainer.ppo_trainer.BasePPOTrainer`
    """
    original = vars(trainer_class)["__init__"]

    @functools.wraps(original)
    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        try:
            capture = Capture(self, settings)
            begin(capture)
            atexit.register(capture.end, None)
        except Exception as error:
            tell_trouble(settings.folder, error)

    trainer_class.__init__ = made  # type: ignore[misc]


class Capture:
    def __init__(self, trainer: Any, settings: Settings) -> None:
        self._trainer = trainer
        self._settings = settings
        self._step = 1
        #: Futures of the reference's log-probabilities of the batch at hand, then these, a tensor for each experience.
        self._asked_reference: Any = None
        self._reference: Sequence[Any] = ()
        args = trainer.args
        self._capturing = Capturing(
            settings,
            handshake_of(
                trainer,
                "openrlhf",
                method=METHODS.get(args.algo.advantage.estimator, args.algo.advantage.estimator),
                processes=1,
                total_steps=getattr(trainer, "max_steps", None),
                sampling=_sampling(args),
                reward=[{"term": "reward", "weight": 1.0}],
            ),
            batch_reader(trainer.tokenizer, settings, getattr(args.rollout, "max_new_tokens", None)),
            config=lambda: _plain(args),
            seed=getattr(args.train, "seed", None),
            names=MetricNames("openrlhf"),
            stop=self._stop,
        )
        self._wrapping = Wrapping(self._failed)

    def begin(self) -> None:
        self._capturing.begin()
        wrap, trainer, maker = self._wrapping.wrap, self._trainer, self._trainer.experience_maker
        if hasattr(trainer, "samples_generator"):
            wrap(trainer.samples_generator, "generate_samples", functools.partial(self._span, "sampling"))
        wrap(trainer, "train_step", self._after_step, before=self._before_step)
        wrap(maker, "_dispatch_forward", self._after_dispatch)
        wrap(maker, "_flatten_results", self._after_flatten)
        wrap(maker, "make_experience_batch", self._after_batch)
        for method, name in SPANS.items():
            wrap(trainer, method, functools.partial(self._span, name))
        wrap(trainer, "save_logs_and_checkpoints", self._after_logs)
        wrap(trainer, "evaluate", self._after_evaluation)

    def end(self, error: BaseException | None) -> None:
        self._wrapping.unwrap()
        self._capturing.end(error, self._step - 1)

    def _stop(self) -> None:
        self._wrapping.on = False

    def _failed(self, method: str, error: Exception) -> None:
        self._capturing.failed(method, error, self._step)

    def _span(self, name: str, start: float, result: Any, args: Any, kwargs: Any) -> None:
        self._capturing.put(Span(self._step, name, "trainer", start, time.time()))

    def _before_step(self, args: Any, kwargs: Any) -> None:
        """OpenRLHF counts steps that are over."""
        self._step = int(kwargs["global_step"] if "global_step" in kwargs else args[1]) + 1

    def _after_step(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        self._step += 1

    def _after_dispatch(self, start: float, refs: Any, args: Any, kwargs: Any) -> None:
        group = args[0] if args else kwargs["group"]
        if group is not None and group is self._trainer.experience_maker.initial_model_group:
            self._asked_reference = refs

    def _after_flatten(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        """The only place where the reference's log-probabilities stand when KL is a part of the reward."""
        if self._asked_reference is not None and args[0] is self._asked_reference:
            self._reference, self._asked_reference = result, None

    def _after_batch(self, start: float, experiences: Any, args: Any, kwargs: Any) -> None:
        self._span("experience", start, None, None, None)
        reference, self._reference = self._reference, ()
        size = int(self._trainer.args.rollout.n_samples_per_prompt)
        # References: what is made of an experience later is a copy.
        kept = []
        for i, experience in enumerate(experiences):
            tensors = {name: getattr(experience, name) for name in TENSORS if getattr(experience, name) is not None}
            if i < len(reference):
                tensors["base_action_log_probs"] = reference[i]
            kept.append((list(experience.index), list(experience.labels), dict(experience.info), tensors))
        self._capturing.put(Batch(self._step, functools.partial(_rows, kept, size), self._settings.wants_traces(self._step)))

    def _after_logs(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        step, logs = args[0], args[1] if len(args) > 1 else kwargs.get("logs_dict")
        self._metrics(int(step), logs or {})

    def _after_evaluation(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        self._metrics(int(args[0] if args else kwargs["global_step"]), result or {})

    def _metrics(self, step: int, values: Mapping[str, Any]) -> None:
        numbers = {name: float(value) for name, value in values.items() if isinstance(value, int | float) or hasattr(value, "item")}
        self._capturing.put({**numbers, "step": step})


def _rows(experiences: Sequence[tuple[list[int], list[Any], dict[str, Any], dict[str, Any]]], size: int) -> Iterator[Sampled]:
    """
    :param experiences: of each its solutions' places in the whole, right answers, further numbers, and tensors: `sequences` and
        `attention_mask` (B, T), the others (B, T − 1), of the tokens from the second on; padded at the right
    :param size: solutions of a question
    """
    for index, labels, info, tensors in experiences:
        for b, place in enumerate(index):
            tokens = int(tensors["attention_mask"][b].sum())
            mask = tensors["action_mask"][b, : tokens - 1].bool()
            learned = mask.nonzero().flatten().tolist()
            start, end = (learned[0], learned[-1] + 1) if learned else (tokens - 1, tokens - 1)
            ids = tensors["sequences"][b, :tokens].tolist()

            def of(name: str, b: int = b, start: int = start, end: int = end, tensors: dict[str, Any] = tensors) -> Any:
                return tensors[name][b, start:end].float().numpy() if name in tensors else None

            raw = info["reward"][b] if "reward" in info else tensors["rewards"][b]
            label = labels[b] if b < len(labels) else None
            yield Sampled(
                group=place // size,
                place=(place,),
                prompt_ids=ids[: start + 1],
                ids=ids[start + 1 : end + 1],
                reward=float(tensors["rewards"][b]),
                rewards={"reward": float(raw), **({"score": float(info["score"][b])} if "score" in info else {})},
                mask=mask[start:end].numpy(),
                advantage=of("advantages"),
                logp_old=of("action_log_probs"),
                logp_ref=of("base_action_log_probs"),
                logp_sampler=of("rollout_log_probs"),
                finish="length" if "truncated" in tensors and bool(tensors["truncated"][b]) else None,
                gold=None if label is None else str(label),
            )


def _sampling(args: Any) -> dict[str, float | int]:
    """As run.json has it. OpenRLHF's log-probabilities are at the temperature of sampling."""
    rollout = args.rollout
    temperature = float(rollout.temperature)
    known: dict[str, float | int] = {"temperature": temperature, "logp_temperature": temperature}
    for name, key in (("top_p", "top_p"), ("max_new_tokens", "max_tokens")):
        value = getattr(rollout, name, None)
        if isinstance(value, int | float) and value > 0:
            known[key] = value
    return known


def _plain(args: Any) -> dict[str, Any]:
    """Without what may be a secret: the keys of its loggers."""
    known = {name: _plain(value) if hasattr(value, "__dict__") else value for name, value in vars(args).items() if name != "logger"}
    return {name: value for name, value in known.items() if isinstance(value, dict | list | str | int | float | bool | None)}
