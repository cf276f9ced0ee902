"""From the solutions of a trainer whose one process sees all of them to records: a row and a trace for each."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

from ..events.trace import encode_trace
from .rows import NO_SPANS, Reading, finish_of, info_of, mean_kl
from .sampled import Batch, Sampled
from .spool import Record
from .tokens import TokenTexts
from .turns import is_conversation, turns_of

if TYPE_CHECKING:
    from .capturing import Settings

NO_LOGPS = "the trainer has no log-probabilities of them"


def batch_reader(tokenizer: Any, settings: Settings, max_tokens: int | None, passes: int | None = None) -> BatchReader:
    """
    :param max_tokens: of a solution
    :param passes: how often the trainer passes over a batch; None where it does not say
    """
    reading = Reading(
        eos=frozenset(i for i in (tokenizer.eos_token_id, tokenizer.pad_token_id) if i is not None),
        max_tokens=max_tokens,
        passes=passes,
        traces=settings.traces,
        precision=settings.precision,
    )
    return BatchReader(TokenTexts(tokenizer), reading)


class BatchReader:
    """A group is told as a generation of its own: groups may differ in size. All of it runs beside the training."""

    def __init__(self, texts: TokenTexts, reading: Reading) -> None:
        self._texts = texts
        self._reading = reading
        self._generations = 0
        self._step = -1
        self._groups_of_step = 0

    def records(self, batch: Batch) -> Iterator[Record]:
        groups: dict[Hashable, list[Sampled]] = {}
        for row in batch.rows():
            groups.setdefault(row.group, []).append(row)
        if batch.step != self._step:
            self._step, self._groups_of_step = batch.step, 0
        for rows in groups.values():
            rows.sort(key=lambda row: row.place)
            yield from self._group(batch, rows)
        yield self._counted(batch.step, [row for rows in groups.values() for row in rows])

    def close(self) -> Iterator[Record]:
        return iter(())

    def _group(self, batch: Batch, rows: list[Sampled]) -> Iterator[Record]:
        self._generations += 1
        texts = [self._texts.text(row.ids) for row in rows]
        told = [{"place": i, "solution": self._solution(row, text)} for i, (row, text) in enumerate(zip(rows, texts, strict=True))]
        told[0] |= self._of_group(rows[0])
        yield {
            "kind": "rows",
            "generation": self._generations,
            "step": batch.step,
            "first_group": self._groups_of_step,
            "size": len(rows),
            "group_size": len(rows),
            "rows": told,
        }
        self._groups_of_step += 1
        wanted = batch.traced and self._is_wanted(rows)
        for i, (row, text) in enumerate(zip(rows, texts, strict=True)):
            known = row.logp_old is not None and row.logp_ref is not None
            kl = mean_kl(row.logp_old, row.logp_ref, row.mask) if known else None
            record: Record = {"kind": "trace", "generation": self._generations, "place": i, "kl": kl}
            yield record | self._trace(row, text) if wanted else record

    def _counted(self, step: int, rows: list[Sampled]) -> Record:
        """What is trained on is known where the trainer says how often it passes over a batch."""
        passes = self._reading.passes
        known: Record = {"kind": "tokens", "rank": 0, "step": step, "sampled": sum(len(row.ids) for row in rows)}
        if passes is not None:
            tokens = sum(len(row.prompt_ids) + len(row.ids) for row in rows)
            known |= {"trained": passes * tokens, "sequences": passes * len(rows)}
        return known

    def _is_wanted(self, rows: list[Sampled]) -> bool:
        if self._reading.traces != "with-signal":
            return self._reading.traces == "all"
        known = [row.reward for row in rows if not math.isnan(row.reward)]
        return bool(known) and min(known) != max(known)

    def _solution(self, row: Sampled, text: str) -> dict[str, Any]:
        advantage = _learned(row, row.advantage)
        return {
            "text": text,
            "rewards": dict(row.rewards),
            "reward": row.reward,
            "advantage": None if advantage is None or not advantage.size else float(advantage.mean()),
            "correct": row.correct,
            "finish": row.finish or finish_of(row.ids, self._reading),
            "tokens": len(row.ids),
            "policy_version": row.policy_version,
        }

    def _of_group(self, row: Sampled) -> Record:
        question = self._texts.text(row.prompt_ids)
        known: Record = {"question": question, "gold": row.gold}
        if row.messages and is_conversation(row.messages) and (turns := turns_of(question, row.messages)):
            known["question_turns"] = turns
        if info := info_of(row.info):
            known["info"] = info
        return known

    def _trace(self, row: Sampled, text: str) -> Record:
        """What goes wrong with one trace is told with it, and the next one is made."""
        try:
            lengths = self._texts.lengths(row.ids, text)
            if lengths is None:
                return {"none": NO_SPANS}
            if row.logp_old is None and row.logp_sampler is None:
                return {"none": NO_LOGPS}
            return {"arrays": encode_trace(self._arrays(row, lengths), self._reading.precision)}
        except Exception as error:
            return {"none": f"{type(error).__name__}: {error}"}

    def _arrays(self, row: Sampled, lengths: list[int]) -> dict[str, Any]:
        advantage = _learned(row, row.advantage)
        differs = advantage is not None and advantage.size > 0 and float(advantage.max() - advantage.min()) > 1e-6
        return {
            "lengths": lengths,
            "ids": list(row.ids),
            "logp_old": row.logp_old,
            "logp_ref": row.logp_ref,
            "logp_sampler": row.logp_sampler,
            "entropy": row.entropy,
            "mask": None if row.mask is None or row.mask.all() else row.mask.astype("u1").tolist(),
            "advantage": row.advantage if differs else None,
        }


def _learned(row: Sampled, values: Any) -> Any:
    """Those of the tokens that are learned from."""
    return values if values is None or row.mask is None else values[row.mask.astype(bool)]
