"""What a run that ended by itself came to, in words, for the window and the command line."""

import math
from collections.abc import Mapping
from typing import Any

DIVERGED = "The run diverged: at its end the loss is no finite number. A smaller lr or clip_grad_norm may help."


def diverged(finished: Mapping[str, Any]) -> str | None:
    """One sentence where the last epoch has a loss that is not finite: such a run went to its end and learned nothing.

    Events that were read from a file have such numbers as text.
    """
    losses = [(finished.get(side) or {}).get("loss", 0.0) for side in ("train", "validation")]
    return None if all(isinstance(loss, int | float) and math.isfinite(loss) for loss in losses) else DIVERGED
