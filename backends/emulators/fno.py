"""FNO: a Fourier neural operator (Li et al. 2020, arXiv:2010.08895) whose spectral weights depend on |k| alone."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from backends.emulators import DisplacementArchitecture, register
from backends.emulators.periodic import convolution, silent_head


class RadialSpectralConvolution(nn.Module):
    """Mixes the channels of the lowest modes by real matrices, interpolated linearly in |k|.

    A real, even kernel keeps a real field real and shifts nothing. Modes beyond ``modes`` are dropped:
    the local convolution beside it carries them.

    weight : (n_bins, out, in) float32
    """

    def __init__(self, width: int, modes: int, n_bins: int) -> None:
        super().__init__()
        self.modes = modes
        self.weight = nn.Parameter(torch.randn(n_bins, width, width) * (0.5 / math.sqrt(width)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n = x.shape[-1]
        kept = min(self.modes, n // 2)
        with torch.autocast(x.device.type, enabled=False):
            spectrum = torch.fft.rfftn(x.float(), dim=(-3, -2, -1), norm="ortho")
            rows = torch.cat([torch.arange(kept), torch.arange(n - kept, n)]).to(x.device)
            low = spectrum[:, :, rows][:, :, :, rows][..., :kept]
            mixed = torch.einsum("bixyz,xyzoi->boxyz", low, self._matrices(rows, n, kept).to(low.dtype))
            plane = torch.zeros(*mixed.shape[:3], n, n // 2 + 1, dtype=low.dtype, device=x.device)
            plane[:, :, :, rows, :kept] = mixed
            full = torch.zeros_like(spectrum)
            full[:, :, rows] = plane
            y: torch.Tensor = torch.fft.irfftn(full, s=(n, n, n), dim=(-3, -2, -1), norm="ortho")
        return y

    def _matrices(self, rows: torch.Tensor, n: int, kept: int) -> torch.Tensor:
        signed = torch.where(rows < n // 2, rows, rows - n).float()
        half = torch.arange(kept, device=rows.device).float()
        k = torch.sqrt(signed[:, None, None] ** 2 + signed[None, :, None] ** 2 + half**2)
        last = self.weight.shape[0] - 1
        position = (k / (math.sqrt(3) * self.modes) * last).clamp(max=last - 1e-3)
        index = position.floor().long()
        share = (position - index)[..., None, None]
        return self.weight[index] * (1 - share) + self.weight[index + 1] * share


class FNO(nn.Module):
    """(b, c, n, n, n) → (b, c, n, n, n); each layer adds gelu(spectral + local) of itself."""

    def __init__(
        self, *, channels: int = 3, width: int = 12, depth: int = 3, modes: int = 16, n_bins: int = 24
    ) -> None:
        super().__init__()
        self.lift = nn.Conv3d(channels, width, 1)
        self.spectral = nn.ModuleList(RadialSpectralConvolution(width, modes, n_bins) for _ in range(depth))
        self.local = nn.ModuleList(convolution(width, width) for _ in range(depth))
        self.mixed = nn.Identity()
        self.head = silent_head(width, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.lift(x)
        for spectral, local in zip(self.spectral, self.local, strict=True):
            x = x + functional.gelu(spectral(x) + local(x))
        y: torch.Tensor = self.head(self.mixed(x))
        return y


@register("fno")
class FNOArchitecture(DisplacementArchitecture):
    label = "FNO"
    grad_cam_layer = "mixed"

    def build(self, *, channels: int = 3, width: int = 12, depth: int = 3, modes: int = 16, n_bins: int = 24) -> FNO:
        return FNO(channels=channels, width=width, depth=depth, modes=modes, n_bins=n_bins)
