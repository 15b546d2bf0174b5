"""A U-Net that takes noise out of drawings, written by hand: the model."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class DoubleConv(nn.Module):
    """Two convolutions of the same size."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(x)))


class Up(nn.Module):
    """Twice the size, joined with what the way down left there."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.larger = nn.ConvTranspose2d(in_channels, channels, 2, stride=2)
        self.convs = DoubleConv(in_channels, channels)

    def forward(self, skip: Tensor, x: Tensor) -> Tensor:
        x = self.larger(x)
        return self.convs(torch.cat([skip, x], dim=1))


class Model(nn.Module):
    """U-Net of three sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.first = DoubleConv(3, 16)
        self.second = DoubleConv(16, 32)
        self.third = DoubleConv(32, 64)
        self.up2 = Up(64, 32)
        self.up1 = Up(32, 16)
        self.mended = nn.Conv2d(16, 3, 1)

    def forward(self, picture: Tensor) -> Tensor:
        noise = torch.randn_like(picture)
        noisy = torch.add(picture, noise, alpha=0.3)
        first = self.first(noisy)  # 16 x 48 x 48
        halved = F.max_pool2d(first, 2)
        second = self.second(halved)  # 32 x 24 x 24
        quartered = F.max_pool2d(second, 2)
        third = self.third(quartered)  # 64 x 12 x 12
        x = self.up2(second, third)
        x = self.up1(first, x)
        return self.mended(x)
