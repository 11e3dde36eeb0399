"""Painting a snapshot from its file beside merely reading it: ``python tests/bench/bench_streaming.py [FILE]``.

A Gadget HDF5 file of contiguous float32 positions (without FILE, 2·10⁸ particles are written to a temporary
one: 2.4 GB) to 256³ cells. The floor is h5py reading the same dataset, into fresh memory as ``dataset[:]``
does and slab by slab into one buffer. All take turns; before the cold turns the file is put out of the page
cache, by the kernel's own switch where this user may throw it, else by telling it that the file is not
needed. The peak is that of this process's memory while Halograph paints, less what it had before.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from backends.mesh.painting import paint
from backends.mesh.streaming import paint_stream
from backends.readers import opening

SIDE, BOX, N_MESH, ROUNDS = 585, 500.0, 256, 3


def write_snapshot(path: Path, side: int) -> None:
    """A lattice moved by plane waves and noise, plane by plane."""
    random = np.random.default_rng(1)
    waves = random.integers(-5, 6, (12, 3))
    phases, q = 2 * np.pi * random.random(12), ((np.arange(side) + 0.5) * BOX / side).astype(np.float32)
    with h5py.File(path, "w") as file:
        header = file.create_group("Header").attrs
        header["NumPart_ThisFile"] = header["NumPart_Total"] = np.array([0, side**3, 0, 0, 0, 0], np.uint32)
        header["MassTable"] = [0, 5.2, 0, 0, 0, 0]
        header["NumFilesPerSnapshot"], header["BoxSize"], header["Redshift"] = 1, BOX, 0.0
        header["Omega0"], header["HubbleParam"], header["UnitLength_in_cm"] = 0.3, 0.7, 3.085678e24
        positions = file.create_dataset("PartType1/Coordinates", (side**3, 3), "f4")
        for i in range(side):
            plane = np.stack(np.meshgrid(q[i : i + 1], q, q, indexing="ij"), -1).reshape(-1, 3)
            plane += random.normal(0, 0.3, plane.shape).astype(np.float32)
            start = plane.copy()
            for wave, phase in zip(waves, phases, strict=True):
                along = np.sin(2 * np.pi / BOX * (start @ wave.astype(np.float32)) + np.float32(phase))
                plane += (4 / max(1.0, float(wave @ wave)) * along)[:, None] * wave.astype(np.float32)
            plane %= np.float32(BOX)
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


def read_fresh(path: Path) -> None:
    with h5py.File(path) as file:
        file["PartType1/Coordinates"][:]


def read_reused(path: Path) -> None:
    room = np.empty((1 << 18, 3), np.float32)
    with h5py.File(path) as file:
        positions = file["PartType1/Coordinates"]
        for start in range(0, positions.shape[0], room.shape[0]):
            rows = slice(start, min(start + room.shape[0], positions.shape[0]))
            positions.read_direct(room[: rows.stop - rows.start], rows)


def streamed(mass_assignment: str) -> Callable[[Path], None]:
    def way(path: Path) -> None:
        known = opening.outline(opening.describe([path])[0][0])
        assert known is not None
        paint_stream(known, N_MESH, mass_assignment)

    return way


def from_memory(path: Path) -> None:
    """Read everything, then paint: what streaming saves."""
    with h5py.File(path) as file:
        paint(file["PartType1/Coordinates"][:], BOX, N_MESH, "cic")


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


def main(path: Path) -> None:
    ways: dict[str, Callable[[Path], None]] = {
        "h5py, fresh memory": read_fresh,
        "h5py, one buffer": read_reused,
        "Halograph CIC": streamed("cic"),
        "Halograph TSC": streamed("tsc"),
        "h5py, then CIC": from_memory,
    }
    ways["Halograph CIC"](path)  # compiles and loads
    ways["Halograph TSC"](path)
    for state in ("cold", "warm"):
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                how = forget(path) if state == "cold" else ""
                start = time.perf_counter()
                way(path)
                times[name].append(time.perf_counter() - start)
        print(f"{state} {how}".rstrip())
        medians = {name: statistics.median(taken) for name, taken in times.items()}
        floor = medians["h5py, fresh memory"]
        for name, taken in medians.items():
            rate = path.stat().st_size / taken / 1e9
            print(f"  {name:20s} {taken:7.2f} s  {rate:5.2f} GB/s  {taken / floor:5.2f} x h5py into fresh memory")
    print(f"peak of Halograph TSC over its start: {peak_of(ways['Halograph TSC'], path) / 2**20:.0f} MiB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
            made = Path(folder) / "snapshot.hdf5"
            write_snapshot(made, SIDE)
            main(made)
