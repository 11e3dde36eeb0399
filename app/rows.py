"""What the library and the facts panel say about a run, in words."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from app.short_names import short_names
from backends.data.curve import ReferenceCurve
from backends.data.description import HALOS
from backends.data.length_unit import unit_name
from backends.data.realisations import place_of
from backends.data.run import Run
from backends.data.species import in_order
from backends.data.study import Study
from backends.readers.grids.layout import layout_of
from widgets.library import LibraryRow
from widgets.snapshot_facts import Fact
from widgets.theme import Theme

QUANTITIES = {
    "relative_density": "density 1 + δ",
    "overdensity": "overdensity δ",
    "displacement": "displacement",
    "normalised_displacement": "displacement / 6D(z)",
    "density": "density",
    "skewers": "flux",
    "density_skewers": "density",
}
STATISTICS = {"power-spectrum": "P(k)", "halo-mass-function": "dn/dM"}
OPTION = re.compile(
    r"(?P<it>it )?(?P<with>with )?--(?:box-size|redshift|quantity|length-unit|hubble|level|cell-offset)"
    r"(?: (?:[A-Z]\b|NAME|UNIT|[a-z_]+))?(?: \([a-z_, ]+\))?(?: and --quantity NAME)?\.?"
)
SPECIES = re.compile(r"(?:with )?--species NAME")
GONE = "Say where it was moved to"
RELINK = "Say where it is now with Relink file… in the row's menu"
UNITS = re.compile(r"Say --units no-h")
PARAMETERS = {"omega_m": "Ωₘ", "sigma_8": "σ₈"}


def library_rows(
    study: Study, theme: Theme, loading: Mapping[str, float | None], failures: Mapping[str, str]
) -> tuple[LibraryRow, ...]:
    """Return the library's rows of all runs.

    Parameters
    ----------
    loading : fraction, where one is known, of the runs that are on their way
    failures : why runs could not be read
    """
    redshifts = {round(z, 2) for run in study.runs if (z := run.facts.redshift) is not None}
    short = short_names([run.label for run in study.runs])
    again = unexplained(failures, study.runs)
    return tuple(
        library_row(
            run,
            colour=theme.run_colour(run.colour),
            short=short[run.label],
            selected=run.key == study.selected,
            loading=run.key in loading,
            progress=loading.get(run.key),
            failure=failures.get(run.key, ""),
            explained=run.key not in again,
            tell_redshift=len(redshifts) > 1 or bool(run.epochs),
        )
        for run in study.runs
    )


def library_row(
    run: Run,
    *,
    colour: str,
    short: str = "",
    selected: bool,
    loading: bool,
    progress: float | None,
    failure: str,
    explained: bool = True,
    tell_redshift: bool,
) -> LibraryRow:
    """Return the library's row for a run; the quiet words at its right say what sets it apart."""
    redshift = run.facts.redshift
    if loading and progress is None:
        detail = "waiting"
    elif run.realisations:
        detail = f"{place_of(run) + 1} of {len(run.realisations)}"
    elif run.role == "reference":
        detail = "reference"
    elif run.network is not None:
        detail = short_count(run.network.parameters)
    elif tell_redshift and redshift is not None:
        detail = f"z = {redshift:.2f}"
    elif run.description.kind in HALOS:
        detail = _objects(run)
    else:
        detail = run.role if run.role == "input" else ""
    return LibraryRow(
        key=run.key,
        label=run.label,
        short=short,
        colour=colour,
        detail=detail,
        role=run.role,
        visible=run.visible,
        selected=selected,
        progress=progress if loading else None,
        failure=failure,
        explained=explained,
        warnings=tuple(map(in_window, run.warnings)),
        tooltip=str(run.origin.path),
    )


