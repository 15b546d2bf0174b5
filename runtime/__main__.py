"""``python -m runtime``, which is the command ``torchweave``."""

import sys

from runtime.interrupted import answered, at_once


def main() -> int:
    """Do what the command line says; returns the exit code."""
    return answered(_do)


def _do() -> int:
    with at_once():
        from runtime.cli import main as do  # and with it the whole catalogue, which takes a moment
    return do()


if __name__ == "__main__":
    sys.exit(main())
