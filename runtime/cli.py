"""The command line: ``torchweave [GRAPH]`` and its commands; window and torch run as processes, only when needed."""

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from runtime.check.beside import beside
from runtime.check.problem import ERROR, OPEN, WARNING, Report
from runtime.check.settings import setting
from runtime.export.command import add_options
from runtime.graph.carried import contents
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph
from runtime.graph.save import write_whole
from runtime.graph.weights import afresh
from runtime.passing_on import passing_on
from runtime.spec.catalogue import catalogue
from runtime.spec.installed import installed
from runtime.started import command
from runtime.train.asked import Unclear, asked, of_export, of_processes, spread
from runtime.train.observer import checked

COMMANDS = ("check", "train", "export", "render", "nodes", "doctor", "tensorboard")
THEMES = ("dark", "light", "contrast")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")


class Failed(Exception):
    """The command cannot be done: an exit code and one sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if not given or (given[0] not in COMMANDS and not given[0].startswith("-")):
            return edit(given)
        options = _parser().parse_args(given)
        code = int(options.do(options))
        sys.stdout.flush()  # here, where a reader who has gone is no surprise
        return code
    except Failed as failed:
        print(f"torchweave: {failed}", file=sys.stderr)
        return failed.code
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="torchweave", description="Draw a pipeline, train it, keep the script.")
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(metavar="[GRAPH] | COMMAND", required=True)

    def command(name: str, do: Any, sentence: str, graph: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=sentence, description=sentence)
        made.set_defaults(do=do)
        if graph:
            made.add_argument("graph", type=Path, metavar="GRAPH")
        return made

    checking = command("check", check_file, "types and problems")
    checking.add_argument("--json", action="store_true")
    _trust(checking)
    _of_training(command("train", train, "train the graph"))
    exporting = command("export", export, "write a script, a notebook, a package, an ONNX or torch.export file")
    add_options(exporting)
    of_export(exporting)
    _trust(exporting)
    drawing = command("render", render, "write the picture of the canvas")
    drawing.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    drawing.add_argument("--theme", choices=THEMES, default="dark")
    drawing.add_argument("--run", type=Path, metavar="RUN", help="a run folder whose loss curve is drawn below")
    catalogue_of = command("nodes", nodes, "the catalogue of node types", graph=False)
    catalogue_of.add_argument("--json", action="store_true")
    catalogue_of.add_argument("--docs", type=Path, metavar="FOLDER", help="write a page for each, with its example")
    catalogue_of.add_argument("--theme", choices=THEMES, default="light", help="of the pictures of --docs")
    examining = command("doctor", doctor, "what is installed, and what to do about what is not", graph=False)
    examining.add_argument("--clear-cache", action="store_true", help="empty the folder of prepared data, and no more")
    curves = command("tensorboard", tensorboard, "write the curves of runs for TensorBoard", graph=False)
    curves.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    return parser


def _of_training(training: argparse.ArgumentParser) -> None:
    """The options of ``torchweave train``."""
    training.add_argument("--epochs", type=int, metavar="N", help="how often all samples are seen; else the graph's")
    training.add_argument("--seed", type=int, metavar="N", help="the same number gives the same run; else the graph's")
    training.add_argument("--device", help="auto (the fastest there is), cpu, cuda, cuda:1, xpu, ...; else the graph's")
    training.add_argument(
        "--run-dir", type=Path, metavar="DIR", help="where events and weights are kept; else a new folder, printed"
    )
    training.add_argument("--resume", type=Path, metavar="RUN", help="a run folder to go on from")
    told = "a parameter for this run only, such as adam.lr=0.01; may be given several times"
    training.add_argument("--set", action="append", default=[], metavar="NODE.PARAM=VALUE", dest="settings", help=told)
    of_processes(training)
    _trust(training)
    training.add_argument("--events", action="store_true", help="one JSON line an event instead of a progress bar")


def _trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trust", action="store_true", help="run the Python in the graph, this once")


def _version() -> str:
    from importlib.metadata import version

    return f"torchweave {version('torchweave')}"


def _read(path: Path) -> Graph:
    try:
        return load(contents(path))
    except Refused as refused:
        raise Failed(2, f"{path}: {refused}") from None
    except OSError as error:
        raise Failed(2, f"{path}: {error.strerror or error}") from None


def _checked(path: Path, graph: Graph, trusting: bool) -> tuple[Graph, Report]:
    """The report on a graph and on what should lie beside its file."""
    graph, report = _typed(path, graph, trusting)
    around = beside(graph, path)
    told = {problem.node for problem in around}  # what is open there is so for that reason
    rest = (problem for problem in report.problems if problem.severity != OPEN or problem.node not in told)
    found = sorted((*around, *rest), key=lambda p: (ERROR, WARNING, OPEN).index(p.severity))
    return graph, replace(report, problems=tuple(found))


def _typed(path: Path, graph: Graph, trusting: bool) -> tuple[Graph, Report]:
    """The report on a graph; Python of the user's is tried as far as it is trusted."""
    try:
        return checked(graph, path.parent, trusting)
    except OSError as error:
        raise Failed(1, f"your own Python could not be tried: {error}.") from None


