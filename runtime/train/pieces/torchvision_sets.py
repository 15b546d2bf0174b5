"""A piece of programs: datasets of torchvision whose files are there already."""

from importlib import import_module
from pathlib import Path
from typing import Any

import torch


def read_torchvision(path: Path, name: str, train: bool = True) -> dict[str, Any]:
    """Pictures of a dataset of torchvision as uint8[C, H, W], and their labels.

    Nothing is downloaded. Raises ValueError where its files are not in the folder, and
    where torchvision cannot be imported.
    """
    try:
        datasets: Any = import_module("torchvision.datasets")
    except (ImportError, RuntimeError) as error:
        other = "nms" in str(error)  # an operator that another build of torch has not
        why = "is built for another torch" if other else "is not installed"
        todo = "pip install --force-reinstall torch torchvision"
        index = "--index-url https://download.pytorch.org/whl/cpu"
        raise ValueError(f"torchvision {why}: {todo} {index}") from None
    try:
        found = getattr(datasets, name)(str(path), train=train, download=False)
    except RuntimeError:
        raise ValueError(f"{path} has no files of torchvision's {name}") from None
    images, labels = torch.as_tensor(found.data), torch.as_tensor(found.targets)
    images = images[:, None] if images.dim() == 3 else images.permute(0, 3, 1, 2)
    return {"image": images, "label": labels}
