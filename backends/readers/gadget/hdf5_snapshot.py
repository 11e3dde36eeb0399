"""Gadget-2, -3 and -4, AREPO, IllustrisTNG, CAMELS, SIMBA and GIZMO snapshots in HDF5, of one piece or many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py

from backends.data.description import Description
from backends.data.facts import Facts
from backends.readers import register
from backends.readers.files.hdf5 import child, opened
from backends.readers.files.recognition import is_swift, recognised
from backends.readers.gadget.blocks import description_of, snapshot_of
from backends.readers.gadget.header import read_header
from backends.readers.gadget.pieces import GROUP, siblings
from backends.readers.gadget.survey import survey
from backends.readers.particles.loading import ParticleReader
from backends.readers.particles.snapshot import Snapshot


@register("gadget-hdf5")
class GadgetHdf5(ParticleReader):
    """Particles by type under /PartTypeN, in comoving code units, velocities over √a."""

    label = "Gadget HDF5"

    def recognises(self, path: Path) -> bool:
        return recognised(path, _is_snapshot)

    def gather(self, path: Path) -> tuple[Path, ...]:
        with opened(path) as file:
            n_files = read_header(path, file).n_files
        return siblings(path, n_files)

    def describe(self, files: tuple[Path, ...], told: Facts) -> Description:
        return description_of(survey(files), "gadget-hdf5", told)

    def snapshot(self, description: Description, told: Facts, member: str = "") -> Snapshot:
        return snapshot_of(survey(description.files))


def _is_snapshot(path: Path, file: Any) -> bool:
    header = child(path, file, "Header")
    if not isinstance(header, h5py.Group) or is_swift(path, file):
        return False
    return any(GROUP.match(name) for name in file) or "NumPart_ThisFile" in header.attrs
