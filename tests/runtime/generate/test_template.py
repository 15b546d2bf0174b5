"""Templates are cut by their syntax tree, comments and layout kept; statements are laid out as formatters do."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.generate.layout import WIDTH, laid
from runtime.generate.template import import_lines, loaded, needed, pruned, written
from runtime.spec.templates import templates

ROOT = Path(__file__).parents[3] / "runtime"
BLOCK = '''def step(x):
    """What a step does."""
    if FIRST:
        # why first
        x = x + 1  # beside
    else:
        x = 0
        if SECOND:

            x = 2

    if SECOND:

        @twice
        def inner():
            return x
    return [x]'''


def test_that_the_chosen_branch_stays_with_its_comments() -> None:
    assert pruned(BLOCK, {"FIRST": True, "SECOND": False}) == (
        'def step(x):\n    """What a step does."""\n    # why first\n    x = x + 1  # beside\n\n    return [x]'
    )


def test_that_blocks_inside_blocks_are_cut_too() -> None:
    assert pruned(BLOCK, {"FIRST": False, "SECOND": True}) == (
        'def step(x):\n    """What a step does."""\n    x = 0\n    x = 2\n\n'
        "    @twice\n    def inner():\n        return x\n    return [x]"
    )


def test_that_source_without_flags_stays_as_it_is() -> None:
    assert pruned(BLOCK, {}) == pruned(BLOCK, {"OTHER": True})
    assert ast.dump(ast.parse(pruned(BLOCK, {}))) == ast.dump(ast.parse(BLOCK))


def test_that_one_side_of_a_choice_is_taken_with_its_brackets() -> None:
    choice = "def f(x):\n    return g(\n        (\n            x + 1 if FIRST else x\n        ), x\n    )"
    assert ast.unparse(ast.parse(pruned(choice, {"FIRST": True}))) == "def f(x):\n    return g(x + 1, x)"
    assert ast.unparse(ast.parse(pruned(choice, {"FIRST": False}))) == "def f(x):\n    return g(x, x)"


def test_that_a_loop_of_one_round_is_left_without_its_loop() -> None:
    loop = "def f(x):\n    for y in x if FIRST else [x]:\n        # each\n        g(y.y, y)\n    return h(x)"
    assert pruned(loop, {"FIRST": True}) == loop.replace(" if FIRST else [x]", "")
    assert pruned(loop, {"FIRST": False}) == "def f(x):\n    # each\n    g(x.y, x)\n    return h(x)"


def test_that_what_is_left_to_return_is_returned_right_away() -> None:
    source = "def f():\n    found = {\n        1: 2\n    }\n    if FIRST:\n        found[2] = 3\n    return found"
    assert pruned(source, {"FIRST": False}) == "def f():\n    return {\n        1: 2\n    }"
    assert "found[2] = 3\n    return found" in pruned(source, {"FIRST": True})


def test_that_expressions_stand_in_place_of_names_and_long_lines_are_laid_out_anew() -> None:
    given = {"*[batch[k] for k in INPUTS]": 'batch["a"], batch["b"]', "EPOCHS": "3"}
    assert written("    x = g(*[batch[k] for k in INPUTS])", given) == ['    x = g(batch["a"], batch["b"])']
    assert written("    h(EPOCHS, self.EPOCHS)", given) == ["    h(3, self.EPOCHS)"]
    assert written(f"    {'x' * 40}, y = g(*[batch[k] for k in INPUTS]), {'z' * 20}", given) == [
        f"    {'x' * 40}, y = (",
        '        g(batch["a"], batch["b"]),',
        f"        {'z' * 20},",
        "    )",
    ]


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ('f"{len(rows)} rows are fewer than one of {BATCH_SIZE}"', 'f"{len(rows)} rows are fewer than one of 16"'),
        ('f"fewer than {BATCH_SIZE}", f"{x}"', '"fewer than 16", f"{x}"'),
        ('f"{{{BATCH_SIZE:>4}}} of {{}} {FIELD!r}"', "\"{  16} of {} 'image'\""),
        ('f"{BATCH_SIZE + 1} of {INPUTS}"', 'f"{16 + 1} of {g(x)}"'),
    ],
)
def test_that_a_literal_stands_in_the_text_of_a_formatted_string(line: str, made: str) -> None:
    given = {"BATCH_SIZE": "16", "FIELD": '"image"', "INPUTS": "g(x)"}
    assert written(f"    few = {line}", given) == [f"    few = {made}"]


def test_that_names_in_annotations_and_decorators_count_as_used() -> None:
    assert {"Tensor", "cache", "Path"} <= loaded('@cache\ndef f(x: "Tensor") -> None:\n    y: Path = x\n')


def test_that_definitions_bring_what_they_use() -> None:
    assert list(needed("among_best", {"GATHERED": True})) == ["among_best"]
    assert list(needed("split_rows", {})) == ["seeded", "split_rows"]
    assert "gathered" not in needed("Batches", {"GATHERED": True, "LISTS": False, "DROP_LAST": False})


def test_that_every_template_is_used_by_some_program() -> None:
    writes = (file for folder in ("nodes", "generate", "spec") for file in (ROOT / folder).glob("*.py"))
    told = {word for file in writes for word in re.findall(r"\w+", file.read_text(encoding="utf-8"))}
    told |= {"main"} | {f"{word}_or_{gap}" for word in told for gap in ("nan", "empty")}  # nodes put these together
    roots = [name for name in templates().definitions if name in told]
    assert set(needed("\n".join(roots), {})) == set(templates().definitions)


def test_that_imports_are_sorted_and_ours_are_left_out() -> None:
    lines = import_lines(["torch, nn, Path, csv, Dataset"], ["from collections import Counter", "import zlib"])
    assert lines == [
        "import csv",
        "import zlib",
        "from collections import Counter",
        "from pathlib import Path",
        "",
        "import torch",
        "from torch import nn",
        "from torch.utils.data import Dataset",
    ]
    everything = import_lines(templates().definitions.values(), [])
    assert not [line for line in everything if "runtime" in line or "drawn" in line]


names = st.from_regex(r"_[a-z_]{1,40}", fullmatch=True)
texts = st.text(alphabet="ab ,:=()[]{}\"'\\#", max_size=30).map(repr)
values = st.recursive(
    names | texts | st.integers(0, 999).map(str),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(texts, inner), max_size=4).map(lambda kv: "{" + ", ".join(f"{k}: {v}" for k, v in kv) + "}"),
        st.tuples(names, st.lists(inner, max_size=5)).map(lambda c: f"go_{c[0]}({', '.join(c[1])})"),
        st.tuples(names, inner).map(lambda c: f"go_{c[0]}(x_={c[1]})"),
        st.tuples(inner, inner).map(lambda c: f"[{c[0]} for x_ in {c[1]}]"),
    ),
    max_leaves=12,
)


def tokens_of(text: str) -> list[str]:
    """The tokens of a statement, without what a formatter may add: line ends, brackets and commas."""
    kinds = (tokenize.NAME, tokenize.NUMBER, tokenize.STRING)
    return [each.string for each in tokenize.generate_tokens(io.StringIO(text).readline) if each.type in kinds]


@given(values, st.sampled_from(["", "  # float32[B, 10]"]))
def test_that_a_statement_means_the_same_however_it_is_broken(value: str, after: str) -> None:
    lines = list(laid("x_ = ", value, after))
    text = "\n".join(lines)
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(f"x_ = {value}"))
    assert tokens_of(text) == tokens_of(f"x_ = {value}{after}")
    assert len(lines) > 1 or len(text) <= WIDTH or not any(sign in value for sign in "([{")


def test_that_a_wide_call_is_broken_behind_its_bracket_and_then_argument_by_argument() -> None:
    wide = "a" * 38
    assert list(laid("    x = ", f"f({wide}, {wide})")) == ["    x = f(", f"        {wide}, {wide}", "    )"]
    assert list(laid("    x = ", f"f({wide}, {wide}, b=[1])", "  # int64[]")) == [
        "    x = f(",
        f"        {wide},",
        f"        {wide},",
        "        b=[1],",
        "    )  # int64[]",
    ]


def test_that_elements_of_a_list_stand_below_each_other_and_an_only_argument_has_a_comma() -> None:
    wide = "a" * 40
    assert list(laid("wide = ", f"[{wide}, {wide}]")) == ["wide = [", f"    {wide},", f"    {wide},", "]"]
    assert list(laid("x = ", f'{{"k": {wide}, "l": 1}}', " " * 40))[1:3] == [f'    "k": {wide},', '    "l": 1,']
    assert list(laid("def f", f"({wide}: {wide})", " -> int:")) == ["def f(", f"    {wide}: {wide},", ") -> int:"]
    assert list(laid("def f", f"({wide}, {wide})", " -> int:")) == ["def f(", f"    {wide}, {wide}", ") -> int:"]
