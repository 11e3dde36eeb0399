"""The halo profile: how the density falls from the centres of halos outwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.halos.nfw import NFW, fit_nfw
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.halo_source import words_of
from backends.statistics.handful import HANDFUL, few

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

Array = NDArray[np.float64]

FEWEST = 100
"""Particles inside R200c below which a halo's profile says little."""
BINS_PER_DECADE = 10
MASS_BINS_PER_DECADE = 2
INNERMOST = -20
"""The first edge is 10^(INNERMOST / BINS_PER_DECADE) Mpc/h."""
REACH = 3.0
"""How far out a profile is followed, in R200c."""
RELAXED = 0.6
"""Relaxation time over the circular orbit's at R200c, below which collisions have flattened a profile."""


@register("halo-profile")
class HaloProfile:
    """ρ(r) about the densest place of halos, stacked in half decades of M200c, with the NFW profile that fits best.

    All matter around the halos that friends-of-friends finds is counted, in spherical shells of a tenth of a
    decade. Errors are those of the mean over halos (of the particles' number below five halos).
    """

    label = "Halo profile"
    axes = Axes(
        x_label="r  [Mpc/h]",
        y_label="ρ(r)  [h² Msun / Mpc³]",
        log_x=True,
        log_y=True,
        ratio_label="ρ / ρ_ref",
        faint="too few particles, which collide",
    )
    needs_reference = False
    depends = ("linking_length", "min_particles")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        from backends.halos.surroundings import Surroundings, critical_density

        halos = sample.measured_halos(parameters, part(progress, 0.0, 0.5))
        matter = sample.all_matter(part(progress, 0.5, 0.6))
        if not halos.count:
            raise NotApplicable(f"there are no halos of {parameters.min_particles} particles or more")
        around = Surroundings(matter, part(progress, 0.6, 0.7))
        omega_m = sample.omega_m if sample.omega_m is not None else around.mean_density / CRITICAL_DENSITY
        critical = critical_density(omega_m, halos.redshift or 0.0)
        particle = around.mean_density * around.box_size**3 / matter.count
        with np.errstate(invalid="ignore"):
            kept = halos.columns["m200c"] >= FEWEST * particle
        if not kept.any():
            raise NotApplicable(f"no halo holds {FEWEST} particles inside R200c: there is no profile to see")
        masses, radii, centres = halos.columns["m200c"][kept], halos.columns["r200c"][kept], halos.centres[kept]
        bins = np.floor(MASS_BINS_PER_DECADE * np.log10(masses) + 1e-9).astype(np.int64)
        stacks = []
        numbers = np.unique(bins)
        for place, number in enumerate(numbers):
            share = part(progress, 0.7 + 0.3 * place / len(numbers), 0.7 + 0.3 * (place + 1) / len(numbers))
            of_bin = bins == number
            widest = min(REACH * float(radii[of_bin].max()), around.box_size / 2)
            mass, count = around.shells(centres[of_bin], _edges(widest), share)
            whole = FEWEST * particle <= 10 ** (number / MASS_BINS_PER_DECADE)
            stacks.append(_stack(int(number), masses[of_bin], _edges(widest), mass, count, critical, whole))
        progress(1.0, self.label)
        return _result(stacks, {"finder": halos.finder, **dict(halos.parameters)} | words_of(halos))


@dataclass(frozen=True, eq=False)
class Stack:
    """The mean profile of the halos of one bin of mass."""

    mass: float
    columns: dict[str, Array]
    reliable: NDArray[np.bool_]
    fit: NFW | None
    whole: bool


def _edges(widest: float) -> Array:
    last = max(INNERMOST + 1, int(np.floor(BINS_PER_DECADE * np.log10(widest))))
    return np.asarray(10 ** (np.arange(INNERMOST, last + 1) / BINS_PER_DECADE))


