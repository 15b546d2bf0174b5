"""What the installed torch says of its own classes and functions, told to whoever asks in a process of its own.

``python -m runtime.train.documentation`` reads a name a line (``nn.Conv2d``, ``torch.cat``, ``F.pad``) and answers each
with a line of JSON: ``{"name", "version", "text"}``, the text empty where torch has nothing of that name.
"""

import inspect
import json
import sys
from typing import Any


def places() -> dict[str, Any]:
    """Where names are looked up, by what stands before their last dot."""
    import torch
    from torch.nn import functional

    return {"nn": torch.nn, "optim": torch.optim, "torch": torch, "Tensor": torch.Tensor, "F": functional}


def said(name: str) -> dict[str, str]:
    """Torch's own text about a name."""
    import torch

    place, _, last = name.rpartition(".")
    known = [places().get(place)]
    if place == "torch":  # some are explained as methods or in torch.nn.functional alone
        known += [torch.Tensor, places()["F"]]
    texts = [getattr(getattr(each, last, None), "__doc__", None) for each in known] if last.isidentifier() else []
    return {"name": name, "version": torch.__version__, "text": inspect.cleandoc(next(filter(None, texts), ""))}


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        print(json.dumps(said(line.strip())), flush=True)


if __name__ == "__main__":
    main()
