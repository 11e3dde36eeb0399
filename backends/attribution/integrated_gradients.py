"""Integrated gradients: the way from a homogeneous universe to the input, and what each cell adds on it."""

from __future__ import annotations

import numpy as np
import torch

from backends.attribution import register
from backends.attribution.answer import Attribution, Fact, relative, whereabouts
from backends.attribution.objective import Objective, evaluating, network_input, objective
from backends.attribution.target import Target
from backends.data.field import Field
from backends.emulators import Architecture
from backends.progress import Progress

STEPS = 6
"""Gauss–Legendre nodes: the demo's networks then miss F(ψ) − F(0) by less than a percent."""


@register("integrated-gradients")
class IntegratedGradients:
    """A_i = ψ_i ∫₀¹ ∂F/∂ψ_i(α ψ) dα from ψ = 0 (Sundararajan et al. 2017, arXiv:1703.01365).

    The parts sum to F(ψ) − F(0); what the quadrature misses of that is stated. The importance of a cell
    is Σ |A| over the three components.
    """

    label = "Integrated gradients"

    def applies(self, architecture: Architecture) -> str:
        return ""

    def attribute(
        self,
        network: torch.nn.Module,
        architecture: Architecture,
        displacement: Field,
        target: Target,
        progress: Progress,
    ) -> Attribution:
        x = network_input(displacement)
        with evaluating(network):
            explained = objective(network, x, displacement.cell_size, target)
            with torch.no_grad():
                here, nowhere = (float(explained(network(at))) for at in (x, torch.zeros_like(x)))
            parts = (x * path_gradient(network, explained, x, STEPS, progress))[0].numpy()
        signed = parts.sum(axis=0)
        values = np.abs(parts).sum(axis=0)
        missed = float(parts.sum(dtype=np.float64)) - (here - nowhere)
        share = abs(missed) / max(abs(here - nowhere), 1e-12)
        unit = f" {target.unit}" if target.unit else ""
        facts = (
            Fact("target", here, f"the {target.quantity} that is explained is {here:.3g}{unit}"),
            *whereabouts(values, target, displacement.cell_size),
            Fact("completeness", share, f"the parts miss their sum F(ψ) − F(0) by {100 * share:.1g} %"),
        )
        return Attribution(relative(values), facts, signed)


def path_gradient(
    network: torch.nn.Module,
    explained: Objective,
    x: torch.Tensor,
    steps: int,
    progress: Progress,
) -> torch.Tensor:
    """Return ∫₀¹ ∂F/∂x(α x) dα by Gauss–Legendre quadrature with that many nodes."""
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    total = torch.zeros_like(x)
    for i, (node, weight) in enumerate(zip(nodes, weights, strict=True)):
        progress(i / steps, f"Integrating gradients: step {i + 1} of {steps}")
        at = (0.5 * (node + 1) * x).requires_grad_()
        (gradient,) = torch.autograd.grad(explained(network(at)), at)
        total += 0.5 * float(weight) * gradient
    progress(1.0, "Integrated gradients")
    return total
