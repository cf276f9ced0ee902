"""
Per-token arrays as they stand in events: base64 of little-endian float32, float16, or of the narrowest unsigned numbers that hold
all of them. NumPy's arrays take the short way through NumPy, everything else that through `array`; both give the same bytes.
"""

from __future__ import annotations

import math
import struct
import sys
from array import array
from base64 import b64encode
from collections.abc import Callable, Sequence
from operator import sub
from typing import Any

from .errors import EventError

#: The longest array that readers decode, in elements.
MAX_ARRAY_LENGTH = 1 << 22

#: {"f32" | "f16" | "u32" | "u16" | "u8": base64}
WireArray = dict[str, str]
#: A list, tuple or `array` of numbers, or an array of NumPy or PyTorch of one dimension.
Numbers = Any

_NAN = float("nan")
#: float32 values from here on round to 65536, which half precision has not.
_HALF_LIMIT = 65520.0


def length_of(values: Numbers, what: str) -> int:
    """:raises EventError: when it has none, or is longer than readers take"""
    try:
        length = len(values)
    except TypeError:
        raise EventError(f"{what}: expected an array of numbers, got {type(values).__name__}.") from None
    if length > MAX_ARRAY_LENGTH:
        raise EventError(f"{what}: {length} tokens, readers take {MAX_ARRAY_LENGTH}.")
    return length


def encode_f32(values: Numbers, what: str = "values") -> WireArray:
    """float32, rounded to nearest; beyond its range ±∞. NaN is 0x7fc00000."""
    if _is_numpy(values):
        return {"f32": _base64(_numpy_singles(values, what).astype("<f4").tobytes())}
    return {"f32": _base64(_little(singles(values, what)))}


def encode_f16(values: Numbers, what: str = "values") -> WireArray:
    """IEEE 754 binary16 of the float32 values, rounded to nearest, ties to even; from 65520 on ±∞. NaN is 0x7e00."""
    if _is_numpy(values):
        return {"f16": _base64(_numpy_halves(_numpy_singles(values, what)))}
    return {"f16": _base64(_halves(singles(values, what)))}


def encode_difference(a: Numbers, b: Numbers, encode: Callable[..., WireArray], what: str = "values") -> WireArray:
    """a − b of float32 values, element by element. :param encode: `encode_f16` or `encode_f32`"""
    if _is_numpy(a) and _is_numpy(b):
        x, y = (_numpy_singles(v, what).astype("f8") for v in (a, b))
        with _numpy().errstate(over="ignore", invalid="ignore"):
            return encode(x - y, what)
    return encode(array("d", map(sub, singles(a, what), singles(b, what))), what)


def encode_whole(values: Numbers, what: str = "values") -> WireArray:
    """Whole numbers from 0 to 2^32 − 1, in the narrowest kind that holds all of them."""
    listed = _listed(values)
    try:
        most = max(listed, default=0)
        kind, code = ("u8", "B") if most < 1 << 8 else ("u16", "H") if most < 1 << 16 else ("u32", "I")
        return {kind: _base64(_little(array(code, listed)))}
    except (TypeError, OverflowError) as error:
        raise EventError(f"{what}: expected whole numbers from 0 to 2^32 - 1: {error}.") from error


def singles(values: Numbers, what: str = "values") -> array[float]:
    """As float32. :raises EventError: when an element is no number"""
    if isinstance(values, array) and values.typecode == "f":
        return values
    try:
        return array("f", _listed(values))
    except TypeError as error:
        raise EventError(f"{what}: expected numbers: {error}.") from error


def _listed(values: Numbers) -> Sequence[Any]:
    """Arrays of NumPy and PyTorch as lists; what is a sequence of Python stays."""
    if isinstance(values, (list, tuple, array)):
        return values
    tolist = getattr(values, "tolist", None)
    return tolist() if callable(tolist) else list(values)


def _halves(values: array[float]) -> bytes:
    form = f"<{len(values)}e"
    # A sum is finite only when all of its terms are.
    if math.isfinite(sum(values)):
        try:
            return struct.pack(form, *values)
        except OverflowError:
            pass
    return struct.pack(form, *map(_half_range, values))


def _half_range(x: float) -> float:
    """What half precision cannot hold, `struct` refuses; and the bits of NaN differ from one version of Python to the next."""
    if x != x:
        return _NAN
    return x if -_HALF_LIMIT < x < _HALF_LIMIT else math.copysign(math.inf, x)


def _little(values: array[Any]) -> bytes:
    if values.typecode == "f" and not math.isfinite(sum(values)):
        values = array("f", (_NAN if x != x else x for x in values))
    if sys.byteorder == "big":
        values = array(values.typecode, values)
        values.byteswap()
    return values.tobytes()


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _is_numpy(values: Numbers) -> bool:
    """NumPy is not imported here: whoever hands over one of its arrays has done so."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(values, getattr(numpy, "ndarray", ()))


def _numpy() -> Any:
    return sys.modules["numpy"]


def _numpy_singles(values: Any, what: str) -> Any:
    np = _numpy()
    if values.ndim != 1 or values.dtype.kind not in "fiub":
        raise EventError(f"{what}: expected numbers in one dimension, got {values.dtype} of {values.ndim} dimensions.")
    with np.errstate(over="ignore", invalid="ignore"):
        single = values.astype("f4")
    single[np.isnan(single)] = np.float32("nan")
    return single


def _numpy_halves(single: Any) -> bytes:
    np = _numpy()
    with np.errstate(over="ignore", under="ignore"):
        bits = single.astype("<f2").view("<u2")
    bits[np.isnan(single)] = 0x7E00
    data: bytes = bits.tobytes()
    return data
