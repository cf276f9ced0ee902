"""The event segments of a run directory: their names, and what stands at their ends."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

from .errors import RunError
from .lines import MAX_LINE_BYTES

_NAME = re.compile(r"(\d{6,15})\.ndjson(\.zst)?")
_COMPRESSED = ".zst"
#: So much of the end of a segment is looked at, and as much before it as it takes to find a number.
_END_BYTES = 64 * 1024


def segment_name(index: int) -> str:
    return f"{index:06d}.ndjson"


def segment_files(run_dir: Path) -> list[Path]:
    """A file for each segment in order of their numbers; where both are there the one that is not compressed."""
    files: dict[int, Path] = {}
    folder = run_dir / "events"
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        match = _NAME.fullmatch(file.name)
        if match and file.is_file():
            files.setdefault(int(match[1]), file)
    return [files[index] for index in sorted(files)]


def last_index(run_dir: Path) -> int:
    """Number of the newest segment; 0 when there is none. One that is compressed counts: its number is taken."""
    folder = run_dir / "events"
    names = (_NAME.fullmatch(file.name) for file in folder.iterdir()) if folder.is_dir() else ()
    return max((int(match[1]) for match in names if match), default=0)


def last_seq(run_dir: Path) -> int:
    """
    Number of the newest event; 0 when there is none. Torn and malformed lines carry none.
    :raises RunError: when that cannot be known: it stands in a compressed segment that nothing here can read
    """
    highest = 0
    for file in reversed(segment_files(run_dir)):
        # Numbers grow: what was compressed lies behind what is open, unless that is empty.
        if highest and file.suffix == _COMPRESSED:
            continue
        highest = max(highest, _last_seq_in(file))
    return highest


def last_status(run_dir: Path) -> dict[str, Any] | None:
    """The newest `status` event in the segments that are not compressed; None when there is none."""
    for file in reversed(segment_files(run_dir)):
        if file.suffix == _COMPRESSED:
            continue
        with file.open("rb") as content:
            for line in lines_from_end(content):
                if b'"status"' not in line:
                    continue
                event = _event(line)
                if event is not None and event.get("type") == "status":
                    return event
    return None


def lines_from_end(content: BinaryIO, longest: int = MAX_LINE_BYTES) -> Iterator[bytes]:
    """
    Lines from the last to the first, without their line breaks, each byte read once. The first that comes is what stands behind the
    last line break: nothing, or a line that is torn.
    :param longest: a line of more bytes is left out
    """
    at = content.seek(0, SEEK_END)
    size = _END_BYTES
    pieces: list[bytes] = []
    length = 0

    def whole() -> Iterator[bytes]:
        if length <= longest:
            yield b"".join(reversed(pieces))

    while at > 0:
        begin = max(0, at - size)
        content.seek(begin)
        block = content.read(at - begin)
        *former, tail = block.split(b"\n")
        pieces.append(tail)
        length += len(tail)
        while former:
            yield from whole()
            pieces, length = [former.pop()], 0
            length = len(pieces[0])
        if length > longest:
            pieces = []
        at, size = begin, min(2 * size, 4 * 1024 * 1024)
    yield from whole()


def _last_seq_in(file: Path) -> int:
    highest = read = 0
    with _opened(file) as content:
        for line in lines_from_end(content):
            event = _event(line)
            seq = event.get("seq") if event else None
            if isinstance(seq, int) and not isinstance(seq, bool):
                highest = max(highest, seq)
            read += len(line) + 1
            if highest and read >= _END_BYTES:
                break
    return highest


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _opened(file: Path) -> BinaryIO:
    return file.open("rb") if file.suffix != _COMPRESSED else BytesIO(_decompressed(file))


def _decompressed(file: Path) -> bytes:
    """By Python 3.14's own module, or by the program `zstd`."""
    try:
        zstd = import_module("compression.zstd")
    except ImportError:
        return _by_program(file)
    try:
        data: bytes = zstd.decompress(file.read_bytes())
        return data
    except zstd.ZstdError as error:
        raise RunError(f"{file} cannot be decompressed: {error}.") from error


def _by_program(file: Path) -> bytes:
    program = shutil.which("zstd")
    if program is None:
        raise RunError(
            f"The newest event of the run stands in {file}, which is compressed. Install the program zstd, or use Python 3.14, "
            "to go on with this run."
        )
    ended = subprocess.run([program, "-dcq", str(file)], capture_output=True, check=False)
    if ended.returncode != 0:
        raise RunError(f"{file} cannot be decompressed: {ended.stderr.decode(errors='replace').strip()}")
    return ended.stdout
