"""How a rule that refuses a node stands to what torch does."""

from runtime.check.infer import Typed
from runtime.spec.node import Spec
from tests.runtime.check.cases import Case


def fits(case: Case, rule: Typed) -> bool:
    """Whether every wire brings what its port declares; a size that is to be inferred is part of that."""
    ports = {port.name: port for port in case.spec.ports(case.parameters)[0]}
    patterns = " ".join(port.pattern.text for port in ports.values())
    sizes = [p.name for p in case.spec.inferred if p.name in case.parameters or p.name in patterns]
    pinned = any(name not in rule.inferred for name in sizes)
    return not pinned and all(
        ports[name].pattern.bound(each) is not None for name, types in case.given for each in types
    )


def over_batch(spec: Spec) -> bool:
    """Whether torch refuses a batch of one row whatever else comes."""
    return any(getattr(spec.declared, name, False) for name in ("over_batch", "needs_rows"))
