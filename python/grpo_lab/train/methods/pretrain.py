"""
Continued pre-training: data are the documents of a mixture, there is no reward, and every token counts the same:

    loss = −1/T Σ_t log π_θ(x_t | x_<t), over the T tokens of the step

Documents stand one after the other, each with its end token, cut to contexts. Source: DeepSeekMath, section 2.2. A Trainer of Transformers.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

from ...events import RunWriter
from ..session import Scheduled, Session

CAPTURED = False
#: Documents that are asked for at once.
AT_ONCE = 512
#: Suites of held-out documents, as metrics call them.
SPLITS = {"held-out": "held_out", "validation": "validation"}


def trainer(session: Session) -> Any:
    run, length = session.run, int(session.run.experiment["data"]["context_length"])
    size = max(1, round(int(run.method["batch_tokens"]) / length / session.processes)) * session.processes
    contexts, shares = read_contexts(session, run.steps * size, length)
    arguments = TrainingArguments(**session.arguments(size), train_sampling_strategy="sequential")
    made = Pretraining(
        AutoModelForCausalLM.from_pretrained(session.weights, **session.loading),
        arguments,
        session=session,
        train_dataset=[{"input_ids": context, "labels": context} for context in contexts],
        processing_class=session.tokenizer,
    )
    session.evaluation = made.evaluate_on

    def tell(writer: RunWriter, step: int) -> None:
        writer.metrics(step=step, values=shares)

    session.tell_step = tell
    return made


def read_contexts(session: Session, count: int, length: int) -> tuple[list[list[int]], dict[str, float]]:
    """:returns: so many contexts of so many tokens, and the share of the tokens that each source has"""
    rest: list[int] = []
    contexts: list[list[int]] = []
    tokens: dict[str, int] = {}
    first = 0
    while len(contexts) < count:
        for document in session.environment.documents(first, AT_ONCE):
            ids = [*session.tokenizer(document["text"])["input_ids"], session.tokenizer.eos_token_id]
            tokens[document["source"]] = tokens.get(document["source"], 0) + len(ids)
            rest += ids
        whole = len(rest) // length
        contexts += [rest[i * length : (i + 1) * length] for i in range(whole)]
        rest = rest[whole * length :]
        first += AT_ONCE
    total = sum(tokens.values())
    return contexts[:count], {f"mixture/{source}": n / total for source, n in tokens.items()}


class Pretraining(Scheduled, Trainer):  # type: ignore[misc]
    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self.run = session.run
        self.session = session
        super().__init__(*args, **kwargs)

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def evaluate_on(self, suite: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, float]]:
        """
        Mean of −log π_θ over all tokens of the held-out documents of each source, in nats, and of all by the mixture's shares. A source
        without held-out documents has no value, and then there is no whole.
        """
        split, values, whole = SPLITS[suite["name"]], {}, 0.0
        for source in suite["documents"]:
            if not source["texts"]:
                continue
            loss = self._loss(source["texts"])
            values[f"loss/{split}/{source['source']}"] = loss
            whole += source["share"] * loss
        if all(source["texts"] for source in suite["documents"]):
            values[f"loss/{split}"] = whole
        return [], values

    def _loss(self, texts: list[str]) -> float:
        length, tokenizer = int(self.run.experiment["data"]["context_length"]), self.session.tokenizer
        total, tokens = 0.0, 0
        was_training = self.model.training
        self.model.eval()
        for text in texts:
            ids = [*tokenizer(text)["input_ids"], tokenizer.eos_token_id]
            for start in range(0, len(ids), length):
                # Each token but a document's first is predicted once, in later contexts after the token before.
                context = torch.tensor([ids[max(0, start - 1) : start + length]], device=self.accelerator.device)
                if context.shape[1] < 2:
                    continue
                logits = self.model(input_ids=context).logits[:, :-1].float()
                total += torch.nn.functional.cross_entropy(logits.flatten(0, 1), context[:, 1:].flatten(), reduction="sum").item()
                tokens += context.shape[1] - 1
        self.model.train(was_training)
        return total / max(1, tokens)
