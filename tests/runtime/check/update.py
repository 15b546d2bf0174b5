"""Writes what a check says of each case anew: ``python -m tests.runtime.check.update``. Read the difference."""

import json

from tests.runtime.check.test_problems import FOLDER, NAMES, described, graph_of


def main() -> None:
    """Write every ``NAME.expected.json``."""
    for name in NAMES:
        text = json.dumps(described(graph_of(name)), indent=2, ensure_ascii=False)
        (FOLDER / f"{name}.expected.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
