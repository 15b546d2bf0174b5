"""Exports what only torch can write, in a process of its own: ``python -m runtime.export.worker``.

It does what a line of JSON on standard input tells (`runtime.export.order`). Before each part it prints ``{"stage":
words}``, at the end ``{"written": path, "report": text, "close": bool}`` or ``{"problem": sentence}``.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from runtime.export.order import Order, read
from runtime.graph.file import load
from runtime.graph.save import write_whole

Tell = Callable[[str], None]


def carry_out(order: Order, tell: Tell = lambda stage: None) -> dict[str, Any]:
    """Write what is asked for, and the report beside it. Raises NotExported and OSError."""
    tell("starting torch")
    from runtime.export.before import before
    from runtime.export.formats import written
    from runtime.export.outputs import lines, outputs
    from runtime.export.package import package_name, write_package
    from runtime.export.parity import CLOSE, SIZES, compared, report_text
    from runtime.export.taken import samples_of, taken
    from runtime.train.observer import checked

    output, origin = Path(order.output), Path(order.origin)
    graph, report = checked(load(order.graph.encode()), origin, True)

    @contextmanager
    def doing(stage: str) -> Iterator[None]:
        tell(stage)
        yield

    if order.package:
        package_name(output)
    found = taken(graph, report, order.name, origin, Path(order.run) if order.run else None, order.untrained)
    if order.package:
        tell("writing the package")
        write_package(found, report, output, origin, order.name, doing)
        return {"written": str(output), "report": f"{output.name}: the model of {order.name}, {found.weights}.\n"}
    done = before(found, report, origin, order.name, doing)
    given = outputs(found, done.learnt)
    found.before, found.after = done.carried, json.dumps(given, indent=1)
    samples = samples_of(found, origin, doing)
    tell("writing the model")
    data, call = written(found, samples.batch(SIZES[-1]), output.suffix.lower())
    tell("comparing it with torch")
    parity = compared(found, report, samples, call, output.suffix.lower(), origin)
    text = report_text(found, parity, output, order.name, [*lines(given, found.drawn)], done.sentence(output))
    output.parent.mkdir(parents=True, exist_ok=True)
    write_whole(output, data)
    write_whole(output.with_name(f"{output.name}.txt"), f"{text}\n{done.text}".encode())
    return {"written": str(output), "report": text, "close": parity.worst < CLOSE}


def main() -> int:
    """Do what is told on standard input."""
    order = read(sys.stdin.readline())
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the user's own Python prints is no answer
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # the device is for training

    def say(**about: Any) -> None:
        with suppress(BrokenPipeError):
            print(json.dumps(about), file=told, flush=True)

    try:
        say(**carry_out(order, lambda stage: say(stage=stage)))
        return 0
    except OSError as error:
        say(problem=f"{error.filename or order.output} cannot be written: {error.strerror or error}.")
    except Exception as error:
        from runtime.export.taken import NotExported
        from runtime.train.worker import sentence

        if not isinstance(error, NotExported):  # a mistake of ours, or of a file
            traceback.print_exc()
        say(problem=str(error) if isinstance(error, NotExported) else sentence(error))
    return 1


if __name__ == "__main__":
    sys.exit(main())