def unexplained(failures: Mapping[str, str], runs: Sequence[Run]) -> frozenset[str]:
    """Return the keys of runs whose failure a row above tells already, names of files and runs aside."""
    said: set[str] = set()
    again: set[str] = set()
    names = {name for run in runs for name in (run.origin.path.name, run.label) if name}
    for run in runs:
        if why := failures.get(run.key, ""):
            for name in sorted(names, key=len, reverse=True):
                why = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", why)
            (again if why in said else said).add(run.key if why in said else why)
    return frozenset(again)


def curve_row(curve: ReferenceCurve, colour: str, selected: bool, short: str = "") -> LibraryRow:
    """Return the library's row of a table's curve."""
    redshift = None if curve.curve is None else curve.curve.redshift
    detail, path = STATISTICS.get(curve.statistic, curve.statistic), curve.origin.path
    return LibraryRow(
        key=curve.key,
        label=curve.label,
        short=short,
        colour=colour,
        detail=detail if redshift is None else f"{detail}, z = {redshift:.2f}",
        role="curve",
        visible=curve.visible,
        selected=selected,
        failure=in_window(" ".join(curve.warnings).replace(str(path), path.name)) if curve.curve is None else "",
        warnings=tuple(map(in_window, curve.warnings)) if curve.curve is not None else (),
        tooltip=str(path),
        units=curve.told.units or ("h" if any("--units" in warning for warning in curve.warnings) else ""),
    )


def facts_of(run: Run) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Return what is known about a run's data, and the reader's warnings."""
    d, known = run.description, run.facts
    unknown = "not stated" if d.kind != "missing" else "unknown"
    rows = [
        _redshift(known.redshift, unknown),
        Fact("Box", unknown if known.box_size is None else f"{known.box_size:g} Mpc/h"),
    ]
    rows += _unit_of_length(run)
    for name, species in d.species.items():
        word = "Contains" if d.kind in HALOS else "Particles"
        rows.append(Fact(word, f"{cube_or_count(species.count)} {name}"))
    hubble = known.hubble if known.hubble is not None else d.hubble
    numbers = [(name, value) for name, value in (("h", hubble), ("Ωₘ", d.omega_m)) if value is not None]
    if numbers:
        exact = ", ".join(f"{name} = {value:.10g}" for name, value in numbers)
        names, values = ", ".join(name for name, _ in numbers), ", ".join(f"{value:.5g}" for _, value in numbers)
        rows.append(Fact(names, values, exact))
    if known.quantity is not None:
        rows.append(Fact("Quantity", QUANTITIES.get(known.quantity, known.quantity)))
    rows += _grid(run)
    part = d.part(run.origin.member)
    if part is not None and part.case.isdigit():
        rows.append(
            Fact("Number", f"{part.case} of {len(d.parts)}", "Next case, previous case and Go to case… turn it")
        )
    if part is not None and part.parameters:
        rows += [Fact(PARAMETERS.get(name, name), f"{value:.4g}") for name, value in part.parameters.items()]
    if run.realisations:
        count, place = len(run.realisations), place_of(run)
        which = run.realisations[place].label
        rows.append(Fact("Realisation", f"{place + 1} of {count}", f"{which}; Alt+PgDown shows the next"))
    if run.network is not None:
        rows.append(Fact("Network", f"{short_count(run.network.parameters)} parameters", run.network.architecture))
    rows.append(Fact("Format", d.format))
    more = len(d.files) - 1 if os.path.isfile(d.path) else 0
    rows.append(Fact("File", d.path.name if more < 1 else f"{d.path.name} + {more}", str(d.path)))
    return tuple(rows), tuple(map(in_window, run.warnings))


def _redshift(value: float | None, unknown: str) -> Fact:
    """Say the redshift shortly, and in the tool tip to its last digit."""
    if value is None:
        return Fact("Redshift", unknown)
    shown = f"{value:.2f}" if value >= 0.1 or round(value, 6) == 0 else f"{value:.2g}"
    return Fact("Redshift", shown.replace("-", "−"), f"z = {value:.10g}, a = {1 / (1 + value):.6g}".replace("-", "−"))


def _unit_of_length(run: Run) -> list[Fact]:
    """Say in which unit its lengths are, and who says so."""
    d, name = run.description, "Unit of length"
    if run.told.length_unit is not None:
        return [Fact(name, run.told.length_unit, "Of the file's lengths, as you said")]
    size = d.length_unit if d.length_read is None else d.length_read
    if size is None or d.kind == "bundle":
        return []
    value = unit_name(size, run.facts.hubble or d.hubble) or f"{size:.6g} Mpc/h"
    if d.length_unit is None:
        return [Fact(name, f"{value}, not stated", f"The file does not state it; it is read as {value}")]
    if d.length_read is None:
        return [Fact(name, value, "The format fixes it: correct the box size instead")]
    return [Fact(name, value, "As the file states it")]


def _grid(run: Run) -> list[Fact]:
    """Say how many cells its mesh has; of a refined one, those of the level that is shown."""
    d, member = run.description, run.origin.member
    if not d.fields or not d.is_grid(member):
        return []
    name, field = next(iter(d.fields.items()))
    layout = layout_of(field.shape)
    if not d.levels:
        if field.lines:
            return [Fact("Grid", field.in_words, name)]
        cells = field.in_words if layout is None else f"{layout.n}{'³' if layout.dimensions == 3 else '²'}"
        return [Fact("Grid", f"{cells} cells", name)]
    named = member.rpartition("@")[2] if "@" in member else ""
    shown = next((level for level, side in d.levels.items() if side == field.shape[0]), 0)
    level = run.told.level if run.told.level is not None else int(named) if named.isdigit() else shown
    side = d.levels.get(level)
    rows = [] if side is None else [Fact("Grid", f"{side}{'³' if len(field.shape) == 3 else '²'} cells", name)]
    if len(d.levels) > 1:
        of = f"{level} of {min(d.levels)} to {max(d.levels)}"
        rows.append(Fact("Mesh level", of, "Whose cells it is laid on; Correct facts… chooses another"))
    return rows


def kind_in_words(run: Run) -> str:
    """Return what a run's file is, as the head of its facts."""
    shapes = [field.shape for field in run.description.fields.values()]
    layout = layout_of(shapes[0]) if shapes else None
    if any(field.lines for field in run.description.fields.values()):
        return "Lines of sight"
    flat = layout is not None and layout.dimensions == 2
    names = {"catalogue": "Catalogue", "tree": "Merger trees", "field": "Map" if flat else "Grid"}
    return names.get(run.description.kind, "Snapshot")


