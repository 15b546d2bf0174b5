"""Which names nodes and fields may have: they become attributes and variables of one program."""

import builtins
import keyword
import re
from collections import Counter

from runtime.graph.model import Graph, Node

NAME = re.compile(r"(?!__)[a-z_][a-z0-9_]*", re.ASCII)  # with two lines in front Python gives an attribute another name
LONGEST = 60
MOST_FIELDS = 1_000  # of a batch; nobody draws more wires

# Attributes of torch.nn.Module: a layer named `half`, `train` or `_modules` would break the model silently.
MODULE = frozenset(
    """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
    dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
    register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
    register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to
    to_empty train type xpu zero_grad training _apply _backward_hooks _backward_pre_hooks _buffers _call_impl
    _compiled_call_impl
    _forward_hooks _forward_hooks_always_called _forward_hooks_with_kwargs _forward_pre_hooks
    _forward_pre_hooks_with_kwargs _get_backward_hooks _get_backward_pre_hooks _get_name _is_full_backward_hook
    _load_from_state_dict _load_state_dict_post_hooks _load_state_dict_pre_hooks _maybe_warn_non_full_backward_hook
    _modules _named_members _non_persistent_buffers_set _parameters _register_load_state_dict_pre_hook
    _register_state_dict_hook _replicate_for_data_parallel _save_to_state_dict _slow_forward _state_dict_hooks
    _state_dict_pre_hooks _version _wrapped_call_impl
    """.split()
)

# What programs import.
IMPORTED = frozenset(
    """
    argparse csv gzip hashlib io json os re time zipfile np torch torchmetrics nn F Any Callable Image ImageOps Iterator
    Mapping Path Sequence Tensor UnidentifiedImageError Dataset DataLoader dataclass load_breast_cancer load_digits
    load_file load_wine
    """.split()
)

# What programs define beside what was drawn.
DEFINED = frozenset(
    """
    Batches Loader Model Run Samples INPUTS EPOCHS SEED PATHS MINIMISES LEAST_ROWS EACH_BATCH EACH_EPOCH ON_LOSS
    WEIGHTS advance as_bytes as_gray as_json averages blur_at_random classes_of clip_gradients collate_samples count
    count_among_best count_correct crop_and_resize_at_random crop_at_random crop_center cut_and_mix decode_picture
    draw_boxes draw_shares erase_at_random figures_of flip_at_random flip_upside_down_at_random gathered go_on
    gray_at_random idx_values jitter_at_random line load_weights losses main make_batches make_metrics make_noise
    make_optimizers make_schedules measure metrics mix_samples moved normalize_channels numbers_of on_device
    options_from pick_device picture_files prepare read_arrays read_at read_breast_cancer read_digits read_idx
    read_pictures read_table read_weights read_wine resize_picture rows_of save seeded split_rows take_weights turn_hue
    unlike warp_at_random
    """.split()
)

# What stands beside the names of a graph in the functions that are written for it.
BESIDE = frozenset("self batch result options columns model epoch row key samples seed training".split())

PROGRAM = IMPORTED | DEFINED | BESIDE

RESERVED = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | frozenset(dir(builtins)) | MODULE | PROGRAM


def names_in(graph: Graph) -> set[str]:
    """The names that a graph uses: its nodes and the fields of its batches."""
    return set(graph.nodes) | set(fields_in(graph))


def wrong_name(graph: Graph, name: str, fields: Counter[str] | None = None) -> str | None:
    """Say in one sentence why a node cannot be called `name`, or None; `fields` are those of the graph, counted."""
    fields = fields_in(graph) if fields is None else fields
    if not NAME.fullmatch(name):
        return "is not a name: use small letters, digits and _, starting with a letter"
    if len(name) > LONGEST:
        return f"is longer than {LONGEST} letters"
    if name in RESERVED:
        return "is a word that Python or torch uses"
    if name in fields and fields[name] + (name in graph.nodes) > 1:
        return "is the name of a field too"
    return None


def cleaned(name: str) -> str:
    """The nearest text that can be a name: ``Text model`` becomes ``text_model``."""
    text = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:LONGEST].rstrip("_")
    return text if NAME.fullmatch(text) else f"n_{text}"[:LONGEST].rstrip("_")


def fields_in(graph: Graph) -> Counter[str]:
    """The fields of the graph's batches, and how often each is named."""
    return Counter(name for node in graph.nodes.values() if node.type == "Collate" for name in fields_of(node))


def fields_of(node: Node) -> list[str]:
    """The fields that a Collate names, as many as one may; what is no name the parameter's own check tells of."""
    found = node.parameters.get("fields")
    return [name for name in found[:MOST_FIELDS] if isinstance(name, str)] if isinstance(found, list) else []
