"""What trains, how and on what: `setup` of run.json, for the planner's estimate and for model-FLOPs utilisation."""

from __future__ import annotations

from typing import Any


def setup_of(trainer: Any) -> dict[str, Any]:
    """
    Of a trainer of Transformers, at the beginning of its training. What it does not tell is left out.
    :returns: `TrainingSetup` of src/core/trainingSetup.ts
    """
    args, accelerator = trainer.args, trainer.accelerator
    model = trainer.model
    found: dict[str, Any] = {
        "parameters": _count(model, learned=False),
        "trained": _count(model, learned=True),
        "architecture": _architecture(getattr(model, "config", None)),
        "dtype": _dtype(model),
        "optimiser": str(getattr(args.optim, "value", args.optim)),
        "gradient_checkpointing": bool(args.gradient_checkpointing),
        "micro_batch": int(args.per_device_train_batch_size),
        "zero": _zero(accelerator),
        "processes": int(accelerator.num_processes),
        "device": _device(accelerator.device),
        **_sampling(trainer),
    }
    return {name: value for name, value in found.items() if value is not None}


def _count(model: Any, *, learned: bool) -> int:
    """Weights that ZeRO-3 has taken apart say themselves how many there were."""
    return sum(
        int(getattr(weight, "ds_numel", None) or weight.numel()) for weight in model.parameters() if weight.requires_grad or not learned
    )


def _dtype(model: Any) -> str:
    """Of most of its weights: an adapter's may differ, and so may norms."""
    counts: dict[str, int] = {}
    for weight in model.parameters():
        name = str(weight.dtype).removeprefix("torch.")
        counts[name] = counts.get(name, 0) + weight.numel()
    return max(counts, key=lambda name: counts[name], default="")


def _architecture(config: Any) -> dict[str, int] | None:
    """Of decoders of Llama's kind; of a model that also sees, its part for texts."""
    config = getattr(config, "text_config", None) or config
    names = {
        "layers": "num_hidden_layers",
        "width": "hidden_size",
        "heads": "num_attention_heads",
        "kv_heads": "num_key_value_heads",
        "hidden": "intermediate_size",
        "vocabulary": "vocab_size",
    }
    found = {ours: getattr(config, theirs, None) for ours, theirs in names.items()}
    found["kv_heads"] = found["kv_heads"] or found["heads"]
    whole = {name: value for name, value in found.items() if isinstance(value, int)}
    return whole if len(whole) == len(names) else None


def _zero(accelerator: Any) -> int | None:
    """FSDP with whole sharding holds what ZeRO-3 holds; of its other ways the stage is not told."""
    state = accelerator.state
    kind = str(getattr(accelerator.distributed_type, "value", accelerator.distributed_type))
    if (plugin := getattr(state, "deepspeed_plugin", None)) is not None:
        return int(plugin.zero_stage)
    if kind == "FSDP":
        how = str(getattr(getattr(state, "fsdp_plugin", None), "sharding_strategy", ""))
        return 3 if "FULL_SHARD" in how else None
    return 0 if kind in ("NO", "MULTI_GPU", "MULTI_CPU") else None


def _device(device: Any) -> str:
    if device.type != "cuda":
        return str(device.type)
    import torch

    return str(torch.cuda.get_device_name(device))


def _sampling(trainer: Any) -> dict[str, Any]:
    """Of a trainer that samples groups."""
    args = trainer.args
    if not hasattr(args, "max_completion_length"):
        return {}
    vllm = bool(getattr(args, "use_vllm", False))
    per_generation = getattr(args, "steps_per_generation", None) or 1
    functions = getattr(trainer, "reward_funcs", ())
    return {
        "max_tokens": args.max_completion_length,
        "max_prompt": getattr(args, "max_prompt_length", None),
        "sampler": ("vllm" if getattr(args, "vllm_mode", "") == "colocate" else "server") if vllm else "policy",
        "sequences": int(args.per_device_train_batch_size) * int(per_generation),
        "reference": getattr(trainer, "ref_model", None) is not None,
        "reward_model": any(hasattr(function, "parameters") for function in functions),
    }
