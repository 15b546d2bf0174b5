"""What all losses share: they are one number, the average or the sum of many."""

from runtime.spec.node import Output
from runtime.spec.parameter import Choice


class Reduced:
    """Declared by torch for every loss."""

    output = Output("The loss.")
    reduction = Choice("Average over all numbers, or add them up.", ("mean", "sum"))
