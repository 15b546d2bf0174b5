"""Which device a run gets, and why; needs torch, so it runs in the worker: ``python -m runtime.train.device``."""

import json
from typing import Any

import torch


def chosen() -> dict[str, Any]:
    """The device that "auto" means here, with its reason and what could be done about it."""
    about = {"torch": torch.__version__, "threads": torch.get_num_threads()}
    found = torch.accelerator.current_accelerator(check_available=True)
    if found is not None:
        return {"device": found.type, "reason": _named(found.type), **about}
    if torch.accelerator.current_accelerator() is None:
        return {"device": "cpu", "reason": "this torch is built for CPU only", **about}
    return {"device": "cpu", "reason": "torch finds no GPU: no driver, or a driver too old", **about}


def _named(kind: str) -> str:
    """What an accelerator is, and how many there are beside it."""
    if kind == "mps":
        return "Apple GPU by Metal"
    module, count = torch.get_device_module(kind), torch.accelerator.device_count()
    name = getattr(module, "get_device_name", lambda: kind)()
    by = ("ROCm" if torch.version.hip else "CUDA") if kind == "cuda" else kind.upper()
    return f"{name} by {by}{f', the first of {count}' if count > 1 else ''}"


if __name__ == "__main__":
    print(json.dumps(chosen()))
