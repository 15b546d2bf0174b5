"""Write the model, the nn.Module that a person would have written, and what changes its weights."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from runtime.check.finish import root_of
from runtime.generate.blueprint import Blueprint, blueprints
from runtime.generate.body import Body, inner
from runtime.generate.drawn import Drawn, Line
from runtime.generate.layout import WIDTH, laid
from runtime.generate.steps import Step, layer, looped, steps
from runtime.graph.model import End
from runtime.spec.code import Code, call, code, literal, name
from runtime.spec.definition import used


def model(drawn: Drawn, sentence: str) -> Iterator[Line]:
    """The class Model; `sentence` says what it is."""
    made = blueprints(drawn)
    for each in made.values():
        yield from definition(each, made)
        yield from (Line(""), Line(""))
    yield Line("class Model(nn.Module):")
    yield Line(f'    """{sentence}"""')
    yield Line("")
    yield Line("    def __init__(self) -> None:")
    yield Line("        super().__init__()")
    for id in drawn.layers:
        yield from statement(f"        self.{name(id)} = ", built(drawn, id, made), "", id)
    yield from _frozen(drawn, "Model")
    yield Line("")
    yield from forward(drawn)


def definition(blueprint: Blueprint, made: Mapping[str, Blueprint]) -> Iterator[Line]:
    """The class of a definition: what all its uses have in common is written in it, the rest are its arguments."""
    body = blueprint.body
    told = [f"{argument}: {annotation}" for argument, annotation in blueprint.annotations().items()]
    yield Line(f"class {blueprint.called}(nn.Module):")
    yield from _docstring(blueprint.docstring)
    yield Line("")
    if body.layers or told:
        yield from (Line(line) for line in laid("    def __init__", f"({', '.join(['self', *told])})", " -> None:"))
        yield Line("        super().__init__()")
        yield from kept(sorted(blueprint.kept))
        for id in body.layers:
            yield from statement(f"        self.{name(id)} = ", built(body, id, made), "", None)
        yield from (replace(line, node=None) for line in _frozen(body, blueprint.called))
        yield Line("")
    yield from (replace(line, node=None, also=()) for line in forward(blueprint.in_forward))


def kept(arguments: list[str]) -> Iterator[Line]:
    """Arguments of a class as its attributes."""
    together = f"        {', '.join(f'self.{each}' for each in arguments)} = {', '.join(arguments)}"
    if arguments and len(together) <= WIDTH:
        yield Line(together)
    else:
        yield from (Line(f"        self.{each} = {each}") for each in arguments)


def _frozen(drawn: Drawn, called: str) -> Iterator[Line]:
    """Weights that stay as they are; a frozen norm keeps its statistics too, and a frozen dropout drops nothing."""
    if not drawn.frozen:
        return
    for id in drawn.frozen:
        yield Line(f"        self.{name(id)}.requires_grad_(False)", id)
    if all(map(drawn.bare, drawn.frozen)):
        return
    yield Line("")
    yield Line(f'    def train(self, mode: bool = True) -> "{called}":')
    yield Line('        """Switch to training or evaluation; what is frozen stays in evaluation."""')
    yield Line("        super().train(mode)")
    for id in drawn.frozen:
        if not drawn.bare(id):
            yield Line(f"        self.{name(id)}.eval()", id)
    yield Line("        return self")


def _docstring(lines: list[str]) -> Iterator[Line]:
    """Its quotes on the line of a single sentence, otherwise on a line of their own."""
    first, *rest = lines
    yield Line(f'    """{first}' + ("" if rest else '"""'))
    yield from (Line(f"    {line}" if line else "") for line in rest)
    if rest:
        yield Line('    """')


