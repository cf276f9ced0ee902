import random
from collections.abc import Sequence

import pytest

from grpo_lab.capture.text_spans import BYTE_OF_CHARACTER, ByteLevelSpans, SteppedSpans, bytes_of_token
from grpo_lab.events import utf16_length

CHARACTER_OF_BYTE = {byte: character for character, byte in BYTE_OF_CHARACTER.items()}
WORDS = ["a", "ü", "漢字", "👨‍👩‍👧", "\u0301", " ", "\n", "𝕏", "\ufffd", "1+1=2", "ß", "🇩🇪"]


def vocabulary(tokens: Sequence[bytes]) -> tuple[ByteLevelSpans, list[int]]:
    """Spans for a text that is cut into these tokens, and its ids; id 0 is special."""
    known = ["<eos>", *("".join(CHARACTER_OF_BYTE[b] for b in token) for token in tokens)]
    return ByteLevelSpans(lambda i: known[i] if i < len(known) else None, [0]), list(range(1, len(known)))


def cut(data: bytes, rng: random.Random) -> list[bytes]:
    tokens = []
    while data:
        n = rng.randint(1, 4)
        tokens.append(data[:n])
        data = data[n:]
    return tokens


def test_the_alphabet_has_a_character_for_each_byte() -> None:
    assert sorted(BYTE_OF_CHARACTER.values()) == list(range(256))
    assert BYTE_OF_CHARACTER["Ġ"] == 0x20
    assert BYTE_OF_CHARACTER["Ċ"] == 0x0A


def test_a_token_outside_the_alphabet_counts_as_its_utf8() -> None:
    assert bytes_of_token("漢") == "漢".encode()
    assert bytes_of_token("Ġa") == b" a"


@pytest.mark.parametrize("seed", range(200))
def test_any_bytes_in_any_tokens_give_the_text_that_python_decodes(seed: int) -> None:
    rng = random.Random(seed)
    data = rng.randbytes(rng.randint(0, 60)) if seed % 2 else "".join(rng.choices(WORDS, k=12)).encode()[rng.randint(0, 3) :]
    spans, ids = vocabulary(cut(data, rng))
    for _ in range(2):  # what was looked up once is the same the second time
        text, lengths = spans(ids)
        assert text == data.decode("utf-8", "replace")
        assert len(lengths) == len(ids)
        assert sum(lengths) == utf16_length(text)


@pytest.mark.parametrize("seed", range(100))
def test_a_character_belongs_to_the_token_that_completes_it(seed: int) -> None:
    rng = random.Random(seed)
    data = "".join(rng.choices(WORDS, k=10)).encode()
    tokens = cut(data, rng)
    spans, ids = vocabulary(tokens)
    _, lengths = spans(ids)
    for k in range(len(tokens) + 1):
        # Of valid UTF-8, what can be decoded of a beginning is all but an unfinished character at its end.
        beginning = b"".join(tokens[:k]).decode("utf-8", "ignore")
        assert sum(lengths[:k]) == utf16_length(beginning)


def test_special_and_unknown_ids_have_no_text_even_inside_a_character() -> None:
    spans, ids = vocabulary([b"\xe6\xbc", b"\xa2!"])
    text, lengths = spans([0, ids[0], 0, 99, ids[1], 0])
    assert text == "漢!"
    assert lengths == [0, 0, 0, 0, 2, 0]


def test_nothing_sampled_is_nothing() -> None:
    assert vocabulary([])[0]([]) == ("", [])


def test_stepped_spans_give_a_character_to_the_step_that_tells_it() -> None:
    said = iter(["a", None, "👍", ""])
    assert SteppedSpans(lambda: lambda _: next(said))([1, 2, 3, 4]) == ("a👍", [1, 0, 2, 0])
