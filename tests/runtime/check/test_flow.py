"""Where gradient ends: torch tells of every port whether what is learned upstream of it learns."""

import warnings
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import torch

from runtime.spec.catalogue import catalogue
from runtime.spec.tensor import FLOATS, Tensor
from tests.runtime.check.cases import Case, drawn
from tests.runtime.check.test_judge import JUDGED, ruled
from tests.runtime.check.torch_says import SYMBOLS, drawn_values, modules, tensors

DRAWN, LOOKED_AT = 60, 6
LEARNED = [name for name in JUDGED if catalogue()[name].family != "metric"]  # nothing learns from metrics


def flows(case: Case, module: torch.nn.Module) -> dict[str, bool]:
    """For each port that takes floats whether anything that comes out has a way back to it."""
    found = {}
    ports = [port for port, types in case.given for _ in types]
    with torch.enable_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for port in dict.fromkeys(ports):
            values = drawn_values(case, SYMBOLS[0])
            for at, value in zip(ports, values, strict=True):
                value.requires_grad_(at == port and value.is_floating_point())
            if any(value.requires_grad for value in values):
                found[port] = flown(module, values)
    return found


def flown(module: torch.nn.Module, values: list[torch.Tensor]) -> bool:
    """Whether a way back is kept; some losses refuse to be asked for one."""
    try:
        return any(each.requires_grad for each in tensors(module(*values)))
    except RuntimeError as error:
        assert "is not differentiable with respect to argument" in str(error), error
        return False


@pytest.mark.filterwarnings("ignore:dropout option adds dropout")
@pytest.mark.parametrize("type_name", LEARNED)
def test_that_gradient_flows_back_to_the_ports_that_say_so(type_name: str, tmp_path: Path) -> None:
    spec, random = catalogue()[type_name], Random(type_name)
    cases = ((case, ruled(case)) for case in (drawn(spec, random) for _ in range(DRAWN)))
    floats = ((case, rule) for case, rule in cases if rule.misfit is None and of_floats(case, spec.family, rule))
    fitting = list(islice(floats, LOOKED_AT))
    code = modules(fitting, tmp_path, "gradient")
    torch.manual_seed(0)
    for at, (case, _) in enumerate(fitting):
        told = {port.name: port.gradient for port in spec.ports(case.parameters)[0]}
        layer = getattr(code, f"Case{at}")().requires_grad_(False)
        for port, flow in flows(case, layer).items():
            assert flow == told[port], f"{port} of {case}"


def of_floats(case: Case, family: str, rule: object) -> bool:
    """Whether floats come in and go out."""
    outputs = getattr(rule, "outputs", {}).values()
    made = family == "loss" or any(isinstance(each, Tensor) and each.dtype in FLOATS for each in outputs)
    came = (each for _, types in case.given for each in types)
    return made and any(isinstance(each, Tensor) and each.dtype in FLOATS for each in came)