def built(drawn: Drawn, id: str, made: Mapping[str, Blueprint] = MappingProxyType({})) -> Code:
    """The expression that makes a layer, or as many copies of a definition as follow each other."""
    spec, values = drawn.specs[id], drawn.values(id)
    if spec.family != "definition":
        return drawn.made(id)
    blueprint = made[used(spec.type)]
    given = {name: getattr(values, name) for name in blueprint.arguments if (id, name) in getattr(drawn, "written", {})}
    one = call(blueprint.called, **(blueprint.given(inner(drawn, id)) | given))
    if values.repeat == 1:
        return one
    several = "nn.ModuleList({} for _ in range({}))" if looped(drawn, id) else "nn.Sequential(*({} for _ in range({})))"
    return code(several, one, values.repeat)


def statement(before: str, expression: str, after: str, node: str | None) -> Iterator[Line]:
    """A statement about a node, broken where it is too wide."""
    for line in laid(before, expression, after):
        yield Line(line, node)


def mapping(before: str, pairs: list[tuple[str, Code, str]]) -> Iterator[Line]:
    """A statement that ends with a dictionary of (key, value, node): a line an entry where it is too wide for one."""
    indent = " " * (len(before) - len(before.lstrip()))
    whole = ", ".join(f"{literal(key)}: {value}" for key, value, _ in pairs)
    if len({node for *_, node in pairs}) == 1 and (len(pairs) == 1 or len(before + whole) + 2 <= WIDTH):
        yield from statement(before, f"{{{whole}}}", "", pairs[0][2])
        return
    yield Line(f"{before}{{")
    for key, value, node in pairs:
        yield from statement(f"{indent}    {literal(key)}: ", value, ",", node)
    yield Line(f"{indent}}}")


def forward(drawn: Drawn) -> Iterator[Line]:
    """The method forward."""
    variables = dict(drawn.arguments)
    several = len(drawn.results) > 1
    result = "dict[str, Tensor]" if several else "Tensor"
    if several and isinstance(drawn, Body):
        result = f"tuple[{', '.join(['Tensor'] * len(drawn.results))}]"
    arguments = ", ".join(["self", *(f"{variable}: Tensor" for variable in variables.values())])
    yield from (Line(line) for line in laid("    def forward", f"({arguments})", f" -> {result}:"))
    returned = [*drawn.results.values()]
    last = drawn.in_model[-1] if drawn.in_model else None
    for step in steps(drawn, variables):
        id, ends = step.node, drawn.ends(step.node)
        if looped(drawn, id):
            yield from _loop(drawn, step, variables)
            continue
        if id == last and not several and returned == ends and not hasattr(drawn.specs[id].declared, "unpacked"):
            yield from _returned(drawn, step.expression, drawn.shown(ends[0]), id)
            return
        yield from statement(f"        {drawn.assigned(id)} = ", step.expression, drawn.shown(*ends), id)
    yield from _returned(drawn, _together(drawn, variables) if several else variables[returned[0]])


def _loop(drawn: Drawn, step: Step, variables: Mapping[End, Code]) -> Iterator[Line]:
    """One copy of a definition after the other; what is given beside the first input is given to each."""
    id, ends = step.node, drawn.ends(step.node)
    first, *others = ends
    layers, start = name(root_of(drawn.graph, id)), variables[drawn.taken(id)[0]]
    names = [variables[first], *(variables[end] if end in drawn.graph.outgoing else "_" for end in others)]
    yield Line(f"        {variables[first]} = {start}", id)
    yield Line(f"        for {layer(drawn)} in self.{layers}:", id)
    yield from statement(f"            {', '.join(names)} = ", step.expression, drawn.shown(*ends), id)


def _together(drawn: Drawn, variables: Mapping[End, Code]) -> str:
    """Several results: those of a definition one after the other, those of the model by their names."""
    if isinstance(drawn, Body):
        return ", ".join(variables[end] for end in drawn.results.values())
    pairs = ", ".join(f"{literal(key)}: {variables[end]}" for key, end in drawn.results.items())
    return f"{{{pairs}}}"


def _returned(drawn: Drawn, expression: str, after: str = "", node: str | None = None) -> Iterator[Line]:
    outputs = tuple(drawn.family("output"))
    yield from (Line(line.text, node, outputs) for line in statement("        return ", expression, after, node))
