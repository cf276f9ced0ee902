"""Where the text of each token lies in the text of a solution: one length a token, in UTF-16 code units, without a rest."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Sequence

from ..events import utf16_length


def byte_of_character() -> dict[str, int]:
    """
    The alphabet of byte-level BPE, reversed: which byte each of its 256 characters stands for. Printable bytes stand for
    themselves, the others for U+0100 and up, in their order.
    Source: GPT-2, encoder.py, bytes_to_unicode.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {**{chr(b): b for b in printable}, **{chr(256 + i): b for i, b in enumerate(others)}}


BYTE_OF_CHARACTER = byte_of_character()


def bytes_of_token(token: str) -> bytes:
    """What a token of byte-level BPE stands for. A token with a character outside the alphabet counts as its UTF-8."""
    try:
        return bytes(BYTE_OF_CHARACTER[character] for character in token)
    except KeyError:
        return token.encode("utf-8")


class ByteLevelSpans:
    """
    Text and lengths of tokens of byte-level BPE: exact, broken UTF-8 included. A character that several tokens share belongs to
    the one that completes it; what is broken becomes U+FFFD, as Python and the tokenizers library do alike.
    """

    def __init__(self, token_of: Callable[[int], str | None], special: Iterable[int]) -> None:
        """
        token_of: an id's token, None where there is none
        special: ids that leave no text
        """
        self._token_of = token_of
        self._bytes: dict[int, bytes] = dict.fromkeys(special, b"")
        # Text and length of tokens that are whole characters; None for those that are not.
        self._whole: dict[int, tuple[str, int] | None] = dict.fromkeys(self._bytes, ("", 0))

    def __call__(self, ids: Sequence[int]) -> tuple[str, list[int]]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        texts: list[str] = []
        lengths: list[int] = []
        inside = False  # a character that is not complete yet
        for token in ids:
            whole = self._whole[token] if token in self._whole else self._look(token)
            if whole is not None and not inside:
                text, length = whole
            elif self._bytes[token]:
                text = decoder.decode(self._bytes[token])
                length = utf16_length(text)
                inside = decoder.getstate()[0] != b""
            else:
                text, length = "", 0
            texts.append(text)
            lengths.append(length)
        rest = decoder.decode(b"", final=True)
        if rest:
            texts.append(rest)
            lengths[-1] += utf16_length(rest)
        return "".join(texts), lengths

    def _look(self, token: int) -> tuple[str, int] | None:
        content = bytes_of_token(self._token_of(token) or "")
        self._bytes[token] = content
        try:
            text = content.decode("utf-8")
            self._whole[token] = (text, utf16_length(text))
        except UnicodeDecodeError:
            self._whole[token] = None
        return self._whole[token]


class SteppedSpans:
    """Text and lengths for any other decoder, by one that is given a token after the other and says what is new."""

    def __init__(self, steps: Callable[[], Callable[[int], str | None]]) -> None:
        """steps: begins a text; then new text after each id, None while a character is not complete"""
        self._steps = steps

    def __call__(self, ids: Sequence[int]) -> tuple[str, list[int]]:
        step = self._steps()
        texts = [step(token) or "" for token in ids]
        return "".join(texts), [utf16_length(text) for text in texts]
