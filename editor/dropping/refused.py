"""What is said of something that was dropped and is of no use: what it is, and what could be dropped in its place."""

from pathlib import Path

DROP = (
    ": drop a graph (.json) or what was exported with one, the folder of a run, data (.csv, .tsv, .jsonl, .parquet, "
    ".npz, .npy, .safetensors, .pt, .txt, -ubyte as MNIST has it, a folder of pictures or texts), a model (.py) or "
    "weights (.safetensors, .pt)"
)
WEIGHTS_ALONE = (".ckpt", ".bin")  # others may hold data too
# By the ends of names: what it is, and what to do.
KNOWN: dict[tuple[str, ...], tuple[str, str]] = {
    (".ipynb",): ("is a notebook without a graph", "drop one that Torchweave exported, or a model as .py"),
    (".svg",): ("is a drawing without a graph", "drop one that Torchweave exported"),
    (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"): (
        "is a picture without a graph",
        "drop the folder of pictures in which it is",
    ),
    (".xlsx", ".xls", ".ods"): ("is a spreadsheet", "save its table as .csv, and drop that"),
    (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar"): (
        "is an archive",
        "unpack it and drop what was in it",
    ),
    (".onnx", ".pt2", ".h5", ".keras", ".tflite"): (
        "is a model of another kind",
        "drop its weights as .safetensors or .pt, or its classes as .py",
    ),
    (".pkl", ".pickle", ".joblib"): (
        "is a pickle, which could run code",
        "save what is in it as .npz, or with torch.save as .pt, and drop that",
    ),
    WEIGHTS_ALONE: (
        "holds weights, and no layer is here that could have them",
        "add the layers first, or save data in it as .pt, and drop that",
    ),
}


def no_use(path: Path) -> str:
    """One sentence on a file of a kind that nothing is made of."""
    if not path.exists():
        return f"{path.name} is not there any more."
    for ends, (what, instead) in KNOWN.items():
        if path.suffix.lower() in ends:
            return f"{path.name} {what}: {instead}."
    return f"{path.name} is nothing that Torchweave reads{DROP}."


def no_data(path: Path, problem: str) -> str:
    """One sentence on a file that was looked at, which names it once."""
    if not path.exists():
        return no_use(path)
    told = problem.rstrip(".")
    if path.suffix.lower() == ".py" and "has no model" in told:
        told = f"{told}, and it carries no graph, as an exported script does"
    if told.startswith("the folder "):
        return f"{told[0].upper()}{told[1:]}."
    return f"{told}." if told.startswith(path.name) else f"{path.name} cannot be used as data. {told}."
