"""Names of fields and Python of the user's: whether they can stand in one program, and what Collate knows of them."""

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from runtime.check.problem import ERROR, WARNING
from runtime.check.rules.repairs import Candidate
from runtime.graph.edit import Edit, free_name
from runtime.graph.model import Graph, Node
from runtime.graph.names import (
    LONGEST,
    MOST_FIELDS,
    RESERVED,
    cleaned,
    fields_in,
    fields_of,
    further_names,
    further_of,
    wrong_name,
)
from runtime.spec.catalogue import catalogue
from runtime.spec.code import IDENTIFIER
from runtime.spec.following import renamed_settings
from runtime.spec.installed import installed
from runtime.spec.node import Misfit
from runtime.spec.own import bindings, own_sources, rewritten
from runtime.spec.python import Own
from runtime.spec.rewritten import free, renamed
from runtime.spec.templates import templates

if TYPE_CHECKING:
    from runtime.check.walk import Walk


def examine_fields(walk: "Walk", ids: Collection[str]) -> None:
    """Note what is wrong with the fields of these nodes, and with how they become batches."""
    walk.stage = "fields"
    for id in ids:
        walk.told["fields"].pop(id, None)
    for id in (*walk.of("collate"), *walk.of("dataset")):
        if id in ids and walk.specs[id].grows:
            node = walk.graph.nodes[id]
            ways = _ways(node) if walk.specs[id].family == "collate" else ()
            for severity, misfit in (*_fields(walk.graph, node), *ways):
                walk.tell(id, severity, misfit)


def examine_texts(walk: "Walk") -> None:
    """Note what is wrong with the user's own Python."""
    walk.stage = "texts"
    sources = list(own_sources(walk.graph, walk.special))
    if sources and walk.given is not None:
        for own in sources:  # nobody would be asked to trust it, and no program would define it
            why = "is Python of your own, which cannot stand in a definition: draw it beside the use"
            walk.tell(own.node, ERROR, Misfit(why))
    elif sources:
        _texts(walk, sources)
        _files(walk, sources)
    if installed().specs:
        _packages(walk)


def _packages(walk: "Walk") -> None:
    """A program that imports a package can call nothing else so."""
    imported = {spec.type.partition(".")[0]: spec.package for spec in walk.specs.values() if spec.package}
    for name, package in imported.items():
        new = free_name(walk.graph, f"{name}_2"[-LONGEST:], imported)
        why = f"is called like the package {package}, which the program imports"
        if name in walk.graph.nodes:
            walk.tell(name, ERROR, Misfit(why, None, ((f"Rename it to {new}", (("rename", name, new),)),)))
        for id in walk.of("collate"):
            if name in fields_of(node := walk.graph.nodes[id]):
                walk.tell(id, ERROR, Misfit(why, name, ((f"Rename it to {new}", _renamed(node, name, new)),)))


def _fields(graph: Graph, node: Node) -> Iterator[tuple[str, Misfit]]:
    """Fields become variables, so they need names; one that a node has too is told at the node."""
    further = set(further_of(node))
    for field in fields_of(node):
        if field in further:
            new = free_name(graph, f"own_{field}"[:LONGEST])
            why = f"is what padding adds to {field.rpartition('_')[0]}: choose another name"
            yield ERROR, Misfit(why, field, ((f"Rename it to {new}", _renamed(node, field, new)),))
        if wrong := wrong_name(Graph(), field):
            new = free_name(graph, cleaned(field))
            yield ERROR, Misfit(wrong, field, ((f"Rename it to {new}", _renamed(node, field, new)),))


def _renamed(node: Node, old: str, new: str) -> tuple[Edit, ...]:
    """A field in Collate under another name, its wires and what is set for it with it."""
    fields = [new if name == old else name for name in node.parameters["fields"]]
    edits: list[Edit] = [("port", node.id, old, new), ("set", node.id, "fields", fields)]
    edits += [("port", node.id, *pair) for pair in zip(further_names(old), further_names(new), strict=True)]
    settings = renamed_settings(catalogue()[node.type], node.parameters, {old: new})
    return (*edits, *(("set", node.id, name, value) for name, value in settings.items()))


