"""GRPO with TRL on a tiny model made on the spot: nothing is downloaded. Needs: pip install trl

Started by trl-grpo.experiment.yaml, whose values arrive as arguments. TRL's own files are what GRPO Lab follows.
"""

import argparse
import random
import re
from pathlib import Path

import torch
from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
from transformers.trainer_utils import get_last_checkpoint
from trl import GRPOConfig, GRPOTrainer


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """One token per character: digits, operators, a blank."""
    characters = ["<pad>", "<eos>", *"0123456789+-=. "]
    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(characters)}, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", padding_side="left")


def tiny_model(tokenizer: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return Qwen2ForCausalLM(config)


def correct(completions: list[str], answer: list[str], **_: object) -> list[float]:
    """1 when the first number of the completion is the answer."""
    found = [re.search(r"\d+", c) for c in completions]
    return [float(m is not None and m.group() == a) for m, a in zip(found, answer)]


def has_digit(completions: list[str], **_: object) -> list[float]:
    """1 when the completion begins with a digit: a reward that an untrained model meets soon."""
    return [float(c[:1].isdigit()) for c in completions]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--group-size", type=int, required=True)
    parser.add_argument("--beta", type=float, required=True)
    parser.add_argument("--clip", type=float, required=True)
    parser.add_argument("--updates", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--questions", type=int, required=True)
    parser.add_argument("--max-tokens", type=int, required=True)
    parser.add_argument("--temperature", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--save-steps", type=int, required=True)
    parser.add_argument("--resume", action="store_true")
    a = parser.parse_args()

    random.seed(a.seed)
    torch.manual_seed(a.seed)
    tokenizer = tiny_tokenizer()
    sums = [(x, y) for x in range(10) for y in range(10)]
    random.shuffle(sums)
    rows = [{"prompt": f"{x}+{y}=", "answer": str(x + y)} for x, y in sums]
    config = GRPOConfig(
        output_dir=a.output,
        max_steps=a.steps,
        per_device_train_batch_size=a.questions * a.group_size,
        num_generations=a.group_size,
        beta=a.beta,
        epsilon=a.clip,
        num_iterations=a.updates,
        learning_rate=a.learning_rate,
        max_completion_length=a.max_tokens,
        temperature=a.temperature,
        seed=a.seed,
        save_steps=a.save_steps,
        logging_steps=1,
        log_completions=True,
        num_completions_to_print=0,
        report_to=["tensorboard"],
        use_cpu=not torch.cuda.is_available(),
        bf16=False,
        disable_tqdm=True,
    )
    # TRL reads its models from a folder or a hub: here, a folder made a moment ago.
    folder = Path(a.output) / "model"
    tokenizer.save_pretrained(folder)
    tiny_model(tokenizer).save_pretrained(folder)
    trainer = GRPOTrainer(
        model=str(folder),
        reward_funcs=[correct, has_digit],
        args=config,
        train_dataset=Dataset.from_list(rows),
    )
    # A run that was stopped before its first checkpoint begins anew.
    trainer.train(resume_from_checkpoint=get_last_checkpoint(a.output) if a.resume else None)


if __name__ == "__main__":
    main()
