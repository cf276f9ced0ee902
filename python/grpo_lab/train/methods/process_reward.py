"""
A process reward model: data are the steps of the frozen policy's samples, and each step's label y is how often N rollouts from it to the
end come out right; the last step's is whether the solution is right. The loss is the cross-entropy of σ(r_φ) read behind the step:

    −( y log σ(r) + (1 − y) log(1 − σ(r)) )

Source: Wang et al., Math-Shepherd (arXiv 2312.08935), section 3.3, equations 3 to 5. TRL has none: this is a Trainer of Transformers.
"""

from __future__ import annotations

import json
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForTokenClassification, Trainer, TrainingArguments

from ...capture.tokens import TokenTexts
from ..errors import Stopped
from ..formulas import step_labels
from ..frozen import FrozenSamples, Group, Judged, frozen_samples
from ..held_out import HeldOut
from ..reward_models import ProcessModel, step_ends
from ..sampling import ids_of
from ..session import Session

CAPTURED = False


def trainer(session: Session) -> Any:
    samples = frozen_samples(session)
    session.tell_step = samples.tell
    examples = labelled(session, samples)
    size = session.share_out(len(examples), session.run.steps, "solutions")
    config = AutoConfig.from_pretrained(session.weights, num_labels=1)
    config.classifier_dropout = 0.0
    arguments = TrainingArguments(**session.arguments(size), train_sampling_strategy="sequential", remove_unused_columns=False)
    made = ProcessReward(
        AutoModelForTokenClassification.from_pretrained(session.weights, config=config, **session.loading),
        arguments,
        session=session,
        train_dataset=examples,
        processing_class=session.tokenizer,
        data_collator=lambda rows: collated(rows, session.tokenizer),
    )
    session.evaluation = made.evaluate_on
    return made


def labelled(session: Session, samples: FrozenSamples) -> list[dict[str, Any]]:
    """
    Every solution with the labels of its steps. They are kept in `steps.jsonl` of the run directory, a line a step of the run.
    :raises Stopped: when the run is asked to end meanwhile
    """
    file, texts = session.run.directory / "steps.jsonl", TokenTexts(session.tokenizer)
    known = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    examples: list[dict[str, Any]] = [example for line in known for example in line]
    for step, groups in enumerate(samples.by_step[len(known) :], len(known) + 1):
        if session.asked_to_stop():
            raise Stopped
        session.tell_status(0, f"rollouts from each step, {step} of {session.run.steps}")
        of_step = label_groups(session, texts, groups, seed=f"rollouts {step}")
        examples += of_step
        if session.is_first:
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(of_step) + "\n")
    return examples


def label_groups(session: Session, texts: TokenTexts, groups: list[Group], seed: str) -> list[dict[str, Any]]:
    method, tokenizer = session.run.method, session.tokenizer
    solutions = [(group, judged) for group in groups for judged in group.solutions]
    ends = [step_ends(texts, judged.sample.ids, judged.sample.text) for _, judged in solutions]
    prompts = [ids_of(group.prompt, tokenizer) for group, _ in solutions]
    # Of each inner step: which solution, and what is written up to there.
    begun = [(i, solutions[i][1].sample.ids[: end + 1]) for i, own in enumerate(ends) for end in own[:-1]]
    session.seed(seed)
    written = session.frozen_sampler.write(
        [[*prompts[i], *ids] for i, ids in begun],
        temperature=session.run.experiment["sampling"]["temperature"],
        samples=int(method["rollouts"]),
    )
    rollouts = [
        {
            "text": tokenizer.decode([*ids, *sample.ids], skip_special_tokens=True),
            "length": len(ids) + len(sample.ids),
            "answer": solutions[i][0].gold,
        }
        for (i, ids), of_step in zip(begun, written, strict=True)
        for sample in of_step
    ]
    right = iter([grade.verdict == "equal" for _, grade in session.environment.rewards(rollouts)])
    found = iter(step_labels([[next(right) for _ in of_step] for of_step in written], method["labels"]))
    return [
        {
            "ids": [*prompt, *judged.sample.ids],
            "ends": [len(prompt) + end for end in own],
            "labels": [*(next(found) for _ in own[:-1]), float(judged.right)],
        }
        for (_, judged), prompt, own in zip(solutions, prompts, ends, strict=True)
    ]


def collated(rows: list[dict[str, Any]], tokenizer: Any) -> dict[str, torch.Tensor]:
    """`labels` is the label where a step ends, and NaN elsewhere."""
    padded = tokenizer.pad({"input_ids": [row["ids"] for row in rows]}, return_tensors="pt", padding_side="right")
    labels = torch.full(padded["input_ids"].shape, torch.nan)
    for i, row in enumerate(rows):
        labels[i, row["ends"]] = torch.tensor(row["labels"])
    return {"input_ids": padded["input_ids"], "attention_mask": padded["attention_mask"], "labels": labels}


class ProcessReward(HeldOut, Trainer):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The loss below is a mean: it is divided by the number of forward passes of a step.
        self.model_accepts_loss_kwargs = False

    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        labels = inputs["labels"]
        outputs = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"])
        marked = ~labels.isnan()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(outputs.logits[..., 0].float()[marked], labels[marked])
        return (loss, outputs) if return_outputs else loss

    def scores(self, solutions: list[tuple[Any, Judged]]) -> list[float]:
        """Of their worst step."""
        judge = ProcessModel(self.accelerator.unwrap_model(self.model), self.session.tokenizer, batch=32)
        samples = [judged.sample for _, judged in solutions]
        return judge.scores([prompt for prompt, _ in solutions], [s.text for s in samples], [s.ids for s in samples])
