"""Which device a run gets, and why; needs torch, so it runs in the worker: ``python -m runtime.train.device``."""

import json
from typing import Any

import torch


def chosen() -> dict[str, Any]:
    """The device that "auto" means here, with its reason and what could be done about it."""
    about = {"torch": torch.__version__, "threads": torch.get_num_threads()}
    if torch.cuda.is_available():
        kind = "ROCm" if torch.version.hip else "CUDA"
        return {"device": "cuda", "reason": f"{torch.cuda.get_device_name()} by {kind}", **about}
    if torch.backends.mps.is_available():
        return {"device": "mps", "reason": "Apple GPU by Metal", **about}
    if torch.version.cuda is None and torch.version.hip is None:
        return {"device": "cpu", "reason": "this torch is built for CPU only", **about}
    return {"device": "cpu", "reason": "torch finds no GPU: no driver, or a driver too old", **about}


if __name__ == "__main__":
    print(json.dumps(chosen()))
