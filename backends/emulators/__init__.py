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
    """What Halograph must know to build, run and explain a network of displacements.

    label : what a person calls it
    grad_cam_layer : name of the submodule (``network.get_submodule``) whose activations Grad-CAM weighs
    grad_cam_channels_last : whether they come as (b, x, y, z, c) instead of (b, c, x, y, z)
    attention : whether it attends through scaled dot products, that can be shown
    """

    label: str
    grad_cam_layer: str
    grad_cam_channels_last: bool
    attention: bool

    @property
    def build(self) -> Callable[..., torch.nn.Module]:
        """A method that takes plain numbers by keyword and returns an untrained network.

        The network maps (b, 3, n, n, n) to the same, in the whole periodic box at once.
        """


class DisplacementArchitecture:
    """What most of the built-in ones have in common."""

    grad_cam_channels_last = False
    attention = False


_registry: Registry[Architecture] = Registry("backends.emulators", "halograph.emulators", "architecture")
register = _registry.register


def registry() -> Registry[Architecture]:
    """All architectures, found on first use; that imports torch."""
    prepare_torch()
    return _registry
