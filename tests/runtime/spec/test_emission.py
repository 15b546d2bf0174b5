"""The code of a node as a person would write it: what torch may be called without is left out."""

from typing import Any

import pytest

from runtime.spec.catalogue import catalogue
from runtime.spec.code import Code
from runtime.spec.emission import computed


def written(type_name: str, parameters: dict[str, Any]) -> str:
    """The expression of a node whose wires bring x, y and z."""
    spec = catalogue()[type_name]
    names = zip((port for port in spec.ports(parameters)[0] if not port.optional), "xyz", strict=False)
    given = {port.name: [Code(name), Code("w")] if port.many else Code(name) for port, name in names}
    values = spec.values(parameters)
    values.device = None
    return computed(spec, values, given)


@pytest.mark.parametrize(
    ("type_name", "parameters", "code"),
    [
        ("torch.mean", {}, "torch.mean(x)"),
        ("torch.mean", {"dim": 1}, "torch.mean(x, dim=1)"),
        ("torch.mean", {"dim": [1, 2], "keepdim": True}, "torch.mean(x, dim=(1, 2), keepdim=True)"),
        ("torch.mean", {"keepdim": True}, "torch.mean(x, dim=None, keepdim=True)"),
        ("torch.amax", {"dim": -1}, "torch.amax(x, dim=-1)"),
        ("torch.cumsum", {}, "torch.cumsum(x, -1)"),
        ("torch.topk", {"k": 3}, "torch.topk(x, 3)"),
        ("torch.sort", {}, "torch.sort(x)"),
        ("torch.sort", {"dim": 1, "descending": True}, "torch.sort(x, dim=1, descending=True)"),
        ("torch.std", {"correction": 0}, "torch.std(x, correction=0)"),
        ("torch.add", {}, "x + y"),
        ("torch.add", {"other": 2, "alpha": 3}, "torch.add(x, 2, alpha=3)"),
        ("torch.mul", {"other": 0.5}, "x * 0.5"),
        ("torch.div", {"rounding_mode": "floor"}, 'torch.div(x, y, rounding_mode="floor")'),
        ("torch.where", {"input": 1.0}, "torch.where(x, 1.0, y)"),
        ("torch.clamp", {"max": 1}, "torch.clamp(x, max=1)"),
        ("torch.masked_fill", {}, 'torch.masked_fill(x, y, float("-inf"))'),
        (
            "torch.linalg.vector_norm",
            {"ord": "inf", "dim": -1},
            'torch.linalg.vector_norm(x, ord=float("inf"), dim=-1)',
        ),
        ("torch.stack", {"dim": 1}, "torch.stack([x, w], dim=1)"),
        ("torch.einsum", {}, 'torch.einsum("bi,bj->bij", x, w)'),
        ("torch.split", {"split_size_or_sections": [2, 3], "dim": 1}, "torch.split(x, [2, 3], dim=1)"),
        ("torch.split", {"split_size_or_sections": 5}, "torch.split(x, [5])[0]"),
        ("torch.reshape", {"shape": 6}, "torch.reshape(x, (6,))"),
        ("torch.flip", {}, "torch.flip(x, (-1,))"),
        ("Tensor.expand", {"sizes": [-1, 4]}, "x.expand(-1, 4)"),
        ("Tensor.repeat", {"repeats": 2}, "x.repeat(2)"),
        ("Tensor.to", {"dtype": "int64"}, "x.to(torch.int64)"),
        ("torch.arange", {"end": 10}, "torch.arange(10)"),
        ("torch.arange", {"start": 2, "end": 10}, "torch.arange(2, 10)"),
        ("torch.arange", {"end": 10, "step": 2}, "torch.arange(0, 10, 2)"),
        ("torch.full", {"size": 3, "fill_value": "-inf"}, 'torch.full((3,), float("-inf"))'),
    ],
)
def test_that_a_node_is_the_call_that_a_person_would_write(
    type_name: str, parameters: dict[str, Any], code: str
) -> None:
    assert written(type_name, parameters) == code
