"""VAN: a visual attention network whose attention is a large-kernel convolution (Guo et al. 2022, arXiv:2202.09741)."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from backends.emulators import DisplacementArchitecture, register
from backends.emulators.convnext import HalfResolution
from backends.emulators.periodic import DepthwiseConvolution


class LargeKernelAttention(nn.Module):
    """Gates every value by a 17³ neighbourhood of it: 5³ depthwise, 5³ depthwise dilated by 3, then 1³.

    The gate is a convolution's output, not a distribution over places: there are no attention weights.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project_in = nn.Conv3d(width, width, 1)
        self.near = DepthwiseConvolution(width, 5)
        self.far = DepthwiseConvolution(width, 5, dilation=3)
        self.gate = nn.Conv3d(width, width, 1)
        self.project_out = nn.Conv3d(width, width, 1)
        self.mix = nn.Sequential(nn.Conv3d(width, 2 * width, 1), nn.GELU(), nn.Conv3d(2 * width, width, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = functional.gelu(self.project_in(x))
        x = x + self.project_out(y * self.gate(self.far(self.near(y))))
        z: torch.Tensor = x + self.mix(x)
        return z


@register("van")
class VANArchitecture(DisplacementArchitecture):
    label = "VAN"
    grad_cam_layer = "blocks"

    def build(self, *, channels: int = 3, width: int = 24, depth: int = 3, fine: int = 8) -> HalfResolution:
        blocks = nn.Sequential(*(LargeKernelAttention(width) for _ in range(depth)))
        return HalfResolution(blocks, channels=channels, width=width, fine=fine)
