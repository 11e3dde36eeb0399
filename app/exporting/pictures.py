"""Pictures of runs without a display: what the window's views would show, as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.column_mass import Member, common_density
from app.exporting.runs import OpenedRun, default_labels, open_run
from app.swarm_reading import MOST, swarm_of
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.species import in_words
from backends.data.store import Store
from backends.data.view import Isosurface, ParticleLook, ViewSettings, usual_opacity
from backends.errors import MismatchedBoxes, NotApplicable, WrongCall
from backends.progress import Progress, part, silent
from backends.readers import opening
from backends.writers.whole import require_writable, whole
from widgets.volume.swarm import Swarm
from widgets.volume.swarm_look import colour_of

Camera = tuple[float, float, float]
ATTENUATION = 4.0
# How much an outer isosurface hides of the inner ones.
SHELL = 0.25


def render_files(
    paths: Sequence[Path],
    told: Facts,
    out: Path,
    mode: str = "column",
    size: tuple[int, int] = (1280, 960),
    camera: Camera | None = None,
    species: str | None = None,
    levels: tuple[float, ...] | None = None,
    mass: bool = False,
    compare: str = "field",
    overlay: str = "",
    particles: ParticleLook | None = None,
    progress: Progress = silent,
) -> None:
    """Draw the runs of these paths side by side on one colour scale, and save the picture.

    Parameters
    ----------
    mode : "dvr", "column", "mip", "attenuated", "iso", "plane" or "particles"
    size : pixels
    camera : azimuth and elevation in degrees, and zoom
    species : the one that is drawn of snapshots, or None for all matter but tracers
    levels : of isosurfaces, in units of the mean, or None for the usual one
    mass : whether columns are counted in (Msun/h) / (Mpc/h)²
    compare : "field", or how all others are drawn against the first: "difference", "ratio", "wipe", "checkerboard"
    overlay : "", or what is laid over all others: "reference", the first; "error", how far they are off it
    particles : what they look like where they are drawn, or None for the usual

    Raises
    ------
    InputError
        Where a path cannot be used, holds no density, or none of that species.
    MachineError
        Where there is no OpenGL, or the picture cannot be written.
    """
    if out.suffix.lower() != ".png":
        raise WrongCall(f"{out} is not the name of a PNG; let it end in .png")
    require_writable(out)
    labels = default_labels(paths)
    runs = [open_run(path, told, "prediction", label) for path, label in zip(paths, labels, strict=True)]
    if len(paths) < 2 and (compare != "field" or overlay):
        raise WrongCall("there is nothing to compare with: give the reference's path first, then the others'")
    view = replace(drawing(mode, camera, levels, mass), comparison=compare, overlay=overlay)
    view = replace(view, particles=particles or view.particles)
    if mode == "particles" and compare in ("difference", "ratio"):
        raise WrongCall(f"particles have no {compare}: compare them with wipe or checkerboard")
    render(runs, out, view, size, camera, species, progress)


def render(
    runs: Sequence[OpenedRun],
    out: Path,
    view: ViewSettings,
    size: tuple[int, int],
    camera: Camera | None,
    species: str | None = None,
    progress: Progress = silent,
) -> None:
    """Draw opened runs; the first one sets the mesh and the colour scale."""
    from PIL import Image

    from app.exporting.captions import Caption, captioned
    from widgets.volume.offscreen import drawn

    fields = _densities(runs, species, part(progress, 0.0, 0.8))
    swarms = _swarms(runs, species, view, part(progress, 0.6, 0.8)) if view.mode == "particles" else ()
    progress(0.8, "Drawing")
    view = replace(view, opacity=usual_opacity(fields[0].box_size))
    mean_density, no_mass = common_density((Member(run.label, run.description, run.member) for run in runs), species)
    if view.column_unit == "mass" and no_mass:
        raise NotApplicable(f"{no_mass}; or leave --mass out")
    picture = drawn(fields, view, size, camera, swarms)
    captions = [Caption(_named(run, species), _epoch(field)) for run, field in zip(runs, fields, strict=True)]
    pixels = captioned(picture, captions, view, fields[0].box_size, mean_density)
    with whole(out) as draft:
        Image.fromarray(pixels).save(draft, format="PNG")
    progress(1.0)


def drawing(mode: str, camera: Camera | None, levels: tuple[float, ...] | None, mass: bool) -> ViewSettings:
    """Return the settings of the views that draw in this mode of the command line."""
    unit = "mass" if mass and mode == "column" else "mean"
    view = replace(ViewSettings(), mode="mip" if mode == "attenuated" else mode, column_unit=unit)
    if mode == "attenuated":
        view = replace(view, attenuation=ATTENUATION)
    if mode == "plane" and camera is not None:
        view = replace(view, plane=replace(view.plane, azimuth=camera[0], elevation=camera[1]))
    if levels is not None:
        # The innermost is solid; the others let it be seen.
        inner = max(levels)
        surfaces = tuple(Isosurface(level, 1.0 if level == inner else SHELL) for level in sorted(levels))
        view = replace(view, isosurfaces=surfaces)
    return view


def _named(run: OpenedRun, species: str | None) -> str:
    """Name the species beside the run, as the window's views do; grids and catalogues have none to choose."""
    return run.label if species is None or run.description.kind != "particles" else f"{run.label} · {in_words(species)}"


def _epoch(field: Field) -> str:
    return "" if field.redshift is None else f"z = {field.redshift:.3g}"


def _swarms(
    runs: Sequence[OpenedRun], species: str | None, view: ViewSettings, progress: Progress
) -> tuple[Swarm, ...]:
    """Read the particles of all runs, with what their colours need."""
    colour, found = view.particles.colour, []
    for i, run in enumerate(runs):

        def glance(name: str | None, run: OpenedRun = run) -> Particles:
            return opening.sample(run.description, run.told, run.member, name, MOST)

        step = part(progress, i / len(runs), (i + 1) / len(runs))
        swarm = swarm_of(run.sample(Store(1 << 32)), run.description, species, colour, glance, step)
        lacking = swarm.lacks(colour_of(view))
        if lacking:
            raise NotApplicable(f"{run.description.path}: {lacking[0].lower()}{lacking[1:]}")
        found.append(swarm)
    return tuple(found)


def _densities(runs: Sequence[OpenedRun], species: str | None, progress: Progress) -> list[Field]:
    store, parameters = Store(1 << 32), Parameters(species=species)
    samples = [run.sample(store) for run in runs]
    n_mesh = samples[0].default_n_mesh(parameters, part(progress, 0.0, 0.3))
    found: list[Field] = []
    for i, sample in enumerate(samples):
        step = part(progress, 0.3 + 0.7 * i / len(samples), 0.3 + 0.7 * (i + 1) / len(samples))
        field = sample.relative_density(parameters, n_mesh, step)
        if field.dimensions != 3 or field.values.ndim != 3:
            shape = "×".join(map(str, field.values.shape))
            raise NotApplicable(f"{runs[i].description.path} is a map of {shape}: only densities in a box are drawn")
        if abs(field.box_size - (found or [field])[0].box_size) > 1e-3 * field.box_size:
            both = f"their boxes are {found[0].box_size:g} and {field.box_size:g} Mpc/h wide"
            raise MismatchedBoxes(str(runs[0].description.path), str(runs[i].description.path), both)
        found.append(field)
    return found
