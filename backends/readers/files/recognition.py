"""Telling HDF5 formats apart by what is in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py

from backends.errors import UnreadableFile
from backends.readers.files.hdf5 import attributes, child, is_hdf5, opened


def fits(path: Path, layout: Callable[[Path], object]) -> bool:
    """Whether a file without a mark of its own is just as long as its header promises.

    layout : what the header promises, None where the length is another; raises ``OSError``
    """
    try:
        return path.is_file() and layout(path) is not None
    except OSError:
        return False


def recognised(path: Path, is_ours: Callable[[Path, Any], bool]) -> bool:
    """Whether an HDF5 file opens and a look inside finds the format; a damaged one is nobody's."""
    if not path.is_file() or not is_hdf5(path):
        return False
    try:
        with opened(path) as file:
            return is_ours(path, file)
    except UnreadableFile:
        return False


def refined_by(path: Path, file: Any) -> str | None:
    """Name the code whose refined mesh a file holds in equal blocks, each of which looks like a whole box."""
    names = set(file)
    if {"bounding box", "refine level"} <= names:
        return "FLASH"
    if "Chombo_global" in names:
        return "Chombo"
    if "LogicalLocations" in names and "MeshBlockSize" in attributes(file):
        return "Athena++"
    info = child(path, file, "Info") if {"GridData", "Info"} <= names else None
    return "GAMER" if isinstance(info, h5py.Group) and "KeyInfo" in info else None


def is_swift(path: Path, file: Any) -> bool:
    """Whether SWIFT, or an initial-conditions code for it, wrote this: same groups, other units."""
    if str(attributes(child(path, file, "Header")).get("Code", "")).upper() == "SWIFT":
        return True
    if any(name in file for name in ("InternalCodeUnits", "RuntimePars")):
        return True
    return "Units" in file and "Unit length in cgs (U_L)" in attributes(child(path, file, "Units"))
