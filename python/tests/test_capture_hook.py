"""The hook as Python runs it: in processes of their own, with a small `transformers.trainer` in the place of the large one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import grpo_lab

PACKAGES = Path(grpo_lab.__file__).parent.parent
HOOK = Path(grpo_lab.__file__).parent / "capture" / "hook"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder with `transformers.trainer`, as far as the hook looks at it."""
    package = tmp_path / "library" / "transformers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "trainer.py").write_text("class Trainer:\n    def train(self):\n        return 'trained'\n")
    return package.parent


def run(code: str, *path: Path, folder: Path | None, flags: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GRPO_LAB", "PYTHON"))}
    environment["PYTHONPATH"] = os.pathsep.join(map(str, path))
    if folder is not None:
        folder.mkdir(exist_ok=True)
        environment["GRPO_LAB_CAPTURE"] = str(folder)
    return subprocess.run([sys.executable, *flags, "-c", code], env=environment, cwd="/", capture_output=True, text=True, check=False)


TRAIN = "from transformers.trainer import Trainer; print(Trainer().train(), hasattr(Trainer.train, 'grpo_lab_original'))"


def test_an_unknown_trainer_trains_as_ever_and_is_named(tmp_path: Path, library: Path) -> None:
    ended = run(TRAIN, HOOK, PACKAGES, library, folder=tmp_path / "capture")
    assert (ended.stdout, ended.stderr) == ("trained True\n", "")
    assert (tmp_path / "capture" / "seen-trainer").read_text() == "transformers.trainer.Trainer"


def test_without_the_variable_it_does_nothing(tmp_path: Path, library: Path) -> None:
    assert run(TRAIN, HOOK, PACKAGES, library, folder=None).stdout == "trained False\n"


def test_python_that_trains_nothing_leaves_a_mark_and_imports_hardly_anything(tmp_path: Path) -> None:
    ended = run("import sys; print([m for m in sys.modules if 'grpo' in m])", HOOK, PACKAGES, folder=tmp_path / "capture")
    assert ended.stdout == "['grpo_lab', 'grpo_lab.finder']\n"
    assert [f.name for f in (tmp_path / "capture").iterdir()] == ["seen-hook"]


def test_isolated_python_leaves_no_mark(tmp_path: Path) -> None:
    run("", HOOK, PACKAGES, folder=tmp_path / "capture", flags=("-I",))
    assert list((tmp_path / "capture").iterdir()) == []


@pytest.mark.parametrize("folder", ["capture", None])
def test_the_sitecustomize_that_it_hides_runs_too(tmp_path: Path, library: Path, folder: str | None) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_text("print('the other one')\nvalue = 7\n")
    code = f"import sitecustomize; print(sitecustomize.value); {TRAIN}"
    ended = run(code, HOOK, PACKAGES, other, library, folder=tmp_path / folder if folder else None)
    assert ended.stdout == f"the other one\n7\ntrained {folder is not None}\n"
    assert ended.stderr == ""


def test_an_error_in_the_hidden_one_is_told_and_capture_takes_hold(tmp_path: Path, library: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_text("1 / 0\n")
    ended = run(TRAIN, HOOK, PACKAGES, other, library, folder=tmp_path / "capture")
    assert ended.stdout == "trained True\n"
    assert "ZeroDivisionError" in ended.stderr


def test_a_fault_in_our_package_is_told_and_the_training_goes_on(tmp_path: Path, library: Path) -> None:
    broken = tmp_path / "broken" / "grpo_lab" / "capture"
    broken.mkdir(parents=True)
    (broken.parent / "__init__.py").write_text("")
    (broken / "__init__.py").write_text("this is no Python\n")
    ended = run(TRAIN, HOOK, broken.parent.parent, library, folder=tmp_path / "capture")
    assert ended.stdout == "trained False\n"
    assert "nothing is captured" in ended.stderr
