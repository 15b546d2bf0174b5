"""A piece of programs: data sets that scikit-learn brings along."""

from typing import Any

import torch
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_linnerud,
    load_wine,
)


def read_digits() -> dict[str, Any]:
    """The digits of scikit-learn: image float32[1, 8, 8] from 0 to 16, label int64[]."""
    found = load_digits()
    images = torch.tensor(found.images, dtype=torch.float32).unsqueeze(1)
    return {"image": images, "label": torch.tensor(found.target)}


def read_wine() -> dict[str, Any]:
    """The wines of scikit-learn: features float32[13], label int64[]."""
    found = load_wine()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "label": torch.tensor(found.target)}


def read_breast_cancer() -> dict[str, Any]:
    """The biopsies of scikit-learn: features float32[30], label int64[]."""
    found = load_breast_cancer()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "label": torch.tensor(found.target)}


def read_iris() -> dict[str, Any]:
    """The irises of scikit-learn: features float32[4], label int64[]."""
    found = load_iris()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "label": torch.tensor(found.target)}


def read_diabetes() -> dict[str, Any]:
    """The patients of scikit-learn: features float32[10], target float32[]."""
    found = load_diabetes()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "target": torch.tensor(found.target).float()}


def read_linnerud() -> dict[str, Any]:
    """The exercises of scikit-learn: features float32[3], targets float32[3]."""
    found = load_linnerud()
    features = torch.tensor(found.data, dtype=torch.float32)
    return {"features": features, "targets": torch.tensor(found.target).float()}
