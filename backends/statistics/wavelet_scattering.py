"""Wavelet scattering: the strength of structure on each scale, and how unevenly it is spread over larger ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.meshes import Frame
from backends.statistics.octants import PIECES
from backends.statistics.smoothing import framed

if TYPE_CHECKING:
    from backends.statistics.sample import Sample
    from backends.statistics.scattering import Scattering

DEPENDS = ("n_mesh", "mass_assignment", "interlaced", "species", "wavelets_per_octave")
SMALLEST = 8
"""Cells a side below which no two bands fit on a mesh or along a line."""


@register("wavelet-scattering")
class WaveletScattering:
    """S₁(j) = ⟨U_j δ⟩, the mean modulus of bands an octave or less apart.

    Wavelets and moduli are those of ``backends.mesh.wavelets``. In the table stand σ_j too, and C σ_j, which is S₁ of
    a Gaussian field of the same power; the scalar s0 is ⟨|δ|⟩. Errors are the scatter of the box's octants, divided
    by √8.
    """

    label = "Wavelet scattering"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="S₁(k)",
        log_x=True,
        log_y=True,
        ratio_label="S₁ / S₁_ref",
        faint="bands that reach beyond k Nyquist",
        shared_phases=True,
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        from backends.statistics.scattering import gaussian_mean

        frame, found, said = measure(sample, reference, parameters, progress)
        order = np.argsort(found.wave_number)
        k = found.wave_number[order]
        columns: dict[str, Any] = {
            "k": k,
            "s1": found.s1[order],
            "error": found.error1[order],
            "sigma": found.rms[order],
            "gaussian_s1": gaussian_mean(found.dimensions) * found.rms[order],
            "s0": found.s0,
        }
        return StatisticResult(
            name="wavelet-scattering",
            columns=columns,
            units={**dict.fromkeys(columns, ""), "k": "h/Mpc"},
            x="k",
            y="s1",
            sigma="error",
            parameters=said,
            reliable=_reliable(k, said),
            notes=frame.notes,
        )


@register("wavelet-scattering-second")
class WaveletScatteringSecond:
    """S₂(j₁, j₂) / S₁(j₁): how much the strength in a band about k₁ varies on the larger scale of k₂.

    S₂ = ⟨U_j₂ U_j₁ δ⟩, as ``wavelet-scattering``; curves are of several k₁, all are in the table. The error is the
    scatter of the quotient in the box's octants, divided by √8.
    """

    label = "Wavelet scattering S₂"
    axes = Axes(
        x_label="k₂  [h/Mpc]",
        y_label="S₂(k₁, k₂) / S₁(k₁)",
        log_x=True,
        log_y=True,
        ratio_label="S₂ / S₁  over ref",
        faint="bands that reach beyond k Nyquist",
        shared_phases=True,
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        frame, found, said = measure(sample, reference, parameters, progress)
        if not found.pairs.size:
            raise NotApplicable(f"{sample.label} has {frame.n_mesh} cells a side: too few for two bands of wavelets")
        inner, outer = found.wave_number[found.pairs[:, 0]], found.wave_number[found.pairs[:, 1]]
        order = np.lexsort((outer, inner))
        strength = found.s1[found.pairs[:, 0]][order]
        # A band without any strength has none that could vary.
        with np.errstate(invalid="ignore", divide="ignore"):
            relative, error = found.s2[order] / strength, found.relative_error2[order]
        columns = {
            "k1": inner[order],
            "k2": outer[order],
            "s2": found.s2[order],
            "s2_error": found.error2[order],
            "s2_over_s1": relative,
            "error": error,
        }
        return StatisticResult(
            name="wavelet-scattering-second",
            columns=columns,
            units={**dict.fromkeys(columns, ""), "k1": "h/Mpc", "k2": "h/Mpc"},
            x="k2",
            y="s2_over_s1",
            sigma="error",
            parameters=said,
            reliable=_reliable(columns["k1"], said),
            notes=frame.notes,
            series="k1",
        )


def measure(
    sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
) -> tuple[Frame, Scattering, dict[str, Any]]:
    """Return where a run stands, its coefficients, and what they depend on; both statistics share them.

    Raises
    ------
    NotApplicable
        Where the mesh has too few cells, or the run no structure.
    """
    parameters, frame = framed(sample, reference, parameters, part(progress, 0.0, 0.2), lines=True)
    if frame.n_mesh < SMALLEST:
        raise NotApplicable(f"{sample.label} has {frame.n_mesh} cells a side: wavelets need {SMALLEST}")
    per_octave = parameters.wavelets_per_octave

    def make() -> Scattering:
        from backends.statistics.scattering import scattering  # brings numba, for which no window should wait

        transform = sample.modes(parameters, frame.n_mesh, part(progress, 0.2, 0.4), frame.cell_offset)
        return scattering(transform, per_octave, part(progress, 0.4, 1.0))

    painted = parameters.mass_assignment, parameters.interlaced
    key = ("scattering", sample.painted(parameters), frame.n_mesh, *painted, per_octave, frame.cell_offset)
    found: Scattering = sample.once(key, make, progress)
    if not found.s0 > 0:
        raise NotApplicable(f"{sample.label} is the same everywhere: it has no structure to measure")
    progress(1.0, "Wavelet scattering")
    said = {"wavelets_per_octave": per_octave, "errors": PIECES[found.dimensions]}
    return frame, found, {**frame.parameters(sample), **said}


def _reliable(k: np.ndarray, said: dict[str, Any]) -> np.ndarray:
    """Return which bands end before the mesh and the particles do."""
    ends = [said[name] for name in ("k_nyquist_mesh", "k_nyquist_particles") if said[name] is not None]
    return np.asarray(k * 2 ** (1 / said["wavelets_per_octave"]) <= min(ends) * (1 + 1e-9))
