"""Which names nodes and fields may have: they become attributes and variables of one program."""

import builtins
import keyword
import re
from collections import Counter

from runtime.graph.model import Graph

NAME = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
LONGEST = 60

# Public attributes of torch.nn.Module: a layer named `half` or `train` would break the model silently.
MODULE = frozenset(
    """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
    dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
    register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
    register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to
    to_empty train type xpu zero_grad training
    """.split()
)

# What the program itself uses: its imports and the functions and arguments that stand beside the names of the graph.
PROGRAM = frozenset(
    """
    argparse hashlib json math os time re csv sys torch nn np self batch result options path epoch row sample
    training
    """.split()
)

RESERVED = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | frozenset(dir(builtins)) | MODULE | PROGRAM


def names_in(graph: Graph) -> set[str]:
    """The names that a graph uses: its nodes and the fields of its batches."""
    return set(graph.nodes) | set(fields_in(graph))


def wrong_name(graph: Graph, name: str, fields: Counter[str] | None = None) -> str | None:
    """Say in one sentence why a node cannot be called `name`, or None; `fields` are those of the graph, counted."""
    fields = fields_in(graph) if fields is None else fields
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        return "is not a name: use small letters, digits and _, starting with a letter"
    if name in RESERVED:
        return "is a word that Python or torch uses"
    if name in fields and fields[name] + (name in graph.nodes) > 1:
        return "is the name of a field too"
    return None


def cleaned(name: str) -> str:
    """The nearest text that can be a name: ``Text model`` becomes ``text_model``."""
    text = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:LONGEST]
    return text if NAME.fullmatch(text) else f"n_{text}".rstrip("_")


def fields_in(graph: Graph) -> Counter[str]:
    """The fields of the graph's batches, and how often each is named."""
    lists = [node.parameters.get("fields") for node in graph.nodes.values() if node.type == "Collate"]
    return Counter(name for found in lists if isinstance(found, list) for name in found if isinstance(name, str))
