"""The policy and its tokenizer: a fresh small one, one of a folder or a hub, or another run's."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from .run import Run

#: As in src/core/architecture.ts.
SIZES = {
    "nano-2l": {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 256},
    "tiny-2l": {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 384},
    "tiny-4l": {"hidden_size": 128, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 512},
}
SPECIAL = ("<pad>", "<eos>")


def weights_of(run: Run) -> str:
    """Where the weights of the policy begin: a folder, or a hub's name. A preset is made first."""
    policy, parent, folder = run.experiment["policy"], run.parent_checkpoint(), run.directory / "policy"
    if parent is not None and not (parent / "adapter_config.json").is_file():
        return str(parent)
    if parent is None and "preset" not in policy:
        return str(policy["model"])
    if not folder.exists():
        # Ranks other than the first wait for it.
        if os.environ.get("RANK", "0") == "0":
            beside = folder.with_name(f".{folder.name}")
            if parent is None:
                make_preset(beside, policy["preset"], run.experiment["seed"])
            else:
                merge_adapter(parent, beside)
            beside.rename(folder)
        while not folder.exists():
            time.sleep(0.2)
    return str(folder)


def make_preset(folder: Path, preset: str, seed: int) -> None:
    """A Llama with random weights and a tokenizer of bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate([*SPECIAL, *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    torch.manual_seed(seed)
    config = LlamaConfig(
        **SIZES[preset],
        vocab_size=len(vocabulary),
        max_position_embeddings=8192,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
        tie_word_embeddings=False,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>").save_pretrained(folder)


def merge_adapter(checkpoint: Path, folder: Path) -> None:
    """What a run with LoRA has written: its matrices, added to the weights that they stood beside."""
    from peft import AutoPeftModelForCausalLM
    from transformers import AutoTokenizer

    AutoPeftModelForCausalLM.from_pretrained(checkpoint).merge_and_unload().save_pretrained(folder)
    AutoTokenizer.from_pretrained(checkpoint).save_pretrained(folder)


def load_tokenizer(path: str) -> Any:
    """Pads on the left, as generation needs it."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(path, padding_side="left")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def lora_config(run: Run) -> Any:
    """What TRL's trainers take; None without LoRA."""
    lora = run.experiment["policy"].get("lora")
    if lora is None:
        return None
    from peft import LoraConfig

    return LoraConfig(task_type="CAUSAL_LM", r=lora["rank"], lora_alpha=lora["alpha"], target_modules=lora["targets"])


def prompt_of(question: str, tokenizer: Any) -> Any:
    """What the policy continues: a message of the user where the tokenizer knows a chat, else the question and a line break."""
    return [{"role": "user", "content": question}] if tokenizer.chat_template else f"{question}\n"


def response_of(response: str, tokenizer: Any) -> Any:
    return [{"role": "assistant", "content": response}] if tokenizer.chat_template else response
