"""A module that a graph names and does not hold: a class in a file, or a function of an installed package."""

import json
from collections.abc import Mapping
from keyword import iskeyword
from pathlib import PurePosixPath
from typing import Any

from runtime.spec.code import IDENTIFIER
from runtime.spec.python import TAKEN, Own, Python

MODEL = "own.Model"  # the node type that names one


def named(node: str, parameters: Mapping[str, Any]) -> Own | None:
    """What a node names, by the line that imports it; None where nothing is named yet."""
    path, called, given = (parameters.get(name) for name in ("path", "called", "arguments"))
    path = path if isinstance(path, str) else ""
    if not isinstance(called, str) or not called:
        return None
    about = parameters.get("signature")
    takes, optional, gives = (_names(about, part) for part in ("takes", "optional", "gives"))
    depth = about.get("depth") if isinstance(about, dict) else None
    depth = depth if isinstance(depth, int) and 1 <= depth <= 50 else 1
    parts = PurePosixPath(path).with_suffix("").parts[-depth:] if path else ()
    module, _, function = (".".join(parts), "", called) if path else called.rpartition(".")
    text = f"from {module} import {function}"
    arguments = json.dumps(given if isinstance(given, dict) else {}, sort_keys=True)
    return Own(
        node,
        "called",
        None,
        text,
        (text,),
        function=function,
        wrong=_unnameable(module, function, path),
        bound=((function, f"{module}.{function}"),),
        takes=takes,
        optional=optional,
        gives=gives or ("output",),
        python=Python(text, function, path, len(parts) or 1, arguments),
    )


def _names(about: object, part: str) -> tuple[str, ...]:
    found = about.get(part) if isinstance(about, dict) else None
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def _unnameable(module: str, function: str, path: str) -> str | None:
    """Why no program can import this."""
    if not module:
        return f"names {function[:60]} without a file or a package: choose a file, or say torchvision.models.vgg11"
    parts = (*module.split("."), function)
    odd = next((each for each in parts if not IDENTIFIER.fullmatch(each) or iskeyword(each)), None)
    if odd is not None:
        return f"names {odd[:60]}, which Python cannot import: use letters, digits and _"
    if path and parts[0] in TAKEN:
        return f"names a file called {parts[0]}, as another module is: call the file otherwise"
    return None
