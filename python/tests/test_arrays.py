"""Token arrays: by `array` and by NumPy the same bytes, and those that IEEE 754 asks for."""

import math
import struct
from array import array
from base64 import b64decode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grpo_lab.events import EventError
from grpo_lab.events.arrays import encode_difference, encode_f16, encode_f32, encode_whole

singles = st.lists(st.floats(width=32), max_size=40)


def halves_of(wire: dict[str, str]) -> list[int]:
    data = b64decode(wire["f16"])
    return list(struct.unpack(f"<{len(data) // 2}H", data))


@given(singles)
def test_numpy_and_array_give_the_same_bytes(values: list[float]) -> None:
    assert encode_f16(values) == encode_f16(np.array(values, "f4")) == encode_f16(array("f", values))
    assert encode_f32(values) == encode_f32(np.array(values, "f8")) == encode_f32(tuple(values))


@given(st.lists(st.tuples(st.floats(width=32), st.floats(width=32)), max_size=40))
def test_differences_are_of_float32_values_whichever_way(pairs: list[tuple[float, float]]) -> None:
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    for encode in (encode_f16, encode_f32):
        assert encode_difference(a, b, encode) == encode_difference(np.array(a, "f4"), np.array(b, "f4"), encode)


@given(singles.filter(lambda xs: all(math.isfinite(x) for x in xs)))
def test_a_half_is_the_nearest_one(values: list[float]) -> None:
    for x, bits in zip(values, halves_of(encode_f16(values)), strict=True):
        half = struct.unpack("<e", struct.pack("<H", bits))[0]
        if abs(x) >= 65520:
            assert half == math.copysign(math.inf, x)
            continue
        neighbours = [struct.unpack("<e", struct.pack("<H", n))[0] for n in (max(bits - 1, bits & 0x8000), bits + 1)]
        assert all(abs(x - half) <= abs(x - n) for n in neighbours if math.isfinite(n))


@pytest.mark.parametrize("nan", [math.nan, -math.nan, struct.unpack("<f", b"\x01\x00\x80\xff")[0]])
def test_nan_has_one_form(nan: float) -> None:
    for values in ([nan, 1.0], np.array([nan, 1.0], "f4"), np.array([nan, 1.0])):
        assert halves_of(encode_f16(values)) == [0x7E00, 0x3C00]
        assert b64decode(encode_f32(values)["f32"]).hex() == "0000c07f0000803f"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "u8"),
        ([0, 255], "u8"),
        ([256], "u16"),
        ([65_535], "u16"),
        ([65_536], "u32"),
        ([2**32 - 1], "u32"),
        ([True, False], "u8"),
    ],
)
def test_whole_numbers_are_as_narrow_as_they_can(values: list[int], kind: str) -> None:
    width = {"u8": 1, "u16": 2, "u32": 4}[kind]
    for given_as in (values, tuple(values), np.array(values, "i8")):
        data = b64decode(encode_whole(given_as)[kind])
        assert [int.from_bytes(data[i : i + width], "little") for i in range(0, len(data), width)] == values


@pytest.mark.parametrize("values", [[-1], [2**32], [1.5], ["1"], [None]])
def test_what_is_no_whole_number_is_refused(values: list[object]) -> None:
    with pytest.raises(EventError, match="ids: expected whole numbers"):
        encode_whole(values, "ids")


@pytest.mark.parametrize("values", [["1"], [None], [[1.0]], np.zeros((2, 2)), np.array(["a"])])
def test_what_is_no_number_is_refused(values: object) -> None:
    with pytest.raises(EventError, match="logp: expected numbers"):
        encode_f16(values, "logp")
