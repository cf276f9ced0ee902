"""From what the training thread has handed over to records: a row for each solution, and its trace once training has seen it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..events.trace import encode_trace
from .sampled import Generation, Passed, Visit
from .spool import Record
from .tokens import TokenTexts
from .turns import is_conversation, turns_of

#: Columns that hold the right answer, in the order in which they are looked for.
GOLD_COLUMNS = ("gold", "answer", "solution", "ground_truth", "target", "reference", "label", "final_answer")
MAX_INFO = 200
NO_SPANS = "the texts of the tokens do not add up to what the tokenizer decodes"
NOT_TRAINED = "the loss was not computed by the trainer's own method, so there are no log-probabilities"


@dataclass(frozen=True)
class Reading:
    """How solutions are read."""

    eos: frozenset[int]
    max_tokens: int | None
    #: How often the loss passes over each row.
    iterations: int = 1
    #: How often a trainer whose one process sees all passes over a batch; None where it does not say.
    passes: int | None = None
    traces: Literal["all", "with-signal", "none"] = "all"
    precision: Literal["f16", "f32"] = "f16"
    gold: str | None = None


@dataclass
class _Row:
    """Numbers of a row between generation and its last visit."""

    ids: Sequence[int]
    lengths: list[int] | None
    visits: int = 0
    first: Any = None
    last: Any = None
    entropy: Any = None


class RowReader:
    """Follows the generations of one rank. All of it runs beside the training."""

    def __init__(self, texts: TokenTexts, reading: Reading, rank: int = 0) -> None:
        self._texts = texts
        self._reading = reading
        self._rank = rank
        self._generation: Generation | None = None
        self._rows: dict[int, _Row] = {}
        #: Tokens of each row of the generation: prompt and solution.
        self._tokens: list[int] = []

    def records(self, item: Generation | Visit | Passed) -> Iterator[Record]:
        if isinstance(item, Generation):
            return self.generation(item)
        return self.visit(item) if isinstance(item, Visit) else self.passed(item)

    def generation(self, new: Generation) -> Iterator[Record]:
        """:returns: what is left of the one before, then the rows of the new one"""
        yield from self.close()
        self._generation = new
        wanted = self._wanted(new)
        rows = []
        for r in range(len(new.completion_ids)):
            text = self._texts.text(new.completion_ids[r])
            rows.append(self._row(new, r, text))
            if (new.first_place + r) // new.group_size in wanted:
                ids = new.completion_ids[r]
                self._rows[r] = _Row(ids, self._texts.lengths(ids, text))
        yield {
            "kind": "rows",
            "generation": new.number,
            "step": new.step,
            "first_group": new.first_group,
            "size": new.size,
            "group_size": new.group_size,
            "rows": rows,
        }
        prompts = new.prompt_mask.numpy().sum(1).tolist()
        self._tokens = [prompt + len(ids) for prompt, ids in zip(prompts, new.completion_ids, strict=True)]
        yield {"kind": "tokens", "rank": self._rank, "step": new.step, "sampled": sum(map(len, new.completion_ids)) + new.dropped_tokens}
        for r in range(len(rows)):
            if r not in self._rows:
                yield self._trace(new, r)  # not wanted

    def passed(self, passed: Passed) -> Iterator[Record]:
        """Padding counts for nothing."""
        if self._generation is None or self._generation.number != passed.generation:
            return
        tokens = sum(self._tokens[row] for row in passed.rows)
        yield {"kind": "tokens", "rank": self._rank, "step": passed.step, "trained": tokens, "sequences": len(passed.rows)}

    def visit(self, visit: Visit) -> Iterator[Record]:
        generation = self._generation
        if generation is None or generation.number != visit.generation:
            return
        logp = visit.logp.numpy()
        entropy = visit.entropy.numpy() if visit.entropy is not None else None
        for i, r in enumerate(visit.rows):
            row = self._rows.get(r)
            if row is None:
                continue
            n = len(row.ids)
            row.last = logp[i, :n]
            row.first = row.last if row.first is None else row.first
            row.entropy = entropy[i, :n] if entropy is not None else None
            row.visits += 1
            if row.visits >= self._reading.iterations:
                del self._rows[r]
                yield self._finished(generation, r, row)

    def close(self) -> Iterator[Record]:
        """:returns: traces of rows that training did not see as often as it was to"""
        if self._generation is not None:
            for r, row in self._rows.items():
                yield self._finished(self._generation, r, row)
        self._rows = {}
        self._generation = None

    def _wanted(self, g: Generation) -> set[int]:
        """Groups, by their place in the generation, whose traces are written."""
        groups = range(g.size // g.group_size)
        if not g.traced or self._reading.traces == "none":
            return set()
        if self._reading.traces == "all":
            return set(groups)
        rewards = [_total(row, g.reward_weights) for row in g.rewards]
        # NaN differs from itself: a solution without a reward does not make a signal.
        known = ([r for r in rewards[i * g.group_size : (i + 1) * g.group_size] if not math.isnan(r)] for i in groups)
        return {i for i, values in enumerate(known) if values and min(values) != max(values)}

    def _row(self, g: Generation, r: int, text: str) -> Record:
        place = g.first_place + r
        ids, rewards = g.completion_ids[r], g.rewards[place]
        advantages = g.advantages.numpy()
        solution: dict[str, Any] = {
            "text": text,
            "rewards": {n: v for n, v in zip(g.reward_names, rewards, strict=True) if not math.isnan(v)},
            "reward": _total(rewards, g.reward_weights),
            "advantage": float(advantages[r, : len(ids)].mean() if advantages.ndim == 2 else advantages[r]),
            "finish": finish_of(ids, self._reading),
            "tokens": len(ids),
        }
        if g.grades:
            solution |= {"correct": g.grades[r].verdict == "equal", "grade": vars(g.grades[r])}
        if is_conversation(g.completions[r]) and (turns := turns_of(text, g.completions[r])):
            solution["turns"] = turns
        row: Record = {"place": place, "solution": solution}
        if r == 0 or place % g.group_size == 0:
            row |= self._of_group(g, r)
        return row

    def _of_group(self, g: Generation, r: int) -> Record:
        mask = g.prompt_mask.numpy()[r].astype(bool)
        question = self._texts.text(g.prompt_ids.numpy()[r][mask].tolist())
        prompt, columns = g.prompts[r], g.inputs[r]
        known: Record = {"question": question, "gold": _gold(columns, self._reading.gold)}
        if is_conversation(prompt) and (turns := turns_of(question, prompt)):
            known["question_turns"] = turns
        if info := info_of(columns, ("prompt", self._reading.gold, *GOLD_COLUMNS)):
            known["info"] = info
        return known

    def _trace(self, g: Generation, r: int) -> Record:
        return {"kind": "trace", "generation": g.number, "place": g.first_place + r}

    def _finished(self, g: Generation, r: int, row: _Row) -> Record:
        """What goes wrong with one trace is told with it, and the next one is made."""
        record = self._trace(g, r)
        try:
            return record | self._told(g, r, row)
        except Exception as error:
            return record | {"none": f"{type(error).__name__}: {error}"}

    def _told(self, g: Generation, r: int, row: _Row) -> Record:
        record: Record = {}
        n = len(row.ids)
        of_row = {name: a.numpy()[r, :n] for name in ("mask", "logp_old", "logp_ref", "logp_sampler") if (a := getattr(g, name))}
        mask = of_row.pop("mask", None)
        old = of_row.setdefault("logp_old", row.first)
        if row.last is not None and (ref := of_row.get("logp_ref")) is not None:
            record["kl"] = mean_kl(row.last, ref, mask)
        if row.lengths is None:
            return record | {"none": NO_SPANS}
        if old is None and "logp_ref" not in of_row:
            return record | {"none": NOT_TRAINED}
        advantages = g.advantages.numpy()
        arrays = {
            "lengths": row.lengths,
            "ids": list(row.ids),
            "logp": row.last,
            "entropy": row.entropy,
            "mask": mask.astype("u1").tolist() if mask is not None and not mask.all() else None,
            "advantage": advantages[r, :n] if advantages.ndim == 2 else None,
            **of_row,
        }
        return record | {"arrays": encode_trace(arrays, self._reading.precision)}


def finish_of(ids: Sequence[int], reading: Reading) -> str:
    if len(ids) > 0 and ids[-1] in reading.eos:
        return "stop"
    return "length" if reading.max_tokens is not None and len(ids) >= reading.max_tokens else "other"


def _total(rewards: Sequence[float], weights: Sequence[float]) -> float:
    """Σ w·r over the functions that had something to say; NaN when none had."""
    known = [w * r for w, r in zip(weights, rewards, strict=True) if not math.isnan(r)]
    return sum(known) if known else math.nan


def mean_kl(logp: Any, ref: Any, mask: Any) -> float | None:
    """
    Mean over the tokens that are learned from of the k3 estimate of KL(π_θ ‖ π_ref): e^d − d − 1 with d = log π_ref − log π_θ.
    Source: http://joschu.net/blog/kl-approx.html; DeepSeekMath, equation 4.
    """
    import numpy

    d = ref.astype("f8") - logp.astype("f8")
    if mask is not None:
        d = d[mask.astype(bool)]
    return float((numpy.exp(d) - d - 1).mean()) if d.size else None


def _gold(columns: Mapping[str, Any], named: str | None) -> str | None:
    """The right answer, where a column of the data set is called so."""
    for name in GOLD_COLUMNS if named is None else (named,):
        value = columns.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return None


def info_of(columns: Mapping[str, Any], passed_over: Sequence[str | None] = ()) -> dict[str, str | int | float | bool]:
    """Short values of other columns: level, source, …"""
    return {
        name: value
        for name, value in columns.items()
        if name not in passed_over
        and not name.startswith("_")  # a trainer's own
        and (isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value)))
        and len(str(value)) <= MAX_INFO
    }
