"""Asks what of a run's data is exported, as what, and for what the snapshot needs and the file does not say."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PyQt6.QtWidgets import QLineEdit, QSpinBox, QWidget

from widgets.choice_box import ChoiceBox
from widgets.export_frame import ExportFrame

GRIDS = (("npy", "NumPy grid (.npy)"), ("halograph-hdf5", "Halograph HDF5"))
TABLES = (("halo-csv", "Table (.csv)"),)
SNAPSHOTS = (("gadget-hdf5", "Gadget HDF5"), ("bigfile", "BigFile folder (MP-Gadget)"))
TARGETS = {
    "density": ("Density grid", "cube", "The density 1 + δ on a regular mesh.", GRIDS),
    "displacement": ("Displacement", "slice", "The displacement of every point of the lattice, in Mpc/h.", GRIDS),
    "particles": ("Particles", "halos", "Particles with all that is known of them, to go on with an N-body code.",
                  SNAPSHOTS),
    "halos": ("Halos", "halos", "Halos with their masses; of a run over time those of all its snapshots, each with "
              "its descendant.", TABLES),
}  # fmt: skip
"""Title, icon, tip and formats of what can be exported."""

FACTS = {"redshift": "Redshift", "omega_m": "Ω_m", "hubble": "H₀ / 100"}


@dataclass(frozen=True)
class DataOffer:
    """What a run has.

    targets : some of ``TARGETS``
    species : names, to choose one where there are several
    n_mesh : cells a side that a density would have; 0 where its grid is as it is
    missing : some of ``FACTS``, which a snapshot needs and nobody has said
    """

    label: str
    targets: tuple[str, ...]
    species: tuple[str, ...] = ()
    n_mesh: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataChoice:
    """What the person chose.

    species : one of the offer's, or "" for all
    n_mesh : cells a side, or 0 for the grid as it is
    facts : those that were missing, as they were told
    """

    what: str
    format: str
    species: str = ""
    n_mesh: int = 0
    facts: tuple[tuple[str, float], ...] = ()


class DataExportDialog(ExportFrame):
    """What at the left, how at the right."""

    def __init__(self, parent: QWidget | None, offer: DataOffer) -> None:
        super().__init__(parent, f"Export data of {offer.label}", 600)
        self._offer = offer
        self._make_controls()
        self._lay_out()
        self.what.currentRowChanged.connect(self._show_target)
        self.what.setCurrentRow(0)
        self.what.setFocus()

    def choice(self) -> DataChoice:
        """Return what is chosen."""
        what = self._what()
        needed = self._offer.missing if what == "particles" else ()
        return DataChoice(
            what,
            self.format.currentData(),
            self.species.currentData() or "" if what in ("density", "particles") else "",
            self.mesh.value() if what == "density" and self._offer.n_mesh else 0,
            tuple((name, value) for name in needed if (value := _number(self.facts[name].text())) is not None),
        )

    def _what(self) -> str:
        return self._offer.targets[self.what.currentRow()]

    def _make_controls(self) -> None:
        for name in self._offer.targets:
            self.offer(*TARGETS[name][:3])
        self.format = ChoiceBox("Format", "File format")
        self.species = ChoiceBox("Species", "Which particles")
        self.species.addItem("All of them", "")
        for name in self._offer.species:
            self.species.addItem(name, name)
        self.mesh = QSpinBox()
        self.mesh.setRange(4, 4096)
        self.mesh.setSuffix("³ cells")
        self.mesh.setAccessibleName("Mesh")
        self.mesh.setToolTip("Cells along a side of the mesh that particles are painted on")
        self.mesh.setValue(self._offer.n_mesh or 4)
        self.facts = {name: QLineEdit() for name in FACTS}
        for name, edit in self.facts.items():
            edit.setAccessibleName(FACTS[name])
            edit.setToolTip(f"{FACTS[name]}, which the file does not state and a snapshot needs")
            edit.setPlaceholderText("not stated by the file")
            edit.textChanged.connect(self._validate)

    def _lay_out(self) -> None:
        self.form.addRow("F&ormat", self.format)
        self.form.addRow("&Species", self.species)
        self.form.addRow("&Mesh", self.mesh)
        for name, title in FACTS.items():
            self.form.addRow(title, self.facts[name])

    def _show_target(self) -> None:
        what = self._what()
        unsaid = " Say first what the file leaves out." if what == "particles" and self._offer.missing else ""
        self.tip.setText(TARGETS[what][2] + unsaid)
        self.format.clear()
        for name, title in TARGETS[what][3]:
            self.format.addItem(title, name)
        self.form.setRowVisible(self.species, what in ("density", "particles") and len(self._offer.species) > 1)
        self.form.setRowVisible(self.mesh, what == "density" and bool(self._offer.n_mesh))
        for name, edit in self.facts.items():
            self.form.setRowVisible(edit, what == "particles" and name in self._offer.missing)
        self._validate()

    def _validate(self) -> None:
        """Let nothing be exported before every fact that it needs is a number that can be meant."""
        wanted = self._offer.missing if self._what() == "particles" else ()
        said = all((value := _number(self.facts[n].text())) is not None and _fits(n, value) for n in wanted)
        if self.go is not None:
            self.go.setEnabled(said)


def _fits(name: str, value: float) -> bool:
    return value > -1 if name == "redshift" else 0 < value < 10


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
