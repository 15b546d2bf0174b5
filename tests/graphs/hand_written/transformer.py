"""Six layers of a transformer that read titles, written by hand: the model."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class EncoderLayer(nn.Module):
    """Attention and two linear layers, each with a shortcut and a norm."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(64, 4, batch_first=True)
        self.first_norm = nn.LayerNorm(64)
        self.wide = nn.Linear(64, 128)
        self.narrow = nn.Linear(128, 64)
        self.second_norm = nn.LayerNorm(64)

    def forward(self, x: Tensor) -> Tensor:
        attention, _ = self.attention(x, x, x, need_weights=False)
        x = self.first_norm(x + attention)
        wide = F.gelu(self.wide(x))  # B x 10 x 128
        narrow = self.narrow(wide)
        return self.second_norm(x + narrow)


class Model(nn.Module):
    """Words and places, six layers, the mean of the words."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(4096, 64)
        self.places = nn.Parameter(0.1 * torch.randn(10, 64))
        self.layers = nn.Sequential(*(EncoderLayer() for _ in range(6)))
        self.final = nn.Linear(64, 10)

    def forward(self, text: Tensor) -> Tensor:
        x = self.words(text)  # B x 10 x 64
        x = x + self.places
        x = self.layers(x)
        x = x.mean(dim=1)
        return self.final(x)
