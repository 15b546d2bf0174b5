"""Graph to JSON and back. Reading runs nothing; it gives a whole graph or refuses in one sentence."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from runtime.graph.collecting import not_collecting
from runtime.graph.model import Edge, Graph, Node, end, nearer, plain

FORMAT, VERSION = "torchweave", 1
MOST_BYTES, MOST_DEPTH, MOST_NODES, MOST_EDGES, MOST_TEXT = 16 * 2**20, 64, 20_000, 100_000, 2**20
MOST_VALUES, MOST_DEFINITIONS, MOST_PARAMETERS = 1_000_000, 300, 1_000
WIDTH = 120  # a value is written on one line where it fits
NODE_KEYS = ("type", "parameters", "note", "bypass", "frozen", "shares", "weights")
KEYS = (
    "format",
    "version",
    "name",
    "note",
    "weights",
    "definitions",
    "nodes",
    "edges",
    "run",
    "frames",
    "bends",
    "layout",
)
OF_A_DEFINITION = ("note", "parameters", "nodes", "edges", "frames", "bends", "layout")
KEPT = {"note", "frames", "bends"}  # of a definition, as what is not known here: others know what they mean
LISTED = {
    "nodes",
    "edges",
    "layout",
    "frames",
    "bends",
}  # always one entry a line, so that a difference of two files is one of entries


class Refused(Exception):
    """A file that is not opened; the text is one sentence for the user."""


def load(data: bytes) -> Graph:
    """Read a file's bytes. Raises Refused; unknown types, fields and newer versions are kept."""
    if len(data) > MOST_BYTES:
        raise Refused(f"The file is larger than {MOST_BYTES // 2**20} MiB, more than a graph can be.")
    with not_collecting():
        return _loaded(data)


def _loaded(data: bytes) -> Graph:
    found = _parsed(data)
    if isinstance(found, list):
        raise Refused("This is a list, no Torchweave graph; rows of data are read from .jsonl, an object a line.")
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Refused('This is not a Torchweave graph: "format": "torchweave" is missing.')
    version = found.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise Refused(f"The version of the file must be a whole number from 1, got {_shown(version)}.")
    own = {"format", "nodes", "edges", "run", "layout", "definitions"} | ({"version"} if version == VERSION else set())
    extra = {key: value for key, value in found.items() if key not in own}
    defined = _object(found, "definitions")
    if len(defined) > MOST_DEFINITIONS:
        raise Refused(f"The graph has {len(defined)} definitions; at most {MOST_DEFINITIONS} can be opened.")
    definitions = {name: _definition(name, given) for name, given in defined.items()}
    graph = _drawing(found, extra, _usual(extra)).with_(run=_object(found, "run"), definitions=definitions)
    count = sum(len(each.nodes) for each in (graph, *definitions.values()))
    if count > MOST_NODES:
        raise Refused(f"The graph has {count} nodes; at most {MOST_NODES} can be opened.")
    return graph


def _definition(name: str, given: Any) -> Graph:
    if not isinstance(given, dict):
        raise Refused(f"The definition {_shown(name)} must be an object, got {_shown(given)}.")
    extra = {key: value for key, value in given.items() if key not in OF_A_DEFINITION or key in KEPT}
    graph = _drawing(given, extra, (*OF_A_DEFINITION, *extra))
    parameters = _object(given, "parameters")
    if len(parameters) > MOST_PARAMETERS:
        why = f"has {len(parameters)} parameters; at most {MOST_PARAMETERS} can be opened."
        raise Refused(f"The definition {_shown(name)} {why}")
    return graph.with_(parameters=parameters)


def _drawing(found: Mapping[str, Any], extra: dict[str, Any], usual: Iterable[str]) -> Graph:
    """What a graph and a definition have in common."""
    return Graph(
        {id: _node(id, given) for id, given in _object(found, "nodes").items()},
        tuple(_edges(found.get("edges", []))),
        layout={id: _position(id, given) for id, given in _object(found, "layout").items()},
        extra=extra,
        keys=_unusual(found, usual),
    )


