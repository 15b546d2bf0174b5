"""What ``torchweave export`` writes: a script, a notebook, a package, or a file of torch; each by its ending."""

import argparse
import json
import sys
from pathlib import Path

from runtime.check.beside import not_beside
from runtime.check.problem import Report
from runtime.export.order import SCRIPTS, TORCH_FILES, Order
from runtime.graph.file import dump
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.packed import NotPacked, carry_out, order, text_of
from runtime.places import runs_folder
from runtime.train.trust import untrusted
from runtime.train.weights import trained_run


class Refused(Exception):
    """Why it is not written, in one sentence."""


def add_options(exporting: argparse.ArgumentParser) -> None:
    """The options of ``torchweave export`` beside the graph and --trust."""
    endings = ", ".join((*SCRIPTS, *TORCH_FILES))
    exporting.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=f"ends with {endings}; or a folder"
    )
    exporting.add_argument("--copy", action="store_true", help="copy data, weights and own modules beside the script")
    exporting.add_argument("--package", action="store_true", help="write a folder that pip installs and that predicts")
    exporting.add_argument("--run", type=Path, metavar="RUN", help="a run folder with the weights; else the last one")
    exporting.add_argument("--untrained", action="store_true", help="export the model as it begins")


def write(graph: Graph, report: Report, options: argparse.Namespace) -> None:
    """Write what a sound graph is to leave as. Raises Refused."""
    ending = options.output.suffix.lower()
    if not options.package and ending not in (*SCRIPTS, *TORCH_FILES):
        known = ", ".join((*SCRIPTS, *TORCH_FILES))
        raise Refused(f"its name must end with {known}, or be that of a folder with --package.")
    if options.slurm and (options.package or ending != ".py"):
        raise Refused("--slurm starts a program: its name must end with .py, without --package.")
    if options.package or ending in TORCH_FILES:
        _by_torch(graph, options)
    else:
        _script(graph, report, options)


def _script(graph: Graph, report: Report, options: argparse.Namespace) -> None:
    """Write the program or its notebook, and with --copy what it reads beside it."""
    output, folder = options.output, options.graph.parent
    what = "notebook" if output.suffix.lower() == ".ipynb" else "program"
    written = f"{output.name}: the {what} of {options.graph.name}"
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        if options.copy:
            carry_out(json.loads(order(graph, report, folder, output, options.graph.name)))
            print(f"{written}, and beside it what it reads.")
            return
        write_whole(output, text_of(graph, report, options.graph.name, output).encode())
    except (NotPacked, OSError) as error:
        raise Refused(f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else f"{error}") from None
    print(f"{written}.")
    if sentence := not_beside(graph, folder, output):
        print(f"torchweave: {output} is written. {sentence}", file=sys.stderr)


def _by_torch(graph: Graph, options: argparse.Namespace) -> None:
    """Write a package or a file of torch with the weights of a run, and print what is to be known about it."""
    if not options.trust and untrusted(graph, options.graph.parent):
        raise Refused(f"{options.graph} holds Python of its own; read it, then add --trust to run it.")
    run = options.run or trained_run(runs_folder(options.graph))
    if run is None and not options.untrained:
        raise Refused("there are no weights yet: train the graph first, or add --untrained.")
    from runtime.export import worker
    from runtime.export.taken import NotExported

    asked = Order(
        dump(graph),
        options.graph.name,
        str(options.graph.parent.resolve()),
        str(options.output),
        str(run or ""),
        options.untrained,
        options.package,
    )
    try:
        told = worker.carry_out(asked, lambda stage: print(f"{stage} ...", file=sys.stderr))
    except NotExported as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{error.filename or options.output}: {error.strerror or error}") from None
    print(told["report"], end="")
