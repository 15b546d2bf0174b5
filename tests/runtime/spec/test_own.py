"""Python of a user's is read as text: what it imports, defines and calls, and what it may not hold."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.graph.model import Graph, Node
from runtime.spec.own import own_sources
from runtime.spec.python import Own

ROOT = Path(__file__).parents[3]
FUNCTION = "def f(x):\n    return x"


def graph_of(text: str) -> Graph:
    """A graph with one text."""
    own = {"function": text.split("\n"), "output": "int64[]"}
    return Graph({"b": Node("b", "Collate", {"fields": ["a"], "collate": {"a": own}})})


def own(text: str) -> Own:
    """How a text is read."""
    (found,) = own_sources(graph_of(text))
    return found


WHOLE = f'''"""What this is."""
import re
from torch import (
    nn,
    Tensor as T,
)

LIMIT: int = 10
a, b = 1, 2

class C:
    pass

{FUNCTION}

def g(x):
    return f(x)'''


def test_that_a_text_is_read_with_its_imports_names_and_function() -> None:
    found = own(WHOLE)
    assert found.wrong is None
    assert found.imports == ("import re", "from torch import nn, Tensor as T")
    assert found.names == ("LIMIT", "a", "b", "C", "f", "g")
    assert found.function == "g"
    assert found.body.startswith('"""What this is."""\n\nLIMIT: int = 10\n')
    assert "import" not in found.body
    assert found.body.endswith("return f(x)")
    assert found.text == WHOLE


def test_that_texts_come_from_the_fields_and_from_the_whole() -> None:
    own = {"function": FUNCTION.split("\n"), "output": "int64[]"}
    parameters = {"collate": {"a": own, "b": "pad", "c": own}, "collate_fn": {"function": [FUNCTION]}}
    nodes = {"x": Node("x", "nn.Linear", parameters), "y": Node("y", "Collate", parameters)}
    found = [(each.node, each.parameter, each.field) for each in own_sources(Graph(nodes))]
    assert found == [("y", "collate", "a"), ("y", "collate", "c"), ("y", "collate_fn", None)]


@pytest.mark.parametrize(
    "parameters",
    [
        {"collate": None}, {"collate": []}, {"collate": {"a": None}}, {"collate": {"a": {"function": "def f(x): 1"}}},
        {"collate": {"a": {"function": [1]}}}, {"collate_fn": "def f(x): 1"}, {"collate_fn": {"function": None}},
    ],
)  # fmt: skip
def test_that_what_is_no_list_of_lines_is_no_text(parameters: dict[str, object]) -> None:
    assert list(own_sources(Graph({"b": Node("b", "Collate", parameters)}))) == []


WRONG = {
    "def f(x": "is not Python, line 1: '(' was never closed",
    "def f(x):\nreturn x": "is not Python, line 2",
    "\x00": "holds a character that cannot be seen: see line 1",
    "": "defines no function",
    "x = 1": "defines no function",
    "class C:\n    def f(self):\n        pass": "defines no function",
    "import os\nos.system('x')\n" + FUNCTION: "holds more than imports, functions and constants: see line 2",
    "print('x')\n" + FUNCTION: "holds more",
    "if True:\n    import os\n" + FUNCTION: "holds more",
    "for i in []:\n    pass\n" + FUNCTION: "holds more",
    "with open('x'):\n    pass\n" + FUNCTION: "holds more",
    "try:\n    pass\nfinally:\n    pass\n" + FUNCTION: "holds more",
    "x += 1\n" + FUNCTION: "holds more",
    "del x\n" + FUNCTION: "holds more",
    "assert print()\n" + FUNCTION: "holds more",
    "global x\n" + FUNCTION: "holds more",
    "async def f(x):\n    return x": "holds more",
    "from __future__ import annotations\n" + FUNCTION: "holds more",
    "from . import neighbour\n" + FUNCTION: "holds more",
    "from os import *\n" + FUNCTION: "holds more",
    "import os; X = 1\n" + FUNCTION: "has an import and more on one line: see line 1",
    '"""a\n"""; import os\n' + FUNCTION: "has an import and more on one line",
    FUNCTION + "  # \u202e x": "holds a character that cannot be seen: see line 2",
    FUNCTION + "\n# a\u2028import os": "holds a character that cannot be seen: see line 3",
    FUNCTION + "\n\x0cimport os": "holds a character that cannot be seen",
    FUNCTION + "\n# a\u200bb": "holds a character that cannot be seen: see line 3",
    FUNCTION + "\n# a\u00adb": "holds a character that cannot be seen",
    FUNCTION + "\n# \U000e0041": "holds a character that cannot be seen",
    "\ufeff" + FUNCTION: "holds a character that cannot be seen",
    FUNCTION + "\n\u3164 = 1": "holds a character that cannot be seen",
    FUNCTION + "\n\uffa0 = 1": "holds a character that cannot be seen",
    FUNCTION + "\n# \x1b[8m": "holds a character that cannot be seen",
}


@pytest.mark.parametrize("text", WRONG)
def test_that_a_text_that_cannot_stand_in_a_program_says_why(text: str) -> None:
    assert (own(text).wrong or "").startswith(WRONG[text])


@pytest.mark.parametrize(
    "text",
    [
        "@staticmethod\ndef f(x):\n    return x",  # runs when the program starts: once the text is trusted
        "def f(x, y=print):\n    return x",
        "X = list(range(3))\n" + FUNCTION,
        "def f(x):\n\treturn 'é 😀 \u00a0'",
        "import os\r\ndef f(x):\r    return x",
        "def f(x):\n    import os\n    return x",
        'def f(x):\n    return "\\d"',
    ],
)
def test_that_a_text_may_do_after_it_is_trusted_what_functions_do(text: str) -> None:
    assert own(text).wrong is None
    assert own(text).function == "f"


def test_that_lines_end_where_python_ends_them() -> None:
    found = own("X = 1\rimport os\r\nY = 2\n" + FUNCTION)
    assert found.body.split("\n")[:2] == ["X = 1", "Y = 2"]
    assert found.imports == ("import os",)


def test_that_a_decorator_stays_with_its_function() -> None:
    assert own("import functools\n@functools.cache\ndef f(x):\n    return x").body.startswith("@functools.cache\n")


DEEP = [
    "-" * 100_000 + "1",
    "(" * 100_000,
    "a" + ".a" * 100_000,
    "x = " + "not " * 100_000 + "1",
    "a" + "(a)" * 100_000,
]


def test_that_no_text_is_too_deep_to_be_read() -> None:
    for text in DEEP:
        assert own(f"{text}\n{FUNCTION}").wrong is not None


@given(
    st.text()
    | st.lists(st.sampled_from(["import os", "x = 1", "def f(x):", "    return x", "@f", "'''", ";", "\\"])).map(
        "\n".join
    )
)
def test_that_any_text_is_read_and_a_good_one_stays_what_it_was(text: str) -> None:
    found = own(text)
    if found.wrong is None:
        together = ast.parse("\n".join([*found.imports, found.body])).body
        alone = [step for step in ast.parse(text).body if not isinstance(step, ast.Import | ast.ImportFrom)]
        kept = [step for step in together if not isinstance(step, ast.Import | ast.ImportFrom)]
        assert list(map(ast.dump, kept)) == list(map(ast.dump, alone))


def test_that_reading_a_text_does_not_run_it(tmp_path: Path) -> None:
    harm = "__import__('os').mkdir"
    text = f"@{harm}\ndef f(x={harm}('harmed')):\n    return x\nX = {harm}('y')"
    act = f"from tests.runtime.spec.test_own import own; print(own({text!r}).wrong)"
    command = [sys.executable, "-c", act]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "None\n"
    assert list(tmp_path.iterdir()) == []


def test_that_a_text_that_would_take_long_to_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own(f"{FUNCTION}\n# {'x' * 49_000}").wrong is None
    monkeypatch.setattr("ast.parse", None)
    assert own(f"{FUNCTION}\n# {'y' * 50_000}").wrong == (
        f"has {len(FUNCTION) + 50_003:,} characters; at most 50,000 can be, more belong in a file"
    )
