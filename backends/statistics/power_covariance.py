"""The covariance of the power spectrum: how the power of one scale goes with that of another from box to box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register, registry

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

FEWEST = 3
"""Realisations below which a correlation is ±1 whatever is measured."""
SURE = 0.99
"""Hartlap's factor below which it is told."""


@register("power-covariance")
class PowerCovariance:
    """C_ij = Σ (P_i − P̄_i)(P_j − P̄_j) / (n − 1) over n realisations, and its correlation C_ij / √(C_ii C_jj).

    The p bins are those in which the power of every realisation is to be believed. C is singular unless n > p; its
    inverse times Hartlap's factor (n − p − 2) / (n − 1) is an unbiased estimate of the precision matrix where
    n > p + 2 (Hartlap, Simon & Schneider 2007, eq. 17). The factor is given, and C is not multiplied by it.
    """

    label = "Covariance of P(k)"
    axes = Axes(x_label="k  [h/Mpc]", y_label="k′  [h/Mpc]", log_x=False)
    needs_reference = False

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        raise NotApplicable(_too_few(sample.label, 1))

    def compute_across(
        self, samples: Sequence[Sample], references: Sequence[Sample | None], parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        """Compute it of all realisations of one run.

        Raises
        ------
        NotApplicable
            Where they are fewer than three, or their powers lie on different meshes.
        """
        n = len(samples)
        if n < FEWEST:
            raise NotApplicable(_too_few(samples[0].label, n))
        power = registry()["power-spectrum"]
        members = [
            power.compute(one, other, parameters, part(progress, i / n, (i + 1) / n))
            for i, (one, other) in enumerate(zip(samples, references, strict=True))
        ]
        first = members[0]
        if any(one["k"].shape != first["k"].shape or not np.allclose(one["k"], first["k"]) for one in members):
            raise NotApplicable(f"the realisations of {samples[0].label} lie on different meshes: choose one mesh")
        believed = np.logical_and.reduce([one.reliable for one in members if one.reliable is not None])
        k = first["k"][believed]
        powers = np.stack([one["power"][believed] for one in members])
        if k.size < 2:
            raise NotApplicable(f"the power of {samples[0].label} is to be believed in fewer than two bins")
        covariance = np.cov(powers, rowvar=False)
        p, unit = k.size, first.units["power"]
        factor = hartlap(n, p)
        return StatisticResult(
            name="power-covariance",
            columns={
                "k": np.repeat(k, p),
                "k2": np.tile(k, p),
                "covariance": covariance.reshape(-1),
                "correlation": correlation_of(covariance).reshape(-1),
            },
            units={"k": "h/Mpc", "k2": "h/Mpc", "covariance": _squared(unit), "correlation": ""},
            x="k",
            y="correlation",
            parameters={**first.parameters, "n_members": n, "n_bins": p, "singular": n <= p, "hartlap": factor},
            notes=(*_notes(n, p, factor), *first.notes),
            against="k2",
        )


def hartlap(n_members: int, n_bins: int) -> float | None:
    """Return (n − p − 2) / (n − 1), or None where the covariance has no unbiased inverse."""
    return (n_members - n_bins - 2) / (n_members - 1) if n_members > n_bins + 2 else None


def correlation_of(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return C_ij / √(C_ii C_jj), NaN where a bin does not vary."""
    width = np.sqrt(np.diag(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(covariance / np.outer(width, width))


def _too_few(label: str, count: int) -> str:
    number = "one box" if count == 1 else f"{count} realisations"
    return f"a covariance takes {FEWEST} realisations or more and {label} is {number}: gather others with it"


def _notes(n: int, p: int, factor: float | None) -> tuple[str, ...]:
    if n <= p:
        return (f"{n} realisations of {p} bins: the covariance is singular and has no inverse. Gather more boxes.",)
    if factor is None:
        return (f"{n} realisations of {p} bins are too few for an unbiased inverse.",)
    if factor < SURE:
        return (f"The inverse of the covariance is to be multiplied by Hartlap's factor, {factor:.3f}.",)
    return ()


def _squared(unit: str) -> str:
    base, _, power = unit.rpartition("^")
    return f"{base}^{2 * int(power)}"
