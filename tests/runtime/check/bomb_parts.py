"""The graphs that bombs are made of: a sound one with a bomb beside it, nodes in a row, definitions in definitions."""

import json
from functools import partial
from typing import Any

Drawn = dict[str, Any]


def written(drawn: Drawn) -> bytes:
    """A file with these parts."""
    return json.dumps({"format": "torchweave", "version": 1} | drawn).encode()


def beside(
    type: str, parameters: Drawn, x: str = "float32[3, 8]", port: str = "input", out: str = "output", **more: Any
) -> Drawn:
    """A sound graph in which one more node, the bomb, takes the field x, and its output is kept beside the classes."""
    fields, bomb = {"x": x, "label": "int64[]", "small": "float32[4]"}, {"type": type, "parameters": parameters}
    nodes = {
        "noise": {"type": "data.Noise", "parameters": {"fields": fields, "length": 64} | more.pop("noise", {})},
        "batches": {"type": "Collate", "parameters": {"fields": list(fields)} | more.pop("collate", {})},
        "bomb": bomb | more.pop("extra", {}),
        "head": {"type": "nn.Linear", "parameters": {"out_features": 10}},
        "loss": {"type": "nn.CrossEntropyLoss"},
        "adam": {"type": "optim.AdamW"},
        "kept": {"type": "Output"},
    }
    wires = [[f"noise.{name}", f"batches.{name}"] for name in fields]
    wires += [["batches.small", "head.input"], ["head.output", "loss.input"], ["batches.label", "loss.target"]]
    wires += [["loss.output", "adam.loss"], [f"bomb.{out}", "kept.input"]]
    if port:
        wires.append(["batches.x", f"bomb.{port}"])
    return {"nodes": nodes | more.pop("nodes", {}), "edges": wires + more.pop("edges", []), **more}


alone = partial(beside, port="")  # a bomb that takes nothing


def adam(**parameters: Any) -> Drawn:
    return {"type": "optim.AdamW", "parameters": parameters}


def zeros(*size: int) -> Drawn:
    return {"type": "torch.zeros", "parameters": {"size": list(size)}}


def into(*ends: str) -> list[list[str]]:
    """Wires from the outputs of nodes into the bomb: ``a.input`` leads a into its input."""
    return [[f"{id}.output", f"bomb.{port}"] for id, _, port in (end.partition(".") for end in ends)]


def measured(type: str, parameters: Drawn) -> Drawn:
    return {"type": type, "parameters": {"task": "multiclass", "num_classes": 10} | parameters}


def measures(id: str) -> list[list[str]]:
    return [["head.output", f"{id}.input"], ["batches.label", f"{id}.target"]]


def row(
    type: str,
    parameters: Drawn,
    count: int,
    port: str = "input",
    wires: int = 1,
    other: str = "",
    first: tuple[str, Drawn] = ("nn.Identity", {}),
    between: tuple[str, Drawn] = ("nn.Identity", {}),
    **more: Any,
) -> Drawn:
    """The same node type again and again, each fed by the one before, `wires` times; the bomb comes last.

    Two wires from one port to another are one, so that nodes between tell them apart.
    """
    nodes: Drawn = {"first": {"type": first[0], "parameters": first[1]}}
    edges, last = [["batches.x", "first.input"]], "first"
    for at in range(count):
        id = "bomb" if at == count - 1 else f"n{at}"
        if id != "bomb":
            nodes[id] = {"type": type, "parameters": parameters}
        edges.append([f"{last}.output", f"{id}.{port}"])
        for twin in range(1, wires):
            nodes[f"n{at}_{twin}"] = {"type": between[0], "parameters": between[1]}
            edges += [[f"{last}.output", f"n{at}_{twin}.input"], [f"n{at}_{twin}.output", f"{id}.{port}"]]
        if other:
            edges.append([f"{last}.output", f"{id}.{other}"])
        last = id
    return beside(type, parameters, port="", nodes=nodes, edges=edges, **more)


def chain(inside: list[Drawn]) -> Drawn:
    """A definition of nodes in a row."""
    ids = [f"n{at}" for at in range(len(inside))]
    nodes = {"x": {"type": "Input"}, **dict(zip(ids, inside, strict=True)), "y": {"type": "Output"}}
    ends = [
        "x.output",
        *(
            end
            for id in ids
            for end in (
                (f"{id}.x" if "definition" in nodes[id]["type"] else f"{id}.input"),
                (f"{id}.y" if "definition" in nodes[id]["type"] else f"{id}.output"),
            )
        ),
        "y.input",
    ]
    return {"nodes": nodes, "edges": [ends[at : at + 2] for at in range(0, len(ends), 2)]}


def one(type: str) -> Drawn:
    return chain([{"type": type}])


def used(inside: list[Drawn], parameters: Drawn | None = None) -> Drawn:
    return beside("definition.d", parameters or {}, port="x", out="y", definitions={"d": chain(inside)})


def nested(depth: int, uses: int, innermost: Drawn, parameters: Drawn | None = None) -> Drawn:
    """Definitions of which each uses the next a few times."""
    within = {
        f"d{at}": chain([{"type": f"definition.d{at + 1}", "parameters": parameters or {}}] * uses)
        for at in range(depth)
    }
    return beside("definition.d0", {}, port="x", out="y", definitions=within | {f"d{depth}": chain([innermost])})


def told_apart(depth: int) -> Drawn:
    """Definitions of which each uses the next twice with other parameters, so that no two uses are alike."""

    def inner(at: int, first: bool) -> Drawn:
        told = {f"p{n}": {"parameter": f"p{n}"} for n in range(at)}
        return {"type": f"definition.d{at + 1}", "parameters": told | {f"p{at}": 1 + first}}

    within = {
        f"d{at}": chain([inner(at, True), inner(at, False)]) | {"parameters": {f"p{n}": 0 for n in range(at)}}
        for at in range(depth)
    }
    linear = {"type": "nn.Linear", "parameters": {"out_features": 8}}
    last = chain([linear]) | {"parameters": {f"p{n}": 0 for n in range(depth)}}
    return beside("definition.d0", {}, port="x", out="y", definitions=within | {f"d{depth}": last})