def _objects(run: Run) -> str:
    """Return what a catalogue lists: halos, groups, galaxies."""
    part = run.description.part(run.origin.member)
    if part is not None and part.member in run.description.species:
        return part.member
    return next(iter(run.description.species), "halos")


def species_of(study: Study) -> tuple[tuple[str, int], ...]:
    """Return the species that the study's snapshots hold, each with the number of runs that hold it."""
    held = [name for run in study.runs for name, facts in run.description.species.items() if facts.count]
    return tuple((name, held.count(name)) for name in in_order(held))


def in_window(warning: str) -> str:
    """Name the window's remedy where a reader's names the command line's."""
    said = UNITS.sub("Choose its units in the row's menu", warning.replace(GONE, RELINK))
    return OPTION.sub(_corrected, SPECIES.sub("under Matter", said))


def _corrected(option: re.Match[str]) -> str:
    before = "with" if option["with"] and not option["it"] else "it with"
    return f"{before} Correct facts…"


def cube_or_count(count: int) -> str:
    """Write a number of particles as a cube where it is one: 262144 is 64³."""
    side = round(count ** (1 / 3))
    return f"{side}³" if side > 1 and side**3 == count else f"{count:,}".replace(",", " ")


def short_count(count: int) -> str:
    """Write a number of parameters in three figures: 227 k, 1.2 M."""
    if count >= 1_000_000:
        return f"{count / 1e6:.1f} M"
    return f"{count / 1e3:.0f} k" if count >= 1_000 else str(count)
