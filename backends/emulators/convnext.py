"""ConvNeXt: wide depthwise convolutions and inverted bottlenecks (Liu et al. 2022, arXiv:2201.03545), in 3D."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from backends.emulators import DisplacementArchitecture, register
from backends.emulators.periodic import DepthwiseConvolution, ResidualBlock, convolution, silent_head


class ConvNeXtBlock(nn.Module):
    """x + narrow(gelu(widen(depthwise(x))))."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.depthwise = DepthwiseConvolution(width, kernel)
        self.widen = nn.Conv3d(width, 3 * width, 1)
        self.narrow = nn.Conv3d(3 * width, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.narrow(functional.gelu(self.widen(self.depthwise(x))))
        return x + y


class HalfResolution(nn.Module):
    """A frame for blocks that work on the halved grid: (b, c, n, n, n) → (b, c, n, n, n), n even.

    A few channels stay at full resolution, and join again before the last residual block.
    """

    def __init__(self, blocks: nn.Module, *, channels: int, width: int, fine: int) -> None:
        super().__init__()
        self.stem = convolution(channels, fine)
        self.coarsen = nn.Conv3d(fine, width, 2, stride=2)
        self.blocks = blocks
        self.restore = nn.ConvTranspose3d(width, fine, 2, stride=2)
        self.refine = ResidualBlock(fine)
        self.head = silent_head(fine, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        full = self.stem(x)
        half = self.blocks(self.coarsen(functional.gelu(full)))
        y: torch.Tensor = self.head(functional.gelu(self.refine(full + self.restore(half))))
        return y


@register("convnext")
class ConvNeXtArchitecture(DisplacementArchitecture):
    label = "ConvNeXt"
    grad_cam_layer = "blocks"

    def build(
        self, *, channels: int = 3, width: int = 24, depth: int = 4, kernel: int = 5, fine: int = 8
    ) -> HalfResolution:
        blocks = nn.Sequential(*(ConvNeXtBlock(width, kernel) for _ in range(depth)))
        return HalfResolution(blocks, channels=channels, width=width, fine=fine)
