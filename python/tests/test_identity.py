"""run.json of somebody's own loop."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from runs import a_run

import grpo_lab
from grpo_lab.events import EventError, RunError, RunWriter
from grpo_lab.events.identity import add_findings

REPOSITORY = Path(__file__).parents[2]


def identity(run: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run / "run.json").read_text())
    return content


def test_its_runs_are_numbered_and_told_apart(tmp_path: Path) -> None:
    runs = [a_run(tmp_path) for _ in range(3)]
    assert [identity(run)["number"] for run in runs] == [1, 2, 3]
    assert [identity(run)["id"] for run in runs] == [run.name for run in runs]
    assert (tmp_path / ".grpo-lab" / ".gitignore").read_text() == "*\n"


def test_many_at_once_get_numbers_of_their_own(tmp_path: Path) -> None:
    program = "import sys; from grpo_lab.events import RunWriter; RunWriter.create(sys.argv[1], name='mine').close()"
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda _: subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False), range(8)))
    assert {end.returncode for end in ends} == {0}
    runs = list((tmp_path / ".grpo-lab" / "runs").iterdir())
    assert sorted(identity(run)["number"] for run in runs) == list(range(1, 9))


def test_settings_become_json_whatever_they_are(tmp_path: Path) -> None:
    config = {
        "lr": 1e-6,
        "limit": float("inf"),
        "path": Path("x"),
        "betas": (0.9, 0.95),
        3: None,
        "half": "\ud800",
        "nested": {"a": {1}},
    }
    resolved = identity(a_run(tmp_path, config=config, sampling={"temperature": 0.7, "logp_temperature": 1}))
    assert resolved["experiment"]["resolved"] == {
        **{"lr": 1e-6, "limit": "Infinity", "path": "x", "betas": [0.9, 0.95], "3": None},
        **{"half": "\ud800", "nested": {"a": "{1}"}},
    }
    assert resolved["sampling"] == {"temperature": 0.7, "logp_temperature": 1}


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a b", "x" * 101, "ü"])
def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(EventError, match="folder's name"):
        RunWriter.create(tmp_path, name=name)
    assert list(tmp_path.iterdir()) == []


def test_the_commit_it_ran_from_and_what_was_changed(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert identity(a_run(tmp_path))["git"] is None
    file = tmp_path / "train.py"
    file.write_text("one\n")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t"]
    for command in (["init", "-q"], ["add", "train.py"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *command], check=True)
    clean = identity(a_run(tmp_path))["git"]
    assert clean["dirty"] is False and clean["diff"] is None and len(clean["commit"]) == 40
    file.write_text("two\n")
    dirty = identity(a_run(tmp_path))["git"]
    assert dirty["dirty"] is True and "+two" in dirty["diff"]


def test_the_package_has_the_version_of_the_extension() -> None:
    assert grpo_lab.__version__ == json.loads((REPOSITORY / "package.json").read_text())["version"]


def test_what_a_trainer_finds_out_is_added_and_versions_are_kept(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    before = identity(run)
    add_findings(run, {"setup": {"parameters": 7}, "versions": {"trl": "9.9"}})
    assert identity(run) == {**before, "setup": {"parameters": 7}, "versions": {**before["versions"], "trl": "9.9"}}
    assert [each.name for each in run.iterdir() if ".tmp" in each.name] == []
    with pytest.raises(RunError, match="holds no run"):
        add_findings(tmp_path, {})