def _texts(walk: "Walk", sources: list[Own]) -> None:
    """All that own texts define stands side by side in one program, so every name is there once; so is every text."""
    texts: set[str] = set()
    fields = fields_in(walk.graph)
    taken = {**dict.fromkeys(fields, "the name of a field"), **dict.fromkeys(walk.graph.nodes, "the name of a node")}
    imported = dict(_known())
    for own in sources:
        port = own.field if own.field in fields else None
        text = "has a text for whole samples" if own.parameter == "collate_fn" else "has a text"
        if own.wrong:
            if own.parameter != "called":  # what is named the rule has told of
                walk.tell(own.node, ERROR, Misfit(f"{text} that {own.wrong}", port))
            continue
        if own.text in texts:
            continue
        texts.add(own.text)
        bound = {name: what for name, what in own.bound if imported.get(name) != what}
        clash = next((name for name in (*bound, *own.names) if name in RESERVED or name in taken), None)
        if clash is not None:
            what = taken.get(clash, "a word that Python, torch or the program uses")
            does = "imports" if clash in bound else "defines"
            called = f"names {clash}" if own.parameter == "called" else f"{text} that {does} {clash}"
            why = f"{called}, {what}; choose another name"
            walk.tell(own.node, ERROR, Misfit(why, port, _otherwise(walk, own, clash, {*RESERVED, *taken, *imported})))
        if not IDENTIFIER.fullmatch(own.function):
            why = f"{text} that defines {own.function}; choose a name of the letters a to z, digits and _"
            plain = _otherwise(walk, own, own.function, {*RESERVED, *taken, *imported}, cleaned(own.function))
            walk.tell(own.node, ERROR, Misfit(why, port, plain))
        whose = "for whole samples" if own.parameter == "collate_fn" else f"of {own.field or own.node}"
        where = f"which the text {whose} defines"
        taken |= {name: where for name in (*bound, *own.names) if name not in taken}
        imported |= {name: what for name, what in bound.items() if name not in own.names}


def _otherwise(walk: "Walk", own: Own, clash: str, taken: Collection[str], wish: str = "") -> tuple[Candidate, ...]:
    """The text with another name for what it defines."""
    if clash not in own.names:
        return ()
    new = free(wish or f"own_{clash}"[:LONGEST], {*taken, *own.names})
    text = renamed(own.text, clash, new)
    edit = rewritten(walk.graph.nodes[own.node], own, text) if text else None
    return ((f"Call it {new}", (edit,)),) if edit else ()


def _files(walk: "Walk", sources: list[Own]) -> None:
    """Python imports one file of a name."""
    first: dict[str, Own] = {}
    for own in sources:
        if own.python.path:
            module = own.text.split()[1].partition(".")[0]
            other = first.setdefault(module, own)
            if own.python.beside != other.python.beside:
                why = f"names {own.python.path}, but {other.node} names {other.python.path}, another file of that name"
                walk.tell(own.node, ERROR, Misfit(f"{why}: call one of them otherwise"))


@cache
def _known() -> Mapping[str, str]:
    """What programs import themselves; a text may import the same."""
    steps = [step for text in templates().imports.values() for step in ast.parse(text).body]
    return dict(pair for step in steps if isinstance(step, ast.Import | ast.ImportFrom) for pair in bindings(step))


def _ways(node: Node) -> Iterator[tuple[str, Misfit]]:
    """Ways for fields that are not there, and ways that do not count because a function makes whole batches."""
    ways = node.parameters.get("collate")
    if not isinstance(ways, dict) or len(ways) > MOST_FIELDS:
        return
    fields = fields_of(node)
    for name in ways:
        if name not in fields:
            rest = {field: way for field, way in ways.items() if field != name}
            forget = (f"Forget {name[:40]}", (("set", node.id, "collate", rest),))
            yield ERROR, Misfit(f"says how to collate {name[:60]}, but has no such field", None, (forget,))
    if ways and node.parameters.get("collate_fn"):
        repair = (("Forget the ways of single fields", (("unset", node.id, "collate"),)),)
        why = "has a function for whole samples, so that the ways of single fields do not count"
        yield WARNING, Misfit(why, None, repair)
