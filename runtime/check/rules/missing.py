"""Numbers that may be missing: NaN goes on through whatever computes with it, until something fills the gaps."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from runtime.check.rules.repairs import Candidate
from runtime.spec.node import CATALOGUE, Misfit, Spec
from runtime.spec.own import FUNCTION
from runtime.spec.tensor import FLOATS, Tensor, Type

FILLING = "transform.Impute"  # what fills gaps by what the training rows tell
ZEROS = "torch.nan_to_num"  # what fills them where there is no such node type
FILLS = (FILLING, ZEROS, "torch.where", "torch.masked_fill", FUNCTION)
PASSES = ("transform", "join")  # families that compute without learning


def spread(spec: Spec, given: Mapping[str, tuple[Type, ...]], outputs: Mapping[str, Type]) -> Mapping[str, Type]:
    """What comes out, with NaN where NaN comes in; what fills gaps, and Collate for each field, say it themselves."""
    passes = (spec.family in PASSES or spec.facts[1]) and spec.type not in FILLS
    if not passes or not any(_gaps(type) for types in given.values() for type in types):
        return outputs
    return {
        name: replace(type, missing=True) if isinstance(type, Tensor) and type.dtype in FLOATS else type
        for name, type in outputs.items()
    }


def doubts(spec: Spec, given: Mapping[str, tuple[Type, ...]]) -> Iterator[Misfit]:
    """Gaps that reach what learns or measures."""
    if spec.family not in ("layer", "loss", "metric") or spec.facts[1]:
        return
    for port, types in given.items():
        if any(map(_gaps, types)):
            filling = FILLING if FILLING in CATALOGUE else ZEROS
            repair: Candidate = (f"Insert {filling}", (("fill", port, filling),))
            why = "gets numbers that may be missing (NaN), and all that is computed with one is NaN too"
            yield Misfit(why, port, (repair,))


def _gaps(type: Type) -> bool:
    return isinstance(type, Tensor) and type.missing