def _sound(path: Path, report: Report) -> Report:
    if not report.sound:
        first = next(p for p in report.problems if p.severity != WARNING)
        more = sum(p.severity != WARNING for p in report.problems) - 1
        raise Failed(1, f"{path}: {first.told}" + (f" ({more} more: torchweave check)" if more else ""))
    return report


def edit(arguments: list[str]) -> int:
    """Open the editor as a process and pass on its exit code."""
    if arguments and not Path(arguments[0]).suffix and not Path(arguments[0]).exists():
        near = get_close_matches(arguments[0], COMMANDS, 1)
        if near or len(arguments) > 1:
            known = f"{near[0]} is near" if near else f"commands are {', '.join(COMMANDS)}"
            raise Failed(2, f"there is no command {arguments[0]}; {known}.")
    if len(arguments) > 1:
        raise Failed(2, f"one graph at a time, got {len(arguments)}; commands are {', '.join(COMMANDS)}")
    screen = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not screen and not os.environ.get("QT_QPA_PLATFORM"):
        raise Failed(1, "there is no display for the editor; `torchweave train GRAPH` trains without one.")
    return _editor(arguments)


def _editor(arguments: list[str], tell: Callable[[str], None] | None = None) -> int:
    """Start the editor and wait for it; `tell` is given each line that it prints."""
    with passing_on(command("editor", *arguments), subprocess.PIPE if tell else None) as process:
        if tell is not None and process.stdout is not None:
            with process.stdout as lines:
                for printed in lines:
                    tell(printed.decode(errors="replace").strip())
        code = process.wait()
    return code if code >= 0 else 128 - code


def check_file(options: argparse.Namespace) -> int:
    """Print types and problems; 0 when it can run, 1 for errors or open ends, 2 when it cannot be read."""
    graph = _read(options.graph)
    graph, report = _checked(options.graph, graph, options.trust)
    if any(node.type not in catalogue() for node in graph.nodes.values()):
        for sentence in installed().left_out:  # which may be why
            print(f"torchweave: {sentence}.", file=sys.stderr)
    if options.json:
        from runtime.generate.feeding import feeding

        types = {str(end): str(type) for end, type in report.types.items()}
        problems = [problem.as_json() for problem in report.problems]
        found = feeding(graph, report)
        about = {"types": types, "feeding": found.as_json() if found else None, "problems": problems}
        print(json.dumps({"ok": report.sound, **about}, indent=2))
        return 0 if report.sound else 1
    for end, type in report.types.items():
        print(f"{end!s:32} {type}")
    for problem in report.problems:
        print(f"{problem.severity}: {problem.told}")
    print("sound" if report.sound else "not sound yet")
    return 0 if report.sound else 1


def train(options: argparse.Namespace) -> int:
    """Train in a process of its own and follow it."""
    from runtime.train.console import follow
    from runtime.train.folder import Untrusted, prepare_run
    from runtime.train.not_here import not_here
    from runtime.train.resume import begun_with, going, lacking, over, refusal, told

    if options.epochs is not None and options.epochs < 1:
        raise Failed(2, f"--epochs needs a whole number from 1, got {options.epochs}.")
    try:
        graph, machines = asked(_read(options.graph), options)
    except Unclear as unclear:
        raise Failed(2, str(unclear)) from None
    needed = afresh(graph) if options.resume else graph
    looked_at, report = _checked(options.graph, needed, options.trust)
    graph = graph if options.resume else looked_at
    for warning in _sound(options.graph, report).of(WARNING):
        print(f"warning: {warning.told}", file=sys.stderr)
    if why := not_here(str(options.device or setting(graph.run, "device"))):
        raise Failed(1, why)
    wanted = {"epochs": options.epochs, "seed": options.seed, "device": options.device}
    if options.resume:
        if why := lacking(options.resume) or ("" if machines["machine"] else going(options.resume)):
            raise Failed(2, f"{why}.")
        epochs = options.epochs or begun_with(options.resume).get("epochs") or setting(graph.run, "epochs")
        if done := over(options.resume, epochs):
            raise Failed(1, f"{done}; --epochs is how many there are in all.")
        wanted["resume"] = options.resume.resolve()
        if why := refusal(options.resume, graph):
            raise Failed(2, f"{why}.")
        if changed := told(options.resume, graph):  # before a run in the same folder writes its own graph there
            print(f"warning: {changed}", file=sys.stderr)
    try:
        place = Path(mkdtemp(prefix="torchweave-")) if machines["machine"] else options.run_dir  # the first one keeps
        folder = prepare_run(graph, options.graph, wanted, place, options.trust, machines)
    except Untrusted:
        raise Failed(1, f"{options.graph} holds Python of its own; read it, then add --trust to run it.") from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        why = f"{where}{error.strerror}; name another with --run-dir." if error.strerror else str(error)
        raise Failed(1, f"the run folder cannot be made: {why}") from None
    if not options.events:
        print(f"run {folder}", file=sys.stderr)
    code = follow(folder, options.events)
    if machines["machine"] and code:
        print(f"torchweave: what this machine has of the run is kept in {folder}", file=sys.stderr)
    elif machines["machine"]:
        shutil.rmtree(folder, ignore_errors=True)
    return code


