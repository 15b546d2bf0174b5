"""The first batch: what functions of the user's for whole samples give, held against what the graph says."""

from pathlib import Path

import pytest

from runtime.graph.edit import Edit
from runtime.train.folder import arguments_of
from runtime.train.worker import work
from tests.runtime.train.conftest import Fails
from tests.runtime.train.runs import ready

WHOLE = [
    "import torch",
    "",
    "",
    "def join_samples(samples):",
    "    one = lambda name: torch.stack([s[name] for s in samples])",
]


HAS = "If that was asked of a sample: a sample has a, b, label."
HIDDEN = """{"a": eval("ask()", {"ask": lambda: samples[0]["old"]})}"""  # behind a line that has no text
OLD = f"""its function join_samples asks for old, which is not there: \
one = lambda name: torch.stack([s[name] for s in samples]). {HAS}"""
LACKS = """its function join_samples gives a, B, label; b is missing, which the graph takes from batches. \
Return it too, or rename the field."""


@pytest.mark.parametrize(
    ("gives", "workers", "sentence"),
    [
        ('{"a": one("a"), "B": one("b"), "label": one("label")}', 0, LACKS),
        ('one("a"), one("b")', 0, "its function join_samples gives a tuple. Return a dict of a, b, label."),
        ('{"a": one("old")}', 0, OLD),
        ('{"a": one("old")}', 1, OLD),
        (HIDDEN, 1, f"its function join_samples asks for old, which is not there: return {HIDDEN}. {HAS}"),
    ],
)
def test_that_a_function_of_whole_samples_that_names_other_fields_is_told_at_its_collate(
    fails: Fails, gives: str, workers: int, sentence: str
) -> None:
    outputs = {"a": "float32[3]", "b": "float32[3]", "label": "int64[]"}
    own = {"function": [*WHOLE, f"    return {gives}"], "outputs": outputs}
    event = fails("whole_samples", ("set", "batches", "collate_fn", own), ("set", "batches", "num_workers", workers))
    assert (event["node"], event["message"]) == ("batches", sentence)


@pytest.mark.usefixtures("fails")
@pytest.mark.parametrize("gives", ["{}", "UserDict({})"])
def test_that_a_function_of_whole_samples_may_leave_out_what_no_program_takes(gives: str, tmp_path: Path) -> None:
    """A field that goes to a layer which leads nowhere."""
    given = gives.format('{"a": one("a"), "label": one("label")}')
    function = ["from collections import UserDict", *WHOLE, f"    return {given}"]
    own = {"function": function, "outputs": {"a": "float32[3]", "b": "float32[3]", "label": "int64[]"}}
    lone: list[Edit] = [
        ("set", "batches", "collate_fn", own),
        ("replace", "batches.a", "added.other"),
        ("add", "lone", "nn.Linear", {}, (0, 0)),
        ("connect", "batches.b", "lone.input"),
    ]
    folder = ready(tmp_path / "run", "whole_samples", *lone)
    assert work(folder, arguments_of(folder)) == 0


@pytest.mark.parametrize(("error", "said"), [("KeyError", "KeyError"), ("KeyError('no word')", "KeyError: 'no word'")])
def test_that_an_error_that_the_function_raises_itself_is_left_as_it_is(fails: Fails, error: str, said: str) -> None:
    outputs = {"a": "float32[3]", "b": "float32[3]", "label": "int64[]"}
    own = {"function": [*WHOLE, f"    raise {error}"], "outputs": outputs}
    event = fails("whole_samples", ("set", "batches", "collate_fn", own))
    assert (event["node"], event["message"]) == ("batches", said)
