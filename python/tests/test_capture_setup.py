"""What of a trainer's set-up is told, by objects that have what `setup_of` looks at; a trainer of TRL is asked in the end-to-end tests."""

from types import SimpleNamespace
from typing import Any

import pytest

from grpo_lab.capture.setup import setup_of


class Weight:
    def __init__(self, n: int, *, learned: bool = True, dtype: str = "torch.float32", whole: int | None = None) -> None:
        self._n, self.requires_grad, self.dtype = n, learned, dtype
        if whole is not None:
            self.ds_numel = whole

    def numel(self) -> int:
        return self._n


CONFIG = {"num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4, "intermediate_size": 256, "vocab_size": 258}


def trainer(*weights: Weight, config: dict[str, Any] | None = None, kind: str = "NO", **args: Any) -> Any:
    known = {"optim": "adamw_torch_fused", "gradient_checkpointing": False, "per_device_train_batch_size": 4, **args}
    return SimpleNamespace(
        args=SimpleNamespace(**known),
        accelerator=SimpleNamespace(state=SimpleNamespace(), distributed_type=kind, num_processes=2, device=SimpleNamespace(type="cpu")),
        model=SimpleNamespace(parameters=lambda: iter(weights), config=SimpleNamespace(**(CONFIG if config is None else config))),
    )


def test_a_trainer_of_one_policy_tells_its_size_and_its_batch() -> None:
    assert setup_of(trainer(Weight(1000), Weight(24, dtype="torch.bfloat16"))) == {
        "parameters": 1024,
        "trained": 1024,
        "architecture": {"layers": 2, "width": 64, "heads": 4, "kv_heads": 4, "hidden": 256, "vocabulary": 258},
        "dtype": "float32",
        "optimiser": "adamw_torch_fused",
        "gradient_checkpointing": False,
        "micro_batch": 4,
        "zero": 0,
        "processes": 2,
        "device": "cpu",
    }


def test_adapters_are_learned_alone_and_weights_that_are_taken_apart_count_whole() -> None:
    told = setup_of(trainer(Weight(0, learned=False, whole=900), Weight(100)))
    assert (told["parameters"], told["trained"]) == (1000, 100)


def test_what_is_not_known_is_left_out() -> None:
    told = setup_of(trainer(Weight(10), config={"n_layer": 2}, kind="FSDP"))
    assert "architecture" not in told
    assert "zero" not in told


@pytest.mark.parametrize(
    ("vllm", "sampler"), [({}, "policy"), ({"use_vllm": True, "vllm_mode": "colocate"}, "vllm"), ({"use_vllm": True}, "server")]
)
def test_a_trainer_that_samples_says_with_what(vllm: dict[str, Any], sampler: str) -> None:
    told = setup_of(trainer(Weight(10), max_completion_length=32, steps_per_generation=2, **vllm))
    assert (told["sampler"], told["max_tokens"], told["sequences"], told["reference"]) == (sampler, 32, 8, False)
    assert "max_prompt" not in told
