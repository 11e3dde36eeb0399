"""The powers of a run and its reference on one mesh, and their cross-power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backends.data.parameters import Parameters
from backends.errors import NotApplicable
from backends.mesh.binning import auto_power, cross_power, mode_counts
from backends.progress import Progress, part
from backends.statistics.handful import enough, few
from backends.statistics.meshes import Frame, frame_of

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pair:
    """All (n,) float64 but ``n_modes``: k in h/Mpc, powers in (Mpc/h)³."""

    frame: Frame
    k: Array
    power: Array
    reference: Array
    cross: Array
    n_modes: NDArray[np.int64]

    @property
    def transfer(self) -> Array:
        """T(k) = √(P / P_ref); NaN where the reference has no power."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.sqrt(np.where(self.reference > 0, self.power / self.reference, np.nan)))

    @property
    def correlation(self) -> Array:
        """r(k) = P× / √(P P_ref); NaN where either has no power."""
        product = self.power * self.reference
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(product > 0, self.cross / np.sqrt(product), np.nan))

    @property
    def stochasticity(self) -> Array:
        """1 − r², in [0, 1]."""
        return np.clip(1 - self.correlation**2, 0.0, 1.0)

    @property
    def transfer_error(self) -> Array:
        """σ_T = T √((1 − r²) / 2n): the two share phases, so that the errors of P do not add."""
        return np.asarray(self.transfer * np.sqrt(self.stochasticity / (2 * self.n_modes)))

    @property
    def correlation_error(self) -> Array:
        """σ_r = (1 − r²) / √(2n)."""
        return np.asarray(self.stochasticity / np.sqrt(2 * self.n_modes))

    @property
    def reliable(self) -> NDArray[np.bool_]:
        return np.asarray((self.k <= self.frame.k_end) & np.isfinite(self.transfer) & enough(self.n_modes))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of the comparison."""
        return (*self.frame.notes, *few(self.n_modes, "modes"))


def measure_pair(
    sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress, lines: bool = False
) -> Pair:
    """Transform both runs, each once, and bin their powers; of lines of sight where ``lines`` allows them.

    Raises
    ------
    NotApplicable
        Where there is no reference.
    MismatchedBoxes
        Where their boxes or grids differ.
    """
    from backends.statistics.power_spectrum import wave_numbers

    if reference is None:
        raise NotApplicable("there is no reference to compare with; choose one")
    frame = frame_of(sample, reference, parameters, part(progress, 0.0, 0.2), lines)
    theirs = reference.modes(frame.chosen, frame.n_mesh, part(progress, 0.2, 0.5), frame.cell_offset)
    ours = sample.modes(frame.chosen, frame.n_mesh, part(progress, 0.5, 0.9), frame.cell_offset)
    pair = Pair(
        frame,
        wave_numbers(theirs),
        auto_power(ours),
        auto_power(theirs),
        cross_power(ours, theirs),
        mode_counts(theirs),
    )
    progress(1.0, "Compared")
    return pair
