"""The flux of the Lyman-α forest along all lines of a mesh, as both of its statistics ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import Cosmology
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.errors import NotApplicable
from backends.mesh.density import mass_weights
from backends.progress import Progress, part
from backends.statistics.meshes import Frame, check_cubic
from backends.statistics.smoothing import framed

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

CHOSEN = ("mean_flux", "optical_depth_slope", "gas_temperature", "absorption_space", "line_of_sight")
DEPENDS = ("n_mesh", "mass_assignment", "species", *CHOSEN)
OBSERVED = (2.0, 5.0)
"""Redshifts at which the forest's mean flux has been measured."""
USUAL = 3.0
"""Redshift whose mean flux is taken elsewhere."""
BUNDLES = 16
"""Lines below which there are too few for their scatter to be an error."""
THERMAL = 9.083
"""√(k T / m_H) at 10⁴ K, km/s: σ of hydrogen's lines."""


@dataclass(frozen=True, eq=False)
class Flux:
    """The share of light that passes, float32 in [0, 1], (N, N, N) with the line of sight last, or (lines, N).

    amplitude : A of τ = A (1 + δ)^β, or None where the flux was given
    kms_per_length : km/s to a comoving Mpc/h, or None where redshift or Ω_m is not known
    """

    values: NDArray[np.float32]
    mean: float
    amplitude: float | None
    kms_per_length: float | None

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes)


def observed_mean_flux(redshift: float) -> float:
    """Return e^(−τ), τ = 0.751 ((1 + z) / 4.5)^2.90 − 0.132 (Becker et al. 2013, MNRAS 430, 2067)."""
    return float(np.exp(0.132 - 0.751 * ((1 + redshift) / 4.5) ** 2.90))


def flux_of(
    sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
) -> tuple[Frame, Flux, dict[str, Any], tuple[str, ...]]:
    """Return where a run stands, its flux, what that depends on, and what is to be said of it.

    Raises
    ------
    NotApplicable
        For maps and catalogues, where what is asked for is not known of the run, or where no amplitude gives the
        mean flux.
    """
    parameters, frame = framed(sample, reference, parameters, part(progress, 0.0, 0.2), lines=True)
    if sample.is_catalogue(parameters.species):
        raise NotApplicable(f"{sample.label} is a catalogue of halos: the forest lies in the matter between them")
    matter = sample.compared(parameters)
    if isinstance(matter, Field):
        if matter.dimensions == 2:
            raise NotApplicable(f"{sample.label} is a map of two dimensions: lines of sight run through a volume")
        check_cubic(matter, sample.label)
    given = isinstance(matter, Field) and matter.quantity == "flux"
    target, notes = _mean_flux(parameters, matter.redshift, given)

    def make() -> Flux:
        rest = part(progress, 0.2, 1.0)
        return _given(sample, matter, parameters) if given else _computed(sample, frame, parameters, target, rest)

    chosen = tuple(getattr(parameters, name) for name in CHOSEN)
    key = ("flux", parameters.species, frame.n_mesh, parameters.mass_assignment, *chosen, target)
    found: Flux = sample.once(key, make, progress)
    stated = {
        **frame.parameters(sample),
        "interlaced": bool(getattr(matter, "interlaced", False)),
        "compensated": False,
        "flux_given": given,
        "mean_flux": found.mean if given else target,
        "amplitude": found.amplitude,
        "kms_per_mpc_h": found.kms_per_length,
        "errors": "bundles of lines, 4 × 4",
    }
    if found.values.ndim == 3:
        stated["line_of_sight"] = "xyz"[parameters.line_of_sight]
    elif len(found.values) < BUNDLES:
        stated["errors"] = "Gaussian field"
    else:
        stated["errors"] = f"{BUNDLES} bundles of lines"
    if not given:
        names = ("optical_depth_slope", "gas_temperature", "absorption_space")
        stated |= {name: getattr(parameters, name) for name in names}
    return frame, found, stated, (*frame.notes, *notes)


def _mean_flux(parameters: Parameters, redshift: float | None, given: bool) -> tuple[float, tuple[str, ...]]:
    """Return the mean flux that is asked for, and where it is from."""
    if given:
        return 0.0, ("Its flux is the file's own: neither its mean nor where it is absorbed was changed.",)
    if parameters.mean_flux is not None:
        return parameters.mean_flux, ()
    if redshift is not None and OBSERVED[0] <= redshift <= OBSERVED[1]:
        return observed_mean_flux(redshift), ()
    when = "does not say its redshift" if redshift is None else f"is at z = {redshift:.3g}"
    usual = observed_mean_flux(USUAL)
    return usual, (f"It {when}, where no forest is measured: its mean flux is {usual:.3f}, that of z = {USUAL:g}.",)


def _given(sample: Sample, matter: Any, parameters: Parameters) -> Flux:
    values = matter.values
    low, high = float(values.min()), float(values.max())
    if low < -1e-3 or high > 1 + 1e-3:
        raise NotApplicable(f"the flux of {sample.label} runs from {low:.3g} to {high:.3g}, not between 0 and 1")
    lines = _sighted(matter, parameters)
    mean = float(lines.mean(dtype=np.float64))
    if not mean > 0:
        raise NotApplicable(f"{sample.label} lets no light pass")
    return Flux(lines, mean, None, _speed_of_length(sample, matter.redshift))


