"""One class for all uses of a definition: what they agree on is written in it, what differs becomes an argument."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

from runtime.generate.body import Body, inner
from runtime.generate.drawn import Drawn
from runtime.generate.prose import prose
from runtime.graph.model import Graph
from runtime.graph.names import RESERVED
from runtime.spec.code import Code
from runtime.spec.definition import nested, references, used


@dataclass
class Blueprint:
    """A definition with all that its uses are inside: `copies`, each different one once."""

    called: str  # the name of the class
    definition: Graph
    copies: list[Body] = field(default_factory=list)
    arguments: dict[str, list[Any]] = field(default_factory=dict)  # each with its value for each copy
    told: dict[tuple[str, str], str] = field(default_factory=dict)  # node and parameter to argument

    @property
    def docstring(self) -> list[str]:
        """The lines of the definition's note."""
        note = self.definition.extra.get("note")
        return prose(note if isinstance(note, str) else "", "A part of the model.", 80)

    def given(self, copy: Body) -> dict[str, Any]:
        """The values of the arguments for one copy."""
        at = _place(self.copies, copy)
        return {name: _plain(values[at]) for name, values in self.arguments.items()}

    def annotations(self) -> dict[str, str]:
        """The type of each argument."""
        return {name: " | ".join(dict.fromkeys(map(_annotation, values))) for name, values in self.arguments.items()}

    @property
    def body(self) -> Body:
        """What the class holds, with the names of arguments where they stand for values."""
        return self._body("")

    @property
    def in_forward(self) -> Body:
        """The same in `forward`, where arguments are attributes."""
        return self._body("self.")

    def _body(self, before: str) -> Body:
        written = {at: Code(before + name) for at, name in self.told.items()}
        return replace(self.copies[0], written=written, agreed=self._agreed, copies=tuple(self.copies))

    @property
    def kept(self) -> set[str]:
        """The arguments that functions in `forward` need."""
        body = self.in_forward
        variables = body.arguments | {end: body.variable(end) for id in body.in_model for end in body.ends(id)}
        plain = [id for id in body.in_model if body.told(id) and not used(body.specs[id].type)]
        names = _names(body.computed(id, variables) for id in plain)
        return {name for name in self.arguments if f"self.{name}" in names}

    def drop_unused(self) -> None:
        """Forget arguments that stand nowhere in the class: what they tell is its types alone."""
        body = self.body
        said = self.kept | _names(
            body.made(id) for id in body.layers if body.told(id) and not used(body.specs[id].type)
        )
        said |= {name for (id, _), name in self.told.items() if used(body.specs[id].type)}
        self.told = {at: name for at, name in self.told.items() if name in said}
        self.arguments = {name: values for name, values in self.arguments.items() if name in self.told.values()}

    @cached_property
    def _agreed(self) -> frozenset[str]:
        """The nodes whose outputs have the same types in all copies."""
        shown = [{id: copy.shown(*copy.ends(id)) for id in copy.in_model} for copy in self.copies]
        return frozenset(id for id in shown[0] if len({each[id] for each in shown}) == 1)


def blueprints(drawn: Drawn) -> dict[str, Blueprint]:
    """The classes of a graph's definitions, those that others use first."""
    found: dict[str, Blueprint] = {}
    taken = {*RESERVED, *(name for own in drawn.owned for name in own.names)}
    _collect(drawn, found, taken)
    definitions = drawn.graph.definitions
    names = [name for name in definitions if name in found]
    order = sorted(names, key=lambda name: len(nested(definitions, name)))
    made = {name: found[name] for name in order}
    for blueprint in made.values():
        for node, parameter, values in _slots(blueprint, made):
            if any(value != values[0] for value in values[1:]):
                blueprint.told[node, parameter] = _argument(blueprint, node, parameter, values)
        blueprint.drop_unused()
    return made


def _collect(drawn: Drawn, found: dict[str, Blueprint], taken: set[str]) -> None:
    """All copies of all definitions that a drawing uses, and those that these use."""
    for id in drawn.layers:
        name = used(drawn.specs[id].type)
        if not name:
            continue
        if name not in found:
            found[name] = Blueprint(_class_name(name, taken), drawn.graph.definitions[name])
        copy = inner(drawn, id)
        if not any(each.report is copy.report for each in found[name].copies):
            found[name].copies.append(copy)
        _collect(copy, found, taken)


def _slots(blueprint: Blueprint, made: Mapping[str, Blueprint]) -> Iterator[tuple[str, str, list[Any]]]:
    """What may differ between copies: node, parameter, and its value in each copy."""
    standing = {(node.id, parameter) for node, parameter, _ in references(blueprint.definition)}
    first = blueprint.copies[0]
    for id in first.in_model:
        spec = first.specs[id]
        if definition := used(spec.type):
            given = [made[definition].given(inner(copy, id)) for copy in blueprint.copies]
            yield from ((id, name, [_listed(each[name]) for each in given]) for name in made[definition].arguments)
            if (id, "repeat") in standing:
                yield id, "repeat", [copy.values(id).repeat for copy in blueprint.copies]
            continue
        for parameter in spec.parameters:
            if parameter.inferred or (id, parameter.name) in standing:
                yield id, parameter.name, [getattr(copy.values(id), parameter.name) for copy in blueprint.copies]


def _argument(blueprint: Blueprint, node: str, parameter: str, values: list[Any]) -> str:
    """The argument that tells these values: one of the definition's parameters, one that is there, or a new one."""
    layers = blueprint.copies[0].layers  # an argument that is kept must have another name
    own = {
        f"{name}_" if name in layers else name: [copy.graph.parameters.get(name) for copy in blueprint.copies]
        for name in blueprint.definition.parameters
    }
    there = {**own, **blueprint.arguments}
    found = next((name for name, theirs in there.items() if theirs == values), None)
    name = found or (parameter if parameter not in (*there, *layers) else f"{node}_{parameter}")
    while found is None and name in (*there, *layers):
        name += "_"
    blueprint.arguments.setdefault(name, values)
    return name


def _names(expressions: Iterable[str]) -> set[str]:
    """The variables and attributes in expressions: ``size``, ``self.size``."""
    steps = (step for text in expressions for step in ast.walk(ast.parse(text, mode="eval")))
    return {ast.unparse(step) for step in steps if isinstance(step, ast.Name | ast.Attribute)}


def _place(copies: list[Body], copy: Body) -> int:
    """Where a copy is among them, or its like: where a program is written in a thread, what was found inside of
    definitions may have been forgotten meanwhile, and is found anew.
    """
    same = (at for at, each in enumerate(copies) if each.report is copy.report)
    like = (at for at, each in enumerate(copies) if each.graph == copy.graph and each.report == copy.report)
    return next(chain(same, like))


def _class_name(name: str, taken: set[str]) -> str:
    """``basic_block`` as ``BasicBlock``."""
    made = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    while made in taken or not made.isidentifier():
        made = f"Block{made}"
    taken.add(made)
    return made


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _annotation(value: Any) -> str:
    """The type of a value as an annotation."""
    if isinstance(value, list):
        return f"tuple[{', '.join(dict.fromkeys(map(_annotation, value)))}, ...]"
    return "None" if value is None else type(value).__name__
