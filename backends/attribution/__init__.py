"""Attribution: what a network looked at when it moved the matter that was clicked.

A method joins with ``@register("grad-cam")`` in a module of its own in this package, or from another
distribution through the entry point ``halograph.attribution``. Its module may import torch: the package
itself does not, and imports its members on first use of ``registry()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from backends.engine.threads import prepare_torch
from backends.progress import Progress
from backends.registry import Registry

if TYPE_CHECKING:
    import torch

    from backends.attribution.answer import Attribution
    from backends.attribution.target import Target
    from backends.data.field import Field
    from backends.emulators import Architecture


class Method(Protocol):
    """Asks a network how much each cell of its input mattered. It leaves the network as it found it."""

    label: str
    """What a person calls it, e.g. "Integrated gradients"."""

    def applies(self, architecture: Architecture) -> str:
        """Return "" where the method makes sense for such networks, else the reason why it does not."""

    def attribute(
        self,
        network: torch.nn.Module,
        architecture: Architecture,
        displacement: Field,
        target: Target,
        progress: Progress,
    ) -> Attribution:
        """Return the importance of every Lagrangian cell of the input for the target.

        Raises ``NotApplicable`` where it would mean nothing, ``InputError`` where the input is not finite.
        """


_registry: Registry[Method] = Registry("backends.attribution", "halograph.attribution", "attribution method")
register = _registry.register


def registry() -> Registry[Method]:
    """All methods, found on first use; that imports torch."""
    prepare_torch()
    return _registry
