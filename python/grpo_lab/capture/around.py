"""Around the method of a class that trains from the beginning to the end."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from .handshake import mark_seen
from .session import describe


class Capture(Protocol):
    def begin(self) -> None: ...

    def end(self, error: BaseException | None) -> None:
        """:param error: what has ended the training, if it was not its end"""


_active: Capture | None = None


def wrap_training(
    owner: type, method: str, folder: Path, capture_of: Callable[[Any], Capture], is_known: Callable[[object], bool] = lambda _: True
) -> None:
    """
    Has each call of the method captured.

    :param folder: takes the reason why one is not
    :param capture_of: of the object that trains
    :param is_known: whether it is one to be captured
    """
    original: Callable[..., Any] = vars(owner)[method]
    original = getattr(original, "grpo_lab_original", original)

    @functools.wraps(original)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        capture = _begin(self, folder, capture_of, is_known)
        try:
            result = original(self, *args, **kwargs)
        except BaseException as error:
            _end(capture, error)
            raise
        _end(capture, None)
        return result

    wrapper.grpo_lab_original = original  # type: ignore[attr-defined]
    setattr(owner, method, wrapper)


def _begin(trainer: Any, folder: Path, capture_of: Callable[[Any], Capture], is_known: Callable[[object], bool]) -> Capture | None:
    global _active
    try:
        kind = f"{type(trainer).__module__}.{type(trainer).__qualname__}"
        if not is_known(trainer):
            mark_seen(folder, "trainer", kind)
            return None
        if _active is not None:
            print(f"grpo-lab: {kind} trains within another training: it is not captured.", file=sys.stderr)
            return None
        capture = capture_of(trainer)
        begin(capture)
        _active = capture
        return capture
    except Exception as error:
        tell_trouble(folder, error)
        return None


def begin(capture: Capture) -> None:
    """:raises Exception: when it cannot begin; it is ended then"""
    try:
        capture.begin()
    except Exception as error:
        capture.end(error)
        raise


def tell_trouble(folder: Path, error: Exception) -> None:
    why = describe(error)
    print(f"grpo-lab: nothing is captured: {why}. The training goes on.", file=sys.stderr)
    mark_seen(folder, "trouble", why)


def _end(capture: Capture | None, error: BaseException | None) -> None:
    global _active
    if capture is None:
        return
    _active = None
    try:
        capture.end(error)
    except Exception as fault:
        print(f"grpo-lab: capture: {describe(fault)}", file=sys.stderr)
