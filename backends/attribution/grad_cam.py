"""Grad-CAM: which features of one layer drive the target, and where in the box they are strong."""

from __future__ import annotations

import numpy as np
import torch

from backends.attribution import register
from backends.attribution.answer import Attribution, Fact, relative, whereabouts
from backends.attribution.objective import evaluating, network_input, objective
from backends.attribution.resampling import resample
from backends.attribution.target import Target
from backends.data.field import Field
from backends.emulators import Architecture
from backends.errors import NotApplicable
from backends.progress import Progress

VANISHING = 1e-5
"""Mean gradients that are smaller than this share of the gradients' own size are rounding errors."""


@register("grad-cam")
class GradCAM:
    """relu(Σ_c w_c A_c), w_c = ⟨∂F/∂A_c⟩ over the box, A the activations of the tapped layer.

    Selvaraju et al. 2017 (arXiv:1610.02391); for a target of a few cells, Vinogradova et al. 2020
    (arXiv:2002.11434). The map is at the layer's resolution, interpolated to the lattice.
    """

    label = "Grad-CAM"

    def applies(self, architecture: Architecture) -> str:
        return "" if architecture.grad_cam_layer else f"{architecture.label} names no layer that could be tapped"

    def attribute(
        self,
        network: torch.nn.Module,
        architecture: Architecture,
        displacement: Field,
        target: Target,
        progress: Progress,
    ) -> Attribution:
        x = network_input(displacement)
        n = x.shape[-1]
        progress(0.0, "Running the network")
        with evaluating(network):
            explained = objective(network, x, displacement.cell_size, target)
            progress(0.3, "Running the network")
            activations, output = tapped(network, architecture.grad_cam_layer, x)
            progress(0.6, "Tracing the gradients back")
            (gradients,) = torch.autograd.grad(explained(output), activations)
        if architecture.grad_cam_channels_last:
            activations, gradients = (t.permute(0, 4, 1, 2, 3) for t in (activations, gradients))
        m = activations.shape[-1]
        if activations.ndim != 5 or activations.shape[2:] != (m, m, m):
            shape = tuple(activations.shape)
            raise NotApplicable(f"the layer {architecture.grad_cam_layer!r} gives {shape}, which is no grid")
        weights = gradients.mean((2, 3, 4))
        if not float(weights.abs().max()) > VANISHING * float(gradients.abs().mean((2, 3, 4)).max()):
            raise NotApplicable(
                f"the mean gradient of the {target.quantity} vanishes in this layer: explain the correction instead"
            )
        signed = torch.einsum("bc,bcxyz->xyz", weights, activations).detach().numpy()
        values = resample(np.maximum(signed, 0), n)
        progress(1.0, "Traced the gradients back")
        spacing = displacement.box_size / m
        facts = (
            *whereabouts(values, target, displacement.cell_size),
            Fact("resolution", spacing, f"the layer has {m}³ cells of {spacing:.3g} Mpc/h"),
        )
        return Attribution(relative(values), facts, resample(signed, n))


def tapped(network: torch.nn.Module, layer: str, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Run the network and return a layer's activations, with their graph, and the output."""
    kept: list[torch.Tensor] = []

    def keep(module: torch.nn.Module, inputs: object, output: torch.Tensor) -> torch.Tensor:
        # A layer that hands its input on unchanged would otherwise be the same tensor as its input.
        kept.append(output.clone() if output.requires_grad else output.clone().requires_grad_())
        return kept[-1]

    hook = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.enable_grad():
            output = network(x)
    finally:
        hook.remove()
    if len(kept) != 1:
        raise NotApplicable(f"the layer {layer!r} ran {len(kept)} times, not once: its map would not be one")
    return kept[0], output
