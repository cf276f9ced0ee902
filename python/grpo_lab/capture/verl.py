"""
verl 0.9: from `fit` of its PPO trainer (`trainer.use_v1`, and the former one) to its end. The process that controls a training sees
every solution with the log-probabilities of the policy that the step begins with, of the reference and of the sampler. Those of the
policy that is updated stay with the workers.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from .around import wrap_training
from .batches import batch_reader
from .capturing import Capturing, Settings
from .handshake import handshake_of
from .metric_names import MetricNames
from .sampled import Batch, Sampled, Span
from .wrapping import Wrapping

#: Per token of a response, by our names.
ARRAYS = {
    "mask": "response_mask",
    "advantage": "advantages",
    "logp_old": "old_log_probs",
    "logp_ref": "ref_log_prob",
    "logp_sampler": "rollout_log_probs",
    "entropy": "entropy",
}
OTHERS = ("uid", "reward_model", "data_source", "raw_prompt", "extra_fields")
SPANS = {
    "_compute_reward_colocate": "grading",
    "_compute_old_log_prob": "log-probabilities",
    "_compute_ref_log_prob": "reference",
    "_compute_values": "values",
    "_update_critic": "critic",
    "_update_actor": "training",
}


def wrap_trainers(module: ModuleType, settings: Settings) -> None:
    """:param module: `verl.trainer.ppo.v1.trainer_base`, or the former `verl.trainer.ppo.ray_trainer`"""
    for name in ("PPOTrainer", "RayPPOTrainer"):
        if trainer := vars(module).get(name):
            wrap_training(trainer, "fit", settings.folder, lambda trainer: Capture(trainer, settings))


def forward_environment(constants: ModuleType) -> None:
    """
    Processes of a Ray that runs already get their environment from verl, which forwards a list of its own: ours is added. What a node
    has on PYTHONPATH stays behind ours.
    :param constants: `verl.trainer.constants_ppo`
    """
    original: Callable[..., dict[str, Any]] = constants.get_ppo_ray_runtime_env

    @functools.wraps(original)
    def with_ours(*args: Any, **kwargs: Any) -> dict[str, Any]:
        runtime = original(*args, **kwargs)
        runtime.setdefault("env_vars", {}).update(_environment())
        return runtime

    constants.get_ppo_ray_runtime_env = with_ours  # type: ignore[attr-defined]


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name.startswith("GRPO_LAB_") or name == "VERL_USE_EXTERNAL_MODULES"}
    if "GRPO_LAB_CAPTURE" in ours:
        package = Path(__file__).resolve().parent.parent
        ours["PYTHONPATH"] = os.pathsep.join((str(package / "capture" / "hook"), str(package.parent), "${PYTHONPATH}"))
    return ours


class Capture:
    def __init__(self, trainer: Any, settings: Settings) -> None:
        self._trainer = trainer
        self._settings = settings
        config = trainer.config
        self._capturing = Capturing(
            settings,
            handshake_of(
                trainer,
                "verl",
                method=_method(str(config.algorithm.adv_estimator)),
                processes=1,
                total_steps=int(trainer.total_training_steps),
                sampling=_sampling(config),
                reward=[{"term": "score", "weight": 1.0}],
            ),
            batch_reader(
                trainer.tokenizer,
                settings,
                config.actor_rollout_ref.rollout.get("response_length"),
                config.actor_rollout_ref.get("actor", {}).get("ppo_epochs"),
            ),
            config=lambda: _plain(config),
            seed=None,
            names=MetricNames("verl"),
            stop=self._stop,
        )
        self._wrapping = Wrapping(self._failed)

    def begin(self) -> None:
        from verl.utils.tracking import Tracking

        self._capturing.begin()
        wrap, trainer = self._wrapping.wrap, self._trainer
        if hasattr(trainer, "replay_buffer"):
            wrap(trainer.replay_buffer, "sample", self._after_sampling)
            wrap(trainer, "_compute_advantage", self._after_advantage)
        else:
            wrap(trainer, "_update_actor", before=self._before_update)
        for method, name in SPANS.items():
            wrap(trainer, method, functools.partial(self._span, name))
        wrap(Tracking, "log", self._after_log)

    def end(self, error: BaseException | None) -> None:
        self._wrapping.unwrap()
        over = 0 if error is None and self._step <= int(self._trainer.total_training_steps) else 1
        self._capturing.end(error, self._step - over)

    def _stop(self) -> None:
        self._wrapping.on = False

    def _failed(self, method: str, error: Exception) -> None:
        self._capturing.failed(method, error, self._step)

    @property
    def _step(self) -> int:
        """The one at hand: verl counts from 1."""
        return int(self._trainer.global_steps)

    def _span(self, name: str, start: float, result: Any, args: Any, kwargs: Any) -> None:
        self._capturing.put(Span(self._step, name, "trainer", start, time.time()))

    def _after_sampling(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        if kwargs.get("partition_id", "train") == "train":
            self._span("sampling", start, result, args, kwargs)

    def _after_advantage(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        """What verl's own steps ask for of its store, in one request."""
        import transfer_queue

        batch = args[0] if args else kwargs["batch"]
        traced = self._settings.wants_traces(self._step)
        arrays = ARRAYS.values() if traced else ("response_mask", "advantages")
        fields = ["prompts", "responses", "rm_scores", *arrays, *OTHERS]
        data = transfer_queue.kv_batch_get(keys=batch.keys, partition_id=batch.partition_id, select_fields=fields)
        rows = functools.partial(_stored_rows, list(batch.keys), list(batch.tags), data, self._step)
        self._capturing.put(Batch(self._step, rows, traced))

    def _before_update(self, args: Any, kwargs: Any) -> None:
        """Of the former trainer, whose batch is padded."""
        batch = args[0] if args else kwargs["batch"]
        names = {"prompts", "responses", "attention_mask", "token_level_scores", "entropys", *ARRAYS.values()}
        # References: the trainer adds to the batch and takes from it, and changes no tensor.
        tensors = {name: batch.batch[name] for name in names.intersection(batch.batch.keys())}
        rows = functools.partial(_padded_rows, tensors, dict(batch.non_tensor_batch))
        self._capturing.put(Batch(self._step, rows, self._settings.wants_traces(self._step)))

    def _after_log(self, start: float, result: Any, args: Any, kwargs: Any) -> None:
        of_call = {**dict(zip(("self", "data", "step"), args, strict=False)), **kwargs}
        self._capturing.put({**_numbers(of_call["data"]), "step": int(of_call["step"])})


