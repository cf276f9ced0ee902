"""An event as its line: JSON as every reader takes it, in UTF-8."""

from __future__ import annotations

import json
import math
from typing import Any

from .errors import EventError

PROTOCOL_VERSION = 1
#: Readers report a longer line and pass over it.
MAX_LINE_BYTES = 64 * 1024 * 1024

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=lambda value: _plain(value)).encode


def body_json(body: dict[str, Any]) -> bytes:
    """
    The JSON object of an event, before it is numbered and dated.

    Numbers that are not finite become the words "NaN", "Infinity" and "-Infinity"; half of a surrogate pair becomes its escape
    (`\\ud83d`), as JavaScript writes it, so that the reader gets the same text.
    :raises EventError: when something in it is nothing that JSON knows
    """
    try:
        try:
            text = _encode(body)
        except ValueError:
            text = _encode(_finite(body))
    except (TypeError, ValueError, RecursionError) as error:
        raise EventError(f"A {body.get('type')} event holds what JSON cannot: {error}.") from error
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace")


def event_line(seq: int, time: str, body: bytes) -> bytes:
    """
    :param time: ISO 8601
    :param body: of `body_json`
    :returns: the line with its line break
    :raises EventError: when it is longer than readers take
    """
    line = b'{"v":%d,"seq":%d,"time":"%s",%s\n' % (PROTOCOL_VERSION, seq, time.encode(), body[1:])
    if len(line) - 1 > MAX_LINE_BYTES:
        raise EventError(
            f"An event of {len(line) / 1e6:.0f} MB: readers pass over lines of more than {MAX_LINE_BYTES >> 20} MiB. "
            "Write a smaller group, or cut its longest texts and say so in their `error`."
        )
    return line


def _finite(value: Any) -> Any:
    """The same with words in the place of numbers that JSON has not."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    if not isinstance(value, (str, int, float)) and callable(getattr(value, "item", None)):
        return _finite(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _plain(value: Any) -> Any:
    """A scalar of NumPy or PyTorch as a number of Python."""
    item = getattr(value, "item", None)
    if callable(item):
        return item()
    raise TypeError(f"{type(value).__name__} {value!r:.60}")
