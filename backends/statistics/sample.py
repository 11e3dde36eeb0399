"""One run's arrays as statistics ask for them: read, painted and transformed once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from backends.data.catalogue import Catalogue
from backends.data.curve import Curve
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particle_stream import ParticleStream
from backends.data.particles import Particles
from backends.data.store import Store
from backends.errors import InputError, NotApplicable, UnreadableFile
from backends.mesh.assignment import order
from backends.mesh.density import density_field, mass_weights, shot_noise
from backends.mesh.fourier import Modes, interlaced_modes, line_modes, modes, particle_modes, window_order
from backends.mesh.lattice import displaced, displacement_of, in_lattice_order
from backends.mesh.streaming import stream_density, stream_modes
from backends.progress import Progress, part, silent
from backends.readers.files.limits import SHARE, available_memory, human
from backends.statistics import halo_source
from backends.statistics.apparent import in_redshift_space
from backends.statistics.meshes import check_cubic, default_n_mesh, require_density, require_numbers, require_room

if TYPE_CHECKING:
    from backends.mesh.smoothing import Smoothed

Data = Particles | Field | Catalogue
Load = Callable[[str | None, Progress], Data | Curve]
Fuller = Callable[[str | None, Collection[str], Progress], Data | Curve]
Outline = Callable[[str | None], ParticleStream | None]
Made = TypeVar("Made")

OWN_STORE = 1 << 31
"""Bytes that a sample keeps where it is given no store."""

COMFORT = 0.25
"""Of the store, and of the memory that is free, the share beyond which particles stay in their files."""

WORKING = 3
"""What finding halos takes, in units of what the particles themselves take."""


def halos_as_particles(catalogue: Catalogue) -> Particles:
    """Return halos as particles that weigh the same: they are counted, so that their power shows their bias."""
    return Particles(catalogue.positions, catalogue.box_size, redshift=catalogue.redshift, species="halos")


class Sample:
    """Wraps one run's data; every array is made once and kept in the store as long as it has room.

    Parameters
    ----------
    load : reads the run's data of one species, or of all matter for None
    outline : says how many particles those are and how to read them in pieces, or None for other data: what would
        not fit comfortably is painted straight from its files
    label : what the run is called in messages
    store : where arrays are kept, shared with others under ``key``; None for one of its own
    key : what the data depend on: equal keys share arrays
    omega_m : today's matter density parameter, for the masses of displaced particles
    fuller : reads as ``load`` does, with more of each particle: "velocities", "ids"
    catalogue : that which lists the run's halos, where they are not to be found in its particles
    box_size, redshift : the run's, where they are known: its catalogue must be of the same
    """

    def __init__(
        self,
        load: Load,
        *,
        label: str,
        store: Store | None = None,
        key: Hashable = (),
        omega_m: float | None = None,
        outline: Outline | None = None,
        fuller: Fuller | None = None,
        catalogue: Sample | None = None,
        box_size: float | None = None,
        redshift: float | None = None,
    ) -> None:
        self.label, self.omega_m = label, omega_m
        self.catalogue, self.box_size, self.redshift = catalogue, box_size, redshift
        self._load, self._outline, self.fuller = load, outline, fuller
        self._streams: dict[str | None, ParticleStream | None] = {}
        self._store = store if store is not None else Store(OWN_STORE)
        self._key: Hashable = key if key != () else object()
        self._lock = RLock()

    @property
    def key(self) -> Hashable:
        """What the data depend on: equal keys, equal numbers."""
        return self._key

    def data(self, species: str | None = None, progress: Progress = silent) -> Data:
        """Return the run's data of one species, or all matter; displacements become particles."""

        def make() -> Data:
            loaded = self._load(species, part(progress, 0.0, 0.9))
            if isinstance(loaded, Curve):
                raise InputError(
                    f"{self.label} is a table of a statistic and no run; compare draws it with --curve PATH"
                )
            if isinstance(loaded, Field):
                require_numbers(loaded, self.label)
                if loaded.quantity == "displacement":
                    return displaced(loaded, self.omega_m, part(progress, 0.9, 1.0))
            # Of a merger tree, what is compared is its last time.
            return loaded.at_last_time() if isinstance(loaded, Catalogue) else loaded

        stream = self.stream(species)
        if stream is None:
            return self.once(("data", species), make, progress)
        free = available_memory()
        if WORKING * stream.held > SHARE * free:
            raise NotApplicable(
                f"{self.label} holds {stream.count:,} particles, {human(stream.held)}: working on all of them at once "
                f"takes about {human(WORKING * stream.held)}, and {human(free)} of memory are free"
            )
        return make()  # not kept: it would push out everything else

    def particles(self, species: str | None, columns: Collection[str], progress: Progress = silent) -> Particles:
        """Return particles with these columns beside their positions, "velocities" or "ids", where the file has them.

        Raises
        ------
        NotApplicable
            Where there are no particles, or not all of them fit in memory.
        """
        known = self.data(species, part(progress, 0.0, 0.5))
        if not isinstance(known, Particles):
            raise NotApplicable(f"{self.label} holds no particles")
        lacking = [name for name in sorted(columns) if getattr(known, name) is None]
        fuller = self.fuller
        if not lacking or fuller is None:
            return known

        def make() -> Particles:
            try:
                read = fuller(species, lacking, part(progress, 0.5, 1.0))
            except UnreadableFile as absent:  # the positions were read: the run has its other statistics
                raise NotApplicable(str(absent)) from absent
            # What the two readings share is kept once.
            more: dict[str, Any] = {name: getattr(read, name, None) for name in lacking}
            return replace(known, **more)

        return self.once(("data", species, *lacking), make, progress)

    def displacement(self, species: str | None, progress: Progress = silent) -> Field:
        """Return how far matter has moved from its lattice: a file's displacements, or those that particles' ids tell.

        Raises
        ------
        NotApplicable
            Where neither says so.
        """

        def make() -> Field:
            known = self.particles(species, ("ids",), part(progress, 0.0, 0.5))
            if in_lattice_order(known.ids):  # as particles are that a displacement has moved
                loaded = self._load(species, part(progress, 0.5, 0.9))
                if isinstance(loaded, Field) and loaded.quantity == "displacement":
                    return loaded
            return displacement_of(known, self.label, part(progress, 0.5, 1.0))

        return self.once(("displacement", species), make, progress)

    def stream(self, species: str | None = None) -> ParticleStream | None:
        """Return the particles as they lie in their files, where they would not fit comfortably in memory."""
        if self._outline is None:
            return None
        with self._lock:
            if species not in self._streams:
                stream = self._outline(species)
                room = COMFORT * min(self._store.capacity, available_memory())
                # Decided once: what is painted from files and what from memory must not mix.
                self._streams[species] = stream if stream is not None and stream.held > room else None
            return self._streams[species]

    def compared(self, parameters: Parameters, progress: Progress = silent) -> Particles | Field | ParticleStream:
        """Return what is compared, wherever it is: enough to know box, redshift and number of particles."""
        return self.stream(parameters.species) or self.matter(parameters, progress)

    def is_catalogue(self, species: str | None) -> bool:
        """Whether there are halos and no matter."""
        return self.stream(species) is None and isinstance(self.data(species), Catalogue)

    def halo_words(self, parameters: Parameters) -> dict[str, str]:
        """Return which halos are compared, of a catalogue that tells those in others apart; of matter nothing."""
        if not self.is_catalogue(parameters.species):
            return {}
        return halo_source.words_of(self.halos(parameters))

    def matter(self, parameters: Parameters, progress: Progress = silent) -> Particles | Field:
        """Return the compared particles, of a catalogue its halos, or the density grid.

        Raises
        ------
        NotApplicable
            For what does not fit in memory.
        """
        data = self.data(parameters.species, progress)
        if not isinstance(data, Catalogue):
            return data
        if not data.count:
            raise NotApplicable(f"{self.label} is a catalogue without a halo")
        return halos_as_particles(halo_source.distinct(data, parameters))

    def default_n_mesh(self, parameters: Parameters, progress: Progress = silent) -> int:
        """Return the mesh for this run where none is chosen: twice the cube root of its particles."""
        matter = self.compared(parameters, progress)
        return matter.n_mesh if isinstance(matter, Field) else default_n_mesh(matter.count)

    def n_particles(self, parameters: Parameters, progress: Progress = silent) -> int | None:
        """Return how many particles are compared, or None for a grid."""
        matter = self.compared(parameters, progress)
        return None if isinstance(matter, Field) else matter.count

    def relative_density(self, parameters: Parameters, n_mesh: int, progress: Progress = silent) -> Field:
        """Return 1+δ, not interlaced and not compensated; a grid keeps its own mesh."""
        matter = self.compared(parameters, part(progress, 0.0, 0.5))
        if isinstance(matter, Field):
            return self.once(("density", parameters.species), lambda: self._density_of_grid(matter), progress)
        assignment = parameters.mass_assignment or "tsc"

        def make() -> Field:
            require_room(n_mesh, 2)
            if isinstance(matter, ParticleStream):
                return stream_density(matter, n_mesh, assignment, progress)
            return density_field(matter, n_mesh, assignment, progress=part(progress, 0.5, 1.0))

        return self.once(("density", self.painted(parameters), n_mesh, assignment), make, progress)

    def modes(
        self, parameters: Parameters, n_mesh: int, progress: Progress = silent, cell_offset: float = 0.0
    ) -> Modes:
        """Return the overdensity's transform, with the window that is still to be divided out.

        Particles are painted as the parameters say (TSC where they do not), with values at
        ``cell_offset``; a grid is compensated only for a mass assignment that its file or the
        parameters name.
        """
        matter = self.compared(parameters, part(progress, 0.0, 0.4))
        rest = part(progress, 0.4, 1.0)
        if isinstance(matter, Field):
            assignment = parameters.mass_assignment or matter.mass_assignment
            transform: Modes = self.once(
                ("grid modes", parameters.species), lambda: self._modes_of_grid(matter, parameters, rest), progress
            )
            return replace(transform, order=window_order(assignment))
        assignment = parameters.mass_assignment or "tsc"
        transformed = interlaced_modes if parameters.interlaced else particle_modes

        density = ("density", self.painted(parameters), n_mesh, assignment)

        def make() -> Modes:
            require_room(n_mesh, 3)
            if isinstance(matter, ParticleStream):
                kept: Field | None = self._store.get((self._key, *density))
                chosen = n_mesh, assignment, parameters.interlaced, cell_offset
                found, on_the_way = stream_modes(matter, *chosen, kept, progress)
                if on_the_way is not None and kept is None:
                    self._store.put((self._key, *density), on_the_way)
                return found
            values = transformed(
                matter.positions,
                matter.box_size,
                n_mesh,
                assignment,
                mass_weights(matter),
                cell_offset,
                progress=rest,
            )
            return Modes(values, matter.box_size, n_mesh, order(assignment), shot_noise(matter), cell_offset)

        key = ("modes", self.painted(parameters), n_mesh, assignment, parameters.interlaced, cell_offset)
        return self.once(key, make, progress)

    def redshift_space_modes(self, parameters: Parameters, n_mesh: int, progress: Progress = silent) -> Modes:
        """Return the modes of the particles, or halos, where their redshifts seem to put them.

        Raises
        ------
        NotApplicable
            Where they, or their redshift or Ω_m, are not known.
        """
        species, axis, assignment = parameters.species, parameters.line_of_sight, parameters.mass_assignment or "tsc"
        transformed = interlaced_modes if parameters.interlaced else particle_modes

        def make() -> Modes:
            require_room(n_mesh, 3)
            known = self.data(species, part(progress, 0.0, 0.2))
            if isinstance(known, Catalogue):
                known = halo_source.distinct(known, parameters)
                speeds = None if known.velocities is None else known.velocities.astype(np.float32)
                known = replace(halos_as_particles(known), velocities=speeds)
            else:
                known = self.particles(species, ("velocities",), part(progress, 0.2, 0.5))
            seen = in_redshift_space(known, axis, self.omega_m, self.label)
            weights, rest = mass_weights(seen), part(progress, 0.5, 1.0)
            values = transformed(seen.positions, seen.box_size, n_mesh, assignment, weights, progress=rest)
            return Modes(values, seen.box_size, n_mesh, order(assignment), shot_noise(seen))

        key = ("redshift-space modes", self.painted(parameters), n_mesh, assignment, parameters.interlaced, axis)
        return self.once(key, make, progress)

    def smoothed(
        self, parameters: Parameters, n_mesh: int, radius: float, progress: Progress = silent, cell_offset: float = 0.0
    ) -> Smoothed:
        """Return the overdensity smoothed over that radius, Mpc/h, the mass assignment's window divided out."""
        from backends.mesh.smoothing import smooth  # brings numba, for which no window should wait

        window = parameters.smoothing_window

        def make() -> Smoothed:
            transform = self.modes(parameters, n_mesh, part(progress, 0.0, 0.7), cell_offset)
            return smooth(transform, radius, window, part(progress, 0.7, 1.0))

        painted = parameters.mass_assignment, parameters.interlaced
        key = ("smoothed", self.painted(parameters), n_mesh, *painted, window, radius, cell_offset)
        return self.once(key, make, progress)

    def shot_noise(self, parameters: Parameters, progress: Progress = silent) -> float:
        """Return L³ Σw²/(Σw)² of the compared particles, (Mpc/h)³; for a grid what it states."""
        matter = self.compared(parameters, progress)
        if isinstance(matter, ParticleStream):
            n_mesh = parameters.n_mesh or default_n_mesh(matter.count)
            return self.relative_density(parameters, n_mesh, progress).shot_noise
        return matter.shot_noise if isinstance(matter, Field) else shot_noise(matter)

    def halos(self, parameters: Parameters, progress: Progress = silent, columns: Collection[str] = ()) -> Catalogue:
        """Return the run's catalogue, or the halos that friends-of-friends links from the dark matter alone.

        columns : what else of the particles halos are measured with: "velocities", "ids" for their members
        """
        return halo_source.find(self, parameters, progress, columns)

    def measured_halos(
        self, parameters: Parameters, progress: Progress = silent, columns: Collection[str] = ()
    ) -> Catalogue:
        """Return ``halos``, with M200c, R200c, M200m and R200m in their columns where there are particles around."""
        return halo_source.measure(self, parameters, progress, columns)

    def all_matter(self, progress: Progress = silent) -> Particles:
        """Return the particles of all species; raises NotApplicable where there are none."""
        data = self.data(None, progress)
        if not isinstance(data, Particles):
            raise NotApplicable(f"{self.label} holds no particles, so there is nothing around its halos")
        return data

    def held(self, species: str | None) -> object:
        """Return the data of one species, or of all matter for None, if they have been read and are kept."""
        return self._store.get((self._key, "data", species))

    def painted(self, parameters: Parameters) -> Hashable:
        """What a density depends on beside its mesh: the species, and of a catalogue which halos are taken."""
        species = parameters.species
        return (species, "substructure") if parameters.substructure and self.is_catalogue(species) else species

    def _density_of_grid(self, grid: Field) -> Field:
        require_density(grid, self.label)
        if grid.quantity in ("relative_density", "overdensity"):
            return grid.relative_density()
        mean = float(grid.values.mean(dtype=np.float64))
        if not mean > 0:
            raise NotApplicable(f"{self.label} holds {grid.quantity} of mean {mean:.3g}: it is no density")
        return replace(grid, values=grid.values / np.float32(mean), quantity="relative_density")

    def _modes_of_grid(self, grid: Field, parameters: Parameters, progress: Progress) -> Modes:
        check_cubic(grid, self.label)
        density = self.relative_density(parameters, grid.n_mesh, part(progress, 0.0, 0.2)).values
        if density.min() == density.max():
            raise NotApplicable(f"{self.label} has no fluctuations: all its cells hold the same density")
        along_lines = grid.dimensions == 1
        values = density.reshape(grid.lines, grid.n_mesh) if along_lines else density.reshape(grid.grid)
        progress(0.2, "Transforming")
        transform = (line_modes if along_lines else modes)(values - np.float32(values.mean(dtype=np.float64)))
        progress(1.0, "Transformed")
        return Modes(transform, grid.box_size, grid.n_mesh, 0, grid.shot_noise, grid.cell_offset, along_lines)

    def once(self, what: tuple[Hashable, ...], make: Callable[[], Made], progress: Progress) -> Made:
        """Make a value once; who waits for another thread to make it can still be cancelled."""
        while not self._lock.acquire(timeout=0.1):
            progress(0.0, f"Waiting for {self.label}")
        try:
            made: Made = self._store.obtain((self._key, *what), make)
            return made
        finally:
            self._lock.release()
