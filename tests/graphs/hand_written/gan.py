"""A generator of digits and a discriminator, written by hand: the model."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Generator(nn.Module):
    """From random numbers to a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Linear(32, 128)
        self.norm = nn.BatchNorm1d(128)
        self.pixels = nn.Linear(128, 64)

    def forward(self, noise: Tensor) -> Tensor:
        x = F.relu(self.norm(self.wide(noise)))
        x = torch.sigmoid(self.pixels(x))
        return x.view(-1, 1, 8, 8)


class Discriminator(nn.Module):
    """From a picture to one score."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Linear(64, 64)
        self.score = nn.Linear(64, 1)

    def forward(self, picture: Tensor) -> Tensor:
        x = picture.flatten(1)
        x = F.leaky_relu(self.wide(x), 0.2)
        x = F.dropout(x, 0.3, training=self.training)
        return self.score(x)


class Model(nn.Module):
    """Both, and the three times that the discriminator is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = Generator()
        self.discriminator = Discriminator()

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        noise = torch.randn(len(image), 32, device=image.device)
        drawn = self.generator(noise)
        on_real = self.discriminator(image)
        kept = drawn.detach()  # teaches the generator nothing
        on_kept = self.discriminator(kept)
        on_drawn = self.discriminator(drawn)
        return {
            "picture": drawn,
            "discriminator": on_real,
            "on_kept": on_kept,
            "on_drawn": on_drawn,
        }
