"""Write the model of a program once more, showing what is on each wire as it is computed; never exported."""

from collections.abc import Iterator
from itertools import groupby

from runtime.generate import comparison
from runtime.generate.drawn import Drawn, Line
from runtime.generate.model import forward
from runtime.graph.model import End
from runtime.spec.code import literal

NAMED = "Made for a look at wires: program.py's model, which shows what is on each of them."
HEAD = f'''"""{NAMED}"""

from collections.abc import Callable, Mapping
from typing import Any

import program

# What its forward calls, names that begin with _ among it.
globals().update({{name: value for name, value in vars(program).items() if not name.startswith("__")}})


class Wires:
    """Who is shown what is on a wire; ids are lower case, so that no variable hides this name."""

    see: Callable[[str, Any], object] = print
'''


def watched(drawn: Drawn) -> str:
    """The module ``watched``: the class Watched, a `program.Model` that shows wires, and the function `losses`."""
    first, *rest = forward(drawn)
    lines = ["", "", "class Watched(program.Model):", '    """Computes the very same."""', "", first.text]
    signature = [first.text]
    while not signature[-1].endswith(":"):
        signature.append(rest.pop(0).text)
        lines.append(signature[-1])
    lines += [_see(end, str(variable)) for end, variable in drawn.arguments.items()]
    for _, group in groupby(rest, lambda line: line.node):
        lines += _shown(drawn, [*group])
    called = {drawn.key(id): id for id in drawn.losses}
    lines += ["", "", f"COLLATE = {literal(drawn.collate)}"]
    lines += [f"INPUTS = {literal(tuple(drawn.inputs))}", f"LOSSES = {literal(called)}"]
    lines += ["", "", *(line.text for line in next(comparison.comparisons(drawn, apart=True)))]
    return HEAD + "\n".join(lines) + "\n"


def _shown(drawn: Drawn, lines: list[Line]) -> Iterator[str]:
    """The statement of a node, and what shows those of its outputs that have a name; what it returned gets one."""
    id, texts = lines[0].node, [line.text for line in lines]
    ends = drawn.ends(id) if id is not None else []
    returned = bool(ends) and texts[0].startswith("        return ")
    if returned:
        texts[0] = texts[0].replace("return ", f"{drawn.variable(ends[0])} = ", 1)
    yield from texts
    for end in ends:
        if len(ends) == 1 or end in drawn.graph.outgoing:
            yield _see(end, str(drawn.variable(end)))
    if returned:
        yield f"        return {drawn.variable(ends[0])}"


def _see(end: End, variable: str) -> str:
    return f"        Wires.see({literal(str(end))}, {variable})"
