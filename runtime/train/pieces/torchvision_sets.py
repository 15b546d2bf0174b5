"""A piece of programs: datasets of torchvision whose files are there already."""

from importlib import import_module
from pathlib import Path
from typing import Any

import torch


def read_torchvision(path: Path, name: str, **rows: Any) -> dict[str, Any]:
    """Pictures of a dataset of torchvision, and their labels; `rows` tells it which.

    Pictures are uint8[C, H, W], or files where they have many sizes. Nothing is
    downloaded. Raises ValueError where its files are not in the folder, and where
    torchvision cannot be imported.
    """
    try:
        datasets: Any = import_module("torchvision.datasets")
    except ModuleNotFoundError:
        todo = "pip install torchvision"
        raise ValueError(f"torchvision is not installed: {todo}") from None
    except (ImportError, RuntimeError):  # it lacks what another build of torch has
        todo = "pip install --force-reinstall torch torchvision"
        index = "--index-url https://download.pytorch.org/whl/cpu"
        why = "torchvision is built for another torch"
        raise ValueError(f"{why}: {todo} {index}") from None
    try:
        found = getattr(datasets, name)(str(path), **rows, download=False)
    except RuntimeError:
        raise ValueError(f"{path} has no files of torchvision's {name}") from None
    except ModuleNotFoundError as error:  # SVHN and Flowers102 read what scipy reads
        todo = f"pip install {error.name}"
        raise ValueError(f"torchvision's {name} needs {error.name}: {todo}") from None
    if name == "Flowers102":
        return {"image": found._image_files, "label": torch.tensor(found._labels)}
    images = torch.as_tensor(found.data)
    if images.dim() == 3:
        images = images[:, None]
    elif images.shape[-1] == 3:
        images = images.permute(0, 3, 1, 2)
    labels = found.labels if name == "SVHN" else found.targets
    return {"image": images, "label": torch.as_tensor(labels)}
