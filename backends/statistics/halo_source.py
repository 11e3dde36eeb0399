"""Which halos a run has: those of its file, of a catalogue that is said to be its own, or found in its particles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from backends.cosmology.background import CRITICAL_DENSITY
from backends.data.catalogue import Catalogue
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.errors import NotApplicable, WrongCall
from backends.halos.sorted_snapshot import members_in
from backends.progress import Progress, part

if TYPE_CHECKING:
    from backends.statistics.sample import Sample

SAME_BOX = 1e-3
SAME_TIME = 5e-3
"""Relative difference of the scale factors up to which a catalogue is of the snapshot's time."""


def distinct(catalogue: Catalogue, parameters: Parameters) -> Catalogue:
    """Return the halos that are counted: those in no other one, or with what lies in them."""
    return catalogue if parameters.substructure else catalogue.distinct()


def words_of(halos: Catalogue) -> dict[str, str]:
    """Return what a result says of the halos it is of: "distinct" or "with substructure", where that is known."""
    return {"halos": halos.kept} if halos.kept else {}


def notes_of(halos: Catalogue) -> tuple[str, ...]:
    """Say how many halos are left out because they lie in others."""
    if halos.left_out == 1:
        return ("A halo that lies in another one is left out.",)
    return (f"{halos.left_out} halos that lie in others are left out.",) if halos.left_out else ()


def find(sample: Sample, parameters: Parameters, progress: Progress, columns: Collection[str]) -> Catalogue:
    """Return a run's halos.

    Raises
    ------
    NotApplicable
        Where there are none and can be none, or the run's catalogue is of another box or time.
    """
    if sample.catalogue is not None:
        return _listed(sample, sample.catalogue, parameters, progress, columns)
    species = linked_species(sample)
    try:
        data = sample.data(species, part(progress, 0.0, 0.2))
    except WrongCall as absent:
        raise NotApplicable(f"{sample.label} holds no dark matter, in which halos are found") from absent
    if isinstance(data, Catalogue):
        return distinct(_with_members(sample, data, columns, part(progress, 0.2, 1.0)), parameters)
    if not isinstance(data, Particles):
        kinds = {1: "set of lines of sight", 2: "map of two dimensions", 3: "density grid"}
        kind = kinds[data.dimensions if isinstance(data, Field) else 3]
        raise NotApplicable(f"{sample.label} is a {kind}: halos are found from particles")
    length, least = parameters.linking_length, parameters.min_particles

    def make() -> Catalogue:
        from backends.halos.friends_of_friends import find_halos

        linked = sample.particles(species, columns, part(progress, 0.2, 0.3)) if columns else data
        return find_halos(linked, length, least, part(progress, 0.3, 1.0))

    return sample.once(("halos", length, least, *sorted(columns)), make, progress)


def measure(sample: Sample, parameters: Parameters, progress: Progress, columns: Collection[str]) -> Catalogue:
    """Return ``find``'s halos with M200c, R200c, M200m and R200m in their columns, where there are particles around.

    What the finder of a file says of its masses stands; the radii follow from them.
    """
    found = find(sample, parameters, part(progress, 0.0, 0.6), columns)
    alone = sample.catalogue is None and isinstance(sample.data(linked_species(sample)), Catalogue)
    if alone or not found.count:
        return found

    def make() -> Catalogue:
        from backends.halos.surroundings import critical_density, mean_density, with_spheres

        matter = sample.all_matter(part(progress, 0.6, 0.7))
        measured = with_spheres(found, matter, sample.omega_m, part(progress, 0.7, 1.0))
        omega_m = sample.omega_m if sample.omega_m is not None else mean_density(matter) / CRITICAL_DENSITY
        densities = {"200c": critical_density(omega_m, found.redshift or 0.0), "200b": omega_m * CRITICAL_DENSITY}
        columns = dict(measured.columns)
        for name, density in densities.items():
            if (stated := found.columns.get(f"m{name}")) is not None:
                columns[f"m{name}"] = known = np.where(stated > 0, stated, np.nan)
                columns[f"r{name}"] = np.cbrt(3 * known / (4 * np.pi * 200 * density))
        return replace(measured, columns=columns)

    if sample.catalogue is not None:
        listed = sample.catalogue.key, parameters.substructure, *sorted(columns)
        return sample.once(("measured halos", *listed), make, progress)
    chosen = parameters.linking_length, parameters.min_particles, *sorted(columns)
    return sample.once(("measured halos", *chosen), make, progress)


def linked_species(sample: Sample) -> str | None:
    """Return "dm", or None where all matter has been read and is nothing else, or there are only halos."""
    held = sample.held(None)
    alone = isinstance(held, Catalogue) or (isinstance(held, Particles) and held.species == "dm")
    return None if alone else "dm"


def _listed(
    sample: Sample, source: Sample, parameters: Parameters, progress: Progress, columns: Collection[str]
) -> Catalogue:
    """Return the halos of a run's catalogue, once it is seen that they are of its box and its time."""
    listed = source.data(None, part(progress, 0.0, 0.3))
    if not isinstance(listed, Catalogue):
        raise NotApplicable(f"{source.label} is no catalogue of halos: choose another for {sample.label}, or find them")
    box_size, redshift = sample.box_size, sample.redshift
    if box_size is not None and abs(listed.box_size / box_size - 1) > SAME_BOX:
        widths = f"{listed.box_size:g} and {box_size:g} Mpc/h"
        raise NotApplicable(f"{source.label} is of another box than {sample.label} ({widths}): find its halos instead")
    dated = redshift is not None and listed.redshift is not None
    if dated and abs((1 + (redshift or 0.0)) / (1 + (listed.redshift or 0.0)) - 1) > SAME_TIME:
        times = f"z = {listed.redshift:.3f} and {redshift:.3f}"
        raise NotApplicable(f"{source.label} is of another time than {sample.label} ({times}): find its halos instead")
    listed = _with_members(source, listed, columns, part(progress, 0.3, 0.5))
    if "ids" in columns and listed.members is None and listed.rows is not None:
        matter = sample.particles(linked_species(sample), ("ids",), part(progress, 0.5, 0.9))
        listed = replace(listed, members=members_in(matter, listed))
    return distinct(listed, parameters)


def _with_members(source: Sample, known: Catalogue, columns: Collection[str], progress: Progress) -> Catalogue:
    """Return a file's halos with the particles that they are made of, where that is asked for and the file says it."""
    fuller = source.fuller
    if "ids" not in columns or known.members is not None or fuller is None:
        return known

    def make() -> Catalogue:
        read = fuller(None, ("ids",), progress)
        return read.at_last_time() if isinstance(read, Catalogue) else known

    return source.once(("data", None, "members"), make, progress)
