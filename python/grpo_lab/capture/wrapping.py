"""
Wrappers around methods of objects that train. Each calls the original first. When one of ours fails, all of them only call the
original from then on.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

#: What precedes a method: its arguments.
Before = Callable[[Any, Any], None]
#: What follows a method: when it began, what it returned, and its arguments.
Then = Callable[[float, Any, Any, Any], None]


class Wrapping:
    def __init__(self, failed: Callable[[str, Exception], None]) -> None:
        """:param failed: hears once of what went wrong here, by the name of the method"""
        self._failed = failed
        self.on = True
        #: Which of the methods with an `inside` is at hand.
        self.inside = ""
        #: What each object itself had by the name of each wrapped method, where it had something.
        self._wrapped: list[tuple[Any, str, Any]] = []

    def wrap(self, owner: Any, name: str, then: Then | None = None, *, before: Before | None = None, inside: str | None = None) -> None:
        """A method that the object does not have is passed over."""
        original = getattr(owner, name, None)
        if not callable(original):
            return

        @functools.wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if not self.on:
                return original(*args, **kwargs)
            self._guarded(name, before, args, kwargs)
            start, around = time.time(), self.inside
            self.inside = around if inside is None else inside
            try:
                result = original(*args, **kwargs)
            finally:
                self.inside = around
            self._guarded(name, then, start, result, args, kwargs)
            return result

        self._wrapped.append((owner, name, vars(owner).get(name)))
        setattr(owner, name, wrapper)

    def _guarded(self, name: str, work: Callable[..., None] | None, *args: Any) -> None:
        if work is None or not self.on:
            return
        try:
            work(*args)
        except Exception as error:
            self.on = False
            self._failed(name, error)

    def unwrap(self) -> None:
        """The objects are again as they were."""
        for owner, name, own in reversed(self._wrapped):
            if own is None:
                delattr(owner, name)
            else:
                setattr(owner, name, own)
        self._wrapped = []
        self.on = False
