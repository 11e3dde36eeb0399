"""Attention: where the tokens of the target look, through all layers."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from backends.attribution import register
from backends.attribution.answer import Attribution, Fact, relative, whereabouts
from backends.attribution.attention_weights import Layer, record
from backends.attribution.objective import evaluating, network_input
from backends.attribution.resampling import resample
from backends.attribution.target import Target
from backends.data.field import Field
from backends.emulators import Architecture
from backends.errors import NotApplicable
from backends.progress import Progress

NEARLY_UNIFORM = 0.95
"""Share of the highest entropy beyond which attention chooses next to nothing."""


@register("attention")
class Attention:
    """The target's row of Π_l ½ (1 + A_l), A_l the attention of layer l averaged over its heads.

    Attention rollout (Abnar & Zuidema 2020, arXiv:2005.00928): the ½ is the residual connection. It says
    where the network *could* take from, weighted by how much; not what it made of it.
    """

    label = "Attention"

    def applies(self, architecture: Architecture) -> str:
        return "" if architecture.attention else f"{architecture.label} has no attention"

    def attribute(
        self,
        network: torch.nn.Module,
        architecture: Architecture,
        displacement: Field,
        target: Target,
        progress: Progress,
    ) -> Attribution:
        reason = self.applies(architecture)
        if reason:
            raise NotApplicable(reason)
        x = network_input(displacement)
        n = x.shape[-1]
        if max(target.cells) >= n**3:
            raise NotApplicable(f"the target's cells are not those of a lattice of {n}³ cells")
        progress(0.0, "Recording the attention")
        with evaluating(network):
            layers = record(network, x)
        progress(0.8, "Following the attention")
        start = [tokens_of(target, n, layer.side) for layer in layers]
        values = resample(rollout(layers, start[-1]), n)
        parts = tuple(
            (f"layer {i + 1}", np.stack([layer.follow(row, head) for head in range(layer.weights.shape[1])]))
            for i, (layer, row) in enumerate(zip(layers, start, strict=True))
        )
        progress(1.0, "Followed the attention")
        spacing = displacement.box_size / layers[-1].side
        facts = (
            *whereabouts(values, target, displacement.cell_size),
            Fact("resolution", spacing, f"a token is {spacing:.3g} Mpc/h wide"),
            entropy(layers),
        )
        return Attribution(relative(values), facts, None, parts)


def rollout(layers: tuple[Layer, ...], row: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return where the tokens that ``row`` weighs take from, through all layers; its sum stays.

    Raises
    ------
    NotApplicable
        Where the layers have grids of different sizes.
    """
    if len({layer.side for layer in layers}) > 1:
        raise NotApplicable("the layers have grids of different sizes: attention cannot be followed through them")
    for layer in reversed(layers):
        row = np.float32(0.5) * (row + layer.follow(row))
    return row


def tokens_of(target: Target, n: int, side: int) -> NDArray[np.float32]:
    """Return the share of the target's cells in each of side³ tokens, (side, side, side), summing to one."""
    at = np.stack(np.unravel_index(np.asarray(target.cells), (n, n, n))) * side // n
    flat = np.ravel_multi_index(tuple(at), (side, side, side))
    shares = np.bincount(flat, minlength=side**3) / len(target.cells)
    return shares.reshape(side, side, side).astype(np.float32)


def entropy(layers: tuple[Layer, ...]) -> Fact:
    """Say how much the layers choose among what they could attend to."""
    highest = np.array([layer.highest_entropy for layer in layers])
    found = np.array([layer.entropy for layer in layers])
    listed = ", ".join(f"{one:.2f}" for one in found)
    tops = " and ".join(f"ln {tokens}" for tokens in sorted({layer.window**3 for layer in layers}))
    said = f"entropy of its {len(layers)} layers {listed} of at most {highest.max():.2f} = {tops}"
    if found.sum() > NEARLY_UNIFORM * highest.sum():
        said += ": nearly uniform, it averages its windows and hardly chooses in them"
    return Fact("entropy", float(found.mean()), said, float(highest.mean()))
