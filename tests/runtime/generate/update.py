"""``python -m tests.runtime.generate.update`` writes the expected programs anew: read the difference."""

from tests.runtime.generate.cases import FOLDER, NAMES, graph_of, program_of


def main() -> None:
    """Write NAME.py for each NAME.json."""
    for name in NAMES:
        (FOLDER / f"{name}.py").write_text(program_of(graph_of(name), name).text, encoding="utf-8")


if __name__ == "__main__":
    main()