def dump(graph: Graph) -> str:
    """Write the graph: keys in a fixed order, what is unknown after what is known, logic and layout apart."""
    known = {"format": FORMAT, "version": VERSION, "run": dict(graph.run), **_drawn(graph)}
    if graph.definitions:
        known["definitions"] = {name: _defined(each) for name, each in graph.definitions.items()}
    whole = _in_order(known | dict(graph.extra), _usual(graph.extra), graph.keys)
    return _mended(f"{_entries(whole, 0)}\n")


def _drawn(graph: Graph) -> dict[str, Any]:
    nodes = {id: _written(node) for id, node in graph.nodes.items()}
    layout = {id: [plain(x), plain(y)] for id, (x, y) in graph.layout.items()}
    astray = sorted(layout.keys() - nodes.keys())  # in an order that no edit of nodes changes
    return {
        "nodes": nodes,
        "edges": [[str(edge.source), str(edge.target)] for edge in graph.edges],
        "layout": {id: layout[id] for id in [*(id for id in nodes if id in layout), *astray]},
    }


def _defined(definition: Graph) -> dict[str, Any]:
    found = _drawn(definition) | ({"parameters": dict(definition.parameters)} if definition.parameters else {})
    return _in_order(found | dict(definition.extra), (*OF_A_DEFINITION, *definition.extra), definition.keys)


def _entries(whole: Mapping[str, Any], indent: int) -> str:
    """A graph or a definition as text, an entry a line, and a line an entry of its lists."""
    rows = []
    for key, value in whole.items():
        if key == "definitions" and value and not indent:
            each = ",\n".join(f"    {_json(name)}: {_entries(one, 4)}" for name, one in value.items())
            text = f"{{\n{each}\n  }}"
        else:
            text = _pretty(value, indent + 2, key in LISTED)
        rows.append(f"{' ' * (indent + 2)}{_json(key)}: {text}")
    return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"


def _parsed(data: bytes) -> Any:
    try:
        found = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_not_finite, parse_float=_finite
        )
        _examine(found)
    except UnicodeDecodeError:
        raise Refused("The file is not UTF-8 text.") from None
    except RecursionError:
        raise Refused(f"The file is nested deeper than {MOST_DEPTH} levels.") from None
    except json.JSONDecodeError as error:
        what = "is empty" if not data.strip() else f"is not JSON: line {error.lineno}, {_why(error)}"
        raise Refused(f"The file {what}.") from None
    except ValueError:  # a number with thousands of digits
        raise Refused("The file holds a number that is too large.") from None
    return found


WHY = {
    "Expecting ',' delimiter": "a comma is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Unterminated string starting at": "a text has no closing quote",
}


def _why(error: json.JSONDecodeError) -> str:
    """What is wrong in the words of a person; Python's are about its parser."""
    before, here = error.doc[: error.pos].rstrip(), error.doc[error.pos :].lstrip()
    if not here:
        return "the file ends too early"
    if (before.endswith(",") and here[0] in "]}") or (here[0] == "," and before.endswith(("[", "{", ","))):
        return "there is a comma too many"
    if error.msg == "Extra data":
        return "there is something behind the end of the graph"
    if error.msg.startswith("Invalid control") and error.doc[error.pos] in "\r\n":
        return "a text goes on in the next line"
    return WHY.get(error.msg) or f"something is wrong near column {error.colno}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Refused(f"The key {_shown(key)} stands twice in the same place; one of them would be lost.")
        found[key] = value
    return found


def _not_finite(text: str) -> Any:
    raise Refused(f"The file holds {text[:20]}, which is not a number that can be used.")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _not_finite(text)


def _examine(found: Any) -> None:
    """Hold every value to what a graph may contain, level by level, so that no file is too deep to look at."""
    level, count = [found], 0
    for _ in range(MOST_DEPTH + 1):
        kinds: dict[type, list[Any]] = defaultdict(list)
        for value in level:
            kinds[type(value)].append(value)
        for number in (min(kinds[int], default=0), max(kinds[int], default=0)):
            if not -(2**63) <= number < 2**63:
                raise Refused(f"The file holds the number {_shown(number)}, which does not fit 64 bits.")
        inside = chain.from_iterable
        for text in chain(kinds[str], inside(kinds[dict])):
            _examine_text(text)
        inner = [*inside(kinds[list]), *inside(each.values() for each in kinds[dict])]
        count += len(inner)
        if count > MOST_VALUES:
            raise Refused(f"The file holds more than {MOST_VALUES} values, more than a graph can have.")
        level = inner
    if level:
        raise RecursionError


