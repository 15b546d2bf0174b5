"""What is wrong around a graph's file and not in it: data that is not there, a version newer than this program."""

from collections.abc import Iterator
from os.path import exists, isdir, isfile  # which no path is too long or too odd for
from pathlib import Path, PurePath

from runtime.check.problem import ERROR, WARNING, Problem, Repair
from runtime.graph.file import VERSION
from runtime.graph.model import Graph
from runtime.graph.weights import sources
from runtime.spec.catalogue import catalogue
from runtime.spec.imports import needed_files
from runtime.spec.listed import listed
from runtime.spec.models import look
from runtime.spec.named import MODEL, named
from runtime.spec.near import nearest
from runtime.spec.paths import relative_paths, relative_weights


def beside(graph: Graph, file: Path) -> tuple[Problem, ...]:
    """Looks at the disk, which a check itself never does; paths in a graph are relative to its file."""
    folder = file.resolve().parent
    return (*missing(graph, folder), *_models(graph, folder), *_newer(graph, file))


def not_beside(graph: Graph, origin: Path, script: Path) -> str | None:
    """What to do where a script stands elsewhere than its graph, which is in `origin`, and lacks its data there."""
    if needed := _modules(graph, origin, script.parent):
        return needed
    paths = [each for each in relative_paths(graph) if graph.nodes[each[0]].type != MODEL]
    files = [(f"{id}-{parameter}".replace("_", "-"), path) for id, parameter, path in paths]
    files += [(f"{node or 'model'}-weights", source.path) for node, source in relative_weights(graph)]
    for option, path in files:
        if not exists(script.parent / path) and exists(origin / path):
            known = (origin / path).resolve()
            return f"It reads {path} beside itself: copy that from {known}, or say --{option} {known}."
    return None


def _modules(graph: Graph, origin: Path, folder: Path) -> str | None:
    """Where the files of the user's own models are to be copied from, for a script that imports them."""
    for node in graph.nodes.values():
        own = named(node.id, node.parameters) if node.type == MODEL else None
        if own is None or not own.python.path:
            continue
        root = own.python.root(origin)
        files = [each.relative_to(root) for each in needed_files(own.python.file(origin), root) if root in each.parents]
        if lacking := [str(each) for each in files if not isfile(folder / each)]:
            return (
                f"It imports {listed(lacking)}: copy {'that' if len(lacking) == 1 else 'them'} from {root} beside it."
            )
    return None


def _models(graph: Graph, folder: Path) -> Iterator[Problem]:
    """The user's own models whose file has none, or none of that name."""
    for id, node in graph.nodes.items():
        path, called = (node.parameters.get(name) for name in ("path", "called"))
        if node.type != MODEL or not isinstance(path, str) or not path or not isfile(folder / path):
            continue
        found = look(folder / path)
        if "problem" in found:
            yield Problem(id, None, ERROR, f"{id} names a file that cannot be used: {found['problem']}.")
        elif isinstance(called, str) and called and called not in found["choices"]:
            names = list(found["choices"])
            near = nearest(called, names) or names[0]
            has = f"it has {', '.join(names[:5])}"
            repair = Repair(f"Use {near}", (("set", id, "called", near),))
            yield Problem(
                id, None, ERROR, f"{id} names {called}, which {path} does not have; {has}. {repair.label}.", (repair,)
            )


def missing(graph: Graph, folder: Path) -> Iterator[Problem]:
    """The datasets, and the weights, whose file is not there."""
    known = catalogue()
    for id, source in sources(graph).items():
        if not isfile(folder / source.path):
            off = Repair("Begin without the file", (("weights", id or None, None),))
            what = "is a folder" if isdir(folder / source.path) else "is not there"
            why = f"{id or 'The model'} has no file of weights: {folder / source.path} {what}. {off.label}."
            yield Problem(id, None, ERROR, why, (off,))
    for id, node in graph.nodes.items():
        spec = known.get(node.type)
        for parameter in spec.parameters if spec else ():
            path = node.parameters.get(parameter.name) if parameter.kind == "path" else None
            if not isinstance(path, str) or not path:
                continue
            wanted = "folder" if parameter.folder else "file"
            found = "folder" if isdir(folder / path) else "file" if isfile(folder / path) else ""
            of_parts = PurePath(path).name and PurePath(path).suffix.lower() in parameter.parts
            if found != wanted and not (of_parts and found == "folder"):
                there = "is a pipe or a device" if exists(folder / path) else "is not there"
                what = f"is a {found}" if found else there
                whose = "" if parameter.name == "path" else f" for its {parameter.name}"
                yield Problem(id, None, ERROR, f"{id} has no {wanted}{whose}: {folder / path} {what}.")


def _newer(graph: Graph, file: Path) -> Iterator[Problem]:
    version = graph.extra.get("version")
    if isinstance(version, int) and version > VERSION:
        why = (
            f"{file} was made by a newer version of Torchweave; what this one does not know is kept, but does nothing."
        )
        yield Problem("", None, WARNING, why)
