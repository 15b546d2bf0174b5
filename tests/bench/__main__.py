"""``python -m tests.bench`` runs every measurement of this folder, one after another."""

import importlib
import pkgutil
from pathlib import Path


def main() -> None:
    """Call the `main` of each module beside this one that has one."""
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    for name in names:
        measures = None if name == "__main__" else getattr(importlib.import_module(f"tests.bench.{name}"), "main", None)
        if measures:
            print(f"--- {name}", flush=True)
            measures()


if __name__ == "__main__":
    main()
