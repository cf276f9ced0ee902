"""Lines from the end of a file."""

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from grpo_lab.events.segments import lines_from_end


@given(st.lists(st.one_of(st.binary(max_size=9), st.integers(65_000, 140_000).map(lambda n: b"x" * n)), max_size=6))
def test_they_are_the_lines_of_the_file_backwards(pieces: list[bytes]) -> None:
    content = b"\n".join(pieces)
    assert list(lines_from_end(BytesIO(content))) == content.split(b"\n")[::-1]


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=5))
def test_one_that_is_too_long_is_left_out(sizes: list[int]) -> None:
    lines = [b"x" * size for size in sizes]
    assert list(lines_from_end(BytesIO(b"\n".join(lines)), 70_000)) == [line for line in reversed(lines) if len(line) <= 70_000]
