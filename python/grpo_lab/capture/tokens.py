"""Text and token lengths of what was sampled, by a copy of the trainer's tokenizer: another thread must not touch that one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from ..events import utf16_length
from .text_spans import ByteLevelSpans, SteppedSpans

Spans = Callable[[Sequence[int]], tuple[str, list[int]]]


class TokenTexts:
    """
    The copy is made in the training thread, and used in another one only: a fast tokenizer that is in use in one thread refuses
    what the next one wants of it.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = copy.deepcopy(tokenizer)
        self._spans = _spans_of(self._tokenizer)

    def text(self, ids: Sequence[int]) -> str:
        """As TRL decodes: without special tokens."""
        text = self._tokenizer.decode(ids, skip_special_tokens=True)
        return text if isinstance(text, str) else "".join(text)

    def lengths(self, ids: Sequence[int], text: str) -> list[int] | None:
        """
        :param text: of all of them, as `text` gives it
        :returns: length of each token's text in UTF-16 code units; None where the tokens' texts do not add up to the text
        """
        if self._spans is None:
            return None
        try:
            together, lengths = self._spans(ids)
        except Exception:  # the library's decoder of a stream refuses some broken characters, with no class of its own
            return None
        if lengths and len(together) < len(text) and text.startswith(together):
            lengths[-1] += utf16_length(text[len(together) :])  # a character that was never completed
            return lengths
        return lengths if together == text else None


def _spans_of(tokenizer: Any) -> Spans | None:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return None
    if b'"ByteLevel"' in (backend.decoder.__getstate__() if backend.decoder else b""):
        special = [i for i, token in backend.get_added_tokens_decoder().items() if token.special]
        return ByteLevelSpans(backend.id_to_token, special)

    def steps() -> Callable[[int], str | None]:
        from tokenizers.decoders import DecodeStream

        stream = DecodeStream(skip_special_tokens=True)
        return lambda token: stream.step(backend, token)

    return SteppedSpans(steps)
