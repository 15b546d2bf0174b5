"""The reference page of a node type as Markdown: its declaration in words, its line of code, its example."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from textwrap import dedent

from runtime.check.check import check
from runtime.generate.program import generate
from runtime.reference.example import ExampleGraph
from runtime.reference.mistakes import mistakes
from runtime.spec.catalogue import catalogue
from runtime.spec.node import Spec
from runtime.spec.parameter import Parameter
from runtime.spec.words import (
    accepted,
    default,
    family_title,
    group_title,
    grouped,
    limits,
    option_example,
    settings_of,
)

SIDES = {
    "sample": "left of Collate, on one sample at a time",
    "batch": "right of Collate, on batches",
    "either": "on either side of Collate: on one sample at a time or on batches",
    "border": "between samples and batches, as the border of both",
}
INDEX = "index.md"
NEIGHBOURS = 12
TORCH = "https://docs.pytorch.org/docs/stable/generated/{}.html"
TORCH_PLACES = {
    "nn": "torch.nn",
    "optim": "torch.optim",
    "torch": "torch",
    "F": "torch.nn.functional",
    "Tensor": "torch.Tensor",
}


def page(spec: Spec, found: ExampleGraph) -> str:
    """The whole page. Beside it lie the example as ``TYPE.json`` and its picture as ``TYPE.png``."""
    parts = _code(found), _example(spec), _mistakes(spec, found), _links(spec)
    return declared(spec) + "\n" + _joined(parts)


def declared(spec: Spec) -> str:
    """The beginning of the page, for which nothing is checked, so that it is there at once."""
    return _joined((_head(spec), _ports(spec), _parameters(spec), _told(spec)))


def _joined(parts: Iterable[Iterable[str]]) -> str:
    return "\n\n".join(block for part in parts for block in part) + "\n"


def _head(spec: Spec) -> Iterator[str]:
    yield f"# {spec.type}"
    yield _plain(spec.doc)
    where = f"Stands {SIDES[spec.side]}." if spec.side in SIDES else ""
    weights = "Has weights, which an optimizer trains." if spec.weights else ""
    family, group = _heading(spec)
    kind = family if family.startswith(group) else f"{family}, {group}"
    yield " ".join(filter(None, (f"{kind}." if kind != spec.type else "", where, weights)))


def _heading(spec: Spec) -> tuple[str, str]:
    return family_title(spec.family), group_title(spec.group)


def _ports(spec: Spec) -> Iterator[str]:
    inputs, outputs = spec.ports(spec.starts)
    if inputs:
        yield "## Inputs"
        yield _table(
            ("input", "accepts", ""),
            (
                (f"`{port.name}`", _accepts(accepted(port.pattern), port.many, port.optional), _plain(port.doc))
                for port in inputs
            ),
        )
    every = {port.name: port for port in (*outputs, *spec.outputs, *outputs)}
    if every:
        yield "## Outputs"
        yield _table(("output", ""), ((f"`{name}`", _plain(port.doc)) for name, port in every.items()))
    if hasattr(spec.declared, "ports"):
        yield "Its ports depend on its parameters."


def _accepts(what: str, many: bool, optional: bool) -> str:
    return "; ".join(filter(None, (what, "several wires" if many else "", "optional" if optional else "")))


def _parameters(spec: Spec) -> Iterator[str]:
    asked = [each for each in spec.parameters if not each.inferred]
    if asked:
        yield "## Parameters"
        torch = spec.type.rpartition(".")[0] in TORCH_PLACES
        rows = ((f"`{each.name}`", default(each, torch), limits(each), _plain(each.doc)) for each in asked)
        yield _table(("parameter", "default", "may be", ""), rows)
    for each in asked:
        if each.options:
            yield from _options(each)


def _options(parameter: Parameter) -> Iterator[str]:
    """What a parameter may be whose values have settings of their own: as a graph file has it, and the list of them."""
    yield f"## What {parameter.name} may be"
    yield "In a graph file it stands among the parameters, with torch's name and its settings:"
    yield f"```json\n{json.dumps(option_example(parameter))[1:-1]}\n```"
    yield "A setting that is left out has its default:"
    rows = ((f"`{each.name}`", settings_of(each), _plain(each.doc)) for each in parameter.options)
    yield _table(("type", "settings and their defaults", ""), rows)


def _told(spec: Spec) -> Iterator[str]:
    if spec.inferred:
        yield "## What the wire tells"
        yield "\n".join(f"- `{each.name}`: {_plain(each.doc)}" for each in spec.inferred)
        yield "Nobody has to set these; a number that is set pins them."


def _code(found: ExampleGraph) -> Iterator[str]:
    """The lines of the example's program that are about the node."""
    program = generate(found.graph, check(found.graph), "example.json")
    lines = program.text.splitlines()
    numbers = program.lines.get(found.node, ())
    blocks = [[lines[at - 1] for at in block] for block in _runs(numbers)]
    if blocks:
        yield "## In the program"
        yield "```python\n" + "\n".join(dedent("\n".join(block)) for block in blocks) + "\n```"


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Line numbers that follow each other, together."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    return found


def _example(spec: Spec) -> Iterator[str]:
    yield "## Example"
    yield f"![{spec.type} in a graph that trains]({spec.type}.png)"
    yield f"The graph: [{spec.type}.json]({spec.type}.json)"


def _mistakes(spec: Spec, found: ExampleGraph) -> Iterator[str]:
    known = mistakes(spec, found)
    if known:
        yield "## What does not fit, and what mends it"
        kinds = {True: " (a warning)", False: ""}
        yield "\n".join(f"- {_plain(each.said)}{kinds[each.warning]} **{'; '.join(each.repairs)}.**" for each in known)


def _links(spec: Spec) -> Iterator[str]:
    """Its neighbours, the index, and torch's own page."""
    others = [each for each in catalogue().values() if _heading(each) == _heading(spec)]
    beside = [f"[{each.type}]({each.type}.md)" for each in others if each.type != spec.type][:NEIGHBOURS]
    if beside:
        yield f"Beside it: {', '.join(beside)}."
    place, _, name = spec.type.rpartition(".")
    torch = [f"[torch's own page]({TORCH.format(f'{TORCH_PLACES[place]}.{name}')})"] if place in TORCH_PLACES else []
    yield ", ".join([f"[All node types]({INDEX})", *torch])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown; what would end a cell is escaped."""
    lines = [head, ["---" for _ in head], *rows]
    return "\n".join(f"| {' | '.join(map(_escaped, line))} |" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _plain(text: str) -> str:
    """Text in which nothing is Markdown."""
    return re.sub(r"([*<\\])", r"\\\1", text)


def index(specs: Iterable[Spec]) -> str:
    """All pages by family and group; the specs come in this order from the catalogue."""
    blocks = ["# Node types", "Each page is made from the declaration of its node type; each example trains."]
    for family, some in groupby(specs, lambda spec: spec.family):
        blocks.append(f"## {family_title(family)}")
        alone, groups = grouped(some)
        blocks += [_listed(alone)] if alone else []
        for title, them in groups.items():
            blocks += [f"### {title}"] if alone or len(groups) > 1 else []
            blocks.append(_listed(them))
    return "\n\n".join(blocks) + "\n"


def _listed(specs: Iterable[Spec]) -> str:
    return "\n".join(f"- [{spec.type}]({spec.type}.md): {_plain(spec.doc)}" for spec in specs)
