from typing import Any

from grpo_lab.capture.turns import is_conversation, turns_of


def parts(text: str, turns: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Role, kind and text of each turn, by offsets in UTF-16."""
    units = text.encode("utf-16-le")
    return [(t["role"], t["kind"], units[2 * t["start"] : 2 * t["end"]].decode("utf-16-le")) for t in turns]


def test_a_prompt_of_a_template_is_its_messages() -> None:
    text = "system\nBe brief 👍.\nuser\nWhat is 2+2?\nassistant\n"
    messages = [{"role": "system", "content": "Be brief 👍."}, {"role": "user", "content": "What is 2+2?"}]
    assert parts(text, turns_of(text, messages)) == [("system", "text", "Be brief 👍."), ("user", "text", "What is 2+2?")]


def test_reasoning_calls_and_results_are_told_apart_and_paired() -> None:
    call = '<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": 2}}\n</tool_call>'
    text = f"<think>I add.</think>\nOne moment.\n{call}\ntool\n3\nassistant\nIt is 3."
    messages: list[dict[str, Any]] = [
        {
            "role": "assistant",
            "content": "<think>I add.</think>\nOne moment.",
            "tool_calls": [{"type": "function", "function": {"name": "add", "arguments": {"a": 1, "b": 2}}}],
        },
        {"role": "tool", "name": "add", "content": "3"},
        {"role": "assistant", "content": "It is 3."},
    ]
    turns = turns_of(text, messages)
    assert parts(text, turns) == [
        ("assistant", "reasoning", "<think>I add.</think>"),
        ("assistant", "text", "One moment."),
        ("assistant", "tool_call", call),
        ("tool", "tool_result", "3"),
        ("assistant", "text", "It is 3."),
    ]
    assert turns[2]["name"] == turns[3]["name"] == "add"
    assert turns[2]["call"] == turns[3]["call"]
    assert "ok" not in turns[3]


def test_a_tool_that_raised_has_failed() -> None:
    text = "{'error': 'division by zero'}"
    assert turns_of(text, [{"role": "tool", "name": "f", "content": text}])[0]["ok"] is False


def test_what_the_template_left_out_has_no_turn_and_the_rest_stands() -> None:
    text = "user: b"
    assert parts(text, turns_of(text, [{"role": "system", "content": "a hidden one"}, {"role": "user", "content": "b"}])) == [
        ("user", "text", "b")
    ]


def test_parts_of_a_content_are_turns_of_their_own() -> None:
    text = "look: one two"
    content = [{"type": "image", "image": object()}, {"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    assert [p[2] for p in parts(text, turns_of(text, [{"role": "user", "content": content}]))] == ["one", "two"]


def test_a_text_is_no_conversation() -> None:
    assert not is_conversation("user: a")
    assert is_conversation([{"role": "user", "content": "a"}])
