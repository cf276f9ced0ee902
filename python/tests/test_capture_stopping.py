from pathlib import Path

import pytest

from grpo_lab.capture.stopping import StopRequest


def ranks(path: Path, n: int) -> list[StopRequest]:
    return [StopRequest(path, path, rank=rank, ranks=n) for rank in range(n)]


def test_one_process_ends_with_the_step_in_which_it_is_asked(tmp_path: Path) -> None:
    (alone,) = ranks(tmp_path, 1)
    assert not alone.is_due(1)
    (tmp_path / "stop.request").touch()
    assert alone.is_due(2)
    assert alone.after == 2


@pytest.mark.parametrize("first", [0, 1])
def test_several_end_after_the_same_step_whoever_looks_first(tmp_path: Path, first: int) -> None:
    both = ranks(tmp_path, 2)
    order = [both[first], both[1 - first]]
    (tmp_path / "stop.request").touch()
    assert [each.is_due(3) for each in order] == [False, False]
    assert [each.is_due(4) for each in order] == [True, True]
    assert [each.after for each in both] == [4, 4]


@pytest.mark.parametrize("names", ["ab", "aa"])
def test_what_another_launch_has_agreed_on_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: str) -> None:
    request = tmp_path / "stop.request"
    monkeypatch.setenv("GRPO_LAB_LAUNCH", names[0])
    request.touch()
    assert [each.is_due(step) for both in [ranks(tmp_path, 2)] for step in (1, 2) for each in both] == [False, False, True, True]
    monkeypatch.setenv("GRPO_LAB_LAUNCH", names[1])
    request.unlink()
    assert [each.is_due(step) for both in [ranks(tmp_path, 2)] for step in (1, 2) for each in both] == [False] * 4


def test_a_request_is_not_made_by_a_rank_that_only_hears(tmp_path: Path) -> None:
    _, other = ranks(tmp_path, 2)
    (tmp_path / "stop.request").touch()
    assert not other.is_due(1)
