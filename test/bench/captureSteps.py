"""
Trains the same with TRL again and again, without capture and with it: 64 solutions of 1,024 tokens a step, which a rollout function draws
at random: sampling would take most of a step, and hide what capture costs. `captureSteps.py FOLDER ROUNDS` prints one JSON object: seconds
of training and of the processor by kind, and what capture itself took.
"""

import contextlib
import io
import json
import random
import resource
import sys
import time
from pathlib import Path
from threading import current_thread, main_thread

import torch
from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM, TrainerCallback
from transformers import trainer as transformers_trainer
from trl import GRPOConfig, GRPOTrainer

import grpo_lab.capture
from grpo_lab.capture import recorder, session

SOLUTIONS, TOKENS, STEPS = 64, 1024, 1
folder, rounds = Path(sys.argv[1]), int(sys.argv[2])


def tokenizer() -> PreTrainedTokenizerFast:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate(["<pad>", "<eos>", *alphabet])}
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="<eos>", padding_side="left")


def model(tok: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    torch.manual_seed(11)
    config = Qwen2Config(
        vocab_size=len(tok),
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        pad_token_id=tok.pad_token_id,
        eos_token_id=tok.eos_token_id,
    )
    return Qwen2ForCausalLM(config)


def rollout(prompts: list[str], trainer: GRPOTrainer) -> dict[str, list[list[int]] | list[list[float]]]:
    rng = random.Random(trainer.state.global_step)
    return {
        "prompt_ids": trainer.processing_class(prompts)["input_ids"],
        "completion_ids": [[rng.randrange(2, 258) for _ in range(TOKENS)] for _ in prompts],
        "logprobs": [[-5.0] * TOKENS for _ in prompts],
    }


def reward(completions: list[str], **_: object) -> list[float]:
    return [sum(map(ord, text)) % 97 / 97 for text in completions]


class StepClock(TrainerCallback):  # type: ignore[misc]
    """When the first step has begun: what is before it is the same with and without capture, and is not measured."""

    start = 0.0
    cpu = 0.0

    def on_step_begin(self, args: object, state: object, control: object, **_: object) -> None:
        if self.start == 0:
            self.start, self.cpu = time.perf_counter(), time.process_time()


def train(output: Path, solutions: int = SOLUTIONS) -> dict[str, float]:
    """:returns: seconds from the first step to the return of `train`, what is still to be written included"""
    tok = tokenizer()
    config = GRPOConfig(
        output_dir=str(output),
        max_steps=STEPS,
        per_device_train_batch_size=8,
        gradient_accumulation_steps=solutions // 8,
        num_generations=8,
        max_completion_length=TOKENS,
        beta=0.04,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        disable_tqdm=True,
        seed=5,
    )
    if not (folder / "model").exists():
        model(tok).save_pretrained(folder / "model")
        tok.save_pretrained(folder / "model")
    rng = random.Random(1)
    rows = [{"prompt": f"{rng.randrange(100)}+{rng.randrange(100)}="} for _ in range(64)]
    config.model_init_kwargs = {"dtype": "float32"}
    clock = StepClock()
    trainer = GRPOTrainer(
        model=str(folder / "model"),
        reward_funcs=reward,
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=tok,
        callbacks=[clock],
        rollout_func=rollout,
    )
    with contextlib.redirect_stdout(io.StringIO()):
        trainer.train()
    return {"wall": time.perf_counter() - clock.start, "cpu": time.process_time() - clock.cpu}


#: Seconds in capture's own code: on the training's thread, and on the one beside it (there of the processor).
taken = {"training": 0.0, "beside": 0.0}


def timed(owner: type, name: str, where: str, clock: object) -> None:
    original = getattr(owner, name)

    def wrapper(*args: object, **kwargs: object) -> object:
        start = clock()  # type: ignore[operator]
        try:
            return original(*args, **kwargs)
        finally:
            taken[where] += clock() - start  # type: ignore[operator]

    setattr(owner, name, wrapper)


def trace_bytes(run: Path) -> tuple[int, int]:
    """:returns: bytes of the trace events' lines, and tokens in them"""
    size = traces = 0
    for segment in run.glob("events/*.ndjson"):
        for line in segment.read_bytes().splitlines(keepends=True):
            if b'"type":"trace"' in line[:200]:
                size, traces = size + len(line), traces + 1
    return size, traces * TOKENS


assert current_thread() is main_thread()
plain_train = transformers_trainer.Trainer.train
for name in [name for name in vars(recorder.Recorder) if name.startswith("_after_")]:
    timed(recorder.Recorder, name, "training", time.thread_time)
timed(session.Session, "_guarded", "beside", time.thread_time)
train(folder / "warm", 8)
kinds: dict[str, list[dict[str, float]]] = {"without": [], "with": []}
order = ["without", "with"]
for i in range(rounds):
    for kind in order if i % 2 == 0 else reversed(order):
        run = folder / f"{kind}{i}"
        run.mkdir()
        if kind == "with":
            grpo_lab.capture(run)  # type: ignore[operator]
        kinds[kind].append(train(run / "trl"))
        transformers_trainer.Trainer.train = plain_train
captured = [next((folder / f"with{i}" / ".grpo-lab" / "runs").glob("[!.]*")) for i in range(rounds)]
size, tokens = (sum(column) for column in zip(*map(trace_bytes, captured), strict=True))
json.dump(
    {
        **kinds,
        "taken": taken,
        "traceBytes": size,
        "traceTokens": tokens,
        "tokens": SOLUTIONS * TOKENS * STEPS * rounds,
        "steps": STEPS,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    },
    sys.stdout,
)