def _sighted(field: Field, parameters: Parameters) -> NDArray[np.float32]:
    """Return a mesh (N, N, N) with its line of sight last, or lines (lines, N) as they are."""
    if field.dimensions == 1:
        return field.values.reshape(field.lines, field.n_mesh)
    return np.ascontiguousarray(np.moveaxis(field.values.reshape(field.grid), parameters.line_of_sight, -1))


def _computed(sample: Sample, frame: Frame, parameters: Parameters, target: float, progress: Progress) -> Flux:
    from backends.mesh.absorption import amplitude, in_redshift_space, optical_depth

    slope = parameters.optical_depth_slope
    density = sample.relative_density(parameters, frame.n_mesh, part(progress, 0.0, 0.3))
    per_length = _speed_of_length(sample, density.redshift)
    values = _sighted(density, parameters)
    depth = optical_depth(values, slope)
    moved, width = _moves(sample, frame, parameters, density, values, per_length, part(progress, 0.3, 0.5))
    if moved is not None or width is not None:
        depth = in_redshift_space(depth, moved, width, part(progress, 0.5, 0.8))
    found = amplitude(depth, target, part(progress, 0.8, 1.0))
    if found is None:
        share = np.count_nonzero(depth == 0) / depth.size
        raise NotApplicable(
            f"{100 * share:.3g} % of the cells of {sample.label} hold no matter, so that no absorption makes the "
            f"mean flux {target:.3g}: choose fewer cells or a higher mean flux"
        )
    depth *= np.float32(-found)
    np.exp(depth, out=depth)
    return Flux(depth, float(depth.mean(dtype=np.float64)), found, per_length)


def _moves(
    sample: Sample, frame: Frame, parameters: Parameters, density: Field, values: NDArray[np.float32],
    per_length: float | None, progress: Progress,
) -> tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]:  # fmt: skip
    """Return how far every cell's absorption is displaced and how wide its lines are, in cells, or None."""
    moving, warm = parameters.absorption_space == "redshift", parameters.gas_temperature > 0
    if not (moving or warm):
        return None, None
    if per_length is None:
        what = "redshift" if density.redshift is None else "Ω_m"
        raise NotApplicable(f"{sample.label} does not say its {what}, which turns velocities into distances")
    cells = np.float32(frame.n_mesh / frame.box_size / per_length)
    width = None
    if warm:
        # T = T₀ (1 + δ)^(γ − 1), of which σ is the root.
        power = (2 - parameters.optical_depth_slope) / 0.7 / 2
        speed = THERMAL * np.sqrt(parameters.gas_temperature / 1e4)
        width = np.float32(speed) * cells * np.maximum(values, np.float32(1e-4)) ** np.float32(power)
    moved = _velocity(sample, frame, parameters, density, progress) * cells if moving else None
    return moved, width


def _velocity(
    sample: Sample, frame: Frame, parameters: Parameters, density: Field, progress: Progress
) -> NDArray[np.float32]:
    """Return the mean velocity of each cell's matter along the line of sight, km/s, that axis last."""
    from backends.mesh.painting import paint

    if isinstance(sample.compared(parameters), Field):
        raise NotApplicable(f"{sample.label} is a grid: redshift space needs particles with velocities")
    known = sample.particles(parameters.species, ("velocities",), part(progress, 0.0, 0.4))
    if known.velocities is None:
        raise NotApplicable(f"{sample.label} holds no velocities, which redshift space needs")
    axis = parameters.line_of_sight
    speeds = np.asarray(known.velocities[:, axis], np.float32)
    if bad := int(np.count_nonzero(~np.isfinite(speeds))):
        raise NotApplicable(f"{bad} of {known.count} velocities of {sample.label} are not finite numbers")
    masses = mass_weights(known)
    # Painted above the slowest, because what weighs nothing together cannot be painted.
    lowest = np.float32(speeds.min() - 1)
    weights = speeds - lowest if masses is None else (speeds - lowest) * masses
    total = known.count if masses is None else float(masses.sum(dtype=np.float64))
    scale = np.float32(weights.sum(dtype=np.float64) / total)
    assignment, report = parameters.mass_assignment or "tsc", part(progress, 0.4, 1.0)
    flow = paint(known.positions, known.box_size, frame.n_mesh, assignment, weights, progress=report)
    here = density.values
    velocity = np.where(here > 0, scale * flow / np.maximum(here, np.float32(1e-20)) + lowest, np.float32(0))
    return np.ascontiguousarray(np.moveaxis(velocity, axis, -1))


def _speed_of_length(sample: Sample, redshift: float | None) -> float | None:
    """Return H / (1 + z) in km/s to a comoving Mpc/h, where redshift and Ω_m are known."""
    if redshift is None or sample.omega_m is None:
        return None
    a = 1 / (1 + redshift)
    return float(a * 100 * Cosmology(omega_m=sample.omega_m, omega_b=0.0).expansion(a))
