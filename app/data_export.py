"""Exports a run's data from the window: asks what and where, and has it written in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QFileDialog

from app import __version__
from backends.data.description import HALOS
from backends.data.run import Run
from backends.errors import MissingFact
from backends.progress import Progress
from backends.readers import Data
from backends.statistics.meshes import default_n_mesh
from widgets.data_export_dialog import DataChoice, DataExportDialog, DataOffer

if TYPE_CHECKING:
    from app.application import Application

SUFFIXES = {"npy": ".npy", "halo-csv": ".csv", "halograph-hdf5": ".hdf5", "gadget-hdf5": ".hdf5", "bigfile": ""}
HAS_DATA = ("particles", "field", "bundle", *HALOS)


def ask_for_data(app: Application, key: str = "") -> None:
    """Ask what of a run to export; without its key, of the selected one or else of the reference."""
    study = app.document.study
    run = next((run for run in study.runs if run.key == (key or study.selected)), study.reference)
    if run is None:
        app.window.messages.show_message("info", "There is nothing to export yet: open some files first")
    elif run.description.kind not in HAS_DATA:
        app.window.messages.show_message(
            "info", f"{run.label} is a {run.description.kind}: it has no particles, no grid and no halos to export"
        )
    else:
        dialog = DataExportDialog(app.window, offer(run))
        if dialog.exec():
            _ask_where(app, run, dialog.choice())


def offer(run: Run) -> DataOffer:
    """Say what of a run can be exported, and what must be told for it."""
    description, facts = run.description, run.facts
    part = description.part(run.origin.member)
    quantity = facts.quantity or (part.quantity if part is not None else None)
    targets: tuple[str, ...] = ("density",)
    n_mesh = 0
    if description.kind in HALOS:
        targets = ("halos",)
    elif description.kind == "particles":
        targets = ("density", "particles", "halos")
        n_mesh = default_n_mesh(max(1, sum(facts.count for facts in description.species.values())))
    elif quantity == "displacement":
        targets = ("density", "displacement", "particles", "halos")
        n_mesh = default_n_mesh(max((f.shape[-1] for f in description.fields.values() if f.shape), default=64) ** 3)
    stated = {
        "redshift": facts.redshift,
        "omega_m": description.omega_m,
        "hubble": description.hubble if run.told.hubble is None else run.told.hubble,
    }
    missing = tuple(name for name, value in stated.items() if value is None)
    return DataOffer(run.label, targets, tuple(description.species), n_mesh, missing)


def _ask_where(app: Application, run: Run, choice: DataChoice) -> None:
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in run.label)
    proposed = f"{name}-{choice.what}{SUFFIXES[choice.format]}"
    suffix = SUFFIXES[choice.format]
    kinds = f"*{suffix}" if suffix else "New folder (*)"
    path, _ = QFileDialog.getSaveFileName(app.window, f"Export data of {run.label} to", proposed, kinds)
    if path:
        export_data(app, run, choice, Path(path))


def export_data(app: Application, run: Run, choice: DataChoice, path: Path) -> None:
    """Write what was chosen, whole or not at all, as a task that shows its progress and can be cancelled."""
    from app.exporting.conversion import Source, convert

    created_by = f"halograph {__version__}, exported from the window"
    if choice.what == "halos":
        from app.exporting.halo_table import export_halos

        study = app.document.study
        samples = app.samples.over_time(run, study)

        def list_halos(progress: Progress) -> str:
            return export_halos(samples, path, study.parameters, created_by, progress)

        _start(app, path, list_halos)
        return
    told = dict(choice.facts)

    def read(species: str | None, progress: Progress) -> Data:
        return app.samples.read(run, species, progress)

    source = Source(
        run.label,
        run.description,
        replace(
            run.told,
            redshift=told.get("redshift", run.told.redshift),
            hubble=told.get("hubble", run.told.hubble),
        ),
        run.origin.member,
        read,
        lambda: app.samples.of(run),
        told.get("omega_m"),
    )

    def write(progress: Progress) -> str:
        try:
            return convert(
                source,
                choice.format,
                path,
                what=choice.what,
                species=choice.species or None,
                n_mesh=choice.n_mesh or None,
                created_by=created_by,
                progress=progress,
            )
        except MissingFact as missing:
            raise MissingFact(missing.path, missing.fact, "Correct facts… in the run's menu") from missing

    _start(app, path, write)


def _start(app: Application, path: Path, write: Callable[[Progress], str]) -> None:
    """Write as a task, and say in the status line what was written."""

    def done(written: str) -> None:
        app.window.status.set_facts((f"saved {path.name}: {written}",))

    app.tasks.start(("export", path), f"Exporting {path.name}", write, done, failed=app.say_error)
