"""What is told of a value in words: lines of facts, and the whole as text for other programs."""

from typing import Any

from runtime.spec.tensor import Tensor
from runtime.spec.value import rounded

Answer = dict[str, Any]
MOST = 16  # pictures that are shown


def figure(number: Any) -> str:
    """A number as short as it can be told."""
    if isinstance(number, bool):
        return "true" if number else "·"
    if not isinstance(number, int | float):
        return str(number)
    if isinstance(number, int):
        return f"{number:,}" if abs(number) < 10**9 else rounded(number, 4)
    if number and not 1e-4 <= abs(number) < 1e6:
        return rounded(number, 3)
    return rounded(number, 4) if abs(number) < 1000 else f"{number:,.0f}"


def pairs(told: Answer) -> list[tuple[str, str, bool]]:
    """Facts as name, value, and whether it is a reason to look twice."""
    stats, kind = told.get("stats", {}), told.get("kind")
    if kind == "tokens":
        return _of_tokens(told["tokens"], stats)
    if kind == "mask":
        return [("true", share(stats["numbers"] - stats["zeros"], stats["numbers"]), False)] if "zeros" in stats else []
    found = [(name, figure(stats[name]), False) for name in ("min", "max", "mean", "std") if name in stats]
    if kind in ("labels", "loss"):
        found = []
    if kind == "labels":
        many, of = len(stats.get("classes", [])), told.get("of")
        found = [
            ("classes", f"{many} of {of} in this batch", False) if of else ("values", f"{many} in this batch", False)
        ]
    if stats.get("zeros") and kind not in ("labels", "loss"):
        found.append(("zeros", share(stats["zeros"], stats["numbers"]), stats["zeros"] == stats["numbers"]))
    found += [(name, figure(stats[name]), False) for name in ("norm", "gradient norm") if name in stats]
    if "gradient norm" in stats and any(stats.get("dead", ())):  # where nothing learns, nothing can die
        dead, units = stats["dead"]
        found.append(("dead units", f"{dead:,} of {units:,}", 2 * dead > units))
    found += [(name, f"{stats[name]:,}", True) for name in ("nan", "infinite") if stats.get(name)]
    found += [(name, stats[name], False) for name in ("sizes", "modes") if name in stats]
    if stats.get("broken"):
        found.append(("broken", f"{stats['broken']} of the first {MOST}", True))
    if "letters" in stats:
        found.append(("letters", str(stats["letters"]), False))
    if stats.get("empty"):
        found.append(("empty", str(stats["empty"]), True))
    return found


def _of_tokens(tokens: dict[str, int], stats: dict[str, Any]) -> list[tuple[str, str, bool]]:
    found = [("tokens", f"{tokens['all']:,}", False)]
    if tokens["unknown"]:
        found.append(("[unknown]", share(tokens["unknown"], tokens["all"]), 2 * tokens["unknown"] > tokens["all"]))
    if stats.get("zeros"):
        found.append(("filled up", share(stats["zeros"], stats["numbers"]), False))
    return found


def numbered(classes: list[list[Any]]) -> bool:
    """Whether the names of classes are numbers, which then stand in their order."""
    return all(str(name).lstrip("-").isdigit() for name, _ in classes)


def share(part: int, whole: int) -> str:
    """``12%`` of a whole; the little there is does not vanish."""
    percent = 100 * part / max(whole, 1)
    return f"{percent:.0f}%" if percent >= 1 or not part else "< 1%"


def where(told: Answer) -> str:
    """Which rows these are, and with which weights they were computed."""
    rows = told.get("size", told.get("rows", 0))
    parts = [f"{rows:,} samples" if told.get("side") == "sample" else f"A batch of {rows:,}"]
    if told.get("weights"):
        parts.append(f"weights {told['weights']}")
    if "step" in told:
        drawn = " by the graph as it was before your edits" if told.get("edited") else ""
        parts.append(f"as it is trained at step {told['step']:,}{drawn}")
    if "seen" in told:
        parts.append(
            f"histogram of the first {told['seen']:,}" if told["seen"] > 1 else "histogram of the first sample"
        )
    return ", ".join(parts)


def type_of(told: Answer, drawn: object) -> str:
    """The type that is drawn, or that of the values themselves where these are of the graph as it was before edits."""
    if not told.get("edited") or "shape" not in told or not isinstance(drawn, Tensor):
        return str(drawn or "")
    shape = told["shape"]
    fits = len(shape) == drawn.rank and all(
        came == size for came, size in zip(shape, drawn.shape, strict=True) if isinstance(size, int)
    )
    if fits and told["dtype"] == drawn.dtype:
        return str(drawn)
    sizes = ["B", *shape[1:]] if shape and shape[0] == told.get("size") else shape
    return f"{told['dtype']}[{', '.join(map(str, sizes))}]"


def number_of(told: Answer) -> str:
    """Which batch of how many; of a run that goes on there is only the one that it trains."""
    if "step" in told:
        return "Paused" if told.get("paused") else "Live"
    return f"batch {told.get('batch', 0) + 1:,} of {told.get('batches', 1):,}"


def of_pictures(told: Answer, seen: int) -> str:
    """What black and white stand for; where each is a channel, how many of these are seen."""
    if "range" not in told:
        return ""
    low, high = (figure(each) for each in told["range"])
    channels = told.get("channels", 1)
    shown = f"{channels}" if channels <= seen else f"{seen} of {channels:,}"
    if channels in (1, 3):
        return f"{low} is black, {high} white" if channels == 1 else f"{low} is dark, {high} light"
    return f"{shown} channels of the first sample, {low} black, {high} white"


def as_text(told: Answer) -> str:
    """All of it, to be pasted elsewhere: facts a line, then the table with tabs."""
    lines = [f"{told['end']}\t{told.get('type', '')}", f"{where(told)}, {number_of(told)}"]
    lines += [f"{name}\t{value}" for name, value, _ in pairs(told)]
    lines += [f"{name}\t{count}" for name, count in told.get("stats", {}).get("classes", [])]
    lines += told.get("texts", [])
    if told.get("columns"):
        lines.append("\t".join(told["columns"]))
    lines += ["\t".join(map(str, row)) for row in told.get("table", [])]
    return "\n".join(lines)
