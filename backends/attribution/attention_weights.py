"""The attention weights of a network while it runs, and how they spread over its tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils._python_dispatch import TorchDispatchMode

from backends.errors import NotApplicable


@dataclass(frozen=True, eq=False)
class Layer:
    """One attention of a network: each token attends to those of its window, rows summing to one.

    weights : ((m/window)³, heads, window³, window³) float32; windows, and tokens in them, in C order
    side : m, tokens along each side of the box
    shift : cells by which the tokens were rolled back before the box was cut into windows
    """

    weights: NDArray[np.float32]
    side: int
    window: int
    shift: int

    @property
    def entropy(self) -> float:
        """Mean over tokens and heads of −Σ a ln a; ln window³ where attention is uniform."""
        a = self.weights
        return float(-(a * np.log(np.maximum(a, 1e-12))).sum(-1).mean(dtype=np.float64))

    @property
    def highest_entropy(self) -> float:
        """ln window³."""
        return float(np.log(self.window**3))

    def follow(self, row: NDArray[np.float32], head: int | None = None) -> NDArray[np.float32]:
        """Return where the tokens that a row (m, m, m) weighs attend; its sum stays.

        ``head`` None takes the mean over the heads.
        """
        weights = self.weights.mean(axis=1) if head is None else self.weights[:, head]
        cut = self._cut(np.roll(row, (-self.shift,) * 3, (0, 1, 2)))
        sent = np.einsum("wi,wij->wj", cut, weights)
        return np.roll(self._join(sent), (self.shift,) * 3, (0, 1, 2))

    def _cut(self, grid: NDArray[np.float32]) -> NDArray[np.float32]:
        w, parts = self.window, self.side // self.window
        return grid.reshape(parts, w, parts, w, parts, w).transpose(0, 2, 4, 1, 3, 5).reshape(-1, w**3)

    def _join(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        w, parts, m = self.window, self.side // self.window, self.side
        return windows.reshape(parts, parts, parts, w, w, w).transpose(0, 3, 1, 4, 2, 5).reshape(m, m, m)


class _Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees every scaled dot product, and works out the weights that the kernel keeps to itself."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.weights: list[torch.Tensor] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = str(func)
        if "scaled_dot_product" in name and "backward" not in name:
            names = [argument.name for argument in func._schema.arguments]
            given = dict(zip(names, args, strict=False)) | (kwargs or {})
            self.weights.append(_weights(given))
        return func(*args, **(kwargs or {}))


def _weights(given: dict[str, Any]) -> torch.Tensor:
    """Return softmax(q kᵀ s + bias) as the kernel forms it, (…, heads, queries, keys)."""
    query, key = given["query"], given["key"]
    scale = given.get("scale") or query.shape[-1] ** -0.5
    score = (query @ key.transpose(-1, -2)) * scale
    bias = given.get("attn_mask") if given.get("attn_mask") is not None else given.get("attn_bias")
    if bias is not None:
        score = score.masked_fill(~bias, -torch.inf) if bias.dtype == torch.bool else score + bias
    if given.get("is_causal"):
        allowed = torch.ones(score.shape[-2:], dtype=torch.bool, device=score.device).tril()
        score = score.masked_fill(~allowed, -torch.inf)
    weights: torch.Tensor = score.softmax(-1)
    return weights


def record(network: torch.nn.Module, x: torch.Tensor) -> tuple[Layer, ...]:
    """Run the network and return its attentions, in the order in which they ran.

    A module that attends within windows says so by two attributes, ``window`` (tokens a side) and
    ``shift``; where no module does, each attention is taken to be among all the tokens of the box.

    Raises
    ------
    NotApplicable
        Where there is no attention, or one whose tokens are no grid.
    """
    ran: list[torch.nn.Module] = []
    with _noting(network, ran.append), _every_kernel(), torch.no_grad(), _Recorder() as recorder:
        network(x)
    if not recorder.weights:
        raise NotApplicable("no attention was seen while the network ran")
    if ran and len(ran) != len(recorder.weights):
        raise NotApplicable(f"{len(recorder.weights)} attentions ran in {len(ran)} windowed layers: unlike any known")
    windows: Sequence[torch.nn.Module | None] = ran or [None] * len(recorder.weights)
    return tuple(_layer(w, module) for w, module in zip(recorder.weights, windows, strict=True))


def _layer(weights: torch.Tensor, module: torch.nn.Module | None) -> Layer:
    tokens = weights.shape[-1]
    count = weights.shape[0] * tokens
    side, within = round(count ** (1 / 3)), round(tokens ** (1 / 3))
    window = within if module is None else int(module.window)  # type: ignore[arg-type]
    shift = 0 if module is None else int(module.shift)  # type: ignore[arg-type]
    if weights.ndim != 4 or side**3 != count or window**3 != tokens or weights.shape[-2] != tokens:
        raise NotApplicable(f"attention of the shape {tuple(weights.shape)} is not among the cells of a box")
    return Layer(weights.float().numpy(), side, window, shift)


@contextmanager
def _noting(network: torch.nn.Module, note: Callable[[torch.nn.Module], None]) -> Iterator[None]:
    """Note each windowed attention as it runs."""
    windowed = [m for m in network.modules() if hasattr(m, "window") and hasattr(m, "shift")]
    hooks = []
    try:
        for module in windowed:
            hooks.append(module.register_forward_pre_hook(lambda module, inputs: note(module)))
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def _every_kernel() -> Iterator[None]:
    """Keep torch from its fused transformer layers, whose attention nobody sees."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
