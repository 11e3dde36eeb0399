"""Several species in one snapshot: each shown, painted and compared by itself, and all of them summed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import sessions
from app.application import Application
from backends.data.statistic import StatisticResult
from widgets.species_choice import SpeciesChoice

Settle = Callable[[], None]
BOX, COUNT = 50.0, 4000


def write(path: Path, seed: int, gas: bool = True) -> None:
    """Gas in one half of the box, dark matter everywhere, tracers that weigh nothing."""
    rng = np.random.default_rng(seed)
    counts = [COUNT if gas else 0, 2 * COUNT, 0, 10 if gas else 0, 0, 0]
    with h5py.File(path, "w") as file:
        header = file.create_group("Header").attrs
        header["NumPart_ThisFile"] = header["NumPart_Total"] = np.array(counts, np.uint32)
        header["MassTable"] = [1.0, 5.0, 0, 0, 0, 0]
        header["NumFilesPerSnapshot"], header["BoxSize"], header["Redshift"] = 1, BOX, 0.0
        header["UnitLength_in_cm"] = 3.085678e24
        for kind, count in enumerate(counts):
            if count:
                positions = rng.random((count, 3)) * (BOX / 2 if kind == 0 else BOX, BOX, BOX)
                file[f"PartType{kind}/Coordinates"] = positions.astype(np.float32)
        if gas:
            file["PartType3/ParentID"] = np.arange(10)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "hydro.hdf5", tmp_path / "imitation.hdf5"
    for seed, path in enumerate(paths):
        write(path, seed)
    return paths


def share_of_the_left(application: Application, key: str) -> float:
    """How much of the mass that is shown lies in the box's lower half."""
    density = application.comparing.density(application.document.study.run(key))
    assert density is not None
    values = density.values
    return float(values[: values.shape[0] // 2].sum() / values.sum())


def choose(application: Application, qtbot: QtBot, name: str) -> None:
    """Pick from the list, as a person does with the keyboard."""
    box = application.window.species.box
    box.setFocus()
    box.setCurrentIndex(box.findText(name))
    qtbot.keyClick(box, Qt.Key.Key_Return)
    box.activated.emit(box.currentIndex())


def test_a_species_is_shown_painted_and_compared(
    application: Application, pair: tuple[Path, Path], settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    application.open_paths(pair)
    settle()
    choice, document = application.window.species, application.document
    assert choice.isVisible()
    names = [choice.box.itemText(i) for i in range(choice.box.count())]
    assert names == ["All matter", "Gas", "Dark matter", "Tracers"]
    reference = document.study.runs[0]
    whole = share_of_the_left(application, reference.key)
    assert whole == pytest.approx((4000 + 5 * 4000) / (4000 + 5 * 8000), abs=0.03)
    choose(application, qtbot, "Gas")
    settle()
    assert document.study.parameters.species == "gas"
    assert share_of_the_left(application, reference.key) > 0.95
    cells = application.window.grid._cells
    assert cells[0].label == "hydro · gas"
    assert all(cell.label.count("gas") for cell in cells)
    power = application.comparing.result("power-spectrum", reference)
    assert isinstance(power, StatisticResult)
    assert power.parameters["species"] == "gas"
    assert power.parameters["n_particles"] == COUNT
    assert application.showing.figures["power-spectrum"].title == "Power spectrum · gas"
    assert application.window.messages.messages() == ()
    # It is remembered, and can be taken back.
    sessions.save(tmp_path / "hydro.halograph", document.study, {})
    assert sessions.load(tmp_path / "hydro.halograph").study.parameters.species == "gas"
    application.actions["edit.undo"].trigger()
    settle()
    assert document.study.parameters.species is None
    assert share_of_the_left(application, reference.key) == whole
    assert choice.box.currentText() == "All matter"
    assert application.window.grid._cells[0].label == "hydro"


def test_the_palette_goes_through_the_species(
    application: Application, pair: tuple[Path, Path], settle: Settle
) -> None:
    application.open_paths(pair[:1])
    settle()
    seen = []
    for _ in range(4):
        application.actions["species.next"].trigger()
        seen.append(application.document.study.parameters.species)
    assert seen == ["gas", "dm", "tracers", None]
    settle()


def test_a_run_without_the_species_says_so_and_the_others_are_shown(
    application: Application, tmp_path: Path, settle: Settle
) -> None:
    paths = tmp_path / "hydro.hdf5", tmp_path / "dark.hdf5"
    write(paths[0], 0)
    write(paths[1], 1, gas=False)
    application.open_paths(paths)
    settle()
    application.editing.show_species("gas")
    settle()
    hydro, dark = application.document.study.runs
    assert application.comparing.is_ready(hydro)
    assert application.comparing.failures == {dark.key: "dark.hdf5 has no species 'gas'; it holds dm"}
    application.editing.show_species(None)
    settle()
    assert application.comparing.failures == {}


def test_one_species_leaves_nothing_to_choose(application: Application, tmp_path: Path, settle: Settle) -> None:
    write(tmp_path / "dark.hdf5", 1, gas=False)
    application.open_paths((tmp_path / "dark.hdf5",))
    settle()
    assert application.window.species.isHidden()


def test_a_choice_that_no_run_offers_any_more_can_be_taken_back(qtbot: QtBot) -> None:
    choice = SpeciesChoice()
    qtbot.addWidget(choice)
    choice.show_species((), "gas")
    assert not choice.isHidden()
    assert [choice.box.itemText(i) for i in range(choice.box.count())] == ["All matter", "Gas"]
    with qtbot.waitSignal(choice.species_requested) as asked:
        choice.box.setCurrentIndex(0)
        choice.box.activated.emit(0)
    assert asked.args == [None]
    choice.show_species((), None)
    assert choice.isHidden()
