"""Best weights of before: a run that goes on in its own folder with other settings may get none as good.

They are of an epoch that is done anew where the run ended before its checkpoint came so far.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.graph.carried import KEY
from runtime.train.about import graph_in, read

BEST = "best"  # of the metadata of weights


def noted(run: Any, folder: Path) -> dict[str, str]:
    """The metadata of a run's best weights: its graph, and by what they were the best."""
    figure, epoch = run.best
    known = {"figure": float(figure), "epoch": epoch, "seed": run.options.seed, "watched": read(folder).get("watched")}
    return {**graph_in(folder), BEST: json.dumps(known)}


def made_way(file: Path, run: Any) -> str | None:
    """Give best weights that are there another name before others take their place; the sentence that tells it.

    None where these are better, or will be: with the same settings all comes as it was.
    """
    there, here = _metadata(file), noted(run, file.parent)
    if BEST not in there:
        return None
    old, new = (json.loads(each[BEST]) for each in (there, here))
    if (there[KEY], old["seed"]) == (here[KEY], new["seed"]):
        return None
    if old["watched"] == new["watched"]:
        better = old["figure"] > new["figure"] if new["watched"]["higher"] else old["figure"] < new["figure"]
        if not better:
            return None
    names = (f"older-{at}-{file.name}" for at in range(1, 10_000))
    name = next(name for name in names if not (file.parent / name).exists())
    os.replace(file, file.parent / name)
    of = f"{old['watched']['figure']} {old['figure']:.4g}"
    return f"The best weights of before these settings, of epoch {old['epoch']} with {of}, are kept as {name}."


def _metadata(file: Path) -> dict[str, str]:
    from safetensors import safe_open

    with suppress(Exception), safe_open(file, "pt") as found:  # it may be broken, or not there
        return {**found.metadata()}
    return {}