def export(options: argparse.Namespace) -> int:
    """Write the program, or what else the graph is to leave as."""
    from runtime.export.command import Refused as NotWritten
    from runtime.export.command import write
    from runtime.generate.slurm import SUFFIX, batch_file

    try:
        graph, report = _typed(options.graph, spread(_read(options.graph), options), options.trust)
    except Unclear as unclear:
        raise Failed(2, str(unclear)) from None
    _sound(options.graph, report)
    if not options.package:
        _writable(options.output)
    try:
        write(graph, report, options)
        if options.slurm:
            batch = batch_file(graph, options.output.name, options.nnodes)
            write_whole(options.output.with_suffix(SUFFIX), batch.encode())
            print(f"{options.output.with_suffix(SUFFIX).name}: the Slurm batch file that starts it.")
    except NotWritten as error:
        raise Failed(1, f"{options.output} is not written: {error}") from None
    except OSError as error:
        raise Failed(1, f"{error.filename} cannot be written: {error.strerror or error}") from None
    return 0


def _writable(output: Path) -> None:
    """Say beforehand why a file cannot be written; folders that are not there yet are made as it is."""
    folder = next((each for each in output.parents if each.exists()), output.parent)
    why = (
        "is a folder"
        if output.is_dir()
        else f"{folder} is no folder"
        if not folder.is_dir()
        else f"{folder} is write-protected"
        if not os.access(folder, os.W_OK)
        else ""
    )
    if why:
        raise Failed(1, f"{output} cannot be written: {why}.")


def render(options: argparse.Namespace) -> int:
    """Write the picture of the canvas; works without a display too."""
    from runtime.train.events import Events

    _read(options.graph)
    _writable(options.output)
    if options.output.suffix.lower() not in PICTURES:
        raise Failed(2, f"{options.output} cannot be written: its name must end with {' or '.join(PICTURES)}.")
    if options.run and not any(Events(options.run)):
        raise Failed(2, f"{options.run} holds no events of a run.")
    try:
        options.output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failed(1, f"{options.output} cannot be written: {error.strerror or error}.") from None
    run = ["--run", str(options.run)] if options.run else []
    return _editor(["--render", str(options.graph), str(options.output), "--theme", options.theme, *run])


def nodes(options: argparse.Namespace) -> int:
    """Print the catalogue, or write a page for each node type."""
    from runtime.spec.describe import described

    if options.docs:
        return _documented(options.docs, options.theme)
    found = [described(spec) for spec in catalogue().values()]
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    for spec in found:
        print(f"{spec['family']:10} {spec['type']:32} {spec['doc']}")
    return 0


def _documented(folder: Path, theme: str) -> int:
    """The pages, then their pictures, drawn by one process."""
    from runtime.reference.files import write_reference
    from runtime.reference.page import INDEX

    count = len(catalogue())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for at, _ in enumerate(write_reference(folder, catalogue().values()), start=1):
            _progress("page", at, count)
    except OSError as error:
        raise Failed(1, f"{folder} cannot be written: {error.strerror or error}.") from None
    drawn = itertools.count(1)
    code = _editor(["--pictures", str(folder), "--theme", theme], lambda _: _progress("picture", next(drawn), count))
    if code == 0:
        print(f"{count} pages: {folder / INDEX}")
    return code


def _progress(what: str, at: int, of: int) -> None:
    """How far it is, in one line that is written over and over; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r{what} {at} of {of} ", end="\n" if at == of else "", file=sys.stderr, flush=True)


def doctor(options: argparse.Namespace) -> int:
    """Print what is there and what is missing; 1 when something is to be mended."""
    from runtime.doctor import examine
    from runtime.train.cache import clear, described

    if options.clear_cache:
        print(f"ok    {described(clear())} of prepared data taken away")
        return 0
    fine = True
    for good, sentence in examine():
        print(f"{'ok  ' if good else 'MEND'}  {sentence}")
        fine = fine and good
    return 0 if fine else 1


def tensorboard(options: argparse.Namespace) -> int:
    """Write the curves of runs for TensorBoard."""
    from runtime.train.tensorboard import main as write

    return write([str(run) for run in options.runs])


if __name__ == "__main__":
    sys.exit(main())