def _examine_text(text: str) -> None:
    if len(text) > MOST_TEXT:
        raise Refused(f"The file holds a text of {len(text)} characters; at most {MOST_TEXT} can be opened.")
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise Refused("The file holds half of a character (a lone surrogate), which could not be saved again.")


def _object(found: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = found.get(key, {})
    if not isinstance(value, dict):
        raise Refused(f'"{key}" must be an object, got {_shown(value)}.')
    return value


def _node(id: str, given: Any) -> Node:
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise Refused(f'The node {_shown(id)} must be an object with a "type", got {_shown(given)}.')
    parameters = given.get("parameters", {})
    if not isinstance(parameters, dict):
        raise Refused(f"The parameters of the node {_shown(id)} must be an object, got {_shown(parameters)}.")
    rest = {key: value for key, value in given.items() if key not in ("type", "parameters")}
    return Node(id, given["type"], parameters, rest, _unusual(given, (*NODE_KEYS, *rest)))


def _edges(given: Any) -> Iterable[Edge]:
    if not isinstance(given, list) or len(given) > MOST_EDGES:
        raise Refused(f'"edges" must be a list of at most {MOST_EDGES} edges.')
    seen = set()
    for pair in given:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(e, str) and "." in e for e in pair):
            raise Refused(f'An edge must be ["node.port", "node.port"], got {_shown(pair)}.')
        edge = Edge(end(pair[0]), end(pair[1]))
        if edge in seen:
            raise Refused(f"The edge {_shown(pair)} stands twice.")
        seen.add(edge)
        yield edge


def _position(id: str, given: Any) -> tuple[float, float]:
    numbers = isinstance(given, list) and len(given) == 2
    if not numbers or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in given):
        raise Refused(f"The position of {_shown(id)} must be two numbers, got {_shown(given)}.")
    return nearer(given[0]), nearer(given[1])


def _written(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {"type": node.type}
    if node.parameters:
        found["parameters"] = dict(node.parameters)
    return _in_order(found | dict(node.extra), (*NODE_KEYS, *node.extra), node.keys)


def _usual(extra: Mapping[str, Any]) -> tuple[str, ...]:
    """The order of the top keys: logic, what is unknown, layout."""
    return (*KEYS[:-3], *(key for key in extra if key not in KEYS), *KEYS[-3:])


def _unusual(found: Mapping[str, Any], usual: Iterable[str]) -> tuple[str, ...]:
    """The keys as they stood in a file, or none where they stood as they are written anyway."""
    stood = tuple(found)
    return () if tuple(_in_order(found, usual)) == stood else stood


def _in_order(found: Mapping[str, Any], usual: Iterable[str], stood: tuple[str, ...] = ()) -> dict[str, Any]:
    """Keys as they `stood` in a file; those that have come since follow what usually precedes them."""
    order, at = list(stood), 0
    for key in dict.fromkeys(usual) if stood else ():
        if key not in order:
            order.insert(at, key)
        at = order.index(key) + 1
    return {key: found[key] for key in (order or dict.fromkeys(usual)) if key in found}


def _pretty(value: Any, indent: int, listed: bool = False) -> str:
    """On one line where it fits, otherwise one entry a line; Python is always one line a line."""
    line = _json(value)
    fits = len(line) + indent <= WIDTH and not listed and '"function": [' not in line
    if not isinstance(value, dict | list) or not value or fits:
        return line
    space = " " * (indent + 2)
    if isinstance(value, dict):
        rows = [f"{space}{_json(key)}: {_pretty(item, indent + 2, key == 'function')}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(space + _pretty(item, indent + 2) for item in value) + "\n" + " " * indent + "]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _mended(text: str) -> str:
    """Half characters, which only a paste can bring, become the mark for what cannot be read: saving must not fail."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
