from grpo_lab.capture.token_counts import TokenCounts


def counts(ranks: int) -> tuple[TokenCounts, list[tuple[int, dict[str, float]]]]:
    told: list[tuple[int, dict[str, float]]] = []
    return TokenCounts(lambda step, values: told.append((step, values)), ranks), told


def test_a_step_is_told_when_every_rank_is_beyond_it() -> None:
    counter, told = counts(2)
    counter.add({"rank": 0, "step": 1, "sampled": 10})
    counter.add({"rank": 0, "step": 1, "trained": 14, "sequences": 2})
    counter.add({"rank": 0, "step": 2, "sampled": 5})
    assert told == []
    counter.add({"rank": 1, "step": 1, "sampled": 7})
    counter.add({"rank": 1, "step": 1, "trained": 9, "sequences": 1})
    assert told == []
    counter.add({"rank": 1, "step": 2, "trained": 3, "sequences": 1})
    assert told == [(1, {"tokens/sampled": 17, "tokens/trained": 23, "sequences/trained": 3})]
    counter.close()
    assert told[1:] == [(2, {"tokens/sampled": 5, "tokens/trained": 3, "sequences/trained": 1})]


def test_what_was_not_counted_is_not_told_as_nothing() -> None:
    counter, told = counts(1)
    counter.add({"rank": 0, "step": 1, "sampled": 10})
    counter.close()
    assert told == [(1, {"tokens/sampled": 10})]
