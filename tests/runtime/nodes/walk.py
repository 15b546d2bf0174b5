"""What torch offers for building and training models, found by walking it; what of it is no node type, by reason."""

import inspect
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

import torch
from torch import nn
from torch.nn import functional

from runtime.spec.catalogue import catalogue

# Modules and functions; a star stands for any letters, and functions are meant wherever torch has them.
REASONS = {
    "what modules inherit from": "nn.Module nn.RNNBase nn.RNNCellBase",
    "a definition holds other nodes": """nn.Container nn.Sequential nn.ModuleDict nn.ModuleList
        nn.ParameterDict nn.ParameterList""",
    "runs a model on several devices, which is the run's to say": "nn.DataParallel",
    "the wire tells the sizes before the program is written": "nn.Lazy*",
    "a loss with weights; a program computes losses outside of its model": "nn.AdaptiveLogSoftmaxWithLoss",
    "newer than the oldest torch that we take": "nn.LinearCrossEntropyLoss linear_cross_entropy",
    "takes a function; nn.TripletMarginLoss": "nn.TripletMarginWithDistanceLoss triplet_margin_with_distance_loss",
    "nn.LocalResponseNorm as it was once; in torch its windows are a channel too wide": "nn.CrossMapLRN2d",
    "deprecated in torch: nn.NLLLoss, F.interpolate": "nn.NLLLoss2d upsample*",
    "an output of another node: of the one without these words, of torch.sort": "*_with_indices argsort msort",
    "private to torch": """assert_int_or_pair boolean_dispatch handle_torch_function has_torch_function* sym_*
        fused_* norm_except_dim polygamma multi_head_attention_forward *_cell hash_tensor""",
    "for formats of numbers of some hardware": "grouped_mm scaled_mm scaled_grouped_mm",
    "the same in another memory layout, or for a batch as a set": "native_* conv_tbc pdist",
    "how torch computes": "cudnn_* mkldnn_* miopen_* fbgemm_* batch_norm_* [!s]*_copy s[!l]*_copy",
    "for quantised models": "int_repr q_* *quant* choose_qparams*",
    "for sparse tensors": "sparse_* hspmm spmm smm sspaddmm saddmm hsmm dsmm",
    "asks something of a tensor": """is_* isreal isclose isin allclose equal numel get_device can_cast promote_types
        result_type isfinite isinf isneginf isposinf signbit""",
    "for whole numbers and bits": "bitwise_* gcd lcm heaviside",
    "makes memory": "as_strided* from_* frombuffer as_tensor asarray tensor scalar_tensor empty* range",
    "for complex numbers": """complex polar real imag angle conj* adjoint resolve_* view_as_* stft istft sgn""",
    "linear algebra, of which models have little; own.Function": """cholesky* qr svd geqrf orgqr ormqr lu_*
        triangular_solve inverse pinverse *det matrix_* chain_matmul diag diag_embed diagflat trace cross kron""",
    "makes constants, which own.Function can": """*_window linspace logspace eye vander tril_indices triu_indices
        cartesian_prod combinations meshgrid block_diag""",
    "draws for sampling, not for training": "bernoulli binomial multinomial normal poisson randint* randperm",
    "angles, of which models have few": "arc* acos* asin* atan* tan cosh sinh sinc hypot deg2rad rad2deg",
    "special functions; own.Function": """erf?* *gamma* i0 xlogy log2 log10 logit logaddexp* exp2 expm1 frexp ldexp
        nextafter copysign lerp""",
    "torch.cat, torch.stack, torch.split and torch.chunk": """hstack vstack dstack column_stack row_stack hsplit vsplit
        dsplit unsafe_* tensor_split split_with_sizes unbind""",
    "torch.reshape, transpose, movedim and flip": """atleast_* broadcast_* ravel swapdims swapaxes moveaxis t rot90
        fliplr flipud positive clone""",
    "second names of torch.abs, clamp, cat, div, mul, neg, sub, gt, ge, lt, le, ne": """absolute clip concat* divide
        true_divide multiply negative subtract greater* less* not_equal fix""",
    "torch.clamp, maximum, minimum, amax, amin, div, pow and sub": """clamp_max clamp_min fmax fmin max min aminmax
        floor_divide float_power rsub remainder fmod frac trunc""",
    "torch.matmul, einsum, bmm, outer, add and mul": """mm mv vdot inner ger addr addmm addmv addbmm baddbmm addcmul
        addcdiv tensordot cdist""",
    "torch.mean, sum, std, var, sort and linalg.vector_norm": """median mode kthvalue quantile nanmean nanmedian
        nanquantile nansum std_mean var_mean count_nonzero cov corrcoef norm frobenius_norm nuclear_norm dist renorm""",
    "hardly used in models; own.Function": """cummax cummin logcumsumexp diff gradient trapezoid trapz
        cumulative_trapezoid gumbel_softmax""",
    "of another length for each batch, or only counted": """searchsorted bucketize bincount hist*
        unique_* nonzero* argwhere""",
    "writes into a tensor, or takes as many as are true": """take put fill index_add index_copy index_fill index_put
        index_reduce masked_scatter masked_select scatter* *_scatter segment_reduce slice_inverse""",
    "what nn.GRU, nn.LSTM, nn.RNN, nn.Conv2d, F.grid_sample, F.affine_grid and F.pad call": """rnn_*
        convolution grid_sampler* affine_grid_generator constant_pad_nd feature_dropout""",
}


def offered() -> set[str]:
    """The names under which node types can be found: their own, and the function that computes each."""
    return {name for spec in catalogue().values() for name in (spec.type, spec.function) if name}


def torchs() -> Iterator[str]:
    """Modules and losses, functions of torch.nn.functional and of tensors; none that writes in place."""
    for name, each in vars(nn).items():
        if inspect.isclass(each) and issubclass(each, nn.Module):
            yield f"nn.{name}"
    for name, each in vars(functional).items():
        whose = str(getattr(each, "__module__", ""))
        if callable(each) and not inspect.isclass(each) and whose != "typing" and re.fullmatch(r"[a-z].*[^_]", name):
            yield f"F.{name}"
    for name in dir(torch._C._VariableFunctions):
        if not name.startswith("_") and not name.endswith("_"):
            yield f"torch.{name}"


def is_offered(name: str, known: set[str]) -> bool:
    """Whether a node type has that name, or computes the same: F.relu and torch.relu, F.conv2d and nn.Conv2d."""
    short = name.partition(".")[2]
    if name.startswith("nn."):
        return name in known
    if {name, f"torch.{short}", f"F.{short}", f"Tensor.{short}"} & known:
        return True
    alike = {re.sub(r"[123]d$", "", each.removeprefix("nn.")).lower() for each in known if each.startswith("nn.")}
    return re.sub(r"[123]d$", "", short).replace("_", "").lower() in alike


def reason(name: str) -> str | None:
    """Why a name is no node type, or None where nobody has said."""
    short = name if name.startswith("nn.") else name.partition(".")[2]
    return next(
        (why for why, names in REASONS.items() if any(fnmatchcase(short, each) for each in names.split())), None
    )
