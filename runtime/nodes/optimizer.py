"""Optimizers: the sinks of a graph; each minimises its losses over the layers upstream."""

from typing import Any

from runtime.spec.node import Input, Misfit, node
from runtime.spec.parameter import Bool, Float, Names, Numbers


class Optimizer:
    """What all optimizers share: their losses, and the layers they train."""

    lr: float

    loss = Input("loss", "What is minimised; several losses are added.", many=True)
    layers = Names("The layers to train; none named means all upstream of the loss.", ours=True)

    def summary(self) -> str:
        return f"lr {self.lr:g}"


@node("optim.SGD", "optimizer", words="stochastic gradient descent momentum trainer")
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum where one is given."""

    lr = Float("Learning rate.", least=0.0, start=0.01)
    momentum = Float("How much of the last step is kept.", least=0.0, most=1.0)
    dampening = Float("Dampening of the momentum.", least=0.0, most=1.0)
    weight_decay = Float("Pull of the weights towards zero.", least=0.0)
    nesterov = Bool("Look ahead by Nesterov's rule.")
    maximize = Bool("Climb instead of descend.")

    def rule(self, loss: list[Any]) -> Misfit | None:
        if self.nesterov and (self.momentum <= 0 or self.dampening != 0):
            repair = (("Set momentum to 0.9", (("set", "{node}", "momentum", 0.9), ("unset", "{node}", "dampening"))),)
            return Misfit("needs a momentum and no dampening for Nesterov's rule", None, repair)
        return None


class Adams(Optimizer):
    """What Adam and AdamW share."""

    betas: list[float]

    def rule(self, loss: list[Any]) -> Misfit | None:
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            repair = (("Use torch's betas", (("unset", "{node}", "betas"),)),)
            return Misfit(f"needs two betas from 0 to below 1, got {self.betas}", None, repair)
        return None


@node("optim.Adam", "optimizer", words="adaptive moment trainer")
class Adam(Adams):
    """Gradient descent with a step of its own for every weight (Kingma and Ba, 2014)."""

    lr = Float("Learning rate.", least=0.0)
    betas = Numbers("How much of the past averages is kept.")
    eps = Float("Added to the denominator.", least=0.0)
    weight_decay = Float("Pull of the weights towards zero, through the gradient.", least=0.0)
    amsgrad = Bool("Use the largest past average.")
    maximize = Bool("Climb instead of descend.")


@node("optim.AdamW", "optimizer", words="adaptive moment weight decay trainer")
class AdamW(Adams):
    """Adam with a weight decay of its own (Loshchilov and Hutter, 2017)."""

    lr = Float("Learning rate.", least=0.0)
    betas = Numbers("How much of the past averages is kept.")
    eps = Float("Added to the denominator.", least=0.0)
    weight_decay = Float("Pull of the weights towards zero.", least=0.0)
    amsgrad = Bool("Use the largest past average.")
    maximize = Bool("Climb instead of descend.")
