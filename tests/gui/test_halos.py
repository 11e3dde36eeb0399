"""Halos in the window: profiles, matches and theory are asked for, drawn, undone and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QComboBox

from app import sessions
from app.application import Application
from backends.data.parameters import Parameters
from backends.writers.gadget_hdf5 import write_gadget_hdf5

Settle = Callable[[], None]
BOX = 40.0


@pytest.fixture
def snapshots(tmp_path: Path) -> tuple[Path, ...]:
    """Twenty halos of NFW-like steepness, and the same halos blurred, particle by particle."""
    rng = np.random.default_rng(4)
    centres = np.repeat(rng.random((20, 3)) * BOX, 400, axis=0)
    direction = rng.normal(size=(8000, 3))
    direction /= np.linalg.norm(direction, axis=1)[:, None]
    truth = centres + direction * (0.8 * rng.random(8000) ** 2)[:, None]
    paths = []
    for name, blur in (("truth", 0.0), ("blurred", 0.1)):
        x = np.mod(truth + blur * rng.normal(size=truth.shape), BOX).astype(np.float32)
        x[x >= BOX] = 0
        paths.append(tmp_path / f"{name}.hdf5")
        write_gadget_hdf5(
            paths[-1], x, box_size=BOX, redshift=0.0, omega_m=0.3, hubble=0.7, masses=6.66e11,
            ids=np.arange(1, 8001),
        )  # fmt: skip
    return tuple(paths)


def choose(box: QComboBox, text: str) -> None:
    """Pick an entry as a person does."""
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


def test_a_run_without_halos_lacks_all_of_the_references(
    application: Application, snapshots: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    even = (np.stack(np.meshgrid(*[np.arange(20.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3) + 0.5) * (BOX / 20)
    path = tmp_path / "even.hdf5"
    write_gadget_hdf5(
        path, even.astype(np.float32), box_size=BOX, redshift=0.0, omega_m=0.3, hubble=0.7, masses=6.66e11,
        ids=np.arange(1, 8001),
    )  # fmt: skip
    application.open_paths((snapshots[0], path), in_order=True)
    settle()
    ranking = application.showing.ranking
    assert ranking is not None
    assert ranking.rows[0].scores["mass_function_error"] == 1.0  # as the command line says


def test_halos_are_profiled_matched_and_held_against_theory(
    application: Application, snapshots: tuple[Path, ...], settle: Settle, tmp_path: Path
) -> None:
    application.open_paths(snapshots)
    settle()
    assert "halo-profile" not in application.showing.figures
    for name in ("halo-profile", "halo-matching"):
        application.actions[f"statistic.{name}"].trigger()
    settle()
    figures = application.showing.figures
    assert figures["halo-profile"].ratio_label == "ρ / ρ_ref"
    assert [curve.label for curve in figures["halo-matching"].curves] == ["blurred", "blurred · purity"]
    assert figures["halo-matching"].note == "matched by particles"

    controls = application.window.statistic_parameters.controls.halos
    choose(controls.theory, "All that fit")
    settle()
    assert ("Sheth–Tormen 1999", "σ₈ not known") in application.showing.figures["halo-mass-function"].skipped
    controls.sigma8.setValue(0.8)
    choose(controls.mass, "M200c")
    choose(controls.match, "Distance and mass")
    settle()
    drawn = application.showing.figures["halo-mass-function"]
    assert any(curve.label.startswith("Tinker 2008 · 200c") for curve in drawn.curves)
    assert application.showing.figures["halo-matching"].note == "matched by distance"

    chosen = application.document.study.parameters
    assert (chosen.halo_mass, chosen.match_by, chosen.sigma8, len(chosen.theory)) == ("200c", "distance", 0.8, 4)
    path = tmp_path / "saved.halograph"
    sessions.save(path, application.document.study, {})
    assert sessions.load(path).study.parameters == chosen
    for _ in range(4):
        application.document.undo_stack.undo()
    settle()
    assert application.document.study.parameters == Parameters()
    assert controls.theory.currentText() == "None"
    assert controls.sigma8.value() == 0
    assert not any(curve.key.startswith("theory") for curve in application.showing.figures["halo-mass-function"].curves)
