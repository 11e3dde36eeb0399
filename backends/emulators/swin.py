"""Swin: attention within windows that shift between blocks (Liu et al. 2021, arXiv:2103.14030), in 3D and periodic."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from backends.emulators import DisplacementArchitecture, register
from backends.emulators.periodic import ResidualBlock, convolution, silent_head


class WindowAttention(nn.Module):
    """Multi-head attention among the window³ tokens of each window, then a two-layer perceptron.

    (b, n, n, n, c) → the same; n divisible by ``window``. The tokens are rolled by −shift before the box
    is cut into windows: around its faces, because it is periodic, so that nothing is masked. Within a
    window and among windows the order is that of (x, y, z) with z fastest; the attention is of shape
    (b · (n/window)³, heads, window³, window³), rows attending to columns.
    """

    def __init__(self, width: int, heads: int, window: int, shift: int) -> None:
        super().__init__()
        self.heads, self.window, self.shift = heads, window, shift
        self.before_attention = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)
        self.before_mixing = nn.LayerNorm(width)
        self.mix = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        reach = 2 * window - 1
        self.position_bias = nn.Parameter(torch.zeros(heads, reach**3))
        axis = torch.arange(window)
        places = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
        apart = places[:, None] - places[None] + window - 1
        self.apart: torch.Tensor
        self.register_buffer("apart", (apart * torch.tensor([reach * reach, reach, 1])).sum(-1), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        b, n, _, _, c = x.shape
        w, m = self.window, x.shape[1] // self.window
        tokens = self.before_attention(x)
        if self.shift:
            tokens = torch.roll(tokens, (-self.shift,) * 3, (1, 2, 3))
        windows = tokens.view(b, m, w, m, w, m, w, c).permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(-1, w**3, c)
        split = self.query_key_value(windows).view(-1, w**3, 3, self.heads, c // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        bias = self.position_bias[:, self.apart][None].to(query.dtype)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        merged = self.project(attended.transpose(1, 2).reshape(-1, w**3, c))
        tokens = merged.view(b, m, m, m, w, w, w, c).permute(0, 1, 4, 2, 5, 3, 6, 7).reshape(b, n, n, n, c)
        if self.shift:
            tokens = torch.roll(tokens, (self.shift,) * 3, (1, 2, 3))
        x = x + tokens
        y: torch.Tensor = x + self.mix(self.before_mixing(x))
        return y


class Swin(nn.Module):
    """(b, c, n, n, n) → (b, c, n, n, n), n divisible by patch · window; a token is a patch³ of cells."""

    def __init__(
        self,
        *,
        channels: int = 3,
        width: int = 48,
        depth: int = 4,
        heads: int = 4,
        patch: int = 4,
        window: int = 4,
        fine: int = 8,
    ) -> None:
        super().__init__()
        self.stem = convolution(channels, fine)
        self.embed = nn.Conv3d(fine, width, patch, stride=patch)
        self.blocks = nn.ModuleList(
            WindowAttention(width, heads, window, shift=(window // 2) * (i % 2)) for i in range(depth)
        )
        self.tokens = nn.Identity()
        self.expand = nn.ConvTranspose3d(width, fine, patch, stride=patch)
        self.refine = ResidualBlock(fine)
        self.head = silent_head(fine, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        full = self.stem(x)
        tokens = self.embed(functional.gelu(full)).permute(0, 2, 3, 4, 1)
        for block in self.blocks:
            tokens = block(tokens)
        coarse = self.tokens(tokens.permute(0, 4, 1, 2, 3))
        y: torch.Tensor = self.head(functional.gelu(self.refine(full + self.expand(coarse))))
        return y


@register("swin")
class SwinArchitecture(DisplacementArchitecture):
    label = "Swin"
    grad_cam_layer = "tokens"
    attention = True

    def build(
        self,
        *,
        channels: int = 3,
        width: int = 48,
        depth: int = 4,
        heads: int = 4,
        patch: int = 4,
        window: int = 4,
        fine: int = 8,
    ) -> Swin:
        return Swin(channels=channels, width=width, depth=depth, heads=heads, patch=patch, window=window, fine=fine)
