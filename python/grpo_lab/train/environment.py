"""
The environment of an experiment: its questions, rewards and benchmarks. They are GRPO Lab's own, the same for every trainer: a Node
process that is asked by lines of JSON (`src/engine/environment/wire.ts`), as long as the training goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from ..events import Grade
from .errors import TrainError

NODE_VARIABLE = "GRPO_LAB_NODE"
DIST_VARIABLE = "GRPO_LAB_DIST"


def lab_program(name: str) -> list[str]:
    """
    A program of GRPO Lab and the Node that runs it: as the launcher says in the environment, else beside this package, else on PATH.
    :raises TrainError: when there is none
    """
    folder = Path(os.environ.get(DIST_VARIABLE) or Path(__file__).parents[3] / "dist")
    node = os.environ.get(NODE_VARIABLE) or shutil.which("node")
    if node is None:
        raise TrainError(f"There is no Node on PATH, which questions and rewards need: install it, or name one by {NODE_VARIABLE}.")
    program = folder / f"{name}.cjs"
    if not program.is_file():
        raise TrainError(f"There is no {program}: name the folder `dist` of the extension by {DIST_VARIABLE}.")
    return [node, str(program)]


class Environment:
    """Asks one thing after the other; may be used by several threads."""

    def __init__(self, argv: Sequence[str]) -> None:
        """:param argv: the program and its arguments"""
        # The editor's own executable is a Node with this variable, and any other does not mind it.
        environment = {**os.environ, "ELECTRON_RUN_AS_NODE": "1"}
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `close`)
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, env=environment)
        self._turn = threading.Lock()
        self._last = 0

    @classmethod
    def of_run(cls, run_dir: Path) -> Environment:
        """:raises TrainError: when it cannot be started"""
        return cls([*lab_program("environment"), "--run", str(run_dir)])

    def tasks(self, first: int, count: int) -> list[dict[str, Any]]:
        """Training questions by their place in the experiment's order, which is the same each time: question, answer, level, kind, …"""
        return list(self._ask("tasks", **{"from": first, "count": count})["tasks"])

    def demonstrations(self, first: int, count: int) -> list[dict[str, str]]:
        """Questions, each with a response to imitate."""
        return list(self._ask("demonstrations", **{"from": first, "count": count})["demonstrations"])

    def documents(self, first: int, count: int) -> list[dict[str, str]]:
        """Training documents of a mixture by their place: source, text."""
        return list(self._ask("documents", **{"from": first, "count": count})["documents"])

    def suites(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The benchmarks (name, every, samples, temperature, shots, questions; documents of a mixture), and what is to be said of them."""
        answer = self._ask("suites")
        return answer["suites"], answer["notes"]

    def rewards(self, solutions: Sequence[Mapping[str, Any]]) -> list[tuple[dict[str, float], Grade]]:
        """
        :param solutions: text, length in tokens, the right answer and the convention of its benchmark
        :returns: the raw value of each reward term, and why the answer counts as right or wrong
        """
        return [(judged["terms"], _grade(judged["grade"])) for judged in self._ask("rewards", solutions=list(solutions))["rewards"]]

    def results(self, suite: str, greedy: Sequence[str], sampled: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        """The numbers of a benchmark, from what was written to each of its questions."""
        return list(self._ask("results", suite=suite, greedy=list(greedy), sampled=[list(each) for each in sampled])["results"])

    def scored(self, scores: Sequence[float], right: Sequence[bool], size: int) -> dict[str, Any]:
        """
        What scores of a reward model are worth: accuracy (share of `pairs` in order), calibration {a, b}, calibrationError.
        :param size: solutions of each question, which stand together
        """
        return self._ask("scored", scores=list(scores), right=list(right), size=size)

    def close(self) -> None:
        """Harmless when it is gone."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._said.close()

    def __enter__(self) -> Environment:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ask(self, what: str, **more: Any) -> dict[str, Any]:
        """:raises TrainError: with the environment's own words when it cannot answer, or has ended"""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._last += 1
            line = json.dumps({"id": self._last, "ask": what, **more}).encode("ascii", errors="backslashreplace")
            try:
                self._process.stdin.write(line + b"\n")
                self._process.stdin.flush()
                answer = self._process.stdout.readline()
            except OSError as error:
                raise self._ended() from error
            if not answer:
                raise self._ended()
        told: dict[str, Any] = json.loads(answer)
        if "error" in told:
            raise TrainError(str(told["error"]))
        return told

    def _ended(self) -> TrainError:
        self._process.wait()
        self._said.seek(0)
        words = self._said.read()[-4000:].decode(errors="replace").strip()
        return TrainError(f"The environment of the experiment has ended: {words or f'exit code {self._process.returncode}'}")


def _grade(wire: Mapping[str, Any]) -> Grade:
    normal, span = wire.get("normal"), wire.get("span")
    return Grade(
        verdict=wire["verdict"],
        rule=wire["rule"],
        checker=wire["checker"],
        answer=wire.get("answer"),
        span=None if span is None else (span[0], span[1]) if isinstance(span, list) else (span["start"], span["end"]),
        extraction=wire.get("extraction"),
        normal=None if normal is None else (normal["answer"], normal["gold"]),
        reason=wire.get("reason"),
        ms=wire.get("ms"),
    )
