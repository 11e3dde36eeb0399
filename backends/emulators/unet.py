"""U-Net: two halvings of the grid and the way back, as in D3M (He et al. 2019, PNAS 116, 13825)."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from backends.emulators import DisplacementArchitecture, register
from backends.emulators.periodic import ResidualBlock, convolution, silent_head


class UNet(nn.Module):
    """(b, c, n, n, n) → (b, c, n, n, n), n divisible by 4; width doubles where the grid halves."""

    def __init__(self, *, channels: int = 3, width: int = 16) -> None:
        super().__init__()
        self.stem = convolution(channels, width)
        self.encode_fine = ResidualBlock(width)
        self.halve_fine = nn.Conv3d(width, 2 * width, 2, stride=2)
        self.encode_middle = ResidualBlock(2 * width)
        self.halve_middle = nn.Conv3d(2 * width, 4 * width, 2, stride=2)
        self.bottleneck = ResidualBlock(4 * width)
        self.double_middle = nn.ConvTranspose3d(4 * width, 2 * width, 2, stride=2)
        self.decode_middle = ResidualBlock(2 * width)
        self.double_fine = nn.ConvTranspose3d(2 * width, width, 2, stride=2)
        self.decode_fine = ResidualBlock(width)
        self.head = silent_head(width, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        fine = self.encode_fine(self.stem(x))
        middle = self.encode_middle(self.halve_fine(fine))
        coarse = self.bottleneck(self.halve_middle(middle))
        middle = self.decode_middle(middle + self.double_middle(coarse))
        fine = self.decode_fine(fine + self.double_fine(middle))
        y: torch.Tensor = self.head(functional.gelu(fine))
        return y


@register("unet")
class UNetArchitecture(DisplacementArchitecture):
    label = "U-Net"
    grad_cam_layer = "bottleneck"

    def build(self, *, channels: int = 3, width: int = 16) -> UNet:
        return UNet(channels=channels, width=width)
