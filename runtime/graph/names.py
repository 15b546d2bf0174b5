"""Which names nodes and fields may have: they become attributes and variables of one program."""

import builtins
import keyword
import re
from collections import Counter

from runtime.graph.model import Graph, Node

NAME = re.compile(r"(?!__)[a-z_][a-z0-9_]*", re.ASCII)  # with two lines in front Python gives an attribute another name
LONGEST = 60
MOST_FIELDS = 1_000  # of a batch; nobody draws more wires
FURTHER = ("length", "mask")  # what a batch holds beside a field that is padded, each under the field's name

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
    argparse atexit csv gzip hashlib json os re time zipfile np torch torchmetrics nn F Any Callable Iterator Mapping
    Path Tensor Dataset DataLoader dataclass load_breast_cancer load_digits load_file load_wine load_iris load_diabetes
    Sequence suppress pa import_module inspect ThreadPoolExecutor Counter io warnings Iterable islice pc partial
    zlib ConvertOptions ParquetFile ParseOptions ReadOptions open_csv Image ImageOps UnidentifiedImageError
    load_linnerud inf distributed DistributedDataParallel timedelta TemporaryFile
    getincrementaldecoder IncrementalNewlineDecoder chain finalize
    """.split()
)

# What programs define beside what was drawn.
DEFINED = frozenset(
    """
    Batches Column Folds Loader Model Rows Run Samples Sums FOLDS PATH PATHS MINIMISES LEAST_ROWS EACH_BATCH
    EACH_EPOCH ON_LOSS WEIGHTS ADDED_UP BadRows BadFiles accompany add_noise advance among_best are_missing
    arrow_column as_bytes as_class as_class_or_empty as_day as_day_or_nan as_declared as_gray as_json as_list
    as_number as_number_or_nan as_picture as_rows as_tensor as_text blur_at_random byte_pairs_of bytes_of cached
    can_be_decoded cells_of chances_by chances_of_classes classes_of_firsts clip_gradients collate_rows
    collate_samples columns_in content_of counts_here crop_and_resize_at_random crop_at_random crop_center csv_line
    csv_titles csv_trouble cut_and_mix data_parallel decode_picture decode_pictures decode_small draw_boxes
    draw_shares drawn_rows erase_at_random figures_of file_without_name files_in fillings first_gap flip_at_random
    flip_upside_down_at_random fold_classes fold_groups fold_rows folds_line gathered gathered_in_file go_on
    gray_at_random groups_with_keys idx_values in_float32 in_fold in_parts in_rows jitter_at_random
    join_files join_rows json_rows keep_epoch kept_together kind_of leave_others lengths_of line lines_in load_weights
    losses main make_batches make_metrics make_noise make_optimizers make_samples make_schedules mean_and_deviation
    mean_of_all means_of measure meet_others metric_of_all metrics mix_samples near_lengths normalize_channels
    of_all on_device options_from ours_of padding_mask parquet_files parquet_trouble parts_of parts_of_json_lines
    parts_of_lines parts_of_parquet pick_device picture_files pictures_in place_without prepare rates_of read_arrays
    read_at read_breast_cancer read_called_arrays read_cells read_column read_csv read_diabetes read_digits
    read_hugging_face read_idx read_iris read_json_lines read_lines read_lines_in_parts read_linnerud read_npy
    read_parquet read_pictures read_plain_csv read_safetensors read_table read_tensors read_texts read_torchvision
    read_weights read_wine resize_picture rows_begin_with_hash rows_by_value rows_for_us rows_in_parquet rows_of
    rows_of_each samples_in_parts save saved_table say_to_all scale_at_random seed_of seeded shares_of
    shift_at_random sources_of split_classes split_groups split_parts split_rows split_told standardize_numbers
    state_of_all step_scaled take_weights tell_bad_files tell_shared tensors_of tensors_of_all test_line text_files
    text_of titles_of to_length tokenize_pairs tokenize_text tokens_of turn_hue unlike values_of vocabulary_of
    wait_for_threads warp_at_random with_others with_partners with_plain_texts without_bad without_bad_files
    without_bad_pictures without_bad_texts zip_rows
    """.split()
)

# What stands beside the names of a graph in the functions that are written for it.
BESIDE = frozenset("self batch result options columns model epoch row key samples seed training".split())

PROGRAM = IMPORTED | DEFINED | BESIDE

PORTS = frozenset({"sample_by", "split_by"})  # inputs of Collate that are no fields

RESERVED = (
    frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | frozenset(dir(builtins)) | MODULE | PROGRAM | PORTS
)


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
    """What the graph's batches hold, and how often each is named: fields, and what padding adds to them."""
    loaders = [node for node in graph.nodes.values() if node.type == "Collate"]
    return Counter(name for node in loaders for name in (*fields_of(node), *further_of(node)))


def fields_of(node: Node) -> list[str]:
    """The fields that a Collate names, as many as one may; what is no name the parameter's own check tells of."""
    found = node.parameters.get("fields")
    return [name for name in found[:MOST_FIELDS] if isinstance(name, str)] if isinstance(found, list) else []


def padded_of(node: Node) -> list[str]:
    """The fields of a Collate whose samples are padded; a function for whole samples pads as it likes."""
    ways = node.parameters.get("collate")
    if not isinstance(ways, dict) or node.parameters.get("collate_fn"):
        return []
    return [name for name in fields_of(node) if pads(ways.get(name))]


def pads(way: object) -> bool:
    """Whether samples that are put together in this way are padded: "pad", or ``{"pad": value}``."""
    return way == "pad" or (isinstance(way, dict) and "pad" in way)


def further_of(node: Node) -> list[str]:
    """What padding adds to the batches of a Collate."""
    return [further for name in padded_of(node) for further in further_names(name)]


def further_names(field: str) -> list[str]:
    """What padding adds to a batch beside a field."""
    return [f"{field}_{what}" for what in FURTHER]
