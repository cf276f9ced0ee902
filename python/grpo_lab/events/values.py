"""Single values of an event: checked, and in the form in which JSON can hold them."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from .errors import EventError
from .text import utf16_length

#: A number, or one of the words "NaN", "Infinity" and "-Infinity", for which JSON has no numbers.
WireNumber = int | float | str

MAX_NAME = 200
#: The largest whole number that JavaScript holds exactly.
_MAX_COUNT = 2**53 - 1


def number(value: Any, what: str) -> WireNumber:
    """
    A number of Python, or a scalar of NumPy or PyTorch, as the protocol writes it.
    :raises EventError: when it is none
    """
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return _word(float(value)) if isinstance(value, float) else int(value)
    item = getattr(value, "item", None)
    if callable(item):
        try:
            return number(item(), what)
        except (TypeError, ValueError, RuntimeError) as error:
            raise EventError(f"{what}: expected one number, got {_shown(value)}.") from error
    if value is None or isinstance(value, str) or not hasattr(value, "__float__"):
        raise EventError(f"{what}: expected a number, got {_shown(value)}.")
    return _word(float(value))


def _word(x: float) -> WireNumber:
    if math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"


def count(value: Any, what: str, least: int = 0) -> int:
    """
    A whole number that is not negative.
    :raises EventError: when it is none, or more than 2^53 − 1
    """
    try:
        whole = operator.index(value)
    except TypeError:
        raise EventError(f"{what}: expected a whole number, got {_shown(value)}.") from None
    if not least <= whole <= _MAX_COUNT:
        raise EventError(f"{what}: expected a whole number from {least} to 2^53 - 1, got {whole}.")
    return whole


def text(value: Any, what: str, longest: int | None = None) -> str:
    """
    :param longest: in UTF-16 code units
    :raises EventError: when it is no text, or a longer one
    """
    if not isinstance(value, str):
        raise EventError(f"{what}: expected a text, got {_shown(value)}.")
    if longest is not None and utf16_length(value) > longest:
        raise EventError(f"{what}: {utf16_length(value)} characters, {longest} are allowed: {_shown(value)}.")
    return value


def choice(value: Any, what: str, allowed: Iterable[str]) -> str:
    """:raises EventError: when it is none of them"""
    options = tuple(allowed)
    if value not in options:
        raise EventError(f"{what}: expected one of {', '.join(options)}, got {_shown(value)}.")
    return str(value)


def iso(moment: datetime | float, what: str) -> str:
    """
    ISO 8601 in UTC, to the millisecond.
    :param moment: a datetime (without a zone: of this machine's), or seconds since 1970 as `time.time()` tells them
    """
    try:
        at = moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment, timezone.utc)
        return at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise EventError(f"{what}: expected a datetime or seconds since 1970, got {_shown(moment)}.") from error


def _shown(value: object) -> str:
    shown = f"{type(value).__name__} {value!r}"
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
