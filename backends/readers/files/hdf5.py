"""HDF5 from strangers: nothing outside the file is followed, every failure has one clear message."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from backends.errors import UnreadableFile
from backends.readers.files.failures import reading
from backends.readers.files.hdf5_layout import is_virtual
from backends.readers.files.heaps import require_sound_heaps
from backends.readers.files.limits import human, require_stored
from backends.readers.files.stored import AGAIN, CUT

SIGNATURE = b"\x89HDF\r\n\x1a\n"

LARGEST_CHUNK = 1 << 30
"""Bytes of one chunk: HDF5 holds a whole one to read any of it."""

LARGEST_ATTRIBUTE = 1 << 17
"""Values of an attribute, or letters of a text, above which it is no fact."""

PADDINGS = (h5py.h5t.STR_NULLTERM, h5py.h5t.STR_NULLPAD, h5py.h5t.STR_SPACEPAD)


def is_hdf5(path: Path) -> bool:
    """Whether the first bytes are HDF5's; user blocks of up to 8 kB are looked behind."""
    try:
        with path.open("rb") as file:
            for offset in (0, 512, 1024, 2048, 4096, 8192):
                file.seek(offset)
                if file.read(8) == SIGNATURE:
                    return True
    except OSError:
        return False
    return False


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open an HDF5 file for reading; raises ``UnreadableFile`` for whatever goes wrong inside."""
    with reading(path):
        file = h5py.File(path, "r")
        try:
            whole = _size(file)
            yield file
            if _size(file) < whole:  # of what was cut off since, HDF5 has given zeros
                raise UnreadableFile(path, CUT, AGAIN)
        finally:
            file.close()


def _size(file: Any) -> int:
    """Bytes that an open file has now, or 0 where it is none of the system's."""
    return os.fstat(file.id.get_vfd_handle()).st_size if file.driver == "sec2" else 0


def child(path: Path, group: Any, name: str) -> Any | None:
    """Return the member of a group, or None; a link out of its place is refused.

    External and soft links, virtual datasets and external storage would let a file name any other
    file of the machine.
    """
    link = group.get(name, getlink=True)
    if link is None:
        return None
    if not isinstance(link, h5py.HardLink):
        raise UnreadableFile(path, f"reaches {name!r} through a link, and links are not followed", "Write it plainly")
    elsewhere = UnreadableFile(path, f"keeps {name!r} in another file, and such are not followed", "Open that file")
    if is_virtual(path, group, name):  # asked before it is opened, which may not end where it is damaged
        raise elsewhere
    found = group[name]
    if isinstance(found, h5py.Dataset) and (found.is_virtual or found.id.get_create_plist().get_external_count()):
        raise elsewhere
    return found


def at(path: Path, group: Any, name: str) -> Any | None:
    """Return what stands at a path of several steps below a group, or None."""
    found = group
    for step in name.split("/"):
        if not isinstance(found, h5py.Group):
            return None
        found = child(path, found, step)
    return found


def checked(path: Path, dataset: Any, name: str) -> Any:
    """Refuse a dataset whose sizes are a trap; return it otherwise."""
    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        raise UnreadableFile(path, f"has no array at {name!r}", "Write it again")
    if dataset.dtype.kind not in "fiu":
        raise UnreadableFile(path, f"holds {dataset.dtype} and no numbers at {name!r}")
    declared = int(np.prod([int(n) for n in dataset.shape], dtype=object)) * dataset.dtype.itemsize
    require_stored(path, declared, int(dataset.id.get_storage_size()), name)
    if dataset.chunks is not None:
        chunk = int(np.prod([int(n) for n in dataset.chunks], dtype=object)) * dataset.dtype.itemsize
        if chunk > LARGEST_CHUNK:
            raise UnreadableFile(path, f"keeps {name!r} in chunks of {human(chunk)}", "Write it in smaller chunks")
    _enable_filters(dataset)
    return dataset


def _enable_filters(dataset: Any) -> None:
    """Load the compression filters that HDF5 itself does not have, and only when one is met."""
    plan = dataset.id.get_create_plist()
    if any(not h5py.h5z.filter_avail(plan.get_filter(i)[0]) for i in range(plan.get_nfilters())):
        import hdf5plugin  # noqa: F401  importing it is what registers the filters


def attributes(holder: Any | None) -> Mapping[str, Any]:
    """Read the attributes of a group or dataset as plain scalars, strings and small arrays."""
    if holder is None:
        return {}
    values: dict[str, Any] = {}
    for name in holder.attrs:
        handle = holder.attrs.get_id(name)
        if _is_plain(handle, Path(holder.file.filename)):
            values[name] = _plain(holder.attrs[name])
    return values


def _is_plain(handle: Any, path: Path) -> bool:
    """Whether an attribute is a few numbers or texts; the library crashes on some others, when damaged."""
    if int(np.prod([int(n) for n in handle.shape], dtype=object)) > LARGEST_ATTRIBUTE:
        return False
    kind = handle.get_type()
    if isinstance(kind, h5py.h5t.TypeStringID):
        if kind.get_cset() not in (h5py.h5t.CSET_ASCII, h5py.h5t.CSET_UTF8) or kind.get_strpad() not in PADDINGS:
            return False
        if kind.is_variable_str():
            require_sound_heaps(path)
        return int(kind.get_size()) <= LARGEST_ATTRIBUTE
    if isinstance(kind, h5py.h5t.TypeEnumID):
        return bool(handle.dtype.kind == "b")
    return isinstance(kind, h5py.h5t.TypeIntegerID | h5py.h5t.TypeFloatID)


def _plain(value: Any) -> Any:
    """Unpack one-element arrays and decode strings: real headers mix them all."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def number(values: Mapping[str, Any], *names: str) -> float | None:
    """Return the first of these attributes that is one finite number, or None."""
    for name in names:
        value = values.get(name)
        if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and np.isfinite(value):
            return float(value)
    return None


def integers(values: Mapping[str, Any], name: str) -> tuple[int, ...]:
    """Return an attribute as whole numbers, empty where it is absent or something else."""
    value = np.atleast_1d(np.asarray(values.get(name, ())))
    if value.ndim != 1 or value.dtype.kind not in "iuf" or not np.isfinite(value.astype(np.float64)).all():
        return ()
    return tuple(int(n) for n in value)
