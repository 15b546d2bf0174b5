"""The document: how many operations a second it takes, drawn at random, without a window and without checks."""

import statistics
import tempfile
import time
from pathlib import Path

EPISODES, LENGTH = 20, 1_000


def main() -> None:
    """Print it in the processor's time, which other programs do not lengthen as much, with the same again beside."""
    from PySide6.QtCore import QCoreApplication

    from runtime.spec.catalogue import catalogue
    from tests.bench.check import million

    app = QCoreApplication.instance() or QCoreApplication([])
    catalogue()
    before = million()
    for name in ("operations on a document", "  control, the same again"):
        rates = [_rate(seed) for seed in range(EPISODES)]
        figures = f"median {statistics.median(rates):,.0f} a second, best {max(rates):,.0f}"
        print(f"{name}: {figures} (wanted 20,000)")
    print(f"  an empty loop of a million steps: {before:.0f} ms before, {million():.0f} ms after")
    del app


def _rate(seed: int) -> float:
    from editor.document import Document
    from tests.editor.random.dice import numbers
    from tests.editor.random.episode import beginning
    from tests.editor.random.player import Player

    document = Document()
    document.open(beginning(seed)[0], None)
    with tempfile.TemporaryDirectory() as folder:
        player, given = Player(document, Path(folder)), numbers(seed, LENGTH)
        start = time.process_time()
        for number in given:
            player.play(number)
        return LENGTH / (time.process_time() - start)


if __name__ == "__main__":
    main()