def _stack(
    number: int, masses: Array, edges: Array, mass: Array, count: NDArray[np.int64], critical: float, whole: bool
) -> Stack:
    n_halos = masses.size
    volume = 4 / 3 * np.pi * np.diff(edges**3)
    each = mass[:, 1:] / volume
    density, particles = each.mean(axis=0), count[:, 1:].sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = density / np.sqrt(particles)
        if n_halos >= HANDFUL:
            error = np.maximum(each.std(axis=0, ddof=1) / np.sqrt(n_halos), error)
    inside = np.cumsum(mass, axis=1).mean(axis=0)[1:]
    within = np.cumsum(count, axis=1).mean(axis=0)[1:]
    reliable = _relaxed(within, inside / (4 / 3 * np.pi * edges[1:] ** 3) / critical)
    r200c = float(np.cbrt(3 * masses.mean() / (4 * np.pi * 200 * critical)))
    shells = np.stack([edges[:-1], edges[1:]], axis=1)
    fitted = reliable & (particles > 0) & (edges[1:] <= 1.0001 * max(r200c, edges[1]))
    fit = fit_nfw(shells[fitted], density[fitted], error[fitted], critical)
    nan = np.full(density.shape, np.nan)
    columns = {
        "mass": np.full(density.shape, 10 ** ((number + 0.5) / MASS_BINS_PER_DECADE)),
        "radius": np.sqrt(edges[:-1] * edges[1:]),
        "density": density,
        "error": error,
        "n_particles": particles,
        "n_halos": np.full(density.shape, n_halos),
        "mean_m200c": np.full(density.shape, masses.mean()),
        "nfw": nan if fit is None else fit.in_shells(edges),
        "concentration": nan if fit is None else np.full(density.shape, fit.concentration),
        "concentration_error": nan if fit is None else np.full(density.shape, fit.concentration_error),
        "m200c": nan if fit is None else np.full(density.shape, fit.m200c),
        "m200c_error": nan if fit is None else np.full(density.shape, fit.m200c_error),
    }
    filled = np.flatnonzero(particles > 0)
    believed = reliable & (n_halos >= HANDFUL)
    kept = slice(filled[0], None) if filled.size else slice(0)
    return Stack(
        float(columns["mass"][0]), {name: values[kept] for name, values in columns.items()}, believed[kept], fit, whole
    )


def _relaxed(within: Array, contrast: Array) -> NDArray[np.bool_]:
    """Return where relaxation is slow: √200/8 · N / ln N · (ρ̄/ρ_c)^(−1/2) ≥ 0.6 (Power et al. 2003, eq. 20)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.sqrt(200) / 8 * within / np.log(within) / np.sqrt(contrast)
    return np.asarray((within > np.e) & (ratio >= RELAXED))


def _result(stacks: list[Stack], told: dict[str, Any]) -> StatisticResult:
    columns = {name: np.concatenate([stack.columns[name] for stack in stacks]) for name in stacks[0].columns}
    notes = ["Faint parts lie where too few particles have relaxed by collisions (Power et al. 2003)."]
    notes += few(np.array([stack.columns["n_halos"][0] for stack in stacks if stack.columns["n_halos"].size]), "halos")
    if cut := [stack for stack in stacks if not stack.whole]:
        notes.append(f"The bin at 10^{np.log10(cut[0].mass):.2f} Msun/h lacks its halos of under {FEWEST} particles.")
    notes += [
        f"NFW at 10^{np.log10(stack.mass):.2f} Msun/h: c = {fit.concentration:.2f} ± {fit.concentration_error:.2f}, "
        f"M200c = {fit.m200c:.3g} ± {fit.m200c_error:.2g} Msun/h."
        for stack in stacks
        if (fit := stack.fit) is not None
    ]
    if unfitted := [f"10^{np.log10(stack.mass):.2f}" for stack in stacks if stack.fit is None]:
        notes.append(f"No NFW profile is fitted at {', '.join(unfitted)} Msun/h: too few shells resolve one.")
    fits: dict[str, Any] = {
        f"10^{np.log10(stack.mass):.2f}": {"concentration": stack.fit.concentration, "m200c": stack.fit.m200c}
        for stack in stacks
        if stack.fit is not None
    }
    density = "h^2 Msun/Mpc^3"
    return StatisticResult(
        name="halo-profile",
        columns=columns,
        units={
            **dict.fromkeys(("n_particles", "n_halos", "concentration", "concentration_error"), ""),
            **dict.fromkeys(("density", "error", "nfw"), density),
            **dict.fromkeys(("mass", "mean_m200c", "m200c", "m200c_error"), "Msun/h"),
            "radius": "Mpc/h",
        },
        x="radius",
        y="density",
        sigma="error",
        parameters={**told, "overdensity": "200c", "fits": fits},
        reliable=np.concatenate([stack.reliable for stack in stacks]),
        notes=tuple(notes),
        series="mass",
        companions={"NFW": "nfw"} if fits else {},
    )
