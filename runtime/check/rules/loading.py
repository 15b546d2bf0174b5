"""Rules of the workers that read samples ahead: which of their settings do something."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.spec.listed import listed
from runtime.spec.node import Misfit
from runtime.spec.tensor import Type

USUAL = {
    "prefetch_factor": 2,
    "persistent_workers": True,
    "timeout": 0,
    "multiprocessing_context": None,
    "in_order": True,
}


def doubts(collate: Any, samples: Mapping[str, Type]) -> Iterator[Misfit]:
    """Settings of workers where there are none, and an order that nobody can repeat."""
    idle = [name for name, usual in USUAL.items() if getattr(collate, name) != usual]
    if idle and not collate.num_workers:
        start = ("Set num_workers to 2", (("set", "{node}", "num_workers", 2),))
        forget = (f"Forget {listed(idle)}", tuple(("unset", "{node}", name) for name in idle))
        verb = "does" if len(idle) == 1 else "do"
        yield Misfit(f"has no workers, without which {listed(idle)} {verb} nothing", None, (start, forget))
    elif not collate.in_order and collate.num_workers > 1:
        keep = ("Set in_order", (("unset", "{node}", "in_order"),))
        why = "gives batches as they are ready, so that no run can be repeated or gone on with exactly"
        yield Misfit(f"{why}: in_order is off", None, (keep,))
