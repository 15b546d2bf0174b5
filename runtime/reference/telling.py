"""Tells the pages of node types to whoever asks, in a process of its own: each takes as long as hundreds of checks.

``python -m runtime.reference.telling`` reads a node type a line and answers each with a line of JSON, ``{"name",
"text"}``, the text empty where there is no such type.
"""

import json
import sys

from runtime.reference.example import example
from runtime.reference.page import page
from runtime.spec.catalogue import catalogue


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        spec = catalogue().get(line.strip())
        text = page(spec, example(spec)) if spec else ""
        print(json.dumps({"name": line.strip(), "text": text}), flush=True)


if __name__ == "__main__":
    main()