def _stored_rows(keys: Sequence[str], tags: Sequence[Mapping[str, Any]], data: Any, step: int) -> Iterator[Sampled]:
    """
    :param keys: UID_SESSION_INDEX: question, solution of it, part of that
    :param data: ragged arrays, a row a key
    """
    known = set(data.keys())
    arrays = {ours: data[name].unbind() for ours, name in ARRAYS.items() if name in known}
    prompts, responses, scores = (data[name].unbind() for name in ("prompts", "responses", "rm_scores"))
    others = {name: _listed(data[name]) for name in OTHERS if name in known}
    for i, (key, tag) in enumerate(zip(keys, tags, strict=True)):
        if tag.get("is_padding"):
            continue
        uid, session, index = key.rsplit("_", 2)
        of_row = {name: values[i] for name, values in others.items()}
        extra = of_row.get("extra_fields") or {}
        version = tag.get("max_global_steps")
        yield Sampled(
            group=uid,
            place=(int(session), int(index)),
            prompt_ids=prompts[i].tolist(),
            ids=responses[i].tolist(),
            # What sampled a step are the weights after the one before it.
            policy_version=version if version is not None and version < step - 1 else None,
            **_judged(float(scores[i].sum()), extra.get("reward_extra_info") or {}),
            **_asked(of_row),
            **{name: rows[i].float().numpy() for name, rows in arrays.items()},
        )


def _padded_rows(tensors: Mapping[str, Any], others: Mapping[str, Any]) -> Iterator[Sampled]:
    """
    :param tensors: prompts padded at the left, everything of responses at the right
    :param others: arrays of objects, an element a row
    """
    width = tensors["prompts"].shape[1]
    seen: dict[str, int] = {}
    for i, uid in enumerate(others["uid"]):
        of_row = {name: values[i] for name, values in others.items()}
        attention = tensors["attention_mask"][i].bool()
        n = int(attention[width:].sum())
        place = seen[uid] = seen.get(uid, -1) + 1
        arrays = {ours: tensors[name][i, :n] for ours, name in {**ARRAYS, "entropy": "entropys"}.items() if name in tensors}
        yield Sampled(
            group=uid,
            place=(place,),
            prompt_ids=tensors["prompts"][i][attention[:width]].tolist(),
            ids=tensors["responses"][i, :n].tolist(),
            **_judged(float(tensors["token_level_scores"][i].sum()), {k: of_row[k] for k in ("acc", "score") if k in of_row}),
            **_asked(of_row),
            **{name: row.float().numpy() for name, row in arrays.items()},
        )


def _listed(column: Any) -> list[Any]:
    """Objects of a store's rows, as a stack of TensorDict or as its list."""
    return list(column.tolist()) if hasattr(column, "tolist") else list(column)


def _judged(score: float, more: Mapping[str, Any]) -> dict[str, Any]:
    """What the reward function says of a solution: its score, and whatever else it returns."""
    numbers = _numbers(more)
    accuracy = numbers.get("acc")
    return {"reward": score, "rewards": {**numbers, "score": score}, "correct": accuracy == 1 if accuracy in (0, 1) else None}


def _asked(columns: Mapping[str, Any]) -> dict[str, Any]:
    """What the data set says of a question."""
    gold = (columns.get("reward_model") or {}).get("ground_truth")
    source, messages = columns.get("data_source"), columns.get("raw_prompt")
    return {
        "gold": None if gold is None else str(gold),
        "info": {"data_source": source} if source else {},
        "messages": None if messages is None else list(messages),
    }


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    """Those that are numbers, of whatever library."""
    return {
        name: float(value)
        for name, value in values.items()
        if not isinstance(value, str | bytes) and hasattr(value, "__float__") and getattr(value, "size", 1) == 1
    }


def _method(estimator: str) -> str:
    return "ppo" if estimator == "gae" else estimator.rpartition(".")[2].lower()


def _sampling(config: Any) -> dict[str, float | int]:
    """As run.json has it. verl's log-probabilities are at the temperature of sampling, its engines' as `logprobs_mode` says."""
    rollout = config.actor_rollout_ref.rollout
    temperature = float(rollout.temperature)
    known: dict[str, float | int] = {"temperature": temperature, "logp_temperature": temperature}
    if "raw" in str(rollout.get("logprobs_mode", "")):
        known["logp_sampler_temperature"] = 1.0
    for name, key in (("top_p", "top_p"), ("top_k", "top_k"), ("response_length", "max_tokens")):
        value = rollout.get(name)
        if isinstance(value, int | float) and value > 0:
            known[key] = value
    return known


def _plain(config: Any) -> dict[str, Any]:
    from omegaconf import OmegaConf

    plain = OmegaConf.to_container(config, resolve=True)
    return plain if isinstance(plain, dict) else {}
