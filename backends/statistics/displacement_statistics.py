"""The displacement's power, in its parts, and whether a run moves matter the way that the reference does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import MismatchedBoxes, NotApplicable
from backends.mesh.binning import shells
from backends.mesh.vector_power import VectorModes, vector_cross_power, vector_modes, vector_power
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.meshes import BOX_TOLERANCE

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

DEPENDS = ("species",)


@register("displacement-statistics")
class DisplacementStatistics:
    """P_ψ(k) = (L³/N⁶) Σ_i |ψ_i|² of how far matter moved from its lattice, on that lattice, and its two parts.

    That of the divergence, |k̂·ψ|², is all that linear theory has; that of the curl, |k̂×ψ|², is added where
    streams cross. In the table stand the powers of ∇·ψ and ∇×ψ too. Shells are those of the power spectrum,
    errors a Gaussian field's.
    """

    label = "Displacement power"
    axes = Axes(
        x_label="k  [h/Mpc]",
        y_label="P_ψ(k)  [(Mpc/h)⁵]",
        log_x=True,
        log_y=True,
        ratio_label="T_ψ = √(P / P_ref)",
    )
    needs_reference = False
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        field = sample.displacement(parameters.species, part(progress, 0.0, 0.4))
        found = vector_power(modes_of(sample, parameters, part(progress, 0.4, 0.6)), part(progress, 0.6, 1.0))
        of_shells, n_modes = shells(field.n_mesh), shells(field.n_mesh).n_modes
        powers = {
            "power": found.total,
            "error": found.total / np.sqrt(n_modes),
            "divergence_part": found.divergence_part,
            "curl_part": found.curl_part,
        }
        derived = {"divergence_power": found.divergence, "curl_power": found.curl}
        return StatisticResult(
            name="displacement-statistics",
            columns={
                "k": of_shells.wave_number * (2 * np.pi / field.box_size),
                **powers,
                **derived,
                "n_modes": n_modes,
            },
            units={
                "k": "h/Mpc",
                **dict.fromkeys(powers, "(Mpc/h)^5"),
                **dict.fromkeys(derived, "(Mpc/h)^3"),
                "n_modes": "",
            },
            x="k",
            y="power",
            sigma="error",
            parameters=described(field, parameters),
            companions={"of the curl": "curl_part"},
        )


@register("displacement-correlation")
class DisplacementCorrelation:
    """r_ψ(k) = P_ψ× / √(P_ψ P_ψ,ref), P_ψ× = Σ_i Re ψ_i ψ*_i,ref; below it T_ψ(k) = √(P_ψ / P_ψ,ref).

    σ_r = (1 − r²) / √(2n) and σ_T = T √((1 − r²) / 2n), as of densities: the two share phases.
    """

    label = "Displacement correlation"
    axes = Axes(x_label="k  [h/Mpc]", y_label="r_ψ(k)", ratio_label="T_ψ")
    needs_reference = True
    depends = DEPENDS

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        ours, theirs = both(sample, reference, parameters, part(progress, 0.0, 0.5))
        assert reference is not None
        here = modes_of(sample, parameters, part(progress, 0.5, 0.7))
        there = modes_of(reference, parameters, part(progress, 0.7, 0.9))
        power, power_there = vector_cross_power(here, here), vector_cross_power(there, there)
        cross, of_shells = vector_cross_power(here, there), shells(ours.n_mesh)
        with np.errstate(divide="ignore", invalid="ignore"):
            r = np.where(power * power_there > 0, cross / np.sqrt(power * power_there), np.nan)
            transfer = np.where(power_there > 0, np.sqrt(power / power_there), np.nan)
        stochasticity = np.clip(1 - r**2, 0.0, 1.0)
        progress(1.0, self.label)
        columns = {
            "k": of_shells.wave_number * (2 * np.pi / ours.box_size),
            "r": r,
            "error": stochasticity / np.sqrt(2 * of_shells.n_modes),
            "transfer": transfer,
            "transfer_error": transfer * np.sqrt(stochasticity / (2 * of_shells.n_modes)),
        }
        return StatisticResult(
            name="displacement-correlation",
            columns=columns,
            units={**dict.fromkeys(columns, ""), "k": "h/Mpc"},
            x="k",
            y="r",
            sigma="error",
            ratio="transfer",
            ratio_sigma="transfer_error",
            parameters=described(theirs, parameters),
        )


def modes_of(sample: Sample, parameters: Parameters, progress: Progress) -> VectorModes:
    """Return a run's displacement, transformed once for all that ask."""
    field = sample.displacement(parameters.species, progress)
    return sample.once(("displacement modes", parameters.species), lambda: vector_modes(field, progress), progress)


def both(sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress) -> tuple[Field, Field]:
    """Return the displacements of a run and of its reference, on equal lattices.

    Raises
    ------
    NotApplicable
        Where there is no reference, or one has no displacements.
    MismatchedBoxes
        Where boxes or lattices differ.
    """
    if reference is None:
        raise NotApplicable("there is no reference to compare with; choose one")
    theirs = reference.displacement(parameters.species, part(progress, 0.0, 0.5))
    ours = sample.displacement(parameters.species, part(progress, 0.5, 1.0))
    names = reference.label, sample.label
    if abs(ours.box_size / theirs.box_size - 1) > BOX_TOLERANCE:
        raise MismatchedBoxes(*names, f"their boxes are {theirs.box_size:g} and {ours.box_size:g} Mpc/h wide")
    if ours.n_mesh != theirs.n_mesh:
        raise MismatchedBoxes(*names, f"their lattices have {theirs.n_mesh}³ and {ours.n_mesh}³ points")
    if ours.cell_offset != theirs.cell_offset:
        offsets = f"their lattices begin at {theirs.cell_offset:g} and {ours.cell_offset:g} of a cell"
        raise MismatchedBoxes(*names, offsets)
    return ours, theirs


def described(field: Field, parameters: Parameters) -> dict[str, Any]:
    """Return what the numbers of a displacement depend on."""
    return {
        "n_lattice": field.n_mesh,
        "cell_offset": field.cell_offset,
        "box_size": field.box_size,
        "species": parameters.species,
        "k_nyquist_particles": float(np.pi * field.n_mesh / field.box_size),
    }
