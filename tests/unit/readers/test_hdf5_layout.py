"""Virtual datasets are told from others without being opened, in files of every age."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.readers.files.hdf5_layout import is_virtual


@pytest.mark.parametrize("age", ["earliest", "latest"])
@pytest.mark.parametrize("block", [0, 512])
@pytest.mark.parametrize("attributes", [0, 40])
def test_what_is_virtual_is_known_from_its_bytes(age: str, block: int, attributes: int, tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    layout = h5py.VirtualLayout((5,), "i8")
    layout[:] = h5py.VirtualSource("b.hdf5", "x", (5,))
    with h5py.File(path, "w", libver=age, userblock_size=block) as file:
        group = file.create_group("group")
        group["plain"] = np.arange(5)
        group.create_dataset("packed", data=np.arange(500), chunks=(100,), compression="gzip")
        group.create_virtual_dataset("virtual", layout)
        group.create_group("inner")
        for name in group:
            group[name].attrs.update({f"attribute {i}": np.arange(50) for i in range(attributes)})
    with h5py.File(path) as file:
        assert [name for name in file["group"] if is_virtual(path, file["group"], name)] == ["virtual"]
        assert not is_virtual(path, file, "group")
