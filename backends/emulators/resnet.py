"""ResNet: residual convolutions at full resolution, local and exactly equivariant to shifts."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from backends.emulators import DisplacementArchitecture, register
from backends.emulators.periodic import ResidualBlock, convolution, silent_head


class ResNet(nn.Module):
    """(b, c, n, n, n) → (b, c, n, n, n); each block sees two cells further to every side."""

    def __init__(self, *, channels: int = 3, width: int = 16, depth: int = 4) -> None:
        super().__init__()
        self.stem = convolution(channels, width)
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(depth)))
        self.head = silent_head(width, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.head(functional.gelu(self.blocks(self.stem(x))))
        return y


@register("resnet")
class ResNetArchitecture(DisplacementArchitecture):
    label = "ResNet"
    grad_cam_layer = "blocks"

    def build(self, *, channels: int = 3, width: int = 16, depth: int = 4) -> ResNet:
        return ResNet(channels=channels, width=width, depth=depth)
