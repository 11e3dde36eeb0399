"""Networks that imitate simulations: one architecture a file, registered under the name in its weights.

An architecture joins with ``@register("unet")`` in a module of its own in this package, or from another
distribution through the entry point ``halograph.emulators``. Its module may import torch: the package
itself does not, and imports its members on first use of ``registry()``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from backends.engine.threads import prepare_torch
from backends.registry import Registry

if TYPE_CHECKING:
    import torch


class Architecture(Protocol):
    """What Halograph must know to build, run and explain a network.

    label : what a person calls it
    in_channels, out_channels : components of the field that goes in and comes out
    periodic : whether it pads periodically, so that the whole box can go in at once
    scale_factor : output cells a side per input cell
    stochastic : whether two runs on one input differ
    grad_cam_layer : name of the submodule (``network.get_submodule``) whose activations Grad-CAM weighs
    grad_cam_channels_last : whether they come as (b, x, y, z, c) instead of (b, c, x, y, z)
    attention : whether it attends through scaled dot products, that can be shown
    """

    label: str
    in_channels: int
    out_channels: int
    periodic: bool
    scale_factor: int
    stochastic: bool
    grad_cam_layer: str
    grad_cam_channels_last: bool
    attention: bool

    @property
    def build(self) -> Callable[..., torch.nn.Module]:
        """A method that takes plain numbers by keyword and returns an untrained network.

        The network maps (b, in, n, n, n) to (b, out, n, n, n).
        """


class DisplacementArchitecture:
    """What the built-in ones share: three components in and out, one output cell a cell, periodic."""

    in_channels = 3
    out_channels = 3
    periodic = True
    scale_factor = 1
    stochastic = False
    grad_cam_channels_last = False
    attention = False


_registry: Registry[Architecture] = Registry("backends.emulators", "halograph.emulators", "architecture")
register = _registry.register


def registry() -> Registry[Architecture]:
    """All architectures, found on first use; that imports torch."""
    prepare_torch()
    return _registry
