"""Saying what a file seems to be that no reader takes."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from backends.errors import InputError, UnknownFormat, UnreadableFile
from backends.readers.files.hdf5 import attributes, child, is_hdf5, opened
from backends.readers.files.recognition import is_swift, refined_by
from backends.readers.initial_conditions import nyx_binary
from backends.readers.tipsy import layout as tipsy_layout

NOT_YET = "{} are not read yet"

PACKED = "is packed by {}. Unpack it and open what comes of it"

MOST_NAMED, MOST_COUNTED, DEEPEST = 4, 1000, 3
"""Arrays of an HDF5 file that are named, and counted, and groups in which they are looked for, one in another."""

IN_BLOCKS = (
    "is an output of {}, whose mesh is refined in blocks. yt lays it on one mesh: install it by `pip install yt`, save "
    "the density of a covering_grid as .npy, and open that"
)

WEB_PAGE = "is a web page, as servers send in place of a file that they do not give. Download the file again"

SAVE_FIELDS = "Save the fields that it holds or makes as .npy or HDF5; open those"
PYTORCH = f"is a PyTorch file, which needs its own code. {SAVE_FIELDS}"
WEIGHTS = f"is a network of safetensors, which needs its own code. {SAVE_FIELDS}"

MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"#ASDF", "is ASDF that is cut short, or holds nothing that is read of what Abacus writes"),
    (0, b"\x08\x00\x00\x00HEAD", "is a Gadget snapshot whose header is damaged or cut short"),
    (0, b"\x00\x00\x00\x08HEAD", "is a Gadget snapshot whose header is damaged or cut short"),
    (8, b'{"', WEIGHTS),  # after a length, whose first bytes may be a pickle's
    (0, b"\x80\x02", "is a pickle, which could run any program, so it is not opened"),
    (0, b"\x80\x03", "is a pickle, which could run any program, so it is not opened"),
    (0, b"\x80\x04", "is a pickle, which could run any program, so it is not opened"),
    (0, b"\x80\x05", "is a pickle, which could run any program, so it is not opened"),
    (0, b"\x1f\x8b", PACKED.format("gzip")),
    (0, b"\xfd7zXZ\0", PACKED.format("xz")),
    (0, b"BZh", PACKED.format("bzip2")),
    (0, b"\x28\xb5\x2f\xfd", PACKED.format("zstd")),
    (257, b"ustar", "is an archive of tar. Unpack it and open what is in it"),
    (0, b"version https://git-lfs", "stands for a file that Git LFS keeps elsewhere. Fetch that by git lfs pull"),
    (0, b"CDF", NOT_YET.format("NetCDF files")),
    (0, b"SIMPLE  =", NOT_YET.format("FITS files")),
)
"""First bytes of formats of the field, and what is said of them: (offset, bytes, clause)."""


def explain(path: Path, tried: tuple[str, ...]) -> InputError:
    """Say why no reader takes this path: what it is, or what is wrong with it."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except PermissionError:
        return UnreadableFile(path, "may not be read by you", "Change its permissions")
    except OSError as failed:
        return UnreadableFile(path, f"cannot be read: {failed.strerror or failed}")
    if not start:
        return UnreadableFile(path, "is empty", "Copy or download it again")
    if is_hdf5(path):
        return _explain_hdf5(path, tried)
    for offset, magic, clause in MAGIC:
        if start[offset : offset + len(magic)] == magic:
            return UnknownFormat(path, why=clause if clause[0].islower() else f"is not opened: {clause}")
    if start.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        return UnknownFormat(path, why=WEB_PAGE)
    if start[:6] == b"\x93NUMPY":
        return UnreadableFile(path, "is a damaged NumPy array", "Write it again")
    if start[:4] == b"PK\x03\x04":
        return _explain_zip(path, tried)
    if b"\0" not in start:
        return UnknownFormat(path, tried, "is text, which no reader takes")
    return _wrong_length(path, start) or UnknownFormat(path, tried)


def _wrong_length(path: Path, start: bytes) -> UnreadableFile | None:
    """Say of a file that only its length tells, and which is cut short, what it seems to be."""
    size = path.stat().st_size
    for what, due in (("Tipsy's", tipsy_layout.least_length(start)), ("Nyx's", nyx_binary.least_length(start))):
        if due is not None:
            clause = f"begins as {what} particles do, and its length fits none of their layouts: {size} bytes"
            return UnreadableFile(path, f"{clause}, and the shortest has {due}", "Copy or download it again")
    return None


def _explain_hdf5(path: Path, tried: tuple[str, ...]) -> InputError:
    try:
        with opened(path) as file:
            names = set(file)
            if is_swift(path, file):
                return UnknownFormat(path, why="is a file of SWIFT that holds neither particles nor halos")
            code = refined_by(path, file)
            if code is not None:
                return UnknownFormat(path, why=IN_BLOCKS.format(code))
            attributes(file)
            for name in names:
                child(path, file, name)
            arrays = list(itertools.islice(_arrays(path, file, ""), MOST_COUNTED))
    except UnreadableFile as damaged:
        return damaged
    held = ", ".join(arrays[:MOST_NAMED]) + (f" and {left} more" if (left := len(arrays) - MOST_NAMED) > 0 else "")
    holds = f"holds {held}; that is" if held else "is HDF5 with"
    return UnknownFormat(path, tried, f"{holds} neither particles with their header nor a cubic grid of numbers")


def _arrays(path: Path, group: Any, above: str) -> Iterator[str]:
    """Yield the arrays below a group, nearest first, with their shapes and types, a few levels deep."""
    below = []
    for name in group:
        if group.get(name, getclass=True, getlink=True) is h5py.HardLink:
            found = child(path, group, name)
            if isinstance(found, h5py.Dataset):
                yield f"{above}{name} ({'×'.join(map(str, found.shape or ())) or 'one'} of {found.dtype})"
            elif isinstance(found, h5py.Group) and above.count("/") < DEEPEST:
                below.append((name, found))
    for name, inner in below:
        yield from _arrays(path, inner, f"{above}{name}/")


def _explain_zip(path: Path, tried: tuple[str, ...]) -> InputError:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return UnreadableFile(path, "is a damaged or truncated archive", "Copy or download it again")
    if any(name.endswith("data.pkl") for name in names):
        return UnknownFormat(path, why=PYTORCH)
    return UnknownFormat(path, tried, "is an archive without NumPy arrays")
