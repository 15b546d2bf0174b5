"""What the command line asks of a run beside its graph: other parameters, so many processes, and on which machines."""

import argparse
import json
import socket
from collections.abc import Mapping
from typing import Any

from runtime.check.settings import setting
from runtime.check.use import known as types_of
from runtime.graph.edit import applied
from runtime.graph.model import Graph

ALONE = {"machines": 1, "machine": 0, "endpoint": ""}  # how many, which of them this is, and where the first one waits
PORT = 29500  # that of torchrun


class Unclear(Exception):
    """What is wrong with it or missing, in one sentence."""


def of_processes(parser: argparse.ArgumentParser) -> None:
    """The options for processes that share the rows of each batch; their names are those of torchrun."""
    parser.add_argument("--nproc-per-node", type=int, metavar="N", help="processes on each machine; else the graph's")
    parser.add_argument("--nnodes", type=int, default=1, metavar="N", help="machines, each of which is given this line")
    parser.add_argument("--node-rank", type=int, metavar="N", help="which of them this is, counted from 0")
    parser.add_argument("--rdzv-endpoint", metavar="HOST:PORT", help="where machine 0 waits for the others")
    parser.add_argument("--hosts", metavar="HOST,...", help="the machines by name, instead of the three above")


def of_export(parser: argparse.ArgumentParser) -> None:
    """The same for a program that is taken elsewhere."""
    parser.add_argument("--nproc-per-node", type=int, metavar="N", help="processes on each machine; else the graph's")
    parser.add_argument("--nnodes", type=int, default=1, metavar="N", help="machines")
    parser.add_argument("--slurm", action="store_true", help="write a Slurm batch file beside the program")


def spread(graph: Graph, options: argparse.Namespace) -> Graph:
    """The graph with so many processes on so many machines. Raises Unclear."""
    each, count = options.nproc_per_node, options.nnodes
    if count < 1 or (each is not None and each < 1):
        raise Unclear(f"--nproc-per-node and --nnodes need whole numbers from 1, got {each} and {count}.")
    total = (each or -(-setting(graph.run, "processes") // count)) * count
    return graph if total == setting(graph.run, "processes") else applied(graph, [("run", "processes", total)])


def asked(graph: Graph, options: argparse.Namespace) -> tuple[Graph, Mapping[str, Any]]:
    """The graph with what is asked for, and the machines that it is trained on. Raises Unclear."""
    graph = _changed(graph, options.settings)
    processes, found = machines(setting(graph.run, "processes"), vars(options), socket.gethostname())
    same = processes == setting(graph.run, "processes")
    return graph if same else applied(graph, [("run", "processes", processes)]), found


def _changed(graph: Graph, settings: list[str]) -> Graph:
    for asked in settings:
        place, equals, text = asked.partition("=")
        node, dot, parameter = place.rpartition(".")
        if not equals or not dot:
            raise Unclear(f"--set needs NODE.PARAM=VALUE, such as adam.lr=0.01, got {asked}")
        if node not in graph.nodes:
            raise Unclear(f"--set {asked}: the graph has no node {node}; it has {', '.join(graph.nodes)}.")
        spec = types_of(graph).get(graph.nodes[node].type)
        if spec is None or parameter not in spec.parameter:
            known = ", ".join(spec.parameter) if spec else ""
            has = f"; it has {known}" if known else ""
            raise Unclear(f"--set {asked}: {node} has no parameter {parameter}{has}.")
        try:
            value = json.loads(text)
            json.dumps(value, allow_nan=False)
        except ValueError:
            value = text
        graph = applied(graph, [("set", node, parameter, value)])
    return graph


def machines(processes: int, given: Mapping[str, Any], here: str) -> tuple[int, Mapping[str, Any]]:
    """How many processes there are in all, and on which machines.

    `processes` are those of the graph, `here` is the name of this machine. Raises Unclear.
    """
    each = given["nproc_per_node"]
    if each is not None and each < 1:
        raise Unclear(f"--nproc-per-node needs a whole number from 1, got {each}.")
    found = _named(given["hosts"], here) if given["hosts"] else _counted(given)
    if each is None:
        if processes % found["machines"]:
            raise Unclear(
                f"{processes} processes cannot be shared by {found['machines']} machines: --nproc-per-node N."
            )
        return processes, found
    return each * found["machines"], found


def _named(hosts: str, here: str) -> dict[str, Any]:
    """The machines of a list, the first of which tells and keeps."""
    names = [each.strip() for each in hosts.split(",") if each.strip()]
    if len(names) < 2:
        return dict(ALONE)
    known = [name.partition(":")[0] for name in names]
    short, own = [name.partition(".")[0] for name in known], here.partition(".")[0]
    ours = [at for at, name in enumerate(known) if name == here] or [at for at, name in enumerate(short) if name == own]
    if len(ours) != 1:
        which = f"and several of them can be this machine, {here}" if ours else f"but this machine is {here}"
        raise Unclear(f"--hosts names {', '.join(names)}, {which}; give --node-rank instead.")
    endpoint = names[0] if ":" in names[0] else f"{names[0]}:{PORT}"
    return {"machines": len(names), "machine": ours[0], "endpoint": endpoint}


def _counted(given: Mapping[str, Any]) -> dict[str, Any]:
    """So many machines, of which this is one."""
    count, number, endpoint = given["nnodes"], given["node_rank"], given["rdzv_endpoint"]
    if count == 1:
        return dict(ALONE)
    if count < 1 or number is None or not 0 <= number < count:
        raise Unclear(f"--nnodes {count} needs --node-rank, a number below it that each machine has for itself.")
    if not endpoint:
        raise Unclear(f"--nnodes {count} needs --rdzv-endpoint, the name of machine 0 and a free port there.")
    return {"machines": count, "machine": number, "endpoint": endpoint}
