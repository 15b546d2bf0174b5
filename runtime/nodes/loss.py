"""What all losses share: they are one number, the average or the sum of many."""

from runtime.spec.node import Output
from runtime.spec.parameter import Choice, Float

MOST = 1e10  # more is beyond what numbers of single precision can tell of losses


class Reduced:
    """Declared by torch for every loss, but for how much it counts."""

    output = Output("The loss.")
    reduction = Choice("Average over all numbers, or add them up.", ("mean", "sum"))
    factor = Float(
        "How much it counts beside other losses: what it is multiplied by, also where it is told.",
        1.0,
        least=-MOST,
        most=MOST,
        ours=True,
    )
