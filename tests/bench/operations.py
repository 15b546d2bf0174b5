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
    for follows in (False, True):
        for name in (
            "followed by the level that is shown" if follows else "on a document",
            "  control, the same again",
        ):
            rates = [_rate(seed, follows) for seed in range(EPISODES)]
            print(f"operations {name}: median {statistics.median(rates):,.0f} a second, best {max(rates):,.0f}")
    print(f"  wanted: 20,000; an empty loop of a million steps: {before:.0f} ms before, {million():.0f} ms after")
    del app


def _rate(seed: int, follows: bool) -> float:
    from editor.document.document import Document
    from tests.editor.random.dice import numbers
    from tests.editor.random.episode import beginning
    from tests.editor.random.player import Player, Top

    document = Document()
    document.open(beginning(seed)[0], None)
    with tempfile.TemporaryDirectory() as folder:
        player = Player(document, Path(folder), None if follows else Top(document))
        given = numbers(seed, LENGTH)
        start = time.process_time()
        for number in given:
            player.play(number)
        return LENGTH / (time.process_time() - start)


if __name__ == "__main__":
    main()
