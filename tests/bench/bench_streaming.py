"""Painting a snapshot from its file beside merely reading it: ``python tests/bench/bench_streaming.py [FILE …]``.

Gadget HDF5 files, to 256³ cells. Without FILE, 10⁸ particles are written to temporary ones, in every layout that
codes use: whole or in chunks, packed or not, of single or double precision, with masses or without. The floor is
h5py reading the same datasets into fresh memory, as ``dataset[:]`` does. All take turns, and the fastest of each
counts; before the cold turns the file is put out of the page cache, by the kernel's own switch where this user may
throw it, else by telling it that the file is not needed. The peak is that of this process's memory while Halograph
paints, less what it had before.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from backends.mesh.streaming import paint_stream
from backends.readers import opening

SIDE, BOX, N_MESH, ROUNDS = 464, 500.0, 256, 3

CHUNKS = {"chunks": (1 << 16, 3)}
LAYOUTS: dict[str, tuple[str, bool, dict[str, Any]]] = {
    "float32": ("f4", False, {}),
    "float32 and masses": ("f4", True, {}),
    "float64": ("f8", False, {}),
    "float64 in chunks": ("f8", False, CHUNKS),
    "float64, LZF": ("f8", False, CHUNKS | {"compression": "lzf", "shuffle": True}),
    "float64, Blosc": ("f8", False, CHUNKS | dict(hdf5plugin.Blosc(cname="lz4"))),
    "float64, gzip": ("f8", False, CHUNKS | {"compression": "gzip", "shuffle": True}),
}
"""The numbers' type, whether there are masses, and how h5py writes the positions."""


def write_snapshot(path: Path, side: int, dtype: str = "f4", weighed: bool = False, **kept: Any) -> None:
    """A lattice moved by plane waves and noise, plane by plane."""
    random = np.random.default_rng(1)
    waves = random.integers(-5, 6, (12, 3))
    phases, q = 2 * np.pi * random.random(12), ((np.arange(side) + 0.5) * BOX / side).astype(np.float32)
    with h5py.File(path, "w") as file:
        header = file.create_group("Header").attrs
        header["NumPart_ThisFile"] = header["NumPart_Total"] = np.array([0, side**3, 0, 0, 0, 0], np.uint32)
        header["MassTable"] = [0, 0 if weighed else 5.2, 0, 0, 0, 0]
        header["NumFilesPerSnapshot"], header["BoxSize"], header["Redshift"] = 1, BOX, 0.0
        header["Omega0"], header["HubbleParam"], header["UnitLength_in_cm"] = 0.3, 0.7, 3.085678e24
        positions = file.create_dataset("PartType1/Coordinates", (side**3, 3), dtype, **kept)
        if weighed:
            file["PartType1/Masses"] = 5 + random.random(side**3, dtype=np.float32)
        for i in range(side):
            plane = np.stack(np.meshgrid(q[i : i + 1], q, q, indexing="ij"), -1).reshape(-1, 3).astype(dtype)
            plane += random.normal(0, 0.3, plane.shape)
            start = plane.astype(np.float32)
            for wave, phase in zip(waves, phases, strict=True):
                along = np.sin(2 * np.pi / BOX * (start @ wave.astype(np.float32)) + np.float32(phase))
                plane += (4 / max(1.0, float(wave @ wave)) * along)[:, None] * wave.astype(np.float32)
            plane %= BOX
            plane[plane >= BOX] = 0
            positions[i * side**2 : (i + 1) * side**2] = plane


def forget(path: Path) -> str:
    """Put the file out of the page cache; says how."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return "by posix_fadvise"
    return "by drop_caches"


def read(path: Path) -> None:
    with h5py.File(path) as file:
        held = [dataset[:] for dataset in file["PartType1"].values()]
        del held


def streamed(mass_assignment: str, *shifts: float) -> Callable[[Path], None]:
    def way(path: Path) -> None:
        known = opening.outline(opening.describe([path])[0][0])
        assert known is not None
        paint_stream(known, N_MESH, mass_assignment, shifts)

    return way


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def peak_of(way: Callable[[Path], None], path: Path) -> int:
    """Bytes by which this process grows while it works."""
    before, highest, done = resident(), 0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(0.02):
            highest = max(highest, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    way(path)
    done.set()
    watcher.join()
    return highest - before


def main(path: Path, states: Sequence[str]) -> None:
    ways: dict[str, Callable[[Path], None]] = {
        "h5py": read,
        "CIC": streamed("cic", 0.0),
        "TSC": streamed("tsc", 0.0),
        "TSC, interlaced": streamed("tsc", 0.0, 0.5),
    }
    ways["TSC"](path)  # compiles and loads
    for state in states:
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                how = f", {forget(path)}" if state == "cold" else ""
                start = time.perf_counter()
                way(path)
                times[name].append(time.perf_counter() - start)
        floor = min(times["h5py"])
        print(f"  {state}{how}: h5py {floor:.2f} s, {path.stat().st_size / floor / 1e9:.2f} GB/s", end="")
        print(*(f"; {name} {min(taken) / floor:.2f} x" for name, taken in times.items() if name != "h5py"), sep="")
    print(f"  peak of TSC, interlaced: {peak_of(ways['TSC, interlaced'], path) / 2**20:.0f} MiB", flush=True)


if __name__ == "__main__":
    for given in sys.argv[1:]:
        print(given)
        main(Path(given), ("cold", "warm"))
    for layout, (dtype, weighed, kept) in LAYOUTS.items() if len(sys.argv) == 1 else ():
        with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
            made = Path(folder) / "snapshot.hdf5"
            write_snapshot(made, SIDE, dtype, weighed, **kept)
            print(layout)
            main(made, ("cold", "warm"))
