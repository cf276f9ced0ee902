"""Who said what in a text that a chat template made of messages: found in the text, which is not changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..events import utf16_length

Turn = dict[str, Any]
ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool"}
THOUGHT = re.compile(r"\A\s*(<think>.*?</think>)", re.DOTALL)


def is_conversation(value: object) -> bool:
    """Whether it is a list of messages, as `datasets` and TRL have them."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes) and all(isinstance(m, Mapping) for m in value)


def turns_of(text: str, messages: Iterable[Mapping[str, Any]]) -> list[Turn]:
    """
    Finds what each message says in the text, in order, and gives it with the protocol's keys (offsets in UTF-16 code units).
    What a template left out or wrote differently gets no turn. A tool's result that is a dictionary with the key `error`
    counts as failed: TRL gives those for a tool that raised.
    """
    finder = _Finder(text)
    waiting: list[str] = []  # calls without a result yet
    calls = 0
    for message in messages:
        role = ROLES.get(str(message.get("role")))
        if role is None:
            continue
        if role == "tool":
            call = waiting.pop(0) if waiting else None
            name = message.get("name")
            for said in _texts(message.get("content")):
                failed = said.startswith(("{'error':", '{"error":'))
                finder.add(said, role, "tool_result", name=name, call=call, ok=False if failed else None)
            continue
        for reasoning in _texts(message.get("reasoning_content") or message.get("thinking")):
            finder.add(reasoning, role, "reasoning")
        for said in _texts(message.get("content")):
            thought = THOUGHT.match(said) if role == "assistant" else None
            if thought:
                finder.add(thought.group(1), role, "reasoning")
            finder.add(said[thought.end() :] if thought else said, role, "text")
        for tool_call in message.get("tool_calls") or ():
            function = tool_call.get("function", tool_call) if isinstance(tool_call, Mapping) else {}
            name = function.get("name")
            if not isinstance(name, str):
                continue
            waiting.append(str(calls))
            finder.add_call(name, str(calls))
            calls += 1
    return finder.turns


def _texts(content: object) -> list[str]:
    """The texts of a message's content, which is one, or a list of parts."""
    if isinstance(content, str):
        return [content]
    if not isinstance(content, Sequence):
        return []
    return [str(part["text"]) for part in content if isinstance(part, Mapping) and part.get("type") == "text" and "text" in part]


class _Finder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.turns: list[Turn] = []
        self._at = 0  # characters
        self._units = 0  # the same place in UTF-16 code units

    def add(self, said: str, role: str, kind: str, **more: object) -> None:
        said = said.strip()
        start = self.text.find(said, self._at) if said else -1
        if start >= 0:
            self._turn(start, start + len(said), role, kind, more)

    def add_call(self, name: str, call: str) -> None:
        """A call is written by its template: in `<tool_call>` tags, or as an object that has the tool's name in it."""
        for pattern in (r"<tool_call>.*?</tool_call>", r"\{[^{}]*NAME[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", r"NAME\([^\n]*\)"):
            found = re.compile(pattern.replace("NAME", re.escape(name)), re.DOTALL).search(self.text, self._at)
            if found and name in found.group():
                self._turn(found.start(), found.end(), "assistant", "tool_call", {"name": name, "call": call})
                return

    def _turn(self, start: int, end: int, role: str, kind: str, more: Mapping[str, object]) -> None:
        first = self._units + utf16_length(self.text[self._at : start])
        last = first + utf16_length(self.text[start:end])
        known = {key: value for key, value in more.items() if value is not None}
        self.turns.append({"role": role, "kind": kind, "start": first, "end": last, **known})
        self._at, self._units = end, last
