"""The halo mass function: how many halos of each mass there are in a volume."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.errors import NotApplicable
from backends.progress import Progress, part
from backends.statistics import Axes, register
from backends.statistics.halo_source import notes_of, words_of
from backends.statistics.handful import enough, few

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

BINS_PER_DECADE = 10
SPHERES = {"200c": ("m200c", "M200c"), "200m": ("m200b", "M200m")}
"""Masses within spheres by which halos can be counted: the column, and what stands behind the finder's name."""
WARREN = "Warren"
"""What stands behind the finder's name where linked masses are corrected for how few particles a halo has."""
EDGE = 2.0
"""From how many times the least linked mass on halos of a given mass within a sphere are all there."""


@register("halo-mass-function")
class HaloMassFunction:
    """dn/dlog10 M of the halos of a file, or of those that friends-of-friends finds."""

    label = "Halo mass function"
    axes = Axes(
        x_label="M  [Msun/h]",
        y_label="dn / dlog₁₀ M  [(h/Mpc)³]",
        log_x=True,
        log_y=True,
        ratio_label="n / n_ref",
        faint="incomplete, about the least mass kept",
    )
    needs_reference = False
    heeds_reference = True
    empty_is_zero = True
    depends = ("linking_length", "min_particles", "halo_mass")

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        halos = _weighed(sample, parameters, part(progress, 0.0, 0.6))
        if halos.count or reference is None or reference is sample:
            return mass_function(halos)
        return no_halos(_weighed(reference, parameters, part(progress, 0.6, 1.0)))


def _weighed(sample: Sample, parameters: Parameters, progress: Progress) -> Catalogue:
    """Return a run's halos with the mass that is asked for; those of files keep what their finder gave them."""
    if parameters.halo_mass not in SPHERES:
        halos = sample.halos(parameters, progress)
        return corrected(halos) if parameters.halo_mass == "warren" else halos
    halos = sample.measured_halos(parameters, progress)
    column, name = SPHERES[parameters.halo_mass]
    if column not in halos.columns:
        return halos
    return replace(halos, masses=np.nan_to_num(halos.columns[column]), finder=f"{halos.finder}, {name}")


def corrected(halos: Catalogue) -> Catalogue:
    """Return linked halos with M (1 − N^−0.6) (Warren et al. 2006, ApJ 646, 881): few particles link too many.

    Halos that were not linked, or of which no numbers of particles are known, stay as they are.
    """
    if halos.finder != "fof" or halos.counts is None:
        return halos
    n = np.maximum(halos.counts, 1).astype(np.float64)
    return replace(halos, masses=halos.masses * (1 - n**-0.6), finder=f"{halos.finder}, {WARREN}")


def is_linked(finder: str) -> bool:
    """Whether halos are counted by the mass of the particles that were linked, as their finder's name says."""
    return finder in ("fof", f"fof, {WARREN}")


def sphere_of(finder: str) -> str:
    """Return "M200c" or "M200m" where halos are counted by it, as their finder's name says, or ""."""
    return next((name for _, name in SPHERES.values() if finder.endswith(f", {name}")), "")


def no_halos(expected: Catalogue) -> StatisticResult:
    """Return the mass function of a run without halos: none in every bin in which the reference has some.

    Raises
    ------
    NotApplicable
        Where the reference has none either.
    """
    there = mass_function(expected)
    columns = {name: values if name == "mass" else np.zeros_like(values) for name, values in there.columns.items()}
    note = "It holds no halo of the least number of particles: each that the reference has is missing."
    return replace(there, columns=columns, notes=(*there.notes, note))


def mass_function(catalogue: Catalogue) -> StatisticResult:
    """Count halos in bins of a tenth of a decade.

    dn/dlog10 M = N / (0.1 L³), with Poisson errors √N / (0.1 L³). Bin edges are 10^(j/10) for
    integer j, the same for all runs, and ``mass`` is a bin's geometric centre 10^((j + ½)/10). Every
    bin from the lightest halo's to the heaviest's is given, empty ones too. A bin that reaches below
    the least mass a finder was told to keep holds only a part of its halos and is not reliable.

    Raises
    ------
    NotApplicable
        Where there are no halos at all, none of them has a mass, or they are of many times.
    """
    least = dict(catalogue.parameters).get("min_particles")
    if catalogue.count == 0:
        kept = f" of {least:.0f} particles or more" if least else ""
        raise NotApplicable(f"there are no halos{kept}")
    catalogue = catalogue.at_last_time()
    weighed = catalogue.masses > 0
    masses = catalogue.masses[weighed]
    if not masses.size:
        raise NotApplicable("no halo has a mass")
    # The last digit of a mass on an edge must not decide its bin.
    indices = np.floor(BINS_PER_DECADE * np.log10(masses) + 1e-9).astype(np.int64)
    first, last = int(indices.min()), int(indices.max())
    count = np.bincount(indices - first, minlength=last - first + 1)
    bins = np.arange(first, last + 1)
    volume_of_bin = catalogue.box_size**3 / BINS_PER_DECADE
    reliable = np.ones(bins.shape[0], bool)
    if least and catalogue.counts is not None:
        counts = np.maximum(1, catalogue.counts[weighed])
        lightest = float((masses / counts).max()) * least * (EDGE if sphere_of(catalogue.finder) else 1.0)
        reliable = 10 ** (bins / BINS_PER_DECADE) >= lightest * (1 - 1e-6)
    parameters = {"finder": catalogue.finder, "bins_per_decade": BINS_PER_DECADE, **dict(catalogue.parameters)}
    parameters |= words_of(catalogue)
    notes: tuple[str, ...] = (
        () if reliable.all() else (f"Bins below {math.ceil(least or 0)} particles are incomplete.",)
    )
    if masses.size < catalogue.count:
        notes += (f"{catalogue.count - masses.size} of {catalogue.count} have no mass and are left out.",)
    notes += (*few(count, "halos"), *notes_of(catalogue))
    return StatisticResult(
        name="halo-mass-function",
        columns={
            "mass": 10 ** ((bins + 0.5) / BINS_PER_DECADE),
            "dn_dlog10m": count / volume_of_bin,
            "error": np.sqrt(count) / volume_of_bin,
            "count": count.astype(np.int64),
        },
        units={"mass": "Msun/h", "dn_dlog10m": "(h/Mpc)^3", "error": "(h/Mpc)^3", "count": ""},
        x="mass",
        y="dn_dlog10m",
        sigma="error",
        parameters=parameters,
        reliable=reliable & enough(count),
        notes=notes,
    )
