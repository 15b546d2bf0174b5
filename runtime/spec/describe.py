"""A node type as plain data, for ``torchweave nodes --json`` and whoever reads it."""

from typing import Any

from runtime.spec.node import Spec


def described(spec: Spec) -> dict[str, Any]:
    """Type, family, documentation, ports and parameters."""
    return {
        "type": spec.type,
        "family": spec.family,
        "doc": spec.doc,
        "inputs": [
            {"name": p.name, "accepts": p.pattern.text, "many": p.many, "optional": p.optional, "doc": p.doc}
            for p in spec.inputs
        ],
        "outputs": [{"name": port.name, "doc": port.doc} for port in spec.outputs],
        "parameters": [
            {"name": p.name, "kind": p.kind, "default": p.default, "inferred": p.inferred, "doc": p.doc}
            for p in spec.parameters
        ],
    }
