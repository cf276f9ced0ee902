"""
How ranks tell rank 0 what they have: each appends JSON lines to a file of its own in the launch's folder, which rank 0 reads on.
The folder is on a file system that all nodes share; nothing is sent, so nothing can wait for a rank that is gone.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any

Record = dict[str, Any]


def spool_file(folder: Path, rank: int) -> Path:
    return folder / f"rank-{rank}.ndjson"


class SpoolWriter:
    """Appends records, a whole line each. What an earlier process of this rank has left in the file is removed."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("wb", buffering=0)

    def write(self, record: Record) -> None:
        line = memoryview(json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n")
        while line:
            line = line[self._file.write(line) :]

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> SpoolWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class SpoolReader:
    """Reads on where it stopped. The file may appear late; a line without its end is waited for."""

    CHUNK = 1 << 20

    def __init__(self, file: Path) -> None:
        self._path = file
        #: Bytes read.
        self.offset = 0
        self._rest = b""

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def read(self) -> list[Record]:
        """:returns: the records that have come since, in order"""
        records: list[Record] = []
        try:
            # Opened anew each time: what a shared file system keeps of a file's length is asked for at open.
            with self._path.open("rb") as file:
                file.seek(self.offset)
                while chunk := file.read(self.CHUNK):
                    self.offset += len(chunk)
                    *lines, self._rest = (self._rest + chunk).split(b"\n")
                    records.extend(json.loads(line) for line in lines)
        except FileNotFoundError:
            pass
        return records
