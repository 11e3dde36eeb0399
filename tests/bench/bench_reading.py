"""Reading beside the libraries alone: ``python tests/bench/bench_reading.py [million particles] [folder]``.

A snapshot of so many particles is written into the folder in every layout: contiguous float32, float64 in chunks
of SWIFT's size, gzip, and the other formats that Halograph reads for itself. ``load`` (positions, and positions with
velocities) and ``stream`` take turns with h5py reading the same datasets into arrays, so that a busy machine hurts
all alike. Printed are megabytes a second, unpacked, of the fastest round, as a ratio to h5py; and, because the clock
of a busy machine says little, the seconds of processor time of the median one.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import abacus_sample
import bigfile_files
import genericio_files
import particle_files

from backends.readers import opening
from backends.readers.files.checksums import crc64

BOX, ROUNDS, CHUNK = 250.0, 5, 8192
Ways = dict[str, Callable[[], int]]
LAYOUTS = ("contiguous f4", "chunked f8", "gzip f4")


def write_gadget(path: Path, layout: str, n: int) -> None:
    """Write positions, velocities and ids of one type, block by block."""
    rng = np.random.default_rng(0)
    dtype = np.dtype(np.float64 if "f8" in layout else np.float32)
    packing = {"chunks": (CHUNK, 3)} if "chunked" in layout else {}
    if "gzip" in layout:
        packing = {"chunks": (CHUNK, 3), "compression": "gzip", "compression_opts": 4, "shuffle": True}
    with h5py.File(path, "w") as file:
        counts = np.array([0, n, 0, 0, 0, 0])
        header = {"NumPart_ThisFile": counts, "NumPart_Total": counts, "MassTable": np.array([0, 1.0, 0, 0, 0, 0])}
        header |= {"BoxSize": BOX, "Time": 1.0, "Redshift": 0.0, "NumFilesPerSnapshot": 1, "Omega0": 0.3}
        file.create_group("Header").attrs.update(header | {"HubbleParam": 0.7, "UnitLength_in_cm": 3.085678e24})
        for name, scale in (("Coordinates", BOX * 0.999), ("Velocities", 300.0)):
            dataset = file.create_dataset(f"PartType1/{name}", (n, 3), dtype if scale < 300 else np.float32, **packing)
            for start in range(0, n, 1 << 20):
                rows = min(1 << 20, n - start)
                dataset[start : start + rows] = rng.random((rows, 3), np.float32) * np.float32(scale)


def h5py_alone(path: Path, names: Sequence[str]) -> int:
    """Read whole datasets into arrays; returns the bytes."""
    n_bytes = 0
    with h5py.File(path, "r") as file:
        for name in names:
            dataset = file[f"PartType1/{name}"]
            whole = np.empty(dataset.shape, dataset.dtype)
            dataset.read_direct(whole)
            n_bytes += whole.nbytes
    return n_bytes


def ways_of(path: Path, columns: Sequence[str] = ()) -> Ways:
    """Halograph's two ways to read a file that is described already."""
    (description,), _ = opening.describe([path])
    return {
        "load": lambda: int(opening.load(description, columns=columns).nbytes),
        "stream": lambda: sum(piece.nbytes for piece in opening.stream(description, columns=columns)),
    }


def race(title: str, ways: Ways, rounds: int = ROUNDS) -> None:
    """Let all take turns, and print. The first turn fills the disk's cache."""
    walls: dict[str, list[float]] = {name: [] for name in ways}
    works: dict[str, list[float]] = {name: [] for name in ways}
    n_bytes = {}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            start, work = time.perf_counter(), time.process_time()
            n_bytes[name] = way()
            if turn:
                walls[name].append(time.perf_counter() - start)
                works[name].append(time.process_time() - work)
    peer = next(iter(ways))
    for name in ways:
        speed, theirs = (n_bytes[n] / min(walls[n]) / 1e6 for n in (name, peer))
        work = statistics.median(works[name])
        ratio = work / statistics.median(works[peer])
        print(
            f"{title:28s} {name:7s} {speed:7.0f} MB/s {speed / theirs:5.2f} x {peer}"
            f"   {work:7.3f} s of work {ratio:5.2f} x {peer}",
            flush=True,
        )


def hdf5(folder: Path, n: int) -> None:
    path = folder / "snapshot.hdf5"
    for layout in LAYOUTS:
        write_gadget(path, layout, n)
        for columns in ((), ("velocities",)):
            names = ("Coordinates", "Velocities")[: 1 + len(columns)]
            peer: Ways = {"h5py": partial(h5py_alone, path, names)}
            race(f"{layout}, {' + '.join(name[:3] for name in names)}", peer | ways_of(path, columns))
        path.unlink()


def write_abacus(path: Path, n: int, rng: np.random.Generator) -> Path:
    """One slab of a thousand cells, in chunks of 4 MB."""
    rows = []
    for cell in range(1000):
        corner = np.unravel_index(cell, (10, 10, 10))
        rows.append(np.array([[2047, 10 - 2000, -1800, *(int(i) - 2000 for i in corner)]]))
        rows.append(rng.integers(-1000, 1001, (n // 1000, 6)))
    packed = abacus_sample.twelve_bits(np.concatenate(rows) + 2048)
    header = abacus_sample.HEADER | {"NP": n // 1000 * 1000}
    abacus_sample.write_asdf(path, {"pack9": packed}, header, chunk=1 << 22)
    return path


def write_gadget_binary(path: Path, n: int, rng: np.random.Generator) -> Path:
    columns = bigfile_files.particles(rng, n)
    blocks = {"POS": columns["Position"].astype("f4"), "VEL": columns["Velocity"], "ID": columns["ID"]}
    return particle_files.snapshot(path, blocks, particle_files.header({1: n}, masses={1: 2.0}), labelled=True)


def write_bigfile(path: Path, n: int, rng: np.random.Generator) -> Path:
    attributes = {**bigfile_files.MPGADGET, "MassTable": np.array([0, 2.0, 0, 0, 0, 0])}
    bigfile_files.write_bigfile(path, {"1": bigfile_files.particles(rng, n)}, attributes)
    return path


def write_genericio(path: Path, n: int, rng: np.random.Generator) -> Path:
    genericio_files.slow_crc64 = lambda data: crc64(np.frombuffer(data, np.uint8))  # type: ignore[assignment]
    genericio_files.write_genericio(path, [genericio_files.particles(rng, n)])
    return path


def others(folder: Path, n: int) -> None:
    """Formats that no library beside Halograph reads as fast: positions, in bytes of what they become."""
    rng = np.random.default_rng(0)
    for write in (write_abacus, write_gadget_binary, write_bigfile, write_genericio):
        path = write(folder / write.__name__, n, rng)
        race(write.__name__.removeprefix("write_"), ways_of(path))
        for file in sorted(path.rglob("*"), reverse=True) if path.is_dir() else []:
            file.rmdir() if file.is_dir() else file.unlink()
        path.rmdir() if path.is_dir() else path.unlink()


def main(millions: float, folder: Path | None = None) -> None:
    n = int(millions * 1e6)
    with TemporaryDirectory(dir=folder) as place:
        hdf5(Path(place), n)
        others(Path(place), n // 4)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 100, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
