"""``python -m tests.bench`` runs every measurement of this folder, one after another."""

import importlib
import pkgutil
from pathlib import Path


def main() -> None:
    """Call the `main` of each module beside this one."""
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    for name in names:
        if name != "__main__":
            print(f"--- {name}", flush=True)
            importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main()
