"""From a click to an overlay: one network, one method, one point or halo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backends.attribution import registry
from backends.attribution.answer import Fact
from backends.attribution.overlay import on_mesh
from backends.attribution.target import Target, voxel_target
from backends.data.field import Field
from backends.data.run import Network
from backends.engine.threads import prepare_torch
from backends.errors import NotApplicable
from backends.progress import Progress, part, silent


@dataclass(frozen=True, eq=False)
class Explanation:
    """A network's answer as the views show it.

    overlay : importance on the mesh of the density, where the network puts the matter
    facts : what is to be said beside it, as sentences with their units
    stated : the same with names and values, for tables and exported files
    """

    overlay: Field
    facts: tuple[str, ...]
    stated: tuple[Fact, ...]

    @property
    def nbytes(self) -> int:
        return self.overlay.nbytes


def methods(*, progress: Progress = silent) -> tuple[tuple[str, str], ...]:
    """Return the registered name and the label of every method; that imports torch."""
    return tuple((name, method.label) for name, method in registry())


def explain(
    network: Network,
    displacement: Field,
    at: Target | Sequence[float],
    method: str,
    n_mesh: int,
    progress: Progress = silent,
) -> Explanation:
    """Ask a stored network what it looked at for the matter at a point, or for a halo.

    Parameters
    ----------
    network : its architecture and its weights file
    displacement : what it is given, (3, n, n, n), Mpc/h
    at : three fractions of the box, or a ``Target``
    method : registered name, e.g. "integrated-gradients"
    n_mesh : cells a side of the overlay

    Raises
    ------
    NotApplicable
        Where the method makes no sense for this network or this target.
    InputError
        Where the input is not finite, or the weights cannot be read.
    """
    progress(0.0, "Loading the network")
    prepare_torch()
    from backends.emulators import registry as architectures
    from backends.emulators.checkpoint import load_network
    from backends.emulators.predict import predict

    asked, architecture = registry()[method], architectures()[network.architecture]
    reason = asked.applies(architecture)
    if reason:
        raise NotApplicable(reason)
    target = at if isinstance(at, Target) else voxel_target(at, displacement)
    loaded = load_network(network.weights, network.architecture)
    moved = predict(loaded, displacement, part(progress, 0.02, 0.1))
    answer = asked.attribute(loaded, architecture, displacement, target, part(progress, 0.1, 0.95))
    overlay = on_mesh(answer.values, moved, n_mesh, part(progress, 0.95, 1))
    return Explanation(overlay, tuple(fact.sentence for fact in answer.facts), answer.facts)
